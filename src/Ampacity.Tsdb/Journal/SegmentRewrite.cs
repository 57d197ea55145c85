namespace Ampacity.Tsdb;

/// <summary>Replaces a segment by one with fewer bytes: written beside it, fsynced, renamed over it.</summary>
internal static class SegmentRewrite
{
    /// <summary>Ends in this until the rename; what a crash leaves is deleted at opening.</summary>
    public const string UnfinishedSuffix = ".tmp";

    /// <summary>Puts a header and these records, which keep their bytes since the checksum depends on run and ordinal alone, in place of a segment.</summary>
    public static void Replace(IStoreFiles files, string path, in SegmentHeader header, ReadOnlySpan<byte> records)
    {
        var unfinished = path + UnfinishedSuffix;
        files.Delete(unfinished);
        using (var file = files.Create(unfinished, JournalFormat.SegmentHeaderBytes + records.Length))
        {
            Span<byte> head = stackalloc byte[JournalFormat.SegmentHeaderBytes];
            JournalFormat.WriteSegmentHeader(head, header);
            file.Write(head, 0);
            if (!records.IsEmpty)
            {
                file.Write(records, head.Length);
            }

            file.Flush();
        }

        files.Move(unfinished, path);
        files.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>All whole records of a segment, one behind the other.</summary>
    public static byte[] WholeRecords(ReadOnlySpan<byte> segment, in SegmentHeader header)
    {
        using var kept = new MemoryStream();
        for (var walk = new JournalWalk(segment, header); walk.MoveNext();)
        {
            if (walk.Step is WalkStep.Record)
            {
                kept.Write(segment.Slice(walk.Offset, walk.Length));
            }
        }

        return kept.ToArray();
    }
}

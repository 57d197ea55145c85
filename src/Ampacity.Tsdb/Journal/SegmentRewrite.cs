using Ampacity.Samples;

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

    /// <summary>The series records of a segment with only the entries that a test keeps, sealed anew.</summary>
    public static byte[] SeriesRecords(ReadOnlySpan<byte> segment, in SegmentHeader header, Func<int, LabelSet, bool> keep)
    {
        using var kept = new MemoryStream();
        var record = new byte[4096];
        for (var walk = new JournalWalk(segment, header); walk.MoveNext();)
        {
            if (walk.Step is not WalkStep.Record || walk.Kind is not JournalRecordKind.Series)
            {
                continue;
            }

            var used = JournalFormat.RecordHeaderBytes;
            for (var entries = new SeriesPayload(walk.Payload); entries.MoveNext();)
            {
                if (!keep(entries.Number, LabelSet.FromCanonical(entries.CanonicalLabels)))
                {
                    continue;
                }

                var length = SeriesPayload.EntryHeadBytes + entries.CanonicalLabels.Length;
                if (record.Length < used + length)
                {
                    Array.Resize(ref record, Math.Max(record.Length * 2, used + length));
                }

                SeriesPayload.WriteEntry(record.AsSpan(used), entries.Number, entries.CanonicalLabels);
                used += length;
            }

            if (used > JournalFormat.RecordHeaderBytes)
            {
                JournalFormat.WriteRecordHeader(record.AsSpan(0, used), JournalRecordKind.Series, header);
                kept.Write(record.AsSpan(0, used));
            }
        }

        return kept.ToArray();
    }
}

namespace Ampacity.Tsdb;

/// <summary>Segments that a packed one stands for and that are still there, since a crash came between its rename and their deletes.</summary>
internal static class StoodForSegments
{
    /// <summary>Deletes them, and gives the files that are left.</summary>
    /// <remarks>
    /// Only when every record of the packed one is whole. Otherwise they stay, and what a start takes from both it takes once: on a disk that says that bytes are
    /// durable and loses them this is the state that power loss leaves.
    /// </remarks>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static List<string> Delete(IStoreFiles files, IReadOnlyList<string> paths)
    {
        var heads = new SegmentHeader?[paths.Count];
        for (var i = 0; i < heads.Length; i++)
        {
            heads[i] = PackedHead(files, paths[i]);
        }

        var kept = new List<string>();
        var isWhole = new Dictionary<long, bool>();
        foreach (var path in paths)
        {
            var ordinal = JournalReader.OrdinalOf(path);
            var at = Array.FindIndex(heads, head => head?.StandsFor(ordinal) == true);
            if (at < 0)
            {
                kept.Add(path);
                continue;
            }

            var by = heads[at]!.Value;
            if (!isWhole.TryGetValue(by.Ordinal, out var whole))
            {
                isWhole.Add(by.Ordinal, whole = IsWhole(SegmentBytes.Read(files, paths[at], []), by));
            }

            if (whole)
            {
                files.Delete(path);
            }
            else
            {
                kept.Add(path);
            }
        }

        return kept;
    }

    private static SegmentHeader? PackedHead(IStoreFiles files, string path)
    {
        Span<byte> bytes = stackalloc byte[JournalFormat.SegmentHeaderBytes];
        return SegmentBytes.ReadHead(files, path, bytes) == bytes.Length && JournalFormat.TryReadSegmentHeader(bytes, out var header)
            && header.Replaces > 0 && header.Ordinal == JournalReader.OrdinalOf(path)
            ? header
            : null;
    }

    private static bool IsWhole(ReadOnlySpan<byte> bytes, in SegmentHeader header)
    {
        var end = JournalFormat.SegmentHeaderBytes;
        for (var walk = new JournalWalk(bytes, header); walk.MoveNext(); end = walk.Offset + walk.Length)
        {
            if (walk.Step is not WalkStep.Record)
            {
                return false;
            }
        }

        return end == bytes.Length && end > JournalFormat.SegmentHeaderBytes;
    }
}

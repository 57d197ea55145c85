namespace Ampacity.Tsdb;

/// <summary>
/// Segments of one run that are to be packed, read in parts of whole records: what is in memory is a part, and each part knows which series it has, so
/// that a range of series reads its own parts and no others.
/// </summary>
/// <remarks>One thread.</remarks>
internal sealed class SegmentParts(IStoreFiles files, IReadOnlyList<JournalSegment> segments, int partBytes)
{
    private readonly List<Part> _parts = [];
    private byte[] _buffer = new byte[partBytes];

    /// <summary>Bytes of the segments' records.</summary>
    public long Bytes { get; private set; }

    /// <summary>The highest series number; −1 when there are no samples.</summary>
    public int Highest { get; private set; } = -1;

    /// <summary>Finds the parts and hands the labels on.</summary>
    /// <param name="labels">Takes them.</param>
    /// <param name="rest">Called now and then.</param>
    /// <returns>False when a segment is damaged, or has a record that no store writes into it.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public bool TryFind(PackedSegment labels, Action rest)
    {
        for (var segment = 0; segment < segments.Count; segment++)
        {
            using var file = SegmentBytes.Open(files, segments[segment].Path, out var length);
            for (long at = JournalFormat.SegmentHeaderBytes; at < length;)
            {
                var part = new Part(segment, at, 0, int.MaxValue, -1);
                var bytes = Fill(file, segment, at, length);
                if (!TryWalk(bytes, labels, ref part, rest))
                {
                    return false;
                }

                if (part.Length == 0)
                {
                    if (bytes.Length == length - at)
                    {
                        // No record up to the end. A complete segment ends where its last record does: zeros too are bytes that the disk has lost.
                        return false;
                    }

                    _buffer = new byte[Math.Min(length - at, _buffer.Length * 2L)];
                    continue;
                }

                _parts.Add(part);
                Highest = Math.Max(Highest, part.LastSeries);
                (Bytes, at) = (Bytes + part.Length, at + part.Length);
            }
        }

        return true;
    }

    /// <summary>How often a part is read when every range of so many series reads those that it needs.</summary>
    public double ReadsFor(int seriesAtOnce)
    {
        var reads = 0L;
        foreach (var part in _parts)
        {
            reads += part.LastSeries < 0 ? 0 : (part.LastSeries / seriesAtOnce) - (part.FirstSeries / seriesAtOnce) + 1;
        }

        return (double)reads / Math.Max(1, _parts.Count);
    }

    /// <summary>Gives a range all its samples, in the segments' order.</summary>
    /// <returns>False when a part is not what it was when it was found.</returns>
    /// <exception cref="IOException">The disk refuses.</exception>
    public bool TryRead(PackedRange range, Action rest)
    {
        for (var (at, segment) = (0, 0); segment < segments.Count; segment++)
        {
            using var file = SegmentBytes.Open(files, segments[segment].Path, out _);
            for (; at < _parts.Count && _parts[at].Segment == segment; at++)
            {
                var part = _parts[at];
                if (part.FirstSeries >= range.End || part.LastSeries < range.From)
                {
                    continue;
                }

                var bytes = _buffer.AsSpan(0, part.Length);
                SegmentBytes.ReadAt(file, segments[segment].Path, bytes, part.Offset);
                if (!TryGive(bytes, segments[segment].Header, range, rest))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool TryGive(ReadOnlySpan<byte> part, in SegmentHeader header, PackedRange range, Action rest)
    {
        for (var at = 0; at < part.Length;)
        {
            if (!JournalFormat.TryReadRecord(part, at, header, out var kind, out var payload))
            {
                return false;
            }

            if (kind is JournalRecordKind.Samples && SamplesPayload.TryRead(payload, out var samples))
            {
                range.Take(samples);
                rest();
            }

            at += JournalFormat.RecordHeaderBytes + payload.Length;
        }

        return true;
    }

    // All whole records at the begin of some bytes make the part; false when one is not of a kind that is packed.
    private bool TryWalk(ReadOnlySpan<byte> bytes, PackedSegment labels, ref Part part, Action rest)
    {
        var at = 0;
        var (first, last) = (part.FirstSeries, part.LastSeries);
        while (JournalFormat.TryReadRecord(bytes, at, segments[part.Segment].Header, out var kind, out var payload))
        {
            if (kind is JournalRecordKind.Series)
            {
                labels.AddSeries(payload);
            }
            else if (kind is not JournalRecordKind.Samples || !SamplesPayload.TryRead(payload, out var samples)
                || !TryWiden(samples.SeriesNumbers, ref first, ref last))
            {
                return false;
            }

            at += JournalFormat.RecordHeaderBytes + payload.Length;
            rest();
        }

        part = part with { Length = at, FirstSeries = first, LastSeries = last };
        return true;
    }

    private static bool TryWiden(ReadOnlySpan<int> numbers, ref int first, ref int last)
    {
        foreach (var number in numbers)
        {
            if (number is < 0 or > JournalReplay.MaxSeriesNumber)
            {
                return false;
            }

            first = Math.Min(first, number);
            last = Math.Max(last, number);
        }

        return true;
    }

    private Span<byte> Fill(IStoreReader file, int segment, long at, long length)
    {
        var bytes = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, length - at));
        SegmentBytes.ReadAt(file, segments[segment].Path, bytes, at);
        return bytes;
    }

    // Whole records that lie behind one another in a segment; the series of their samples lie between the first and the last, or there are none.
    private readonly record struct Part(int Segment, long Offset, int Length, int FirstSeries, int LastSeries);
}

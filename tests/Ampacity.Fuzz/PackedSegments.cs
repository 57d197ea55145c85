using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Fuzz;

/// <summary>Packed segments of the journal, as a store packs them: each of the forms that the bytes of a poll can have.</summary>
internal static class PackedSegments
{
    private const long TimeMs = 1_767_225_600_000;
    private const int Series = 5;

    // Packing reads it and writes the other one.
    private static readonly SegmentHeader Source = new(2, 42, TimeMs);
    private static readonly SegmentHeader Packed = new(2, 42, TimeMs, IsPacked: true, Replaces: 1);

    public static IEnumerable<(string Name, byte[] Bytes)> All() =>
    [
        ("packed-whole", Bytes(polls: 17, hasAll: true, Counter, SampleQuality.Good)),
        ("packed-one-poll", Bytes(polls: 1, hasAll: true, Counter, SampleQuality.Good)),
        ("packed-decimals", Bytes(polls: 16, hasAll: true, (series, poll) => 20 + (((series * 7) + (poll * 3)) % 50 / 10.0), SampleQuality.Good)),
        ("packed-any-bits", Bytes(polls: 16, hasAll: true, (series, poll) => series == 0 ? StaleMarker.Value : Math.Sqrt((series * 16) + poll), SampleQuality.Good)),
        ("packed-missing", Bytes(polls: 16, hasAll: false, Counter, SampleQuality.Good)),
        ("packed-judged", Bytes(polls: 16, hasAll: true, Counter, SampleQuality.Inferred)),
        ("packed-late", Bytes(polls: 16, hasAll: true, Counter, SampleQuality.Good, isLate: true)),
    ];

    private static double Counter(int series, int poll) => (series * 1_000_000) + (poll * 1024);

    private static byte[] Bytes(int polls, bool hasAll, Func<int, int, double> value, SampleQuality quality, bool isLate = false)
    {
        var range = new PackedRange(0, 1024, new SparePages());
        for (var poll = 0; poll < polls; poll++)
        {
            int[] series = [.. Enumerable.Range(0, Series).Where(one => hasAll || poll == 0 || (one + poll) % 3 > 0)];
            Take(range, TimeMs + (poll * 10_000), series, [.. series.Select(one => value(one, poll))], quality);
        }

        if (isLate)
        {
            Take(range, TimeMs + 5_000, [1, 3], [1, -0.0], quality);
        }

        using var files = new MemoryFiles();
        using (var packed = new PackedSegment(files, "packed", Packed))
        {
            packed.AddSeries(Labels());
            packed.AddSamples(range, () => { });
            packed.Finish();
        }

        return files.Bytes;
    }

    private static void Take(PackedRange range, long timestampMs, int[] series, double[] values, SampleQuality quality)
    {
        SampleQuality[] qualities = quality is SampleQuality.Good ? [] : [.. series.Select((_, i) => i == 0 ? quality : SampleQuality.Good)];
        var record = new byte[JournalFormat.RecordHeaderBytes + SamplesPayload.BytesFor(1, series.Length, qualities.Length > 0)];
        SamplesPayload.Write(record.AsSpan(JournalFormat.RecordHeaderBytes), [new Poll(timestampMs, series.Length)], series, values, qualities);
        JournalFormat.WriteRecordHeader(record, JournalRecordKind.Samples, Source);
        if (!SamplesPayload.TryRead(record.AsSpan(JournalFormat.RecordHeaderBytes), out var samples))
        {
            throw new InvalidOperationException("Bug: what was written is no record of samples");
        }

        range.Take(samples);
    }

    private static byte[] Labels()
    {
        var payload = new List<byte>();
        for (var series = 0; series < Series; series++)
        {
            var labels = LabelSet.Of(("__name__", "accel_power_watts"), ("gpu", $"{series}")).Canonical;
            var entry = new byte[SeriesPayload.EntryHeadBytes + labels.Length];
            SeriesPayload.WriteEntry(entry, series, labels);
            payload.AddRange(entry);
        }

        return [.. payload];
    }
}

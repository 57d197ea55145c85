using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Fuzz;

/// <summary>A block of every kind of row: decimals, values that do not fit, qualities, gaps, two stamp groups.</summary>
internal static class SmallBlock
{
    private const long BeginMs = 1_767_225_600_000;

    public static BlockName Name => new(BeginMs, BeginMs + 3_599_999, 1);

    public static void Write(string folder, IStoreFiles files)
    {
        using var writer = new BlockWriter(files, folder, Name.FromMs, Name.ThroughMs, Name.Sequence);
        int[] groups = [writer.AddPolls(Times(0)), writer.AddPolls(Times(50))];
        foreach (var labels in Enumerable.Range(0, 12).Select(Labels).Order(Comparer<LabelSet>.Create((a, b) => BlockOrder.Compare(a.Canonical, b.Canonical))))
        {
            var i = labels.Canonical[^1] - 'a';
            int[] ordinals = i % 5 == 4 ? [0, 3, 4, 15] : [];
            double[] values = [.. Enumerable.Range(0, ordinals.Length == 0 ? 16 : 4).Select(at => Value(i, at))];
            SampleQuality[] qualities = i % 6 == 5 ? [.. values.Select((_, at) => (SampleQuality)(at % 3))] : [];
            writer.AddSeries(labels.Canonical, groups[i % 2], ordinals, values, qualities);
        }

        writer.Finish();
    }

    private static LabelSet Labels(int i) => LabelSet.Of(("__name__", $"m{i % 3}"), ("z", $"{(char)('a' + i)}"));

    private static long[] Times(int offsetMs) => [.. Enumerable.Range(0, 16).Select(i => BeginMs + offsetMs + (i * 100L))];

    private static double Value(int series, int at) => (series % 4) switch
    {
        0 => 700 + at,
        1 => (series * 1000) + (at / 8.0),
        2 => 1e15 + (at * 7_000_001.0),
        _ => at % 5 == 0 ? double.NaN : Math.PI * at,
    };
}

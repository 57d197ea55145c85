using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb.Blocks;

/// <summary>A run of samples of one series at polls of one group; no ordinals: at all of them.</summary>
internal sealed record InputRun(int Polls, int[] Ordinals, double[] Values, SampleQuality[] Qualities);

/// <summary>What a test writes into a block, and what it expects to read.</summary>
internal sealed class BlockInput
{
    /// <summary>Times of each stamp group.</summary>
    public List<long[]> Polls { get; } = [];

    /// <summary>Series and their runs.</summary>
    public List<(LabelSet Labels, InputRun[] Runs)> Series { get; } = [];

    public static BlockName Name(long sequence = 1) => new(BeginMs, BeginMs + 10_800_000, sequence);

    public static SampleQuality[] Good(int count) => new SampleQuality[count];

    public int AddPolls(params long[] offsetsMs)
    {
        Polls.Add([.. offsetsMs.Select(offset => BeginMs + offset)]);
        return Polls.Count - 1;
    }

    public void Add(LabelSet labels, params InputRun[] runs) => Series.Add((labels, runs));

    public void Add(LabelSet labels, int polls, params double[] values) => Add(labels, new InputRun(polls, [], values, []));

    /// <summary>Series in the order of a block.</summary>
    public IEnumerable<(LabelSet Labels, InputRun[] Runs)> Sorted() =>
        Series.Order(Comparer<(LabelSet Labels, InputRun[] Runs)>.Create((a, b) => BlockOrder.Compare(a.Labels.Canonical, b.Labels.Canonical)));

    public BlockMeta Write(string blocksFolder, IStoreFiles? files = null, BlockName? name = null, CancellationToken cancellationToken = default)
    {
        var called = name ?? Name();
        using var writer = new BlockWriter(
            files ?? new FailingFiles(), blocksFolder, called.FromMs, called.ThroughMs, called.Sequence, cancellationToken: cancellationToken);
        foreach (var times in Polls)
        {
            writer.AddPolls(times);
        }

        foreach (var (labels, runs) in Sorted())
        {
            foreach (var run in runs)
            {
                writer.AddSeries(labels.Canonical, run.Polls, run.Ordinals, run.Values, run.Qualities);
            }
        }

        return writer.Finish();
    }

    /// <summary>A line a series: labels, then time, bits and quality of each sample in the range.</summary>
    public List<string> Expected(long fromMs = long.MinValue, long throughMs = long.MaxValue) => [.. Sorted().Select(series => Line(
        series.Labels,
        series.Runs.SelectMany(run => run.Values.Select((value, i) => (
                Time: Polls[run.Polls][run.Ordinals.Length == 0 ? i : run.Ordinals[i]],
                Value: value,
                Quality: run.Qualities.Length == 0 ? SampleQuality.Good : run.Qualities[i])))
            .GroupBy(sample => sample.Time).Select(same => same.First())
            .Where(sample => sample.Time >= fromMs && sample.Time <= throughMs).OrderBy(sample => sample.Time)))];

    /// <summary>The same out of a block.</summary>
    public static List<string> Read(BlockReader reader, long fromMs = long.MinValue, long throughMs = long.MaxValue) =>
        Read(reader, [.. Enumerable.Range(0, reader.Index.Count)], fromMs, throughMs);

    public static List<string> Read(BlockReader reader, int[] series, long fromMs = long.MinValue, long throughMs = long.MaxValue)
    {
        var columns = new BlockColumns();
        reader.Read(series, fromMs, throughMs, columns, Stop);
        var lines = new List<string>();
        for (var i = 0; i < series.Length; i++)
        {
            var samples = new List<(long Time, double Value, SampleQuality Quality)>();
            for (var j = columns.Offsets[i]; j < columns.Offsets[i + 1]; j++)
            {
                samples.Add((columns.TimestampsMs[j], columns.Values[j], columns.Qualities[j]));
            }

            lines.Add(Line(LabelSet.FromCanonical(reader.LabelsOf(series[i])), samples));
        }

        return lines;
    }

    private static string Line(LabelSet labels, IEnumerable<(long Time, double Value, SampleQuality Quality)> samples) =>
        $"{labels}" + string.Concat(samples.Select(sample =>
            $" {sample.Time - BeginMs}:{BitConverter.DoubleToInt64Bits(sample.Value):x}:{(int)sample.Quality}"));
}

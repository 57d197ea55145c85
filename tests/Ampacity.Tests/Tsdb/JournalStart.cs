using Ampacity.Samples;
using Ampacity.Tsdb;

namespace Ampacity.Tests.Tsdb;

/// <summary>
/// Writes a journal of polls in several runs, each with numbers of its own, perhaps with a cut and a retention that leave some of them out, and reads it back as
/// a start does; a model beside it says what has to be in the head then.
/// </summary>
internal sealed class JournalStart(string folder, Random random)
{
    /// <summary>Series that polls are made of; the head numbers them from 0.</summary>
    public const int Series = 40;

    private readonly WrittenJournal _journal = new(folder);
    private readonly List<Sent> _sent = [];
    private int[] _numbers = [];

    public SampleHead Head { get; } = new();

    public HeadModel Model { get; } = new(long.MaxValue);

    /// <summary>The time of the newest poll, or near it.</summary>
    public long NowMs { get; private set; } = 1000;

    /// <summary>Samples that a cut left out.</summary>
    public long InBlocks { get; private set; }

    /// <summary>Samples that were behind the retention as they were read.</summary>
    public long Expired { get; private set; }

    public int Runs { get; private set; }

    /// <summary>A target's series, now and then some missing, strangers among them, or in another order.</summary>
    public static int[] SomeSeries(Random random)
    {
        var target = random.Next(4) * 10;
        int[] series = [.. Enumerable.Range(target, 10).Where(_ => random.Next(60) > 0)];
        if (random.Next(40) == 0)
        {
            random.Shuffle(series);
        }

        return random.Next(20) == 0 ? [.. series, random.Next(Series)] : series;
    }

    /// <summary>Writes so many polls, reads them back and holds the report against what was written.</summary>
    public async Task RunAsync(int polls)
    {
        Directory.CreateDirectory(folder);
        Write(polls);
        var cut = random.Next(3) == 0 ? JournalCut.None : new JournalCut(random.NextInt64(1, _journal.Ordinal + 2), NowMs - random.Next(0, 500));
        var retentionMs = random.Next(2) == 0 ? random.Next(0, 60) : long.MaxValue / 4;

        // A clock that is behind its samples keeps more of them.
        var clockMs = NowMs - random.Next(0, 100);
        var (samples, notKept) = Expect(cut, retentionMs, clockMs);
        var replay = new JournalReplay(
            DiskFiles.Instance, folder, new SeriesTable(), Head, cut, retentionMs, () => clockMs, random.Next(3) == 0 ? 4096 : long.MaxValue);
        var report = await replay.RunAsync(StoreFolder.Stop);
        Assert.Equal((samples, notKept, InBlocks, 0L), (report.Samples, report.SamplesNotKept, report.SamplesInBlocks, report.SamplesWithoutSeries));
        Assert.Equal((0L, Series), (report.BytesCut, report.Series));
        Assert.Empty(report.SetAside);
        Head.EnsureSeries(Series);
    }

    private void Write(int polls)
    {
        Begin(isFirst: true);
        while (polls > 0)
        {
            if (random.Next(12) == 0)
            {
                Begin(isFirst: false);
            }

            var record = Enumerable.Range(0, Math.Min(polls, random.Next(1, 4))).Select(_ => Poll()).ToArray();
            polls -= record.Length;
            var quality = random.Next(8) == 0 ? SampleQuality.Inferred : SampleQuality.Good;
            _journal.Samples(
                [.. record.Select(poll => new Poll(poll.TimestampMs, poll.Series.Length))],
                [.. record.SelectMany(poll => poll.Series).Select(series => _numbers[series])],
                [.. record.SelectMany(poll => poll.Values)],
                quality is SampleQuality.Good ? [] : [.. record.SelectMany(poll => poll.Series).Select(_ => quality)]);
            _sent.AddRange(record.Select(poll => poll with { Ordinal = _journal.Ordinal, Quality = quality }));
        }

        _journal.End();
    }

    private Sent Poll()
    {
        NowMs += random.Next(6) == 0 ? 0 : random.Next(1, 12);
        var series = SomeSeries(random);
        return new Sent(0, random.Next(15) == 0 ? NowMs - random.Next(0, 90) : NowMs, series, [.. series.Select(_ => (double)random.Next(5))], SampleQuality.Good);
    }

    // A segment; of the same run, or of a new one with other numbers for the same labels.
    private void Begin(bool isFirst)
    {
        var isNew = isFirst || random.Next(2) == 0;
        Runs += isNew ? 1 : 0;
        _journal.Begin((ulong)Runs);
        if (isNew)
        {
            _numbers = [.. Enumerable.Range(Runs * 7, Series)];
            if (!isFirst)
            {
                random.Shuffle(_numbers);
            }

            _journal.Series(Enumerable.Range(0, Series).Select(series => (_numbers[series], LabelSet.Of(("__name__", $"m{series}")))));
        }
    }

    // One poll after the other, as they stand in the journal.
    private (long Samples, long NotKept) Expect(JournalCut cut, long retentionMs, long clockMs)
    {
        var (samples, notKept, newestMs) = (0L, 0L, long.MinValue);
        foreach (var poll in _sent)
        {
            if (cut.Covers(poll.Ordinal, poll.TimestampMs))
            {
                InBlocks += poll.Series.Length;
                continue;
            }

            samples += poll.Series.Length;
            if (newestMs != long.MinValue && poll.TimestampMs < Math.Min(newestMs, clockMs) - retentionMs)
            {
                Expired += poll.Series.Length;
                notKept += poll.Series.Length;
                continue;
            }

            var stored = 0;
            for (var i = 0; i < poll.Series.Length; i++)
            {
                stored += Model.Append(poll.Series[i], poll.TimestampMs, poll.Values[i], poll.Quality) is AppendOutcome.Stored ? 1 : 0;
            }

            notKept += poll.Series.Length - stored;
            newestMs = stored > 0 ? Math.Max(newestMs, poll.TimestampMs) : newestMs;
        }

        return (samples, notKept);
    }

    private sealed record Sent(long Ordinal, long TimestampMs, int[] Series, double[] Values, SampleQuality Quality);
}

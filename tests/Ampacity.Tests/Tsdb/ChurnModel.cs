using System.Globalization;
using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>
/// A fleet in which a part of the series is replaced every minute, some of those that ended come back and some samples come late; what was sent and
/// acknowledged of it, so that every answer of a store can be checked. One thread sends, any may check.
/// </summary>
internal sealed class ChurnModel(int seed, int targets, int seriesPerTarget)
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<long, double>> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<long, double>> _acknowledged = new(StringComparer.Ordinal);
    private readonly int[] _generation = new int[targets * seriesPerTarget];
    private long _newestMs = BeginMs;

    /// <summary>Series at a time.</summary>
    public int Count => _generation.Length;

    /// <summary>The time of the newest poll.</summary>
    public long NewestMs => Interlocked.Read(ref _newestMs);

    /// <summary>Series that there ever were.</summary>
    public int Ever => _sent.Count;

    /// <summary>Samples that were sent again, with another value, and counted as duplicates by the store.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Replaces a share of the series, a few of them by one that was there before.</summary>
    public void Replace(double share)
    {
        for (var slot = 0; slot < _generation.Length; slot++)
        {
            if (_random.NextDouble() < share)
            {
                var newest = _generation.Max();
                _generation[slot] = _random.Next(5) == 0 ? _random.Next(newest + 1) : newest + 1;
            }
        }
    }

    /// <summary>Sends a poll of every target, some samples of them late.</summary>
    public async Task PollAsync(SampleStore store, long nowMs)
    {
        Interlocked.Exchange(ref _newestMs, nowMs);
        for (var target = 0; target < targets; target++)
        {
            var slots = Enumerable.Range(target * seriesPerTarget, seriesPerTarget).ToArray();
            await SendAsync(store, slots, nowMs + target, isInHead: false);
            if (_random.Next(6) == 0)
            {
                // At once again, with other values: a seal is behind the newest poll, so the store has all of it in memory and takes none.
                await SendAsync(store, slots[.._random.Next(1, slots.Length)], nowMs + target, isInHead: true);
            }

            if (_random.Next(8) == 0)
            {
                await SendAsync(store, slots[.._random.Next(1, slots.Length)], nowMs - _random.Next(20 * 60_000), isInHead: false);
            }
        }
    }

    /// <summary>Lines of what was acknowledged in a range, as <see cref="Read"/> gives them.</summary>
    public List<string> Lines(long fromMs, long throughMs)
    {
        lock (_lock)
        {
            return [.. _acknowledged
                .Select(series => (series.Key, Samples: series.Value.Where(sample => sample.Key > fromMs && sample.Key <= throughMs).ToArray()))
                .Where(series => series.Samples.Length > 0)
                .Select(series => Line(series.Key, series.Samples))
                .Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Checks a read of everything that goes on beside the sending: nothing that was acknowledged before it is missing, nothing is invented.</summary>
    public async Task CheckBesideAsync(ISelectionReader store, long fromMs, bool asSelection)
    {
        Dictionary<string, KeyValuePair<long, double>[]> before;
        lock (_lock)
        {
            before = _acknowledged.ToDictionary(series => series.Key, series => series.Value.Where(sample => sample.Key > fromMs).ToArray(), StringComparer.Ordinal);
        }

        var query = Query(new Matcher("__name__", MatchKind.Equal, "m")) with { FromMs = fromMs };
        var read = asSelection ? await SelectedAsync(store, query) : await ReadAsync(store, query);
        lock (_lock)
        {
            foreach (var (labels, samples) in read)
            {
                foreach (var (timestampMs, value) in samples)
                {
                    Assert.True(
                        _sent.TryGetValue(labels, out var sent) && sent.TryGetValue(timestampMs, out var was) && was == value,
                        $"seed {seed}: {labels} has {value} at {timestampMs - BeginMs}, which nobody sent");
                }
            }
        }

        foreach (var (labels, samples) in before)
        {
            foreach (var (timestampMs, _) in samples)
            {
                Assert.True(
                    read.TryGetValue(labels, out var found) && found.ContainsKey(timestampMs), $"seed {seed}: {labels} at {timestampMs - BeginMs} is missing");
            }
        }
    }

    /// <summary>Reads a selection into lines.</summary>
    public static async Task<List<string>> LinesAsync(StoredSelection selection)
    {
        var read = await ReadAsync(selection);
        return [.. read.Select(series => Line(series.Key, series.Value)).Order(StringComparer.Ordinal)];
    }

    private static async Task<Dictionary<string, SortedDictionary<long, double>>> ReadAsync(StoredSelection selection)
    {
        var read = new Dictionary<string, SortedDictionary<long, double>>(StringComparer.Ordinal);
        var batch = new SeriesBatch();
        for (var from = 0; from < selection.Count; from += 16)
        {
            batch.Clear();
            await selection.ReadAsync(from, Math.Min(selection.Count, from + 16), batch, CancellationToken.None);
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                Add(read, LabelSet.FromCanonical(selection.CanonicalOf(batch.SeriesNumbers[i])), batch, i);
            }
        }

        return read;
    }

    private static async Task<Dictionary<string, SortedDictionary<long, double>>> SelectedAsync(ISelectionReader store, SeriesQuery query) =>
        await ReadAsync((StoredSelection)(await store.SelectAsync(query, CancellationToken.None))!);

    private static async Task<Dictionary<string, SortedDictionary<long, double>>> ReadAsync(ISeriesReader store, SeriesQuery query)
    {
        var read = new Dictionary<string, SortedDictionary<long, double>>(StringComparer.Ordinal);
        await foreach (var batch in store.ReadAsync(query, CancellationToken.None))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                Add(read, batch.Labels[i], batch, i);
            }
        }

        return read;
    }

    private static void Add(Dictionary<string, SortedDictionary<long, double>> read, LabelSet labels, SeriesBatch batch, int at)
    {
        // A series that comes twice is a failure too: it throws.
        var samples = new SortedDictionary<long, double>();
        read.Add(labels.ToString(), samples);
        for (var i = batch.Offsets[at]; i < batch.Offsets[at + 1]; i++)
        {
            samples.Add(batch.TimestampsMs[i], batch.Values[i]);
        }
    }

    private static string Line(string labels, IEnumerable<KeyValuePair<long, double>> samples) =>
        labels + string.Concat(samples.Select(sample => $" {sample.Key - BeginMs}:{BitConverter.DoubleToInt64Bits(sample.Value):x}:0"));

    // What is in the head for sure is a duplicate when it comes again; what is in a block already may count as stored, and readers are given the first.
    private async Task SendAsync(SampleStore store, int[] slots, long timestampMs, bool isInHead)
    {
        var sets = slots.Select(slot => LabelSet.Of(
            ("__name__", "m"), ("pod", Text(_generation[slot])), ("slot", Text(slot)), ("target", Text(slot / seriesPerTarget)))).ToArray();
        var values = slots.Select(_ => _random.Next(3) == 0 ? _random.NextDouble() : _random.Next(1000)).ToArray();
        int known;
        lock (_lock)
        {
            known = sets.Select(set => set.ToString()).Distinct().Count(key => _acknowledged.TryGetValue(key, out var samples) && samples.ContainsKey(timestampMs));
            Note(_sent, sets, values, timestampMs);
        }

        var lease = store.Lease;
        var receipt = await store.AppendAsync(
            new SampleBatch(new Poll[] { new(timestampMs, slots.Length) }, sets.Select(set => store.Resolve(set.Canonical)).ToArray(), values, default)
            {
                Lease = lease,
            },
            CancellationToken.None);
        Assert.Equal((0, 0), (receipt.TooOld, receipt.TooNew));
        Assert.Equal(slots.Length, receipt.Stored + receipt.Duplicates);
        Assert.InRange(receipt.Duplicates, isInHead ? slots.Length : 0, known);
        Duplicates += receipt.Duplicates;
        lock (_lock)
        {
            Note(_acknowledged, sets, values, timestampMs);
        }
    }

    // The first of a time wins.
    private static void Note(Dictionary<string, SortedDictionary<long, double>> series, LabelSet[] sets, double[] values, long timestampMs)
    {
        for (var i = 0; i < sets.Length; i++)
        {
            var key = sets[i].ToString();
            if (!series.TryGetValue(key, out var samples))
            {
                series.Add(key, samples = []);
            }

            samples.TryAdd(timestampMs, values[i]);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

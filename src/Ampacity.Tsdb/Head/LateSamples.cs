using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Samples that came behind their group's newest poll, or behind what is sealed: kept apart, in order of arrival, and sorted in by whoever
/// reads. Taking one costs the same however many there are.
/// </summary>
/// <remarks>One thread writes; see <see cref="SampleHead"/>.</remarks>
internal sealed class LateSamples
{
    private const int PageBits = 12;
    private const int PageMask = (1 << PageBits) - 1;

    private readonly Dictionary<int, int> _last = [];
    private readonly HashSet<(int Series, long TimestampMs)> _known = [];
    private readonly List<Entry[]> _pages = [];
    private int _used = 1;

    /// <summary>Samples held.</summary>
    public int Count => _used - 1;

    /// <summary>About what they take: the entry, and a hash set's 32 bytes.</summary>
    public long Bytes => ((long)_pages.Count * (PageMask + 1) * 32) + (Count * 32L);

    /// <summary>The newest of all, UTC milliseconds; <see cref="long.MinValue"/> when there is none.</summary>
    public long NewestMs { get; private set; } = long.MinValue;

    /// <summary>The oldest of all, UTC milliseconds; <see cref="long.MaxValue"/> when there is none.</summary>
    public long OldestMs { get; private set; } = long.MaxValue;

    /// <summary>Takes a sample; false when the series has one of that time.</summary>
    public bool TryAdd(int series, long timestampMs, double value, SampleQuality quality)
    {
        if (!_known.Add((series, timestampMs)))
        {
            return false;
        }

        if (_used >> PageBits == _pages.Count)
        {
            _pages.Add(new Entry[PageMask + 1]);
        }

        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, series, out _);
        _pages[_used >> PageBits][_used & PageMask] = new Entry(timestampMs, value, last, quality);
        last = _used;
        _used++;
        NewestMs = Math.Max(NewestMs, timestampMs);
        OldestMs = Math.Min(OldestMs, timestampMs);
        return true;
    }

    /// <summary>Adds all samples to others: those up to a time to one set, those after it to another.</summary>
    public void MoveTo(LateSamples through, long throughMs, LateSamples after)
    {
        foreach (var (series, last) in _last)
        {
            for (var at = last; at != 0;)
            {
                ref readonly var entry = ref _pages[at >> PageBits][at & PageMask];
                (entry.TimestampMs <= throughMs ? through : after).TryAdd(series, entry.TimestampMs, entry.Value, entry.Quality);
                at = entry.Previous;
            }
        }
    }

    /// <summary>Whether a series has a sample of a time.</summary>
    public bool Has(int series, long timestampMs) => _known.Contains((series, timestampMs));

    /// <summary>Whether a series has any sample.</summary>
    public bool Has(int series) => _last.Count > 0 && _last.ContainsKey(series);

    /// <summary>Adds the samples of a series in a range, in no order.</summary>
    public void Read(int series, long fromMs, long throughMs, List<LateSample> samples)
    {
        if (!_last.TryGetValue(series, out var last))
        {
            return;
        }

        for (var at = last; at != 0;)
        {
            ref readonly var entry = ref _pages[at >> PageBits][at & PageMask];
            if (entry.TimestampMs > fromMs && entry.TimestampMs <= throughMs)
            {
                samples.Add(new LateSample(entry.TimestampMs, entry.Value, entry.Quality));
            }

            at = entry.Previous;
        }
    }

    /// <summary>All samples, those of a series in the order in which they came.</summary>
    public IEnumerable<(int Series, LateSample Sample)> InOrderOfArrival()
    {
        var chain = new Stack<int>();
        foreach (var (series, last) in _last)
        {
            for (var at = last; at != 0; at = _pages[at >> PageBits][at & PageMask].Previous)
            {
                chain.Push(at);
            }

            while (chain.TryPop(out var at))
            {
                var entry = _pages[at >> PageBits][at & PageMask];
                yield return (series, new LateSample(entry.TimestampMs, entry.Value, entry.Quality));
            }
        }
    }

    private readonly record struct Entry(long TimestampMs, double Value, int Previous, SampleQuality Quality);
}

/// <summary>A sample that came late.</summary>
internal readonly record struct LateSample(long TimestampMs, double Value, SampleQuality Quality);

using System.Runtime.InteropServices;

namespace Ampacity.Collect;

/// <summary>
/// Running sums of series that come as deltas: what is stored is cumulative, so that <c>rate</c> reads it as any counter. In memory only:
/// after a restart a sum begins at its first delta, which <c>rate</c> takes for the counter reset that it is.
/// </summary>
/// <remarks>
/// By labels and not by series number: a series that sends once in hours leaves the store meanwhile, and a sum that then began at its delta again would mostly be
/// no smaller than the one before, which nobody could tell from a counter that rose by the difference.
/// One request at a time holds <see cref="Turn"/> from its first delta until the store took it, so that a batch that failed is taken
/// back by <see cref="Undo"/> before another builds on it.
/// </remarks>
internal sealed class DeltaSums(int maxSeries) : IDisposable
{
    /// <summary>How far ahead of our clock a delta may be; stores take nothing later either.</summary>
    public const long MaxAheadMs = 10 * 60 * 1000;

    // A series that brought nothing for an hour gives its place to another when the places are all taken.
    private const long IdleMs = 3600 * 1000;

    private readonly Dictionary<SeriesKey, Running> _sums = [];
    private readonly List<(SeriesKey Series, Running Before)> _undo = [];

    // By spelling. Starts over empty at its limit, which bounds what a sender of ever new spellings can take.
    private readonly Dictionary<SeriesKey, SeriesKey> _labels = [];

    /// <summary>Held by the request that adds.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public void Dispose() => Turn.Dispose();

    /// <summary>The labels that a spelling stands for, if it is known.</summary>
    public bool TryLabels(in SeriesKey spelling, out SeriesKey labels) => _labels.TryGetValue(spelling, out labels);

    /// <summary>Notes the labels of a spelling.</summary>
    public void NoteLabels(in SeriesKey spelling, in SeriesKey labels)
    {
        if (_labels.Count >= maxSeries)
        {
            _labels.Clear();
        }

        _labels[spelling] = labels;
    }

    /// <summary>Adds a delta and gives the sum.</summary>
    public DeltaOutcome TryAdd(in SeriesKey series, long timestampMs, double delta, out double sum)
    {
        sum = 0;
        if (_sums.TryGetValue(series, out var known))
        {
            if (timestampMs <= known.TimestampMs)
            {
                // A request that is sent again, as senders do when they saw no answer, must not be added again.
                sum = known.Sum;
                return timestampMs == known.TimestampMs ? DeltaOutcome.Repeated : DeltaOutcome.TooOld;
            }
        }
        else if (_sums.Count >= maxSeries && !TryMakeRoom(timestampMs))
        {
            return DeltaOutcome.NoRoom;
        }

        ref var running = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, series, out var existed)!;
        _undo.Add((series, existed ? running : default));
        running = new Running(running.Sum + delta, timestampMs);
        sum = running.Sum;
        return DeltaOutcome.Added;
    }

    /// <summary>The store took what was added.</summary>
    public void Keep() => _undo.Clear();

    /// <summary>The store did not take what was added: sums are as they were before.</summary>
    public void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            var (series, before) = _undo[i];
            if (before == default)
            {
                _sums.Remove(series);
            }
            else
            {
                _sums[series] = before;
            }
        }

        _undo.Clear();
    }

    private bool TryMakeRoom(long nowMs)
    {
        var idle = _sums.Where(sum => nowMs - sum.Value.TimestampMs > IdleMs).Select(sum => sum.Key).ToArray();
        foreach (var series in idle)
        {
            _sums.Remove(series);
        }

        return idle.Length > 0;
    }

    private readonly record struct Running(double Sum, long TimestampMs);
}

/// <summary>What became of a delta.</summary>
internal enum DeltaOutcome
{
    /// <summary>It is in the sum.</summary>
    Added,

    /// <summary>The newest delta of the series has its time: it is that one again.</summary>
    Repeated,

    /// <summary>It is behind the newest one, whose sum was stored without it.</summary>
    TooOld,

    /// <summary>As many series as may have a sum.</summary>
    NoRoom,
}

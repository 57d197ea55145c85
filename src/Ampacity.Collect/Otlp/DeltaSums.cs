using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Running sums of series that come as deltas: what is stored is cumulative, so that <c>rate</c> reads it as any counter. In memory only:
/// after a restart a sum begins at its first delta, which <c>rate</c> takes for the counter reset that it is.
/// </summary>
/// <remarks>
/// One request at a time holds <see cref="Turn"/> from its first delta until the store took it, so that a batch that failed is taken
/// back by <see cref="Undo"/> before another builds on it.
/// </remarks>
internal sealed class DeltaSums(int maxSeries) : IDisposable
{
    // A series that brought nothing for an hour gives its place to another when the places are all taken.
    private const long IdleMs = 3600 * 1000;

    private readonly Dictionary<int, Running> _sums = [];
    private readonly List<(int Series, Running Before)> _undo = [];
    private readonly LeaseFollower _follower = new();

    /// <summary>Held by the request that adds.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public void Dispose() => Turn.Dispose();

    /// <summary>
    /// Forgets sums of series that ended before a lease was taken, which was by whoever holds <see cref="Turn"/>, since it does. If they come back they
    /// begin at their first delta.
    /// </summary>
    public void Follow(SeriesLease lease)
    {
        var ended = _follower.IsAt(lease) ? default : _follower.Follow(lease);
        if (ended.IsEmpty)
        {
            return;
        }

        foreach (var series in _sums.Keys.Where(ended.Has).ToArray())
        {
            _sums.Remove(series);
        }
    }

    /// <summary>Adds a delta and gives the sum.</summary>
    public DeltaOutcome TryAdd(int series, long timestampMs, double delta, out double sum)
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

using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>What one series says within one span of the fleet, gathered into the times that it takes.</summary>
internal struct Speech(SourceTurn turn, JoinedSeries joined, SeriesQuery query)
{
    private long _fromMs = long.MaxValue;
    private long _lastMs;

    /// <summary>Hears a sample. A source that only says that it ended does not speak: the next one may.</summary>
    public void Say(long atMs, double value)
    {
        if (StaleMarker.Is(value))
        {
            End(atMs);
            return;
        }

        if (_fromMs != long.MaxValue && atMs - _lastMs > SourceTurn.LookbackMs)
        {
            End(long.MaxValue);
        }

        if (_fromMs == long.MaxValue)
        {
            // One that speaks soon after a read begins spoke before it too. Of the newest samples nobody knows more than that they are.
            _fromMs = query.Shape is not ReadShape.All || atMs - SourceTurn.LookbackMs <= query.FromMs ? long.MinValue : atMs;
        }

        _lastMs = atMs;
    }

    /// <summary>Ends what was said at an instant, or when nobody looks back to it any more, whichever is first.</summary>
    public void End(long atMs)
    {
        if (_fromMs != long.MaxValue)
        {
            turn.Take(joined, _fromMs, query.Shape is not ReadShape.All ? long.MaxValue : Math.Min(atMs, HeardUntilMs()));
            _fromMs = long.MaxValue;
        }
    }

    // Whoever takes the turn ends what this one said last: when that one is at its end, nobody looks back to it, and the next source may speak.
    private readonly long HeardUntilMs()
    {
        foreach (var (fromMs, untilMs) in turn.TakenFrom(joined))
        {
            if (untilMs > _lastMs)
            {
                return Math.Min(_lastMs + SourceTurn.LookbackMs, fromMs > _lastMs ? fromMs : untilMs);
            }
        }

        return _lastMs + SourceTurn.LookbackMs;
    }
}

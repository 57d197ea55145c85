using Ampacity.Fleet;

namespace Ampacity.Topology;

/// <summary>One source of a family in its turn: which times are taken by more trusted ones, and what it takes itself.</summary>
/// <param name="taken">What the sources before it took.</param>
/// <param name="own">What this one takes; null where nobody comes after it that would ask.</param>
/// <param name="repeats">Whether its own rows repeat one another, so that of them too only one counts.</param>
/// <remarks>Of one read; one thread at a time.</remarks>
internal sealed class SourceTurn(SpokenTimes taken, SpokenTimes? own, bool repeats)
{
    /// <summary>
    /// A series that says nothing for longer than this has ended: a query's own lookback, so that the next source is heard exactly when this one is no
    /// longer.
    /// </summary>
    public const long LookbackMs = NodeRollUp.FreshMs;

    private readonly List<(StableKey Place, string Subject, long FromMs, long UntilMs)> _taking = [];

    /// <summary>Whether what a series says depends on what others said.</summary>
    public bool Decides => own is not null || repeats;

    /// <summary>Whether others speak at any time for what a series is of.</summary>
    public bool IsTaken(JoinedSeries joined) => TakenFrom(joined).Count > 0;

    /// <summary>The times at which others speak for what a series is of, in order; empty if none.</summary>
    public IReadOnlyList<(long FromMs, long UntilMs)> TakenFrom(JoinedSeries joined)
    {
        if (joined.Place is not { } bound)
        {
            return [];
        }

        var before = taken.Of(bound.Place, joined.Subject);
        var beside = repeats && joined.NamesComponent ? own?.Of(bound.Place, joined.Subject) : null;
        if (before is null || beside is null)
        {
            return (before ?? beside)?.InOrder() ?? [];
        }

        var both = new SpokenTimes.Spans();
        foreach (var (fromMs, untilMs) in before.InOrder().Concat(beside.InOrder()))
        {
            both.Add(fromMs, untilMs);
        }

        return both.InOrder();
    }

    /// <summary>Takes a span of time for what a series is of, once the series has ended: it does not stand in its own way.</summary>
    public void Take(JoinedSeries joined, long fromMs, long untilMs)
    {
        if (own is not null && joined.Place is { } bound)
        {
            _taking.Add((bound.Place, joined.Subject, fromMs, untilMs));
        }
    }

    /// <summary>The series that took is at its end.</summary>
    public void EndSeries()
    {
        foreach (var (place, subject, fromMs, untilMs) in _taking)
        {
            own!.Add(place, subject, fromMs, untilMs);
        }

        _taking.Clear();
    }

    /// <summary>Adds what was taken to what later sources find taken.</summary>
    public void End()
    {
        if (own is not null)
        {
            taken.UnionWith(own);
        }
    }
}

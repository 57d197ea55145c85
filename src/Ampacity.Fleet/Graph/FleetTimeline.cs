namespace Ampacity.Fleet;

/// <summary>
/// The fleet over time: for any instant the graph that held. The fleet is constant between two instants at which a fact begins or ends;
/// each such span has one graph, made when first asked for from the nearest one that there is.
/// </summary>
/// <remarks>Any thread. Immutable but for the graphs kept; a new change set makes a new timeline.</remarks>
public sealed class FleetTimeline
{
    /// <summary>Graphs kept beside the newest. Guessed: the instants that one dashboard compares; each holds what differs from its neighbours.</summary>
    private const int KeptMax = 16;

    private readonly SkuCatalogue _catalogue;
    private readonly TimeBoundaries _boundaries;
    private readonly Lock _making = new();
    private readonly LinkedList<(int Span, FleetGraph Graph)> _kept = [];

    /// <summary>The timeline of what a ledger believes.</summary>
    /// <param name="ledger">What is believed.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="known">A graph of this ledger that is made already, or null.</param>
    /// <param name="before">A timeline of an earlier revision of the same table, whose boundaries are taken over; or null.</param>
    public FleetTimeline(FactLedger ledger, SkuCatalogue catalogue, FleetGraph? known = null, FleetTimeline? before = null)
    {
        Ledger = ledger;
        _catalogue = catalogue;
        _boundaries = before is not null && before.Ledger.Table == ledger.Table ? before._boundaries.With(ledger.Table) : TimeBoundaries.Of(ledger.Table);
        if (known is not null)
        {
            _kept.AddFirst((SpanAt(known.AsOfMs), known));
        }
    }

    /// <summary>What is believed.</summary>
    public FactLedger Ledger { get; }

    /// <summary>The graph that holds at an instant.</summary>
    /// <exception cref="FeedLoopException">The recorded feeds hold a loop at that instant.</exception>
    public FleetGraph At(long atMs)
    {
        var span = SpanAt(atMs);
        lock (_making)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Span == span)
                {
                    _kept.Remove(node);
                    _kept.AddFirst(node);
                    return node.Value.Graph;
                }
            }

            var graph = Make(span, _boundaries.BeginOf(atMs));
            _kept.AddFirst((span, graph));
            if (_kept.Count > KeptMax)
            {
                _kept.RemoveLast();
            }

            return graph;
        }
    }

    /// <summary>First instant after <paramref name="atMs"/> at which the fleet changes; <see cref="long.MaxValue"/> if none.</summary>
    public long NextBoundaryAfter(long atMs) => _boundaries.After(atMs);

    /// <summary>Number of the span that an instant is in; equal for instants between which nothing changes.</summary>
    public int SpanAt(long atMs) => _boundaries.SpanAt(atMs);

    private FleetGraph Make(int span, long fromMs)
    {
        var nearest = _kept.Count == 0 ? null : _kept.MinBy(kept => Math.Abs(kept.Span - span)).Graph;
        return nearest is null
            ? FleetGraphBuilder.Build(Ledger, fromMs, _catalogue)
            : FleetGraphBuilder.At(nearest, Ledger, fromMs, _catalogue);
    }
}

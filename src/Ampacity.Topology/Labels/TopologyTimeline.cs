using Ampacity.Fleet;

namespace Ampacity.Topology;

/// <summary>
/// The fleet over time for joining: for any instant the snapshot that held, so that every sample gets the labels as of its own time.
/// </summary>
/// <remarks>Any thread. Immutable but for the snapshots kept; a new change set makes a new timeline.</remarks>
public sealed class TopologyTimeline(FleetTimeline fleet)
{
    /// <summary>Snapshots kept. Guessed: a query over a month of weekly changes reads five.</summary>
    private const int KeptMax = 16;

    private readonly Lock _making = new();
    private readonly LinkedList<(int Span, TopologySnapshot Snapshot)> _kept = [];

    /// <summary>The timeline of a ledger, from nothing.</summary>
    public TopologyTimeline(FactLedger ledger, SkuCatalogue catalogue)
        : this(new FleetTimeline(ledger, catalogue))
    {
    }

    /// <summary>The graphs behind it.</summary>
    public FleetTimeline Fleet => fleet;

    /// <summary>Newest change set in it.</summary>
    public ChangeSetId Revision => fleet.Ledger.Revision;

    /// <summary>The ledger behind it.</summary>
    public FactLedger Ledger => fleet.Ledger;

    /// <summary>The snapshot that holds at an instant.</summary>
    public TopologySnapshot At(long atMs)
    {
        var span = fleet.SpanAt(atMs);
        lock (_making)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Span == span)
                {
                    _kept.Remove(node);
                    _kept.AddFirst(node);
                    return node.Value.Snapshot;
                }
            }

            var snapshot = new TopologySnapshot(fleet.At(atMs));
            _kept.AddFirst((span, snapshot));
            if (_kept.Count > KeptMax)
            {
                _kept.RemoveLast();
            }

            return snapshot;
        }
    }

    /// <summary>First instant after <paramref name="atMs"/> at which the fleet changes; <see cref="long.MaxValue"/> if none.</summary>
    public long NextBoundaryAfter(long atMs) => fleet.NextBoundaryAfter(atMs);
}

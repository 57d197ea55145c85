using Ampacity.Fleet;

namespace Ampacity.Topology;

/// <summary>
/// The fleet over time: for any instant the snapshot that held, so that every sample gets the labels as of its own time. The inventory
/// is constant between two instants at which a fact begins or ends; each such span has one snapshot, made when first asked for.
/// </summary>
/// <remarks>Any thread. Immutable but for snapshots kept; a new change set makes a new timeline.</remarks>
public sealed class TopologyTimeline
{
    private readonly FactLedger _ledger;
    private readonly SkuCatalogue _catalogue;
    private readonly long[] _boundariesMs;
    private readonly Lazy<TopologySnapshot>[] _snapshots;

    /// <summary>The timeline of what a ledger believes.</summary>
    public TopologyTimeline(FactLedger ledger, SkuCatalogue catalogue)
    {
        _ledger = ledger;
        _catalogue = catalogue;
        var boundaries = new SortedSet<long> { long.MinValue };
        foreach (var fact in ledger.Facts)
        {
            boundaries.Add(fact.Valid.FromMs);
            if (!fact.Valid.IsOpen)
            {
                boundaries.Add(fact.Valid.ToMs);
            }
        }

        _boundariesMs = [.. boundaries];
        _snapshots = [.. _boundariesMs.Select(fromMs => new Lazy<TopologySnapshot>(() => Make(fromMs)))];
    }

    /// <summary>Newest change set in it.</summary>
    public ChangeSetId Revision => _ledger.Revision;

    /// <summary>The ledger behind it.</summary>
    public FactLedger Ledger => _ledger;

    /// <summary>The snapshot that holds at an instant.</summary>
    public TopologySnapshot At(long atMs) => _snapshots[SpanAt(atMs)].Value;

    /// <summary>First instant after <paramref name="atMs"/> at which the fleet changes; <see cref="long.MaxValue"/> if none.</summary>
    public long NextBoundaryAfter(long atMs)
    {
        var span = SpanAt(atMs);
        return span + 1 < _boundariesMs.Length ? _boundariesMs[span + 1] : long.MaxValue;
    }

    private int SpanAt(long atMs)
    {
        var found = Array.BinarySearch(_boundariesMs, atMs);
        return found >= 0 ? found : ~found - 1;
    }

    private TopologySnapshot Make(long fromMs) => new(FleetGraphBuilder.Build(_ledger, fromMs, _catalogue));
}

using Ampacity.Fleet;
using Ampacity.Records;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>The inventory that this process serves: the newest timeline, replaced whole after every change.</summary>
/// <remarks>Any thread. Changes go through one at a time; a reader keeps the timeline it took.</remarks>
public sealed class CurrentFleet : IDisposable
{
    private readonly FactStore _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile TopologyTimeline _timeline;

    private CurrentFleet(FactStore store, SkuCatalogue catalogue, TopologyTimeline timeline, TimeProvider time)
    {
        _store = store;
        _time = time;
        Catalogue = catalogue;
        _timeline = timeline;
    }

    /// <summary>The SKUs that ship with the program.</summary>
    public SkuCatalogue Catalogue { get; }

    /// <summary>What is believed now, over all valid time.</summary>
    public TopologyTimeline Timeline => _timeline;

    /// <summary>Now, UTC milliseconds.</summary>
    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Reads the inventory.</summary>
    public static async Task<CurrentFleet> OpenAsync(
        FactStore store, SkuCatalogue catalogue, TimeProvider time, CancellationToken cancellationToken)
    {
        var ledger = await store.ReadLedgerAsync(cancellationToken);
        return new CurrentFleet(store, catalogue, new TopologyTimeline(ledger, catalogue), time);
    }

    /// <summary>The fleet at an instant, as believed now.</summary>
    public FleetGraph GraphAt(long atMs) => _timeline.At(atMs).Graph;

    /// <summary>The fleet at an instant, as it was believed at a recorded time.</summary>
    /// <param name="asOfMs">Valid time; null is now.</param>
    /// <param name="knownAtMs">Recorded time; null is now.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<FleetGraph> GraphAsync(long? asOfMs, long? knownAtMs, CancellationToken cancellationToken)
    {
        var atMs = asOfMs ?? NowMs;
        if (knownAtMs is not { } knownMs)
        {
            return GraphAt(atMs);
        }

        var known = await _store.ReadChangeSetAtAsync(knownMs, cancellationToken);
        return FleetGraphBuilder.Build(_timeline.Ledger.KnownAt(known.Id), atMs, Catalogue);
    }

    /// <summary>Plans files against what is believed now, and carries the plan out unless it is only asked for.</summary>
    /// <param name="files">Declarations, already checked.</param>
    /// <param name="author">Who changes.</param>
    /// <param name="reason">Why.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <param name="cancellationToken">Ends the wait; a change under way is finished.</param>
    /// <exception cref="ChangeConflictException">Another process changed the inventory meanwhile.</exception>
    public async Task<(ChangePlan Plan, ChangeSet? Recorded)> ApplyAsync(
        IReadOnlyList<DeclaredFile> files, string author, string reason, bool dryRun, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            // All files are one plan, so that each builds on those before it and all are carried out as one change set.
            var ledger = _timeline.Ledger;
            var nowMs = NowMs;
            var graph = _timeline.Fleet.At(nowMs);
            var plan = ChangePlanner.Plan(ledger, graph, files, author, reason, nowMs);
            if (plan.Errors.Count > 0 || plan.Draft.IsEmpty)
            {
                return (plan, null);
            }

            // The graph is built before anything is recorded: a loop, or our own bug, must not reach the record.
            var next = new ChangeSetId(ledger.Revision.Number + 1);
            var after = FleetGraphBuilder.After(graph, ledger, plan.Draft, next, nowMs, Catalogue);
            return dryRun ? (plan, null) : (plan, await CarryOutAsync(plan.Draft, after));
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<ChangeSet> CarryOutAsync(ChangeDraft draft, FleetGraph after)
    {
        var recorded = (await _store.CarryOutAsync(draft, CancellationToken.None)).Change;
        var ledger = _timeline.Ledger.Table.Append(draft, recorded.Id);
        _timeline = new TopologyTimeline(new FleetTimeline(ledger, Catalogue, after.WithLedger(ledger)));
        return recorded;
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();
}

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
        var ledger = await store.ReadLedgerAsync(null, cancellationToken);
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

        var ledger = await _store.ReadLedgerAsync(knownMs, cancellationToken);
        return FleetGraphBuilder.Build(ledger, atMs, Catalogue);
    }

    /// <summary>Plans files against what is believed now, and carries the plan out unless it is only asked for.</summary>
    /// <param name="files">Declarations, already checked.</param>
    /// <param name="author">Who changes.</param>
    /// <param name="reason">Why.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <param name="cancellationToken">Ends the wait; a change under way is finished.</param>
    /// <exception cref="ChangeConflictException">Another process changed the inventory meanwhile.</exception>
    public async Task<(IReadOnlyList<ChangePlan> Plans, ChangeSet? Recorded)> ApplyAsync(
        IReadOnlyList<DeclaredFile> files, string author, string reason, bool dryRun, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            // Each file is planned on what the ones before it leave, in memory; then all are carried out as one change set.
            var ledger = _timeline.Ledger;
            var plans = new List<ChangePlan>();
            var nowMs = NowMs;
            var merged = new DraftMerge(ledger);
            foreach (var file in files)
            {
                var plan = ChangePlanner.Plan(merged.Ledger, file, author, reason, nowMs);
                plans.Add(plan);
                merged.Add(plan.Draft);
            }

            var draft = merged.ToDraft(author, reason);

            // The graph is built before anything is recorded: a loop, or our own bug, must not reach the record.
            _ = FleetGraphBuilder.Build(merged.Ledger, nowMs, Catalogue);
            if (dryRun || draft.IsEmpty)
            {
                return (plans, null);
            }

            var recorded = await _store.CarryOutAsync(draft, CancellationToken.None);
            _timeline = new TopologyTimeline(await _store.ReadLedgerAsync(null, CancellationToken.None), Catalogue);
            return (plans, recorded);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();
}

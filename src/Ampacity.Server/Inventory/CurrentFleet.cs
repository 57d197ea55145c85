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
    private readonly OwnSkus _ownSkus;

    // Guessed: the recorded times that one report compares. Each timeline keeps its own few graphs.
    private const int KnownMax = 4;

    // Guessed: a feed changed for a past that had more other changes is checked at the first of them.
    private const int OtherInstantsMax = 64;

    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly LinkedList<FleetTimeline> _known = [];
    private volatile TopologyTimeline _timeline;
    private volatile SkuCatalogue _catalogue;

    private CurrentFleet(FactStore store, SkuCatalogue catalogue, OwnSkus ownSkus, TopologyTimeline timeline, TimeProvider time)
    {
        _store = store;
        _time = time;
        _ownSkus = ownSkus;
        _catalogue = catalogue;
        _timeline = timeline;
    }

    /// <summary>The SKUs that ship with the program, and the site's own; it only ever grows while the server runs.</summary>
    public SkuCatalogue Catalogue => _catalogue;

    /// <summary>What is believed now, over all valid time.</summary>
    public TopologyTimeline Timeline => _timeline;

    /// <summary>Now, UTC milliseconds.</summary>
    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Reads the inventory.</summary>
    /// <param name="store">Its record.</param>
    /// <param name="catalogue">SKUs that ship and own ones.</param>
    /// <param name="ownSkus">Where SKUs that are added are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    internal static async Task<CurrentFleet> OpenAsync(
        FactStore store, SkuCatalogue catalogue, OwnSkus ownSkus, TimeProvider time, CancellationToken cancellationToken)
    {
        var ledger = await store.ReadLedgerAsync(cancellationToken);
        return new CurrentFleet(store, catalogue, ownSkus, new TopologyTimeline(ledger, catalogue), time);
    }

    /// <summary>Adds SKUs: on disk, then in the catalogue of every request that begins afterwards.</summary>
    /// <param name="add">Works out what to add to the newest catalogue; null adds nothing.</param>
    /// <param name="dryRun">Work it out only.</param>
    /// <param name="cancellationToken">Ends the wait; files under way are finished.</param>
    /// <exception cref="RecordStoreException">A file cannot be written.</exception>
    internal async Task<T> AddSkusAsync<T>(
        Func<SkuCatalogue, (T Answer, SkuAddition? Addition)> add, bool dryRun, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var (answer, addition) = add(_catalogue);
            if (!dryRun && addition is { Files.Length: > 0 })
            {
                Keep(addition);
            }

            return answer;
        }
        finally
        {
            _changing.Release();
        }
    }

    private void WriteSkus(SkuAddition addition)
    {
        try
        {
            _ownSkus.Write(addition.Files);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecordStoreException(RecordStoreFailure.Unreachable, $"A SKU could not be kept in the data folder: {error.Message}", error);
        }
    }

    private void Keep(SkuAddition addition)
    {
        WriteSkus(addition);

        // Racks pin only what the catalogue had, so the graphs that there are stay right; a revision that was lost and comes back is the exception.
        var (ledger, before, nowMs) = (_timeline.Ledger, _timeline.Fleet, NowMs);
        var graph = before.At(nowMs);
        var returns = addition.Added.Select(revision => revision.ToString()).ToHashSet(StringComparer.Ordinal);
        var isPinned = graph.Places.Order.ToArray().Any(node => graph.NodeOf(node)!.Sku is { } sku && returns.Contains(sku));
        _catalogue = addition.Catalogue;
        _timeline = new TopologyTimeline(new FleetTimeline(ledger, addition.Catalogue, isPinned ? null : graph, before));
        lock (_known)
        {
            _known.Clear();
        }
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

        var known = (await _store.ReadChangeSetAtAsync(knownMs, cancellationToken)).Id;
        var now = _timeline.Fleet;
        return known == now.Ledger.Revision ? now.At(atMs) : KnownTimeline(now, known).At(atMs);
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
        var outcome = await ChangeAsync(
            (timeline, nowMs) => ChangePlanner.Plan(timeline.Ledger, timeline.At(nowMs), files, author, reason, nowMs), null, dryRun, cancellationToken);
        return (outcome.Plan, outcome.Recorded);
    }

    /// <summary>Plans any change against what is believed now, and carries it out unless it is only asked for or breaks a rule.</summary>
    /// <param name="plan">Works the change out on the newest timeline, as of now.</param>
    /// <param name="expected">The revision that the asker has seen; null takes whatever is the newest.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <param name="cancellationToken">Ends the wait; a change under way is finished.</param>
    /// <exception cref="ChangeConflictException">Another revision than the expected one is the newest, or another process changed it meanwhile.</exception>
    /// <param name="skus">Files of SKUs that the change pins and the catalogue may lack: kept before it is carried out; null for none.</param>
    /// <exception cref="FeedLoopException">The feeds would hold a loop at an instant that the change touches.</exception>
    public async Task<ChangeOutcome> ChangeAsync(
        Func<FleetTimeline, long, ChangePlan> plan, ChangeSetId? expected, bool dryRun, CancellationToken cancellationToken,
        IReadOnlyList<(string Name, string Text)>? skus = null)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var timeline = _timeline.Fleet;
            var basedOn = timeline.Ledger.Revision;
            if (expected is { } seen && seen != basedOn)
            {
                throw await CameBetweenAsync(seen, basedOn, cancellationToken);
            }

            var nowMs = NowMs;
            var planned = plan(timeline, nowMs);
            var added = skus is null ? null : _catalogue.Add(skus);
            if (added is { Errors.Count: > 0 })
            {
                planned = planned with { Errors = [.. planned.Errors, .. added.Errors] };
            }

            if (planned.Errors.Count > 0 || planned.Draft.IsEmpty)
            {
                return new ChangeOutcome(planned, null, basedOn, timeline.At(nowMs), timeline.At(nowMs));
            }

            // The graph is built before anything is recorded: a loop, or our own bug, must not reach the record.
            var next = new ChangeSetId(basedOn.Number + 1);
            var before = timeline.At(nowMs);
            var catalogue = added?.Value?.Catalogue ?? _catalogue;
            FleetGraph after;
            try
            {
                after = FleetGraphBuilder.After(before, timeline.Ledger, planned.Draft, next, nowMs, catalogue);
                foreach (var atMs in OtherInstants(timeline, planned.Draft, nowMs))
                {
                    _ = FleetGraphBuilder.After(timeline.At(atMs), timeline.Ledger, planned.Draft, next, atMs, catalogue);
                }
            }
            catch (FeedLoopException loop)
            {
                throw new FeedLoopException(loop.Loop, loop.Loop.Select(node => NameOf(before, planned.Draft, node)));
            }

            return new ChangeOutcome(planned, dryRun ? null : await CarryOutAsync(planned.Draft, after, added?.Value), basedOn, before, after);
        }
        finally
        {
            _changing.Release();
        }
    }

    // A node that the draft makes is in no graph yet.
    private static string NameOf(FleetGraph before, ChangeDraft draft, int node)
    {
        if (before.NodeOf(node) is not null)
        {
            return before.PathOf(node);
        }

        for (var index = 0; index < draft.Record.Count; index++)
        {
            var row = draft.Record.Row(index);
            if (row.Aspect == FactAspect.Node && row.Subject == Subject.Node(node) && row.Value is NodeFact made)
            {
                return made.Name;
            }
        }

        return System.FormattableString.Invariant($"node {node}");
    }

    // Edits may begin in the past or the future, and what feeds what then must hold no loop either.
    private static SortedSet<long> OtherInstants(FleetTimeline timeline, ChangeDraft draft, long nowMs)
    {
        var instants = new SortedSet<long>();
        var sources = new HashSet<int>();
        for (var index = 0; index < draft.Record.Count; index++)
        {
            if (draft.Record.Row(index) is { Aspect: FactAspect.Feed } feed)
            {
                sources.Add(((FeedFact)feed.ToValue()).Source);
            }
        }

        for (var index = 0; sources.Count > 0 && index < draft.Record.Count && instants.Count < OtherInstantsMax; index++)
        {
            // A rack that feeds nothing closes no loop at any time: moving it asks for no graph of the future.
            var row = draft.Record.Row(index);
            if (row.Aspect is not FactAspect.Feed || !(sources.Contains((int)row.Subject.Number) || timeline.Ledger.EverFeeds((int)row.Subject.Number)))
            {
                continue;
            }

            if (row.Valid.FromMs != nowMs)
            {
                instants.Add(row.Valid.FromMs);
            }

            for (var atMs = timeline.NextBoundaryAfter(row.Valid.FromMs); atMs < row.Valid.ToMs && instants.Count < OtherInstantsMax; atMs = timeline.NextBoundaryAfter(atMs))
            {
                instants.Add(atMs);
            }
        }

        return instants;
    }

    private async Task<ChangeConflictException> CameBetweenAsync(ChangeSetId seen, ChangeSetId newest, CancellationToken cancellationToken)
    {
        var last = await _store.ReadChangeSetsAsync(1, long.MaxValue, cancellationToken) is [var first, ..] ? first : null;
        return new ChangeConflictException(
            seen.CompareTo(newest) > 0
                ? $"{seen} was not recorded yet: the newest is {newest}. Plan again on it."
                : $"The plan was made on {seen}; since then {last?.Author} recorded {last?.Id} ({last?.Reason}). Look at it, and plan again.", last);
    }

    // What was believed does not change, so its timelines are kept; the first graph of each is built from nothing.
    private FleetTimeline KnownTimeline(FleetTimeline now, ChangeSetId known)
    {
        lock (_known)
        {
            for (var node = _known.First; node is not null; node = node.Next)
            {
                if (node.Value.Ledger.Revision == known)
                {
                    _known.Remove(node);
                    _known.AddFirst(node);
                    return node.Value;
                }
            }

            var made = new FleetTimeline(now.Ledger.KnownAt(known), Catalogue, null, now);
            _known.AddFirst(made);
            if (_known.Count > KnownMax)
            {
                _known.RemoveLast();
            }

            return made;
        }
    }

    private async Task<ChangeSet> CarryOutAsync(ChangeDraft draft, FleetGraph after, SkuAddition? skus)
    {
        if (skus is { Files.Length: > 0 })
        {
            // First: a SKU that no rack pins is harmless, a rack whose SKU is lost is not.
            WriteSkus(skus);
            _catalogue = skus.Catalogue;
        }

        var recorded = (await _store.CarryOutAsync(draft, CancellationToken.None)).Change;
        var before = _timeline.Fleet;
        var ledger = before.Ledger.Table.Append(draft, recorded.Id);
        _timeline = new TopologyTimeline(new FleetTimeline(ledger, Catalogue, after.WithLedger(ledger), before));
        return recorded;
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();
}

/// <summary>What became of a change.</summary>
/// <param name="Plan">What was planned; with errors nothing was carried out.</param>
/// <param name="Recorded">The change set, if one was recorded.</param>
/// <param name="BasedOn">The revision that it was planned on.</param>
/// <param name="Before">The fleet before it, as of now.</param>
/// <param name="After">The fleet after it, as of now.</param>
public sealed record ChangeOutcome(ChangePlan Plan, ChangeSet? Recorded, ChangeSetId BasedOn, FleetGraph Before, FleetGraph After);

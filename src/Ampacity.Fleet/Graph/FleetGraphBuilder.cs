namespace Ampacity.Fleet;

/// <summary>Builds a <see cref="FleetGraph"/> from the facts that hold at an instant. Pure: the same facts give the same graph.</summary>
public static class FleetGraphBuilder
{
    /// <summary>Builds the graph of one instant from nothing: time linear in the facts about nodes.</summary>
    /// <param name="ledger">Facts believed.</param>
    /// <param name="asOfMs">The instant, UTC milliseconds.</param>
    /// <param name="catalogue">SKUs; a rack whose SKU is not in it has no build.</param>
    /// <exception cref="FeedLoopException">The recorded feeds hold a loop at that instant.</exception>
    public static FleetGraph Build(FactLedger ledger, long asOfMs, SkuCatalogue catalogue) =>
        Make(FleetGraph.Empty, ledger, new FactsAfter(ledger), ledger.Revision, asOfMs, catalogue, Enumerable.Range(0, ledger.NextNode))
            ?? throw new InvalidOperationException("Bug: a graph built from nothing had a past");

    /// <summary>
    /// The graph once a draft is carried out, from the one before: time in proportion to what the draft changes. Its assets are still
    /// those of <paramref name="ledger"/>; once the draft is recorded, <see cref="FleetGraph.WithLedger"/> brings the new ones.
    /// </summary>
    /// <param name="from">A graph of the draft's ledger.</param>
    /// <param name="ledger">The ledger that the draft is based on.</param>
    /// <param name="draft">What will change.</param>
    /// <param name="revision">The change set that it will be.</param>
    /// <param name="asOfMs">The instant, at or after that of <paramref name="from"/>, UTC milliseconds.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <exception cref="FeedLoopException">The feeds would hold a loop.</exception>
    public static FleetGraph After(
        FleetGraph from, FactLedger ledger, ChangeDraft draft, ChangeSetId revision, long asOfMs, SkuCatalogue catalogue)
    {
        var facts = new FactsAfter(ledger, draft);
        var changed = facts.ChangedNodes.Concat(ledger.NodesChangingBetween(from.AsOfMs, asOfMs));
        return Make(from, ledger, facts, revision, asOfMs, catalogue, changed)
            ?? Make(FleetGraph.Empty, ledger, facts, revision, asOfMs, catalogue, Enumerable.Range(0, facts.NextNode))!;
    }

    /// <summary>The graph of another instant of the same ledger: time in proportion to what changed between the two.</summary>
    public static FleetGraph At(FleetGraph from, FactLedger ledger, long asOfMs, SkuCatalogue catalogue)
    {
        var facts = new FactsAfter(ledger);
        return Make(from, ledger, facts, ledger.Revision, asOfMs, catalogue, ledger.NodesChangingBetween(from.AsOfMs, asOfMs))
            ?? Build(ledger, asOfMs, catalogue);
    }

    private static FleetGraph? Make(
        FleetGraph from, FactLedger ledger, FactsAfter facts, ChangeSetId revision, long asOfMs, SkuCatalogue catalogue, IEnumerable<int> changed) =>
        from.Edit(ledger, facts, revision, asOfMs, catalogue).Make(changed);
}

using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>One page of what was ever recorded about a place and the asset in it, newest recorded first. Immutable.</summary>
/// <param name="Facts">The page.</param>
/// <param name="Total">Facts on all pages.</param>
/// <param name="Page">The page, from 1.</param>
/// <param name="Names">Names of what they are about.</param>
public sealed record PlaceHistoryModel(IReadOnlyList<Fact> Facts, int Total, int Page, FactNames Names)
{
    /// <summary>Facts of one page.</summary>
    public const int PageRows = 50;

    /// <summary>Pages, at least 1.</summary>
    public int Pages => Math.Max(1, (Total + PageRows - 1) / PageRows);

    /// <summary>Change sets that the page names.</summary>
    public IEnumerable<ChangeSetId> Changes => Facts.SelectMany(fact => (ChangeSetId?[])[fact.RecordedBy, fact.RetractedBy]).OfType<ChangeSetId>();

    /// <summary>Reads a page. The asset is told with its whole story, that before it came here too.</summary>
    /// <param name="view">What the reader may see.</param>
    /// <param name="ledger">What was recorded.</param>
    /// <param name="key">The place.</param>
    /// <param name="page">From 1; one behind the last is the last.</param>
    public static PlaceHistoryModel Of(FleetView view, FactLedger ledger, StableKey key, int page)
    {
        var facts = new List<Fact>();
        if (key.Part == 0)
        {
            facts.AddRange(ledger.HistoryOf(Subject.Node(key.Node)).ToFacts());
        }

        // An asset may have come from where the reader may not look.
        if (view.SeesAll && view.Graph.KindOf(key.Node) == NodeKind.Rack && view.Graph.Assets.IdAt(key) is { } asset)
        {
            facts.AddRange(ledger.HistoryOf(Subject.Asset(asset)).ToFacts());
        }

        facts.Sort((one, other) => other.Id.Number.CompareTo(one.Id.Number));
        var shown = Math.Clamp(page, 1, Math.Max(1, (facts.Count + PageRows - 1) / PageRows));
        return new PlaceHistoryModel([.. facts.Skip((shown - 1) * PageRows).Take(PageRows)], facts.Count, shown, new FactNames(ledger, view));
    }
}

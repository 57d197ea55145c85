using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What files change, or would change.</summary>
/// <param name="ChangeSet">The change set recorded; left out when nothing was.</param>
/// <param name="DryRun">Whether it was only planned.</param>
/// <param name="Added">Facts that begin.</param>
/// <param name="Changed">Facts that get another value.</param>
/// <param name="Removed">Facts that end.</param>
/// <param name="AddedDesignWatts">Design draw of the racks that come, W at rack input.</param>
/// <param name="RemovedDesignWatts">Design draw of the racks that go.</param>
/// <param name="Changes">One row a fact: the first 10,000 of those counted.</param>
public sealed record ChangeReport(
    string? ChangeSet,
    bool DryRun,
    int Added,
    int Changed,
    int Removed,
    double AddedDesignWatts,
    double RemovedDesignWatts,
    IReadOnlyList<ChangeRow> Changes)
{
    /// <summary>The revision that it was planned on: give it as If-Match, and a change that came between is told.</summary>
    public string? BasedOn { get; init; }

    /// <summary>How many changes are counted and not listed.</summary>
    public int Unlisted { get; init; }

    /// <summary>Racks that come and go, by SKU revision.</summary>
    public IReadOnlyList<SkuChangeRow> Skus { get; init; } = [];

    /// <summary>Sites that it touches, by name.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [];

    internal static ChangeReport Of(ChangeOutcome outcome, bool dryRun, SkuCatalogue catalogue) => Of(outcome, outcome.Plan.Tally, dryRun, catalogue) with
    {
        BasedOn = outcome.BasedOn.ToString(),
        Unlisted = outcome.Plan.Tally.Count - outcome.Plan.Changes.Count,
        Skus = [.. outcome.Plan.Tally.RacksBySku.OrderBy(racks => racks.Key, StringComparer.Ordinal).Select(racks => new SkuChangeRow(
            racks.Key, racks.Value.Come, racks.Value.Gone,
            racks.Value.Come * DesignWatts(racks.Key, catalogue), racks.Value.Gone * DesignWatts(racks.Key, catalogue)))],
        Sites = [.. SitesOf(outcome).Order(NaturalOrder.Comparer)],
    };

    private static ChangeReport Of(ChangeOutcome outcome, ChangeTally tally, bool dryRun, SkuCatalogue catalogue)
    {
        return new ChangeReport(
            outcome.Recorded?.Id.ToString(),
            dryRun,
            tally.Added,
            tally.Changed,
            tally.Removed,
            tally.RacksBySku.Sum(racks => racks.Value.Come * DesignWatts(racks.Key, catalogue)),
            tally.RacksBySku.Sum(racks => racks.Value.Gone * DesignWatts(racks.Key, catalogue)),
            [.. outcome.Plan.Changes.Select(change => new ChangeRow(
                change.Verb.ToString().ToLowerInvariant(), change.What, (change.After ?? change.Before)!.Aspect,
                Text(change.Before, outcome.Before, outcome.After), Text(change.After, outcome.After, outcome.Before)))]);
    }

    // By nodes and placements: what is said of an asset alone touches no site that its placement would not name.
    private static HashSet<string> SitesOf(ChangeOutcome outcome)
    {
        var sites = new HashSet<string>(StringComparer.Ordinal);
        var record = outcome.Plan.Draft.Record;
        for (var index = 0; index < record.Count; index++)
        {
            var row = record.Row(index);
            Add(outcome.After, row.Subject.Kind == SubjectKind.Node ? (int)row.Subject.Number : row.Aspect == FactAspect.Placement ? row.Place.Node : -1);
        }

        foreach (var id in outcome.Plan.Draft.Retract)
        {
            var fact = outcome.Before.Assets.FactOf(id);
            Add(outcome.Before, fact.Subject.Kind == SubjectKind.Node ? (int)fact.Subject.Number : fact.Aspect == FactAspect.Placement ? fact.Place.Node : -1);
        }

        return sites;

        void Add(FleetGraph graph, int node)
        {
            var site = node < 0 || node >= graph.NodeCount ? -1 : graph.Above(node, NodeKind.Site);
            if (site >= 0)
            {
                sites.Add(graph.NameOf(site));
            }
        }
    }

    private static double DesignWatts(string sku, SkuCatalogue catalogue) =>
        SkuRevision.TryParse(sku, out var revision) && catalogue.TryFind(revision, out var found) && found.Kind == SkuKind.Rack
            ? found.DesignWatts?.Value ?? 0
            : 0;

    // Places by their paths: of what came or went the other fleet knows it.
    private static string? Text(FactValue? value, FleetGraph graph, FleetGraph other)
    {
        return value switch
        {
            null => null,
            IdentifierFact identifier => $"{FleetSearch.FieldOf(identifier.Kind)} {identifier.Text}",
            _ => FactText.Of(value, PathOf, key => (graph.NodeOf(key.Node) is null ? other : graph).PartPathOf(key)),
        };

        string PathOf(int node) => graph.NodeOf(node) is not null ? graph.PathOf(node)
            : other.NodeOf(node) is not null ? other.PathOf(node)
            : string.Create(CultureInfo.InvariantCulture, $"node {node}");
    }
}

/// <summary>One fact that begins, changes or ends.</summary>
/// <param name="Verb">add, change or remove.</param>
/// <param name="What">Path or asset.</param>
/// <param name="Aspect">What about it.</param>
/// <param name="Before">Value before; left out when it begins.</param>
/// <param name="After">Value after; left out when it ends.</param>
public sealed record ChangeRow(string Verb, string What, string Aspect, string? Before, string? After);

/// <summary>Racks of one SKU revision that come and go.</summary>
/// <param name="Sku">The revision.</param>
/// <param name="Come">Racks that come.</param>
/// <param name="Gone">Racks that go.</param>
/// <param name="AddedDesignWatts">Design draw of those that come, W at rack input.</param>
/// <param name="RemovedDesignWatts">Design draw of those that go.</param>
public sealed record SkuChangeRow(string Sku, int Come, int Gone, double AddedDesignWatts, double RemovedDesignWatts);

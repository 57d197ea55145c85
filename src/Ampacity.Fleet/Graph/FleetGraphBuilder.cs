using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Builds a <see cref="FleetGraph"/> from the facts that hold at an instant. Pure: the same facts give the same graph.</summary>
public static class FleetGraphBuilder
{
    /// <summary>Builds the graph of one instant.</summary>
    /// <param name="ledger">Facts believed.</param>
    /// <param name="asOfMs">The instant, UTC milliseconds.</param>
    /// <param name="catalogue">SKUs; a rack whose SKU is not in it has no build.</param>
    /// <exception cref="FeedLoopException">The recorded feeds hold a loop at that instant.</exception>
    public static FleetGraph Build(FactLedger ledger, long asOfMs, SkuCatalogue catalogue)
    {
        var count = ledger.NextNode;
        var kinds = new NodeKind[count];
        var names = new string[count];
        var parents = new int[count];
        var details = new NodeDetails[count];
        Array.Fill(names, "");
        Array.Fill(parents, -2);
        var feeds = new List<(int Node, int Source, int Order)>();
        var coolers = new List<(int Node, int Source)>();
        var modes = new Dictionary<int, FeedMode>();
        var ratings = new Dictionary<int, NodePower>();
        var efficiencies = new Dictionary<int, double>();
        var rules = new List<BindingRule>();
        var assets = new Dictionary<AssetId, AssetFacts>();
        foreach (var fact in ledger.HoldingAt(asOfMs))
        {
            if (fact.Subject.Kind == SubjectKind.Asset)
            {
                var id = new AssetId(fact.Subject.Number);
                (assets.TryGetValue(id, out var facts) ? facts : assets[id] = new AssetFacts()).Add(fact.Value);
                continue;
            }

            var node = (int)fact.Subject.Number;
            switch (fact.Value)
            {
                case NodeFact place:
                    (kinds[node], names[node], parents[node]) = (place.Kind, place.Name, place.Parent);
                    break;
                case HallFact hall:
                    details[node] = details[node] with { Hall = hall };
                    break;
                case FloorPositionFact position:
                    details[node] = details[node] with { Position = position };
                    break;
                case PinnedSkuFact sku:
                    details[node] = details[node] with { Sku = sku.Sku };
                    break;
                case ProgrammeFact programme:
                    details[node] = details[node] with { Programme = programme.Programme };
                    break;
                case CoolingRatingFact cooling:
                    details[node] = details[node] with { Cooling = cooling };
                    break;
                case LifecycleFact lifecycle:
                    details[node] = details[node] with { State = lifecycle.State };
                    break;
                case PowerRatingFact rating:
                    details[node] = details[node] with { Power = rating };
                    ratings[node] = NodePower.From(rating);
                    break;
                case EfficiencyFact efficiency:
                    efficiencies[node] = efficiency.OutputOverInput;
                    break;
                case FeedFact feed:
                    feeds.Add((node, feed.Source, feed.Order));
                    break;
                case FeedModeFact mode:
                    modes[node] = mode.Mode;
                    break;
                case CoolFact cool:
                    coolers.Add((node, cool.Source));
                    break;
                case BindingRuleFact rule:
                    rules.Add(new BindingRule(node, rule));
                    break;
                default:
                    throw new InvalidOperationException($"Bug: no place in the graph for a {fact.Value.Aspect} of {fact.Subject}");
            }
        }

        // A node whose parent does not exist at this instant does not exist either; edges to it fall away with it.
        DropOrphans(kinds, parents);
        feeds.RemoveAll(feed => kinds[feed.Node] == NodeKind.None || kinds[feed.Source] == NodeKind.None);
        var builds = BuildsOf(details, catalogue);
        var coolerColumn = coolers.Where(edge => kinds[edge.Source] != NodeKind.None).ToLookup(edge => edge.Node, edge => edge.Source);
        return new FleetGraph(
            ledger.Revision,
            asOfMs,
            kinds,
            names,
            parents,
            builds,
            details,
            [.. Enumerable.Range(0, count).Select(node => coolerColumn[node].Order().ToArray())],
            Permutation.DepthFirst(parents, (left, right) => kinds[left] != kinds[right]
                ? kinds[left].CompareTo(kinds[right])
                : NaturalOrder.Comparer.Compare(names[left], names[right])),
            PowerGraph.Build(count, feeds, modes, ratings, efficiencies),
            new AssetTable(assets.ToDictionary(pair => pair.Key, pair => pair.Value.ToAsset(pair.Key))),
            [.. rules.Where(rule => kinds[rule.DeclaredAt] != NodeKind.None).OrderBy(rule => rule.DeclaredAt).ThenBy(rule => rule.Rule.Rank)]);
    }

    // Racks of one revision share one build.
    private static RackBuild?[] BuildsOf(NodeDetails[] details, SkuCatalogue catalogue)
    {
        var byRevision = new Dictionary<string, RackBuild?>(StringComparer.Ordinal);
        var builds = new RackBuild?[details.Length];
        for (var node = 0; node < details.Length; node++)
        {
            if (details[node].Sku is not { } text)
            {
                continue;
            }

            if (!byRevision.TryGetValue(text, out var build))
            {
                build = SkuRevision.TryParse(text, out var revision) && catalogue.TryFind(revision, out _)
                    ? RackBuild.Flatten(revision, catalogue)
                    : null;
                byRevision[text] = build;
            }

            builds[node] = build;
        }

        return builds;
    }

    private static void DropOrphans(NodeKind[] kinds, int[] parents)
    {
        bool again;
        do
        {
            again = false;
            for (var node = 0; node < kinds.Length; node++)
            {
                if (kinds[node] != NodeKind.None && parents[node] >= 0 && kinds[parents[node]] == NodeKind.None)
                {
                    kinds[node] = NodeKind.None;
                    parents[node] = -2;
                    again = true;
                }
            }
        }
        while (again);
    }

    private sealed class AssetFacts
    {
        private readonly Dictionary<IdentifierKind, string> _identifiers = [];
        private StableKey? _place;
        private string? _sku;
        private LifecycleState? _state;

        public void Add(FactValue value)
        {
            switch (value)
            {
                case PlacementFact placement:
                    _place = new StableKey(placement.Rack, placement.Part);
                    break;
                case IdentifierFact identifier:
                    _identifiers[identifier.Kind] = identifier.Text;
                    break;
                case PinnedSkuFact sku:
                    _sku = sku.Sku;
                    break;
                case LifecycleFact lifecycle:
                    _state = lifecycle.State;
                    break;
                default:
                    throw new InvalidOperationException(
                        string.Create(CultureInfo.InvariantCulture, $"Bug: an asset has no {value.Aspect}"));
            }
        }

        public FleetAsset ToAsset(AssetId id) => new(id, _place, _identifiers, _sku, _state);
    }
}

namespace Ampacity.Fleet;

/// <summary>Every fact ever recorded about a place or an asset. Pure; any thread.</summary>
public static class PlaceHistory
{
    /// <summary>Every fact about an asset, oldest recorded first.</summary>
    public static IReadOnlyList<Fact> Of(FactLedger ledger, AssetId asset) => ledger.HistoryOf(Subject.Asset(asset)).ToFacts();

    /// <summary>
    /// Every fact about every node that ever bore a path, and about what sat in it, oldest recorded first. Names and parents are taken
    /// from all that was ever recorded, whether it is still believed or not.
    /// </summary>
    /// <param name="ledger">What was recorded.</param>
    /// <param name="graph">The fleet whose builds say where a path inside a rack leads.</param>
    /// <param name="path">The path; inside racks too.</param>
    /// <param name="nodes">The nodes that bore it; empty if none ever did.</param>
    public static IReadOnlyList<Fact> Of(FactLedger ledger, FleetGraph graph, string path, out IReadOnlyList<int> nodes)
    {
        var found = new HashSet<int>();
        var facts = new SortedDictionary<long, Fact>();
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (node, rest) in NodesEverAt(ledger, segments))
        {
            if (rest == segments.Length)
            {
                found.Add(node);
                Add(ledger.HistoryOf(Subject.Node(node)).ToFacts());
                AddPlaced(node, null);
            }
            else if (PartOf(graph, node, segments[rest..]) is { } part)
            {
                found.Add(node);
                AddPlaced(node, part);
            }
        }

        nodes = [.. found.Order()];
        return [.. facts.Values];

        void Add(IEnumerable<Fact> more)
        {
            foreach (var fact in more)
            {
                facts[fact.Id.Number] = fact;
            }
        }

        // Of a rack what ever sat in it tells by its placements alone; of one part its things' whole stories belong here.
        void AddPlaced(int rack, int? part)
        {
            foreach (var placement in ledger.EverPlacedIn(rack))
            {
                if (part is null)
                {
                    Add([placement.ToFact()]);
                }
                else if (placement.Place.Part == part)
                {
                    Add(ledger.HistoryOf(placement.Subject).ToFacts());
                }
            }
        }
    }

    private static int? PartOf(FleetGraph graph, int rack, string[] segments)
    {
        if (graph.BuildOf(rack)?.TryFind(string.Join('/', segments), out var part) == true)
        {
            return part;
        }

        return segments.Length == 1 && RackPosition.TryParse(segments[0], out var position) ? position.Ordinal : null;
    }

    // Nodes by the name and parent that they ever had, level by level; a rack may end before the path does.
    private static List<(int Node, int Segments)> NodesEverAt(FactLedger ledger, string[] segments)
    {
        var level = new HashSet<int> { -1 };
        var found = new List<(int, int)>();
        for (var i = 0; i < segments.Length && level.Count > 0; i++)
        {
            var next = new HashSet<int>();
            foreach (var (node, fact) in ledger.NodesEverNamed(segments[i], level))
            {
                next.Add(node);
                if (fact.Kind == NodeKind.Rack && i + 1 < segments.Length)
                {
                    found.Add((node, i + 1));
                }
            }

            level = next;
        }

        found.AddRange(level.Where(node => node >= 0).Select(node => (node, segments.Length)));
        return found;
    }
}

using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>The <c>power</c> section: nodes, what feeds them, and that no node feeds itself in the end.</summary>
internal static class PowerSection
{
    public static ImmutableArray<DeclaredPowerNode> Read(DataNode? section, FileErrors errors)
    {
        if (section is null)
        {
            return [];
        }

        var nodes = section.Select(node => Node(node, section, errors)).ToImmutableArray();
        Loops(nodes, section, errors);
        return nodes;
    }

    private static DeclaredPowerNode Node(DataNode node, DataNode section, FileErrors errors)
    {
        var fedBy = node["fedBy"] switch
        {
            null => [],
            { Kind: DataKind.List } list => list.Items,
            var one => [one],
        };
        foreach (var feed in fedBy)
        {
            if (!section.Members.ContainsKey(feed.Text))
            {
                errors.Add(feed, "unknown-feed", $"no power node is named '{feed.Text}'; {NamesOf(section.Members.Keys)}");
            }
        }

        PowerRating? rating = null;
        if (node["rating"] is { } text && !QuantityText.TryPowerRating(text.Text, out rating, out var hint))
        {
            errors.Add(text, "bad-quantity", hint);
        }

        return new(
            node.Name,
            Enum.Parse<NodeKind>(node["kind"]!.Text),
            [.. fedBy.Select(feed => feed.Text)],
            FleetFile.Mode(node["mode"]),
            rating,
            node["continuous"]?.Number,
            node["powerFactor"]?.Number,
            Overload(node["overload"], errors),
            node["efficiency"]?.Number,
            node.KeyLine);
    }

    private static ImmutableArray<OverloadPoint> Overload(DataNode? curve, FileErrors errors)
    {
        var points = new List<OverloadPoint>();
        foreach (var point in curve ?? Enumerable.Empty<DataNode>())
        {
            if (!QuantityText.TryRatio(point.Name, out var multiple, out var hint) || !QuantityText.TryDuration(point.Text, out var time, out hint))
            {
                errors.Add(point, "bad-quantity", hint);
                continue;
            }

            if (multiple.Value <= 1)
            {
                errors.Add(point, "overload-curve", $"{point.Name} is no overload; write a multiple above 100%");
            }
            else if (points.Count > 0 && (multiple.Value <= points[^1].Multiple || time.TotalSeconds > points[^1].Seconds))
            {
                errors.Add(point, "overload-curve", "the curve must rise in multiple and fall in time; order the points from mild to severe");
            }

            points.Add(new(multiple.Value, time.TotalSeconds));
        }

        return [.. points];
    }

    // Depth first with an explicit stack: a chain of 300,000 nodes is legal text and must not overflow ours.
    private static void Loops(ImmutableArray<DeclaredPowerNode> nodes, DataNode section, FileErrors errors)
    {
        var byName = nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in nodes)
        {
            var path = new List<(DeclaredPowerNode Node, int Next)>();
            var onPath = new HashSet<string>(StringComparer.Ordinal);
            Push(start);
            while (path.Count > 0)
            {
                var (node, next) = path[^1];
                if (next == node.FedBy.Length)
                {
                    done.Add(node.Name);
                    onPath.Remove(node.Name);
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                path[^1] = (node, next + 1);
                if (!byName.TryGetValue(node.FedBy[next], out var feed))
                {
                    continue;
                }

                if (onPath.Contains(feed.Name))
                {
                    var names = path.Select(p => p.Node.Name).SkipWhile(n => n != feed.Name).Append(feed.Name).Take(20);
                    errors.Add(section.Members[node.Name], "feed-loop", $"it feeds itself: {string.Join(" fedBy ", names)}; take out one of these feeds");
                    continue;
                }

                Push(feed);
            }

            void Push(DeclaredPowerNode node)
            {
                if (!done.Contains(node.Name))
                {
                    path.Add((node, 0));
                    onPath.Add(node.Name);
                }
            }
        }
    }

    /// <summary>The names that can be meant, for hints; the first ten of many.</summary>
    internal static string NamesOf(IEnumerable<string> names)
    {
        var shown = names.Take(11).ToList();
        return shown.Count == 0 ? "none is declared here" : $"write one of {string.Join(", ", shown.Take(10))}{(shown.Count > 10 ? ", …" : "")}";
    }
}

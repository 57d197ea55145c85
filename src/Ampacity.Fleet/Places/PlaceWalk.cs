namespace Ampacity.Fleet;

/// <summary>Places in depth-first order from anywhere on, inside racks too: what a page of a list is cut from.</summary>
public static class PlaceWalk
{
    /// <summary>Visible places at and below a place, depth first.</summary>
    /// <param name="view">What the asker sees.</param>
    /// <param name="under">Where to begin; null for the whole fleet.</param>
    /// <param name="parts">Whether to go into racks.</param>
    /// <param name="after">Where the page before ended, or default for the beginning.</param>
    public static IEnumerable<StableKey> Places(FleetView view, StableKey? under, bool parts, PlaceCursor after = default)
    {
        var graph = view.Graph;
        if (under is { Part: > 0 } inside)
        {
            foreach (var key in Parts(graph, inside))
            {
                if (after.IsDefault || key.Part > after.Part)
                {
                    yield return key;
                }
            }

            yield break;
        }

        var (from, end) = (0, graph.Places.Order.Length);
        if (under is { } root)
        {
            from = graph.Places.PositionOf(root.Node);
            end = from + graph.Places.Subtree(root.Node).Length;
        }

        if (!after.IsDefault && after.Position >= from)
        {
            from = after.Position;
            if (after.Part is { } part && from < end)
            {
                var node = graph.Places.Order[from++];
                if (parts && view.Sees(node))
                {
                    foreach (var key in Parts(graph, StableKey.Of(node)))
                    {
                        if (key.Part > part)
                        {
                            yield return key;
                        }
                    }
                }
            }
        }

        for (var position = from; position < end; position++)
        {
            var node = graph.Places.Order[position];
            if (!view.Sees(node))
            {
                continue;
            }

            yield return StableKey.Of(node);
            if (parts && graph.KindOf(node) == NodeKind.Rack)
            {
                foreach (var key in Parts(graph, StableKey.Of(node)).Skip(1))
                {
                    yield return key;
                }
            }
        }
    }

    /// <summary>A place of a rack and all inside it: parts of the build, then for the rack itself the free positions where something is.</summary>
    public static IEnumerable<StableKey> Parts(FleetGraph graph, StableKey from)
    {
        var build = graph.BuildOf(from.Node);
        if (from.Part == 0 && build is null)
        {
            yield return from;
        }
        else if (build?.PartAt(from.Part) is { } part)
        {
            for (var ordinal = from.Part; ordinal < part.End; ordinal++)
            {
                yield return new StableKey(from.Node, ordinal);
            }
        }
        else
        {
            yield return from;
        }

        if (from.Part == 0)
        {
            foreach (var (ordinal, _) in graph.Assets.In(from.Node).Where(placed => RackPosition.IsFree(placed.Part)).DistinctBy(placed => placed.Part))
            {
                yield return new StableKey(from.Node, ordinal);
            }
        }
    }

    /// <summary>What stands directly below a place.</summary>
    public static IEnumerable<StableKey> Children(FleetView view, StableKey of)
    {
        var graph = view.Graph;
        if (of.Part == 0 && graph.KindOf(of.Node) != NodeKind.Rack)
        {
            return graph.ChildrenOf(of.Node).ToArray().Where(view.Sees).Select(StableKey.Of);
        }

        var build = graph.BuildOf(of.Node);
        return Parts(graph, of).Skip(1).Where(key => RackPosition.IsFree(key.Part) || build!.Parts[key.Part].Parent == of.Part);
    }
}

/// <summary>A place in depth-first order from which a list goes on.</summary>
/// <param name="Position">Position among the nodes; the list goes on there.</param>
/// <param name="Part">Within the rack at that position the last part that was listed; null where the list goes on at the node itself.</param>
public readonly record struct PlaceCursor(int Position, int? Part)
{
    /// <summary>Whether it stands at the beginning.</summary>
    public bool IsDefault => this == default;

    /// <summary>
    /// The cursor behind a place by its path. A place that is gone since is passed where it would stand, so that a page neither repeats
    /// nor skips what is still there.
    /// </summary>
    /// <param name="view">What the asker sees.</param>
    /// <param name="ledger">Facts, for what a place was that is gone.</param>
    /// <param name="path">The last place of the page before.</param>
    /// <param name="parts">Whether the list goes into racks.</param>
    /// <param name="cursor">Where to go on.</param>
    /// <returns>False if no such place ever was.</returns>
    public static bool TryAfter(FleetView view, FactLedger ledger, string path, bool parts, out PlaceCursor cursor)
    {
        var graph = view.Graph;
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        cursor = default;
        var node = -1;
        for (var i = 0; i < segments.Length; i++)
        {
            var child = graph.ChildOf(node, segments[i]);
            if (child >= 0)
            {
                node = child;
                continue;
            }

            if (node >= 0 && graph.KindOf(node) == NodeKind.Rack)
            {
                cursor = new PlaceCursor(graph.Places.PositionOf(node), PartOf(graph, node, segments[i..]));
                return true;
            }

            var kind = ledger.KindEverNamed(node, segments[i]);
            cursor = new PlaceCursor(PositionBehind(graph, node, kind, segments[i]), null);
            return kind != NodeKind.None;
        }

        // A node that is still there is passed; with parts, its parts come next.
        cursor = node < 0 ? default
            : parts && graph.KindOf(node) == NodeKind.Rack ? new PlaceCursor(graph.Places.PositionOf(node), 0)
            : new PlaceCursor(graph.Places.PositionOf(node) + 1, null);
        return node >= 0;
    }

    private static int PartOf(FleetGraph graph, int rack, string[] segments)
    {
        var build = graph.BuildOf(rack);
        if (build?.TryFind(string.Join('/', segments), out var part) == true)
        {
            return part;
        }

        if (RackPosition.TryParse(segments[0], out var position))
        {
            return position.Ordinal;
        }

        // A part that the build has no longer: behind the last slot that stands before it.
        var before = 0;
        foreach (var slot in build?.Parts.Where(slot => slot.Parent == 0) ?? [])
        {
            if (NaturalOrder.Comparer.Compare(slot.Name, segments[0]) <= 0)
            {
                before = slot.End - 1;
            }
        }

        return before;
    }

    private static int PositionBehind(FleetGraph graph, int parent, NodeKind kind, string name)
    {
        var position = parent < 0 ? 0 : graph.Places.PositionOf(parent) + 1;
        foreach (var child in graph.ChildrenOf(parent))
        {
            var order = graph.KindOf(child) != kind ? graph.KindOf(child).CompareTo(kind) : NaturalOrder.Comparer.Compare(graph.NameOf(child), name);
            if (order > 0)
            {
                break;
            }

            position = graph.Places.PositionOf(child) + graph.Places.Subtree(child).Length;
        }

        return position;
    }
}

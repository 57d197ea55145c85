using Ampacity.Fleet;
using Ampacity.Units;

namespace Ampacity.Analysis;

/// <summary>What happens when nodes trip: the load flow before and after, held against limits and overload curves.</summary>
/// <remarks>Pure; any thread. Cost: four passes over the edges.</remarks>
public static class TripWhatIf
{
    private static readonly HashSet<int> NothingOut = [];

    /// <summary>Trips nodes on a graph.</summary>
    /// <param name="graph">The power graph.</param>
    /// <param name="drawWatts">Draw by node ordinal, W; NaN where it is not known, which counts as nothing.</param>
    /// <param name="tripped">Node ordinals that are out.</param>
    public static TripOutcome Trip(PowerGraph graph, ReadOnlySpan<double> drawWatts, IReadOnlySet<int> tripped)
    {
        var before = new LoadFlow(graph);
        before.Solve(drawWatts, NothingOut);
        var after = new LoadFlow(graph);
        after.Solve(drawWatts, tripped);
        var nodes = new List<NodeShift>();
        var dark = new List<int>();
        var lost = 0.0;
        foreach (var node in graph.Topological)
        {
            if (!graph.LoadsOf(node).IsEmpty)
            {
                nodes.Add(Shift(graph, node, before, after));
            }
            else if (before.IsLive(node) && !after.IsLive(node))
            {
                dark.Add(node);
                lost += node < drawWatts.Length && !double.IsNaN(drawWatts[node]) ? drawWatts[node] : 0;
            }
        }

        return new TripOutcome(nodes, dark, new Watts(lost));
    }

    private static NodeShift Shift(PowerGraph graph, int node, LoadFlow before, LoadFlow after)
    {
        var load = new Watts(after.CarriedWatts[node]);
        var rating = graph.RatingOf(node);
        return new NodeShift(
            node, after.IsLive(node), new Watts(before.CarriedWatts[node]), load, rating?.Limit, rating?.SecondsToTrip(load));
    }
}

using Ampacity.Fleet;

namespace Ampacity.Topology;

/// <summary>
/// What every node carries, by live shares, from the newest readings of the racks: recorded as <c>node_power_watts{node,kind}</c>, the
/// only right answer to "what does this UPS carry" (a sum by the <c>ups</c> label counts a dual-fed rack on both).
/// </summary>
/// <remarks>Pure; any thread.</remarks>
public static class NodeRollUp
{
    /// <summary>Name of the recorded series.</summary>
    public const string MetricName = "node_power_watts";

    /// <summary>
    /// Readings older than this do not count: a query's own lookback, so that a node's roll-up and the sum of the readings below it agree.
    /// A shorter one made dips of every BMC that was late. A BMC that is gone ends its series itself.
    /// </summary>
    public const long FreshMs = 300_000;

    private static readonly HashSet<int> NothingOut = [];

    /// <summary>
    /// Fills a column of what each node carries: racks their draw, power nodes by live shares, places above the racks the sum of their
    /// racks. NaN where nothing below was read.
    /// </summary>
    public static double[] Carried(FleetGraph graph, RackDraw draw)
    {
        var carried = new double[graph.NodeCount];
        Array.Fill(carried, double.NaN);
        var flow = new LoadFlow(graph.Power);
        flow.Solve(draw.Watts, NothingOut);
        var read = MarkRead(graph, draw);
        foreach (var node in graph.Places.Order)
        {
            if (graph.KindOf(node).IsPower() && read[node])
            {
                carried[node] = flow.CarriedWatts[node];
            }
            else if (graph.KindOf(node).IsPlace())
            {
                carried[node] = SumBelow(graph, draw, node);
            }
        }

        return carried;
    }

    private static double SumBelow(FleetGraph graph, RackDraw draw, int place)
    {
        var sum = double.NaN;
        foreach (var node in graph.Places.Subtree(place))
        {
            if (!double.IsNaN(draw.Watts[node]))
            {
                sum = double.IsNaN(sum) ? draw.Watts[node] : sum + draw.Watts[node];
            }
        }

        return sum;
    }

    // Sources stand before what they feed, so walking back carries the mark from every rack up to the utility.
    private static bool[] MarkRead(FleetGraph graph, RackDraw draw)
    {
        var read = new bool[graph.NodeCount];
        var order = graph.Power.Topological;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            read[order[i]] |= !double.IsNaN(draw.Watts[order[i]]);
            foreach (var source in graph.Power.FeedsOf(order[i]))
            {
                read[source] |= read[order[i]];
            }
        }

        return read;
    }
}

/// <summary>The newest measured draw of racks, as columns by node ordinal.</summary>
public sealed class RackDraw
{
    private readonly double[] _watts;
    private readonly int[] _readings;

    private RackDraw(int nodeCount)
    {
        _watts = new double[nodeCount];
        _readings = new int[nodeCount];
        Array.Fill(_watts, double.NaN);
    }

    /// <summary>Draw by node ordinal, W: what was measured, not what the rack may draw beside it. NaN where nothing was read.</summary>
    public ReadOnlySpan<double> Watts => _watts;

    /// <summary>How many components of a rack were read.</summary>
    public ReadOnlySpan<int> Readings => _readings;

    /// <summary>Time of the oldest reading counted, UTC milliseconds; <see cref="long.MaxValue"/> if none.</summary>
    public long OldestMs { get; private set; } = long.MaxValue;

    internal static RackDraw Of(FleetGraph graph, LiveColumn<double> power)
    {
        var draw = new RackDraw(graph.NodeCount);
        var racks = power.Layout.Racks;
        var (sums, readings) = (new double[racks.Length], new int[racks.Length]);
        power.Sum(long.MinValue, sums, readings);
        for (var i = 0; i < racks.Length; i++)
        {
            (draw._watts[racks[i]], draw._readings[racks[i]]) = (sums[i], readings[i]);
            draw.OldestMs = Math.Min(draw.OldestMs, power.OldestMs[i]);
        }

        return draw;
    }
}

namespace Ampacity.Fleet;

/// <summary>
/// What feeds what, from the utility to the rack, as columns by node ordinal. Racks are its leaves; their draw is given, never stored here.
/// </summary>
/// <remarks>Immutable, any thread. A node may have any number of feeds; loops are refused when it is built.</remarks>
public sealed class PowerGraph
{
    private readonly int[] _feedStart;
    private readonly int[] _feedSources;
    private readonly int[] _loadStart;
    private readonly int[] _loads;
    private readonly int[] _topological;
    private readonly FeedMode[] _modes;
    private readonly NodePower?[] _ratings;
    private readonly double[] _efficiencies;

    private PowerGraph(
        int[] feedStart, int[] feedSources, int[] loadStart, int[] loads, int[] topological, FeedMode[] modes, NodePower?[] ratings, double[] efficiencies)
    {
        _feedStart = feedStart;
        _feedSources = feedSources;
        _loadStart = loadStart;
        _loads = loads;
        _topological = topological;
        _modes = modes;
        _ratings = ratings;
        _efficiencies = efficiencies;
    }

    /// <summary>Length of the columns: one more than the highest node ordinal.</summary>
    public int NodeCount => _modes.Length;

    /// <summary>Every node that feeds or is fed, sources before what they feed.</summary>
    public ReadOnlySpan<int> Topological => _topological;

    /// <summary>What feeds a node, the preferred feed first.</summary>
    public ReadOnlySpan<int> FeedsOf(int node) => Range(_feedStart, _feedSources, node);

    /// <summary>What a node feeds.</summary>
    public ReadOnlySpan<int> LoadsOf(int node) => Range(_loadStart, _loads, node);

    /// <summary>How a node shares its load among its feeds.</summary>
    public FeedMode ModeOf(int node) => _modes[node];

    /// <summary>What a node may carry, or null where nobody said.</summary>
    public NodePower? RatingOf(int node) => _ratings[node];

    /// <summary>Output over input of a node; 1 where nobody said.</summary>
    public double EfficiencyOf(int node) => _efficiencies[node];

    /// <summary>Builds the graph from edges.</summary>
    /// <param name="nodeCount">One more than the highest ordinal.</param>
    /// <param name="feeds">Edges (fed node, source, order among the node's feeds).</param>
    /// <param name="modes">Mode by ordinal; ordinals past the end are active-active.</param>
    /// <param name="ratings">What each node may carry, by ordinal.</param>
    /// <param name="efficiencies">Output over input by ordinal, above 0; 1 where absent.</param>
    /// <exception cref="FeedLoopException">The edges hold a loop; it names the nodes on it.</exception>
    public static PowerGraph Build(
        int nodeCount,
        IReadOnlyList<(int Node, int Source, int Order)> feeds,
        IReadOnlyDictionary<int, FeedMode> modes,
        IReadOnlyDictionary<int, NodePower> ratings,
        IReadOnlyDictionary<int, double> efficiencies)
    {
        var byNode = feeds.OrderBy(feed => feed.Node).ThenBy(feed => feed.Order).ThenBy(feed => feed.Source).ToArray();
        var bySource = feeds.OrderBy(feed => feed.Source).ThenBy(feed => feed.Node).ToArray();
        var feedStart = Starts(nodeCount, byNode.Select(feed => feed.Node));
        var loadStart = Starts(nodeCount, bySource.Select(feed => feed.Source));
        int[] feedSources = [.. byNode.Select(feed => feed.Source)];
        int[] loads = [.. bySource.Select(feed => feed.Node)];
        var modeColumn = new FeedMode[nodeCount];
        foreach (var (node, mode) in modes)
        {
            modeColumn[node] = mode;
        }

        var ratingColumn = new NodePower?[nodeCount];
        foreach (var (node, rating) in ratings)
        {
            ratingColumn[node] = rating;
        }

        var efficiencyColumn = new double[nodeCount];
        Array.Fill(efficiencyColumn, 1);
        foreach (var (node, efficiency) in efficiencies)
        {
            efficiencyColumn[node] = efficiency;
        }

        var topological = TopologicalOrder.Sort(nodeCount, feedStart, feedSources, loadStart, loads);
        return new PowerGraph(feedStart, feedSources, loadStart, loads, topological, modeColumn, ratingColumn, efficiencyColumn);
    }

    private static ReadOnlySpan<int> Range(int[] start, int[] items, int node) =>
        (uint)node < (uint)(start.Length - 1) ? items.AsSpan(start[node], start[node + 1] - start[node]) : default;

    private static int[] Starts(int nodeCount, IEnumerable<int> keys)
    {
        var start = new int[nodeCount + 1];
        foreach (var key in keys)
        {
            start[key + 1]++;
        }

        for (var node = 0; node < nodeCount; node++)
        {
            start[node + 1] += start[node];
        }

        return start;
    }
}

namespace Ampacity.Fleet;

/// <summary>
/// Where the racks' draw flows when some nodes are out: the trip and load-share algebra (domain.md §2.2, the general what-if).
/// </summary>
/// <remarks>
/// A node is live if it is not out and, unless it is a root, at least one of its feeds is. The load of a node is the sum of the shares
/// that its live loads put on it; an active-active node shares it among its live feeds by their weights, a preferred one (and one with
/// a catcher) puts all on the first live feed. What a node carries is its output; what it takes is that over its efficiency at this load,
/// and its fixed loss. Cost: one pass over the edges each way.
/// Not thread-safe: one instance a thread, reused without allocation.
/// </remarks>
public sealed class LoadFlow(PowerGraph graph)
{
    private readonly bool[] _live = new bool[graph.NodeCount];
    private readonly double[] _carriedWatts = new double[graph.NodeCount];

    /// <summary>Watts that each node carries, by ordinal; a rack carries its own draw, or zero when it is dark.</summary>
    public ReadOnlySpan<double> CarriedWatts => _carriedWatts;

    /// <summary>Whether a node has power.</summary>
    public bool IsLive(int node) => _live[node];

    /// <summary>Computes liveness and loads.</summary>
    /// <param name="drawWatts">Draw by node ordinal, W; NaN (nobody knows) counts as nothing and is for the caller to report.</param>
    /// <param name="out">Nodes that are tripped or isolated.</param>
    public void Solve(ReadOnlySpan<double> drawWatts, IReadOnlySet<int> @out)
    {
        Array.Clear(_carriedWatts);
        Array.Clear(_live);
        foreach (var node in graph.Topological)
        {
            var feeds = graph.FeedsOf(node);
            var live = feeds.IsEmpty;
            foreach (var source in feeds)
            {
                live |= _live[source];
            }

            _live[node] = live && !@out.Contains(node);
            if (_live[node] && graph.LoadsOf(node).IsEmpty && node < drawWatts.Length && !double.IsNaN(drawWatts[node]))
            {
                _carriedWatts[node] = drawWatts[node];
            }
        }

        for (var i = graph.Topological.Length - 1; i >= 0; i--)
        {
            Share(graph.Topological[i]);
        }
    }

    // A node that gives nothing still takes its fixed loss while it is live.
    private void Share(int node)
    {
        var about = graph.NodeOf(node);
        var watts = _live[node] ? about.InputWatts(_carriedWatts[node]) : 0;
        if (watts == 0)
        {
            return;
        }

        var liveWeight = 0.0;
        foreach (var feed in about.Feeds)
        {
            liveWeight += _live[feed.Source] ? feed.Weight : 0;
        }

        var shares = about.Mode == FeedMode.ActiveActive;
        foreach (var feed in about.Feeds)
        {
            if (!_live[feed.Source])
            {
                continue;
            }

            _carriedWatts[feed.Source] += shares ? watts * feed.Weight / liveWeight : watts;
            if (!shares)
            {
                return;
            }
        }
    }
}

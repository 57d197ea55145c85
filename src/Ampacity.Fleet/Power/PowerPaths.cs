using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>One node of a path up from a load.</summary>
/// <param name="Node">Node ordinal.</param>
/// <param name="Feed">The feed by which the node before it draws from it; null for the load itself.</param>
/// <param name="Share">Share of the load's draw that comes this way when all is live, 0 to 1.</param>
public readonly record struct PowerStep(int Node, FeedFact? Feed, double Share);

/// <summary>One way from a load up to a root.</summary>
/// <param name="Steps">The load first, the root last.</param>
/// <param name="LeavesScope">Whether it goes on above the last step, outside what the asker sees.</param>
/// <param name="IsTooLong">Whether it goes on above the last step, past <see cref="PowerPaths.StepsMax"/>.</param>
public sealed record PowerPath(ImmutableArray<PowerStep> Steps, bool LeavesScope, bool IsTooLong);

/// <summary>Every way from a node up to what feeds it in the end. Pure; any thread.</summary>
/// <param name="Paths">The ways found, preferred feeds first.</param>
/// <param name="Total">How many there are; at most <see cref="CountMax"/> is counted.</param>
public sealed record PowerPaths(ImmutableArray<PowerPath> Paths, long Total)
{
    /// <summary>A count of ways stops here: a graph of thirty layers of two has a thousand million.</summary>
    public const long CountMax = 1_000_000_000;

    /// <summary>Most nodes of one way: the grid to a rack is about ten.</summary>
    public const int StepsMax = 256;

    /// <summary>Whether there are more than were listed.</summary>
    public bool IsCut => Total > Paths.Length;

    /// <summary>Finds the ways up.</summary>
    /// <param name="view">What the asker sees: a source outside it is not named, and the way ends before it.</param>
    /// <param name="node">A rack or a power node.</param>
    /// <param name="most">Most ways listed.</param>
    public static PowerPaths Up(FleetView view, int node, int most)
    {
        var graph = view.Graph;
        var paths = ImmutableArray.CreateBuilder<PowerPath>();
        var steps = new List<PowerStep>();
        Walk(node, null, 1);
        return new PowerPaths(paths.ToImmutable(), Count(view, node));

        void Walk(int at, FeedFact? by, double share)
        {
            if (paths.Count >= most)
            {
                return;
            }

            steps.Add(new PowerStep(at, by, share));
            var feeds = graph.NodeOf(at)!.Feeds;
            var power = graph.Power.NodeOf(at);
            var hidden = false;
            var isTooLong = !feeds.IsEmpty && steps.Count == StepsMax;
            foreach (var feed in isTooLong ? [] : feeds)
            {
                var through = share * power.NominalShare(feed.Source);
                if (view.Sees(feed.Source))
                {
                    Walk(feed.Source, feed, through);
                }
                else
                {
                    hidden = true;
                }
            }

            if ((feeds.IsEmpty || hidden || isTooLong) && paths.Count < most)
            {
                paths.Add(new PowerPath([.. steps], hidden, isTooLong));
            }

            steps.RemoveAt(steps.Count - 1);
        }
    }

    // Roots first, so that each node's ways are known before they are added up.
    private static long Count(FleetView view, int node)
    {
        var ways = new Dictionary<int, long>();
        var order = PowerWalk.FirstToLast(node, at => view.Sees(at) ? view.Graph.Power.FeedsOf(at) : default);
        order.Reverse();
        foreach (var at in order.Where(view.Sees))
        {
            var (own, hidden) = (0L, false);
            foreach (var source in view.Graph.Power.FeedsOf(at))
            {
                own += ways.GetValueOrDefault(source);
                hidden |= !view.Sees(source);
            }

            ways[at] = Math.Min(CountMax, own + (hidden || own == 0 ? 1 : 0));
        }

        return ways[node];
    }
}

/// <summary>Walks over the power graph.</summary>
internal static class PowerWalk
{
    /// <summary>What nodes give as a list.</summary>
    public delegate ReadOnlySpan<int> Next(int node);

    /// <summary>A node and all that is reached from it, each before everything that is reached from it. No recursion: graphs may be deep.</summary>
    public static List<int> FirstToLast(int node, Next next)
    {
        var seen = new HashSet<int>();
        var done = new List<int>();
        var open = new Stack<(int Node, bool Leaving)>([(node, false)]);
        while (open.TryPop(out var step))
        {
            if (step.Leaving)
            {
                done.Add(step.Node);
                continue;
            }

            // Seen when it is entered, not when it is put aside: what is reached from it may be put aside earlier.
            if (!seen.Add(step.Node))
            {
                continue;
            }

            open.Push((step.Node, true));
            foreach (var reached in next(step.Node))
            {
                if (!seen.Contains(reached))
                {
                    open.Push((reached, false));
                }
            }
        }

        done.Reverse();
        return done;
    }
}

using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>One thing whose heat a cooling node takes, directly or through others.</summary>
/// <param name="Node">Node ordinal.</param>
/// <param name="IsSole">Whether nothing else cools it.</param>
public readonly record struct CooledNode(int Node, bool IsSole);

/// <summary>Everything that a cooling node cools. Pure; any thread.</summary>
/// <param name="Nodes">What it cools, nearest first; only what the asker sees.</param>
/// <param name="Racks">Racks among them.</param>
/// <param name="SoleRacks">Racks that nothing else cools.</param>
/// <param name="RacksClaimed">Racks whose SKU claims a design draw.</param>
/// <param name="DesignWatts">Their design draw, W at rack input: all of it becomes heat.</param>
/// <param name="LiquidWatts">What of it liquid takes, W, by the racks that state a share; null if none does.</param>
/// <param name="SoleWatts">Design draw of the racks that nothing else cools.</param>
public sealed record CooledBelow(
    ImmutableArray<CooledNode> Nodes, int Racks, int SoleRacks, int RacksClaimed, double DesignWatts, double? LiquidWatts, double SoleWatts)
{
    /// <summary>Walks to what is cooled.</summary>
    /// <param name="view">What the asker sees.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="node">A cooling node.</param>
    public static CooledBelow Of(FleetView view, SkuCatalogue catalogue, int node)
    {
        var graph = view.Graph;
        var reached = new HashSet<int> { node };
        var order = new List<int>();
        var open = new Queue<int>([node]);
        while (open.TryDequeue(out var at))
        {
            foreach (var cooled in graph.CooledBy(at))
            {
                if (reached.Add(cooled))
                {
                    order.Add(cooled);
                    open.Enqueue(cooled);
                }
            }
        }

        // Whatever has a cooler from elsewhere is helped, and so is what it cools.
        var helped = new HashSet<int>(order.Where(at => graph.CoolersOf(at).ToArray().Any(cooler => !reached.Contains(cooler))));
        open = new Queue<int>(helped);
        while (open.TryDequeue(out var at))
        {
            foreach (var cooled in graph.CooledBy(at))
            {
                if (cooled != node && helped.Add(cooled))
                {
                    open.Enqueue(cooled);
                }
            }
        }

        var nodes = ImmutableArray.CreateBuilder<CooledNode>();
        var (racks, sole, claimed) = (0, 0, 0);
        var (design, liquid, only, anyLiquid) = (0.0, 0.0, 0.0, false);
        foreach (var at in order.Where(view.Sees))
        {
            var isSole = !helped.Contains(at);
            nodes.Add(new CooledNode(at, isSole));
            if (graph.KindOf(at) != NodeKind.Rack)
            {
                continue;
            }

            racks++;
            sole += isSole ? 1 : 0;
            if (BuildFigures.Of(graph.BuildOf(at), catalogue).DesignWatts is { } watts)
            {
                claimed++;
                design += watts;
                only += isSole ? watts : 0;
                if (graph.NodeOf(at)!.HeatSplit is { } split)
                {
                    anyLiquid = true;
                    liquid += watts * split.LiquidShare;
                }
            }
        }

        return new CooledBelow(nodes.ToImmutable(), racks, sole, claimed, design, anyLiquid ? liquid : null, only);
    }
}

using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>One thing that a power node feeds, directly or through others.</summary>
/// <param name="Node">Node ordinal.</param>
/// <param name="Share">Share of its draw that comes through the node asked about when all is live, 0 to 1.</param>
/// <param name="IsSole">Whether it goes dark with that node: no feed of it comes from elsewhere.</param>
public readonly record struct FedNode(int Node, double Share, bool IsSole);

/// <summary>Everything that a power node feeds. Pure; any thread.</summary>
/// <param name="Nodes">Sources before what they feed, the node itself not among them; only what the asker sees.</param>
/// <param name="Racks">Racks among them.</param>
/// <param name="SoleRacks">Racks that have no other way.</param>
/// <param name="RacksClaimed">Racks whose SKU claims a design draw.</param>
/// <param name="DesignWatts">Their whole design draw, W at rack input.</param>
/// <param name="ShareWatts">What of it comes through the node when all is live, W at rack input: losses on the way are not in it.</param>
/// <param name="SoleWatts">Design draw of the racks that have no other way, W at rack input.</param>
public sealed record FedBelow(
    ImmutableArray<FedNode> Nodes, int Racks, int SoleRacks, int RacksClaimed, double DesignWatts, double ShareWatts, double SoleWatts)
{
    /// <summary>Walks down.</summary>
    /// <param name="view">What the asker sees; loads outside it are walked through but neither named nor counted.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="node">A power node.</param>
    public static FedBelow Of(FleetView view, SkuCatalogue catalogue, int node)
    {
        var graph = view.Graph;
        var shares = new Dictionary<int, (double Share, bool IsSole)> { [node] = (1, true) };
        var fed = ImmutableArray.CreateBuilder<FedNode>();
        var (racks, sole, claimed) = (0, 0, 0);
        var (design, through, only) = (0.0, 0.0, 0.0);
        foreach (var at in PowerWalk.FirstToLast(node, at => graph.Power.LoadsOf(at)))
        {
            if (at != node)
            {
                shares[at] = ShareOf(graph.Power, at, shares);
            }

            if (at == node || !view.Sees(at))
            {
                continue;
            }

            var (share, isSole) = shares[at];
            fed.Add(new FedNode(at, share, isSole));
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
                through += watts * share;
                only += isSole ? watts : 0;
            }
        }

        return new FedBelow(fed.ToImmutable(), racks, sole, claimed, design, through, only);
    }

    private static (double Share, bool IsSole) ShareOf(PowerGraph power, int at, Dictionary<int, (double Share, bool IsSole)> shares)
    {
        var about = power.NodeOf(at);
        var (share, isSole) = (0.0, true);
        foreach (var source in about.Sources)
        {
            if (shares.TryGetValue(source, out var above))
            {
                share += above.Share * about.NominalShare(source);
                isSole &= above.IsSole;
            }
            else
            {
                isSole = false;
            }
        }

        return (share, isSole);
    }
}

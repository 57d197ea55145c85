using Ampacity.Analysis;
using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>Asks what a trip does, of the live fleet. Pure but for the frame it is handed; any thread.</summary>
public static class TripQuestion
{
    /// <summary>Answers.</summary>
    /// <param name="view">What the asker may see; loads outside it are counted, since a breaker does not ask whose they are, but not named.</param>
    /// <param name="frame">Newest frame; null before the first.</param>
    /// <param name="catalogue">SKUs, for the design basis.</param>
    /// <param name="tripped">Nodes that are out; empty shows the present state.</param>
    /// <param name="basis">Whose watts.</param>
    public static TripAnswer Ask(
        FleetView view, LiveFrame? frame, SkuCatalogue catalogue, IReadOnlySet<int> tripped, DrawBasis basis)
    {
        var graph = view.Graph;
        var draw = basis == DrawBasis.Design ? DesignDraw.Of(graph, catalogue) : MeasuredDraw(graph, frame);
        var outcome = TripWhatIf.Trip(graph.Power, draw, tripped);
        var seen = outcome with { Nodes = [.. outcome.Nodes.Where(node => view.Sees(node.Node))] };
        var racks = graph.Power.Topological.ToArray().Where(node => graph.Power.LoadsOf(node).IsEmpty).ToArray();
        return new TripAnswer(
            [.. tripped.Order().Select(graph.PathOf)],
            basis,
            frame?.AtMs ?? graph.AsOfMs,
            racks.Count(rack => !double.IsNaN(draw[rack])),
            racks.Length,
            racks.Where(view.Sees).Sum(rack => frame is not null && rack < frame.Draw.Readings.Length ? frame.Draw.Readings[rack] : 0),
            racks.Where(view.Sees).Sum(rack => ComponentsOf(graph.BuildOf(rack))),
            [.. seen.Nodes.Select(node => Row(graph, node))],
            [.. outcome.DarkRacks.Where(view.Sees).Select(graph.PathOf)],
            outcome.LostDraw.Value,
            seen.Tightest is { } tightest ? Row(graph, tightest) : null,
            seen.NextToTrip is { } next ? Row(graph, next) : null);
    }

    private static int ComponentsOf(RackBuild? build) =>
        build?.Parts.Count(part => part.SkuKind is SkuKind.Accelerator or SkuKind.Processor) ?? 0;

    // The frame may be older than the graph: a node that it does not know was not read.
    private static double[] MeasuredDraw(FleetGraph graph, LiveFrame? frame)
    {
        var draw = new double[graph.NodeCount];
        Array.Fill(draw, double.NaN);
        frame?.Draw.Watts[..Math.Min(draw.Length, frame.Draw.Watts.Length)].CopyTo(draw);
        return draw;
    }

    private static TripNodeRow Row(FleetGraph graph, NodeShift node) => new(
        graph.PathOf(node.Node),
        graph.KindOf(node.Node).ToString(),
        node.IsLive,
        node.Before.Value,
        node.After.Value,
        node.Limit?.Value,
        node.IsLive ? node.Headroom?.Value : null,
        node.SecondsToTrip);
}

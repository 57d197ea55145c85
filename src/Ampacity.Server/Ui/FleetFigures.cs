using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>The figures at the head of the fleet page, of what a view sees.</summary>
/// <param name="Racks">Racks.</param>
/// <param name="RacksRead">Racks of which something was read.</param>
/// <param name="Accelerators">Accelerators by the racks' builds.</param>
/// <param name="AcceleratorsRead">Accelerators whose power was read in the last five minutes.</param>
/// <param name="MeasuredWatts">What was read, W; null if nothing was.</param>
/// <param name="DesignWatts">Design draw of the racks whose SKU claims one, W; null if none does.</param>
/// <param name="RacksClaimed">Racks whose SKU claims a design draw.</param>
public sealed record FleetFigures(
    int Racks, int RacksRead, int Accelerators, int AcceleratorsRead, double? MeasuredWatts, double? DesignWatts, int RacksClaimed)
{
    /// <summary>Counts and adds.</summary>
    public static FleetFigures Of(FleetView view, LiveFrame? frame, SkuCatalogue catalogue)
    {
        var graph = view.Graph;
        var design = DesignDraw.Of(graph, catalogue);
        var accelerators = new Dictionary<RackBuild, int[]>();
        var (racks, read, total, totalRead, claimed) = (0, 0, 0, 0, 0);
        var (measuredWatts, designWatts) = (0.0, 0.0);
        foreach (var rack in view.Nodes().Where(node => graph.KindOf(node) == NodeKind.Rack))
        {
            racks++;
            if (!double.IsNaN(design[rack]))
            {
                claimed++;
                designWatts += design[rack];
            }

            // The frame may be older than the graph: a rack that it does not know was not read.
            var isRead = frame is not null && rack < frame.Draw.Watts.Length && !double.IsNaN(frame.Draw.Watts[rack]);
            if (isRead)
            {
                read++;
                measuredWatts += frame!.Draw.Watts[rack];
            }

            if (graph.BuildOf(rack) is { } build)
            {
                var parts = PartsOf(accelerators, build);
                total += parts.Length;
                totalRead += isRead ? parts.Count(part => frame!.PowerWatts(new StableKey(rack, part)) is not null) : 0;
            }
        }

        return new FleetFigures(
            racks, read, total, totalRead, read > 0 ? measuredWatts : null, claimed > 0 ? designWatts : null, claimed);
    }

    private static int[] PartsOf(Dictionary<RackBuild, int[]> known, RackBuild build)
    {
        if (!known.TryGetValue(build, out var parts))
        {
            parts = [.. build.Parts.Where(part => part.SkuKind == SkuKind.Accelerator).Select(part => part.Ordinal)];
            known[build] = parts;
        }

        return parts;
    }
}

/// <summary>Keeps the newest figures, so that a hundred readers of one frame count a fleet once. Any thread.</summary>
public sealed class FleetFiguresMemo(CurrentFleet fleet)
{
    private sealed record Entry(FleetGraph Graph, LiveFrame? Frame, PlaceScope Scope, FleetFigures Figures);

    private volatile Entry? _newest;

    /// <summary>Figures of a view and a frame.</summary>
    public FleetFigures Read(FleetView view, LiveFrame? frame)
    {
        var newest = _newest;
        if (newest is null || newest.Graph != view.Graph || newest.Frame != frame || newest.Scope != view.Scope)
        {
            newest = new Entry(view.Graph, frame, view.Scope, FleetFigures.Of(view, frame, fleet.Catalogue));
            _newest = newest;
        }

        return newest.Figures;
    }
}

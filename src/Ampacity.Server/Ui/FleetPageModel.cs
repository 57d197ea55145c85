using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>Everything that the fleet page shows, of one view, one frame and one address. Immutable.</summary>
/// <param name="View">What the reader may see.</param>
/// <param name="Frame">Newest frame, or null before the first.</param>
/// <param name="Catalogue">SKUs.</param>
/// <param name="Query">The address.</param>
/// <param name="Rack">Node ordinal of the rack shown; −1 without any rack.</param>
/// <param name="RackPath">Its path.</param>
/// <param name="RackPaths">Paths of all visible racks, as people count.</param>
/// <param name="Figures">Figures of the whole view.</param>
/// <param name="Answer">What the trips do; without trips the present state.</param>
/// <param name="Tripped">Node ordinals that are supposed to be out.</param>
/// <param name="UnknownTrips">Paths asked for that name no visible node of the power graph.</param>
/// <param name="Tree">Where the power tree stands.</param>
/// <param name="Reading">What it says.</param>
public sealed record FleetPageModel(
    FleetView View,
    LiveFrame? Frame,
    SkuCatalogue Catalogue,
    PageQuery Query,
    int Rack,
    string RackPath,
    IReadOnlyList<string> RackPaths,
    FleetFigures Figures,
    TripAnswer Answer,
    IReadOnlySet<int> Tripped,
    IReadOnlyList<string> UnknownTrips,
    PowerTreeLayout Tree,
    PowerTreeReading Reading)
{
    /// <summary>Reads a page.</summary>
    public static FleetPageModel Of(FleetView view, LiveFrame? frame, SkuCatalogue catalogue, PageQuery query, FleetFiguresMemo memo)
    {
        var graph = view.Graph;
        var racks = view.Nodes().Where(node => graph.KindOf(node) == NodeKind.Rack).ToArray();
        var rack = query.Rack is { } path && view.TryFind(path, out var key) && key.Part == 0 && graph.KindOf(key.Node) == NodeKind.Rack
            ? key.Node
            : racks.Length > 0 ? racks[0] : -1;
        var (tripped, unknown) = FindTrips(view, query.Trips);
        var answer = TripQuestion.Ask(view, frame, catalogue, tripped, query.Basis);
        var tree = rack < 0 ? new PowerTreeLayout([], [], 0, 0, false) : PowerTreeLayout.Of(view, rack);
        return new FleetPageModel(
            view, frame, catalogue, query, rack, rack < 0 ? "" : graph.PathOf(rack), [.. racks.Select(graph.PathOf)],
            memo.Read(view, frame), answer, tripped, unknown, tree, PowerTreeReading.Of(tree, view, frame, catalogue, answer, tripped));
    }

    /// <summary>Power of a part of the rack, W; null if nothing was read.</summary>
    public double? PowerWatts(int part) => Frame?.PowerWatts(new StableKey(Rack, part));

    /// <summary>Highest temperature of a part of the rack, °C; null if nothing was read.</summary>
    public double? TemperatureCelsius(int part) => Frame?.TemperatureCelsius(new StableKey(Rack, part));

    private static (HashSet<int> Tripped, List<string> Unknown) FindTrips(FleetView view, IReadOnlyList<string> paths)
    {
        var tripped = new HashSet<int>();
        var unknown = new List<string>();
        foreach (var path in paths)
        {
            if (view.TryFind(path, out var key) && key.Part == 0 && view.Graph.KindOf(key.Node).IsPower())
            {
                tripped.Add(key.Node);
            }
            else
            {
                unknown.Add(path);
            }
        }

        return (tripped, unknown);
    }
}

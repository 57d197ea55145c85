using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>What the cards and feeds of a power tree say at one instant, live or supposed. Pure.</summary>
/// <param name="Cards">By node ordinal.</param>
/// <param name="EdgeWatts">Watts over each edge of the layout, in its order; NaN where nobody knows, and null where the feed is dark.</param>
public sealed record PowerTreeReading(IReadOnlyDictionary<int, PowerCard> Cards, IReadOnlyList<double?> EdgeWatts)
{
    /// <summary>Reads a tree.</summary>
    public static PowerTreeReading Of(
        PowerTreeLayout layout, FleetView view, LiveFrame? frame, SkuCatalogue catalogue, TripAnswer answer, IReadOnlySet<int> tripped)
    {
        var graph = view.Graph;
        var rows = answer.Nodes.ToDictionary(row => row.Path, StringComparer.Ordinal);
        var dark = answer.DarkRacks.ToHashSet(StringComparer.Ordinal);
        var design = DesignDraw.Of(graph, catalogue);
        var cards = new Dictionary<int, PowerCard>();
        foreach (var box in layout.Nodes)
        {
            var path = graph.PathOf(box.Node);
            cards[box.Node] = rows.TryGetValue(path, out var row)
                ? NodeCard(graph, box.Node, row, IsRead(box.Node), tripped)
                : RackCard(graph, box.Node, path, dark.Contains(path));
        }

        return new PowerTreeReading(cards, [.. layout.Edges.Select(edge => WattsOver(graph.Power, cards, edge))]);

        bool IsRead(int node) => answer.Basis == DrawBasis.Design
            ? answer.RacksRead > 0
            : frame is not null && node < frame.CarriedWatts.Length && !double.IsNaN(frame.CarriedWatts[node]);

        PowerCard RackCard(FleetGraph fleet, int rack, string path, bool isDark)
        {
            var draw = answer.Basis == DrawBasis.Design ? design[rack]
                : frame is not null && rack < frame.Draw.Watts.Length ? frame.Draw.Watts[rack] : double.NaN;
            return new PowerCard(
                path, RackName(fleet, rack), fleet.KindOf(rack), !isDark, tripped.Contains(rack),
                Known(draw), isDark ? Known(draw) is null ? null : 0 : Known(draw), Known(design[rack]), null);
        }
    }

    private static PowerCard NodeCard(FleetGraph graph, int node, TripNodeRow row, bool isRead, IReadOnlySet<int> tripped) => new(
        row.Path, graph.NameOf(node), graph.KindOf(node), row.IsLive, tripped.Contains(node),
        isRead ? row.BeforeWatts : null, isRead ? row.AfterWatts : null, row.LimitWatts, row.SecondsToTrip);

    // A rack's own name is a number in its row: the row belongs to it.
    private static string RackName(FleetGraph graph, int rack) =>
        graph.ParentOf(rack) is >= 0 and var row ? $"{graph.NameOf(row)}/{graph.NameOf(rack)}" : graph.NameOf(rack);

    private static double? WattsOver(PowerGraph power, Dictionary<int, PowerCard> cards, TreeEdge edge)
    {
        if (!cards[edge.Source.Node].IsLive || !cards[edge.Load.Node].IsLive)
        {
            return null;
        }

        if (cards[edge.Load.Node].AfterWatts is not { } watts)
        {
            return double.NaN;
        }

        return power.NodeOf(edge.Load.Node).WattsFrom(edge.Source.Node, watts, feed => !cards.TryGetValue(feed, out var card) || card.IsLive);
    }

    private static double? Known(double watts) => double.IsNaN(watts) ? null : watts;
}

/// <summary>What the card of one node says.</summary>
/// <param name="Path">Where.</param>
/// <param name="Name">Its name on the card.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="IsLive">Whether it has power.</param>
/// <param name="IsTripped">Whether it is itself out, not only without a feed.</param>
/// <param name="BeforeWatts">What it carries now; null where nobody knows.</param>
/// <param name="AfterWatts">What it carries after the trips; the same without any.</param>
/// <param name="LimitWatts">Continuous limit, or a rack's design draw; null if nobody said.</param>
/// <param name="SecondsToTrip">How long it bears the load; null if for ever.</param>
public sealed record PowerCard(
    string Path,
    string Name,
    NodeKind Kind,
    bool IsLive,
    bool IsTripped,
    double? BeforeWatts,
    double? AfterWatts,
    double? LimitWatts,
    double? SecondsToTrip)
{
    /// <summary>Limit less what it carries; null where either is not known, or it is dark.</summary>
    public double? HeadroomWatts => IsLive && LimitWatts is { } limit && AfterWatts is { } watts ? limit - watts : null;

    /// <summary>Part of the limit that is taken, from 0, above 1 when overloaded.</summary>
    public double? Taken => LimitWatts is > 0 and var limit && AfterWatts is { } watts ? watts / limit : null;

    /// <summary>One word for its state.</summary>
    public string State => IsTripped ? "Tripped" : IsLive ? "Live" : "Dark";
}

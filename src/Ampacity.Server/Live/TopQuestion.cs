using Ampacity.Fleet;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>Answers what the fleet does now, out of one frame. Pure.</summary>
internal static class TopQuestion
{
    public static TopAnswer Ask(FleetView view, LiveFrame? frame, SkuCatalogue catalogue, StableKey? under, TopGroup by, TopSort sort, int limit, long nowMs)
    {
        var graph = view.Graph;
        // A frame of another revision numbers its nodes as this one does, but knows nothing of newer ones.
        var known = frame is null ? 0 : Math.Min(frame.CarriedWatts.Length, graph.NodeCount);
        var all = new Sum();
        var groups = new Dictionary<int, Sum>();
        var hottest = (Rack: -1, Celsius: double.NegativeInfinity);
        var designs = new Dictionary<string, double?>(StringComparer.Ordinal);
        foreach (var key in PlaceWalk.Places(view, under, parts: false))
        {
            var node = key.Node;
            if (by == TopGroup.Power && graph.KindOf(node).IsPower())
            {
                groups[node] = Sum.Carried(node < known ? frame!.CarriedWatts[node] : double.NaN, graph.Power.RatingOf(node)?.Limit.Value);
            }

            if (graph.KindOf(node) != NodeKind.Rack)
            {
                continue;
            }

            var drawWatts = node < known ? frame!.Draw.Watts[node] : double.NaN;
            var celsius = node < known ? frame!.TemperatureCelsius(StableKey.Of(node)) : null;
            var designWatts = Design(graph, catalogue, node, designs);
            all.AddRack(drawWatts, designWatts, celsius);
            hottest = celsius > hottest.Celsius ? (node, celsius.Value) : hottest;
            if (by != TopGroup.Power && graph.Above(node, KindOf(by)) is >= 0 and var above && view.Sees(above))
            {
                if (!groups.TryGetValue(above, out var group))
                {
                    groups[above] = group = new Sum();
                }

                group.AddRack(drawWatts, designWatts, celsius);
            }
        }

        var rows = groups.OrderByDescending(group => group.Value.Badness(sort)).ThenBy(group => group.Key).Take(limit)
            .Select(group => group.Value.Row(graph.PathOf(group.Key), Figures.Kind(graph.KindOf(group.Key)))).ToArray();
        return new TopAnswer(
            frame?.AtMs, frame is null ? null : Math.Max(0, nowMs - frame.AtMs), frame is { Draw.OldestMs: < long.MaxValue } ? Math.Max(0, nowMs - frame.Draw.OldestMs) : null,
            all.DrawWatts, all.BoundWatts, all.RacksRead, all.Racks, hottest.Rack < 0 ? null : hottest.Celsius, hottest.Rack < 0 ? null : Hottest(graph, frame!, hottest.Rack, hottest.Celsius),
            rows, groups.Count - rows.Length);
    }

    private static NodeKind KindOf(TopGroup by) => by switch
    {
        TopGroup.Site => NodeKind.Site,
        TopGroup.Hall => NodeKind.Hall,
        TopGroup.Row => NodeKind.Row,
        _ => NodeKind.Rack,
    };

    // The innermost part that has it: parts stand behind what holds them.
    private static string Hottest(FleetGraph graph, LiveFrame frame, int rack, double celsius)
    {
        var inner = StableKey.Of(rack);
        foreach (var part in PlaceWalk.Parts(graph, StableKey.Of(rack)))
        {
            inner = frame.TemperatureCelsius(part) == celsius ? part : inner;
        }

        return graph.PathOf(inner);
    }

    // A fleet has a few builds and many racks of each.
    private static double? Design(FleetGraph graph, SkuCatalogue catalogue, int rack, Dictionary<string, double?> known)
    {
        if (graph.BuildOf(rack) is not { } build)
        {
            return null;
        }

        var sku = build.Sku.ToString();
        if (!known.TryGetValue(sku, out var watts))
        {
            known[sku] = watts = BuildFigures.Of(build, catalogue).DesignWatts;
        }

        return watts;
    }

    private sealed class Sum
    {
        private double? _celsius;

        public int Racks { get; private set; }

        public int RacksRead { get; private set; }

        public double? DrawWatts { get; private set; }

        public double? BoundWatts { get; private set; }

        // What is held against a bound is only what the bound is known of: a rack without a design draw would make a hall look full.
        private double _heldWatts;

        private double? Load => DrawWatts is not null && BoundWatts > 0 ? _heldWatts / BoundWatts : null;

        public static Sum Carried(double watts, double? limitWatts) => new()
        {
            DrawWatts = double.IsNaN(watts) ? null : watts,
            BoundWatts = limitWatts,
            _heldWatts = double.IsNaN(watts) ? 0 : watts,
        };

        public void AddRack(double drawWatts, double? designWatts, double? celsius)
        {
            Racks++;
            if (designWatts is { } design)
            {
                BoundWatts = (BoundWatts ?? 0) + design;
            }

            if (!double.IsNaN(drawWatts))
            {
                RacksRead++;
                DrawWatts = (DrawWatts ?? 0) + drawWatts;
                _heldWatts += designWatts is null ? 0 : drawWatts;
            }

            _celsius = celsius is { } known && !(known <= _celsius) ? known : _celsius;
        }

        public double Badness(TopSort sort) => sort switch
        {
            TopSort.Temperature => _celsius ?? double.NegativeInfinity,
            TopSort.Load => Load ?? double.NegativeInfinity,
            TopSort.Unread => Racks - RacksRead,
            _ => DrawWatts ?? double.NegativeInfinity,
        };

        public TopRow Row(string path, string kind) => new(path, kind, DrawWatts, BoundWatts, Load, _celsius, RacksRead, Racks);
    }
}

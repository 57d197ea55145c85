using Ampacity.Fleet;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>What the fleet is doing at one instant: the newest power and temperature of every place, and what every node carries.</summary>
/// <remarks>Immutable once made, any thread; a viewer takes one frame and never sees half of the next.</remarks>
public sealed class LiveFrame
{
    private readonly Dictionary<StableKey, double> _powerWatts;
    private readonly Dictionary<StableKey, double> _temperatureCelsius;
    private readonly double[] _carriedWatts;

    private LiveFrame(
        FleetGraph graph, long atMs, RackDraw draw, double[] carried, Dictionary<StableKey, double> power, Dictionary<StableKey, double> temperature)
    {
        Graph = graph;
        AtMs = atMs;
        Draw = draw;
        _carriedWatts = carried;
        _powerWatts = power;
        _temperatureCelsius = temperature;
    }

    /// <summary>The fleet of that instant.</summary>
    public FleetGraph Graph { get; }

    /// <summary>The instant, UTC milliseconds.</summary>
    public long AtMs { get; }

    /// <summary>Measured draw of the racks.</summary>
    public RackDraw Draw { get; }

    /// <summary>What each node carries by measured draw, W by node ordinal; NaN where nothing below was read.</summary>
    public ReadOnlySpan<double> CarriedWatts => _carriedWatts;

    /// <summary>Power of a place in a rack, all its components and all below it, W; null if nothing was read within a query's lookback.</summary>
    public double? PowerWatts(StableKey place) => _powerWatts.TryGetValue(place, out var watts) ? watts : null;

    /// <summary>Highest temperature of a place in a rack and all below it, °C; null if nothing was read within a query's lookback.</summary>
    public double? TemperatureCelsius(StableKey place) => _temperatureCelsius.TryGetValue(place, out var celsius) ? celsius : null;

    /// <summary>Reads a frame. Every reading counts at the place that its source has at the instant, also one taken just before a move.</summary>
    /// <param name="reader">The joined reader.</param>
    /// <param name="fleet">The inventory; one and the same for all of the frame, whatever is applied meanwhile.</param>
    /// <param name="atMs">The instant, UTC milliseconds.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static async Task<LiveFrame> ReadAsync(TopologyReader reader, TopologyTimeline fleet, long atMs, CancellationToken cancellationToken)
    {
        var graph = fleet.At(atMs).Graph;
        var power = new Dictionary<StableKey, double>();
        var temperature = new Dictionary<StableKey, double>();
        var draw = new RackDraw(graph.NodeCount);
        await VisitNewestAsync(reader, fleet, "hw_power_watts", atMs, (place, timestampMs, watts) =>
        {
            draw.Add(place.Node, watts, timestampMs);
            foreach (var above in PartsUp(graph, place))
            {
                power[above] = power.GetValueOrDefault(above) + watts;
            }
        }, cancellationToken);
        await VisitNewestAsync(reader, fleet, "hw_temperature_celsius", atMs, (place, _, celsius) =>
        {
            foreach (var above in PartsUp(graph, place))
            {
                temperature[above] = Math.Max(temperature.GetValueOrDefault(above, double.NegativeInfinity), celsius);
            }
        }, cancellationToken);
        return new LiveFrame(graph, atMs, draw, NodeRollUp.Carried(graph, draw), power, temperature);
    }

    private static async Task VisitNewestAsync(
        TopologyReader reader, TopologyTimeline fleet, string family, long atMs, Action<StableKey, long, double> visit, CancellationToken cancellationToken)
    {
        // As of the frame's instant: a place of an earlier graph may lie outside this one's columns and builds.
        var query = new SeriesQuery(
            [new Matcher(LabelSet.MetricName, MatchKind.Equal, family)], atMs - NodeRollUp.FreshMs, atMs, SeriesScope.Whole)
        { Shape = ReadShape.Newest, AsOfMs = atMs };
        await foreach (var batch in reader.ReadPlacedAsync(query, fleet, cancellationToken))
        {
            batch.ForEachSample((joined, timestampMs, value) =>
            {
                if (joined.Place is { } bound && !double.IsNaN(value))
                {
                    visit(bound.Place, timestampMs, value);
                }
            });
        }
    }

    private static IEnumerable<StableKey> PartsUp(FleetGraph graph, StableKey place)
    {
        if (graph.BuildOf(place.Node) is { } build)
        {
            for (var part = place.Part; part > 0; part = build.Parts[part].Parent)
            {
                yield return place with { Part = part };
            }
        }

        yield return StableKey.Of(place.Node);
    }
}

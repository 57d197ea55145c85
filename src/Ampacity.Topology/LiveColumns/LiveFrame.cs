using Ampacity.Fleet;

namespace Ampacity.Topology;

/// <summary>What the fleet is doing at one instant: the newest power and temperature of every place, and what every node carries.</summary>
/// <remarks>Immutable once made, any thread; a viewer takes one frame and never sees half of the next.</remarks>
public sealed class LiveFrame
{
    private readonly LiveColumn<double> _power;
    private readonly LiveColumn<double> _temperature;
    private readonly double[] _carriedWatts;

    internal LiveFrame(FleetGraph graph, long atMs, LiveColumn<double> power, LiveColumn<double> temperature)
    {
        (Graph, AtMs, _power, _temperature) = (graph, atMs, power, temperature);
        Draw = RackDraw.Of(graph, power);
        _carriedWatts = NodeRollUp.Carried(graph, Draw);
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
    public double? PowerWatts(StableKey place) => Fold(_power, place, 0, static (sum, watts) => sum + watts);

    /// <summary>Highest temperature of a place in a rack and all below it, °C; null if nothing was read within a query's lookback.</summary>
    public double? TemperatureCelsius(StableKey place) => Fold(_temperature, place, double.NegativeInfinity, Math.Max);

    /// <summary>Reads a frame. Every reading counts at the place that its source has at the instant, also one taken just before a move.</summary>
    /// <param name="reader">The joined reader.</param>
    /// <param name="fleet">The inventory; one and the same for all of the frame, whatever is applied meanwhile.</param>
    /// <param name="atMs">The instant, UTC milliseconds.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static Task<LiveFrame> ReadAsync(TopologyReader reader, TopologyTimeline fleet, long atMs, CancellationToken cancellationToken) =>
        new LiveFrames().ReadAsync(reader, fleet, atMs, cancellationToken);

    // A part's readings lie together with those of all below it, as its build's ordinals do: nothing is kept for each place.
    private double? Fold(LiveColumn<double> column, StableKey place, double begin, Func<double, double, double> add)
    {
        var parts = Graph.BuildOf(place.Node)?.Parts;
        var end = place.Part == 0 ? int.MaxValue : parts is { } known && place.Part < known.Length ? known[place.Part].End : place.Part + 1;
        var (result, any) = (begin, false);
        foreach (var value in column.Values[column.Layout.SlotsOf(place.Node, place.Part, end)])
        {
            if (!double.IsNaN(value))
            {
                (result, any) = (add(result, value), true);
            }
        }

        return any ? result : null;
    }
}

/// <summary>Reads frame after frame, and remembers between them where each series belongs.</summary>
/// <remarks>One thread.</remarks>
public sealed class LiveFrames
{
    private readonly LiveReading _power = new("hw_power_watts");
    private readonly LiveReading _temperature = new("hw_temperature_celsius");

    /// <inheritdoc cref="LiveFrame.ReadAsync"/>
    public async Task<LiveFrame> ReadAsync(TopologyReader reader, TopologyTimeline fleet, long atMs, CancellationToken cancellationToken) => new(
        fleet.At(atMs).Graph,
        atMs,
        await _power.ReadAsync(reader, fleet, atMs, cancellationToken),
        await _temperature.ReadAsync(reader, fleet, atMs, cancellationToken));
}

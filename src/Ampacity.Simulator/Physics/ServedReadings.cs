namespace Ampacity.Simulator;

/// <summary>What a PDU carries and a coolant unit takes away, from the racks that it serves. Racks in no simulation count as nothing.</summary>
internal static class ServedReadings
{
    // A rack without shelves loses this much in the supplies of its nodes.
    private const double NodeEfficiency = 0.94;

    // Share of a rack's heat that liquid takes, as believed of GB200 NVL72 (115 of 132 kW); the rest goes to the room's air.
    private const double LiquidShare = 0.87;

    /// <summary>Density of the coolant, kg/L: PG25 at 35 °C.</summary>
    public const double KilogramsPerLiter = 1.02;

    /// <summary>Its specific heat, kJ/(kg·K).</summary>
    public const double KilojoulesPerKilogramKelvin = 3.9;

    /// <summary>Input of all racks, each shared by its feeds, watts.</summary>
    public static double ServedWatts(this in Moment m)
    {
        var sum = 0.0;
        foreach (var rack in m.Self.Served)
        {
            sum += InputWatts(rack, in m) / Math.Max(1, rack.Feeds);
        }

        return sum;
    }

    /// <summary>Its integral since the origin, joules.</summary>
    public static double ServedJoules(this in Moment m)
    {
        var sum = 0.0;
        foreach (var rack in m.Self.Served)
        {
            sum += InputJoules(rack, in m) / Math.Max(1, rack.Feeds);
        }

        return sum;
    }

    /// <summary>Heat that the racks give to the coolant now, kW: the load through the thermal lag, each rack shared by its coolers.</summary>
    public static double HeatKilowatts(this in Moment m)
    {
        var sum = 0.0;
        foreach (var rack in m.Self.Served)
        {
            sum += LiquidShare * rack.WarmWatts(in m) / Math.Max(1, rack.Coolers) / 1_000;
        }

        return sum;
    }

    /// <summary>Flow of the secondary side: pumps follow the heat between 60 and 100 % of the rated flow, L/min.</summary>
    public static double FlowLitersPerMinute(this in Moment m)
    {
        var share = Math.Clamp(m.HeatKilowatts() * 1_000 / Math.Max(1, m.Self.Tray.RatedWatts), 0, 1);
        return RatedFlow(m.Self.Tray.RatedWatts) * (0.6 + (0.4 * share));
    }

    /// <summary>Rise of the coolant, K: heat = flow x density x specific heat x rise.</summary>
    public static double RiseKelvins(this in Moment m) =>
        m.HeatKilowatts() * 60 / (m.FlowLitersPerMinute() * KilogramsPerLiter * KilojoulesPerKilogramKelvin);

    /// <summary>Flow at which the rated heat makes a rise of 10 K, L/min.</summary>
    public static double RatedFlow(double ratedWatts) => ratedWatts / 1_000 * 60 / (10 * KilogramsPerLiter * KilojoulesPerKilogramKelvin);

    private static double InputWatts(RackLoad rack, in Moment m) => rack.Supplies > 0
        ? rack.InputWatts(in m)
        : rack.Watts(in m) / NodeEfficiency;

    private static double InputJoules(RackLoad rack, in Moment m) => rack.Supplies > 0
        ? rack.InputJoules(in m)
        : rack.Joules(in m) / NodeEfficiency;
}

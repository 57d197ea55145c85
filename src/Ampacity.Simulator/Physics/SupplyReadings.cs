namespace Ampacity.Simulator;

/// <summary>What a supply of a shelf or node takes and gives.</summary>
/// <remarks>
/// The watts of a shelf's supplies add up to what the trays of its rack draw; those that tripped or are not fed leave their share to the
/// others. Energies are the integrals of these watts, through trips too.
/// </remarks>
internal static class SupplyReadings
{
    private const double MainsVolts = 240;
    private const double BusbarVolts = 51;

    /// <summary>Whether it gives nothing: tripped or not fed.</summary>
    public static bool IsLost(in Moment m, int n) => BmcConditions.Has(m.Self.Conditions.TrippedSupplies | m.Self.Conditions.UnfedSupplies, n);

    public static bool IsFed(in Moment m, int n) => !BmcConditions.Has(m.Self.Conditions.UnfedSupplies, n);

    public static double OutputWatts(in Moment m, int n) => IsLost(in m, n) ? 0 : Output(in m);

    public static double InputWatts(in Moment m, int n) => IsFed(in m, n) ? SupplyLosses.InputWatts(OutputWatts(in m, n), m.Self.Tray.RatedWatts) : 0;

    /// <summary>Joules that a supply took since the origin.</summary>
    public static double InputJoules(in Moment m, int n) => m.Self.Bus is not { } bus ? 0
        : m.Self.Counters is { } counters && n < counters.Length ? counters[n].InputJoules(bus, in m) : bus.SupplyInputJoules(in m);

    public static double InputVolts(in Moment m, int n) => IsFed(in m, n) ? MainsVolts * (0.99 + (0.02 * m.Self.Share(400 + n))) : 0;

    // A busbar sags a volt from idle to full load.
    public static double OutputVolts(in Moment m, int n) => IsLost(in m, n) ? 0 : BusbarVolts - (1.0 * m.Load);

    public static double InputAmps(in Moment m, int n) => IsFed(in m, n) ? InputWatts(in m, n) / InputVolts(in m, n) / 0.99 : 0;

    public static double OutputAmps(in Moment m, int n) => IsLost(in m, n) ? 0 : OutputWatts(in m, n) / OutputVolts(in m, n);

    public static double Celsius(in Moment m, int n) => 32 + ((IsLost(in m, n) ? 2 : 24 * m.Warm) * m.Self.Scale(410 + n));

    public static double Rpm(in Moment m, int n) => IsFed(in m, n) ? (5_000 + (9_000 * m.Warm)) * m.Self.Scale(420 + n) : 0;

    private static double Output(in Moment m) => m.Self.Bus?.SupplyWatts(in m) ?? 0;
}

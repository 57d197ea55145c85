namespace Ampacity.Simulator;

/// <summary>What a supply of a shelf or node takes and gives.</summary>
/// <remarks>
/// The watts of a shelf's supplies add up to what the trays of its rack draw; those that tripped or are not fed leave their share to the
/// others. Energies are integrals of the watts of a rack whose supplies all work: a trip does not bend them.
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

    public static double OutputJoules(in Moment m) => m.Self.Rack is { Supplies: > 0 } rack ? rack.SupplyJoules(in m) : m.TrayJoules() / Math.Max(1, m.Self.Tray.Supplies);

    public static double InputJoules(in Moment m)
    {
        if (m.Self.Rack is { Supplies: > 0 } rack)
        {
            return SupplyLosses.InputJoules(m.Seconds, rack.SupplyJoules(in m), rack.SupplySquareSeconds(in m), m.Self.Tray.RatedWatts);
        }

        var (fixedWatts, swingWatts) = NvidiaReadings.TrayShares(m.Self);
        var (a, b) = (fixedWatts / Math.Max(1, m.Self.Tray.Supplies), swingWatts / Math.Max(1, m.Self.Tray.Supplies));
        return SupplyLosses.InputJoules(
            m.Seconds, (a * m.Seconds) + (b * m.LoadSeconds), (a * a * m.Seconds) + (2 * a * b * m.LoadSeconds) + (b * b * m.SquareSeconds), m.Self.Tray.RatedWatts);
    }

    public static double InputVolts(in Moment m, int n) => IsFed(in m, n) ? MainsVolts * (0.99 + (0.02 * m.Self.Share(400 + n))) : 0;

    // A busbar sags a volt from idle to full load.
    public static double OutputVolts(in Moment m, int n) => IsLost(in m, n) ? 0 : BusbarVolts - (1.0 * m.Load);

    public static double InputAmps(in Moment m, int n) => IsFed(in m, n) ? InputWatts(in m, n) / InputVolts(in m, n) / 0.99 : 0;

    public static double OutputAmps(in Moment m, int n) => IsLost(in m, n) ? 0 : OutputWatts(in m, n) / OutputVolts(in m, n);

    public static double Celsius(in Moment m, int n) => 32 + ((IsLost(in m, n) ? 2 : 24 * m.Warm) * m.Self.Scale(410 + n));

    public static double Rpm(in Moment m, int n) => IsFed(in m, n) ? (5_000 + (9_000 * m.Warm)) * m.Self.Scale(420 + n) : 0;

    private static double Output(in Moment m)
    {
        if (m.Self.Rack is { Supplies: > 0 } rack)
        {
            return rack.SupplyWatts(in m);
        }

        var lost = System.Numerics.BitOperations.PopCount(m.Self.Conditions.TrippedSupplies | m.Self.Conditions.UnfedSupplies);
        return m.TrayWatts() / Math.Max(1, m.Self.Tray.Supplies - lost);
    }
}

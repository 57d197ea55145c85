namespace Ampacity.Simulator;

/// <summary>
/// The power of all trays of a rack as a + b · load, and how the supplies share it. Sums of what the trays themselves report, so that
/// shelf and trays agree.
/// </summary>
/// <remarks>Filled while the simulator starts, then only <see cref="LostSupplies"/> changes; any thread.</remarks>
internal sealed class RackLoad
{
    private int _lost;

    /// <summary>Watts that flow whatever the job does.</summary>
    public double FixedWatts { get; private set; }

    /// <summary>Watts at full load beside them.</summary>
    public double SwingWatts { get; private set; }

    /// <summary>Supplies of all shelves.</summary>
    public int Supplies { get; private set; }

    /// <summary>Rating of one, watts.</summary>
    public double SupplyRatedWatts { get; private set; } = 5_500;

    /// <summary>PDUs that share its input.</summary>
    public int Feeds { get; set; }

    /// <summary>Coolant units that share its heat.</summary>
    public int Coolers { get; set; }

    /// <summary>Supplies that give nothing now; the others carry their share.</summary>
    public int LostSupplies => Volatile.Read(ref _lost);

    /// <summary>So many more supplies give nothing; fewer when it is negative.</summary>
    public void Lose(int supplies) => Interlocked.Add(ref _lost, supplies);

    /// <summary>Adds what a BMC of the rack stands for: a tray's load or a shelf's supplies.</summary>
    public void Add(BmcSelf self)
    {
        switch (self.Tray.Kind)
        {
            case SimulatedKind.PowerShelf:
                Supplies += self.Tray.Supplies;
                SupplyRatedWatts = self.Tray.RatedWatts;
                break;
            case SimulatedKind.Dpu:
                break; // part of its compute tray's fixed power
            case SimulatedKind.NvSwitchTray or SimulatedKind.SwitchTray:
                FixedWatts += self.Tray.RatedWatts * 0.6; // switch silicon draws much whatever passes
                SwingWatts += self.Tray.RatedWatts * 0.3;
                break;
            default:
                var (fixedWatts, swingWatts) = NvidiaReadings.TrayShares(self);
                (FixedWatts, SwingWatts) = (FixedWatts + fixedWatts, SwingWatts + swingWatts);
                break;
        }
    }

    /// <summary>What the rack draws from its busbar, watts.</summary>
    public double Watts(in Moment moment) => FixedWatts + (SwingWatts * moment.Load);

    /// <summary>Energy from the busbar since the origin, joules.</summary>
    public double Joules(in Moment moment) => (FixedWatts * moment.Seconds) + (SwingWatts * moment.LoadSeconds);

    /// <summary>What a supply that works gives, watts.</summary>
    public double SupplyWatts(in Moment moment) => Watts(moment) / Working;

    /// <summary>What one works for as if none had ever been lost, joules: counters of a supply do not jump when another trips.</summary>
    public double SupplyJoules(in Moment moment) => Joules(moment) / Math.Max(1, Supplies);

    /// <summary>Integral of the square of a supply's output, W²s.</summary>
    public double SupplySquareSeconds(in Moment moment)
    {
        var (a, b) = (FixedWatts / Math.Max(1, Supplies), SwingWatts / Math.Max(1, Supplies));
        return (a * a * moment.Seconds) + (2 * a * b * moment.LoadSeconds) + (b * b * moment.SquareSeconds);
    }

    private int Working => Math.Max(1, Supplies - LostSupplies);
}

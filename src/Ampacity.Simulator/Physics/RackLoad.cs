namespace Ampacity.Simulator;

/// <summary>
/// What hangs on one busbar, and the supplies that carry it: a rack with its shelves, or a node with its own. While everything does what the job does,
/// its power is a + b · load; once an accelerator is limited or gone, or a supply is lost, it is a <see cref="BusbarSpan"/>. Sums of what the trays themselves report, so that
/// shelf and trays agree.
/// </summary>
/// <remarks>Filled while the simulator starts; then any thread reads, and changes are one at a time.</remarks>
internal sealed class RackLoad
{
    private readonly Lock _gate = new();
    private readonly List<BmcSelf> _trays = [];
    private BusbarSpan? _span;
    private int _tripped;
    private int _unfed;

    /// <summary>Watts that flow whatever the job does.</summary>
    public double FixedWatts { get; private set; }

    /// <summary>Watts at full load beside them, while everything does what the job does.</summary>
    public double SwingWatts { get; private set; }

    /// <summary>Supplies of all shelves.</summary>
    public int Supplies { get; private set; }

    /// <summary>Rating of one, watts.</summary>
    public double SupplyRatedWatts { get; private set; } = 5_500;

    /// <summary>PDUs that share its input.</summary>
    public int Feeds { get; set; }

    /// <summary>Coolant units that share its heat.</summary>
    public int Coolers { get; set; }

    /// <summary>Adds what a BMC of the rack stands for: a tray's load or a shelf's supplies.</summary>
    public void Add(BmcSelf self)
    {
        switch (self.Tray.Kind)
        {
            case SimulatedKind.PowerShelf:
                AddSupplies(self.Tray);
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
                _trays.Add(self);
                break;
        }
    }

    /// <summary>Adds the supplies of a shelf or node.</summary>
    public void AddSupplies(SimulatedTray tray) => (Supplies, SupplyRatedWatts) = (Supplies + tray.Supplies, tray.RatedWatts);

    /// <summary>What is drawn from the busbar, watts.</summary>
    public double Watts(in Moment moment) => Volatile.Read(ref _span) is { } span ? span.Watts(moment.Seconds) : FixedWatts + (SwingWatts * moment.Load);

    /// <summary>Energy from the busbar since the origin, joules.</summary>
    public double Joules(in Moment moment) => Volatile.Read(ref _span) is { } span ? span.Joules(moment.Seconds) : (FixedWatts * moment.Seconds) + (SwingWatts * moment.LoadSeconds);

    /// <summary>Its power as the coolant feels it, watts.</summary>
    public double WarmWatts(in Moment moment) => Volatile.Read(ref _span) is { } span ? span.WarmWatts(moment.Seconds) : FixedWatts + (SwingWatts * moment.Warm);

    /// <summary>What a supply that works gives, watts.</summary>
    public double SupplyWatts(in Moment moment) => Watts(in moment) / (Volatile.Read(ref _span)?.Working ?? Math.Max(1, Supplies));

    /// <summary>What all supplies take, watts.</summary>
    public double InputWatts(in Moment moment) => Volatile.Read(ref _span) is { } span ? span.InputWatts(moment.Seconds) : Supplies * SupplyLosses.InputWatts(SupplyWatts(in moment), SupplyRatedWatts);

    /// <summary>What all supplies took since the origin, joules.</summary>
    public double InputJoules(in Moment moment) => Volatile.Read(ref _span) is { } span ? span.InputJoules(moment.Seconds) : Supplies * SupplyInputJoules(in moment);

    /// <summary>What a supply gave that always worked, joules.</summary>
    public double SupplyOutputJoules(in Moment moment) => Volatile.Read(ref _span) is { } span ? span.SupplyOutputJoules(moment.Seconds) : Joules(in moment) / Math.Max(1, Supplies);

    /// <summary>What a supply took that always worked, joules.</summary>
    public double SupplyInputJoules(in Moment moment)
    {
        if (Volatile.Read(ref _span) is { } span)
        {
            return span.SupplyInputJoules(moment.Seconds);
        }

        var (a, b) = (FixedWatts / Math.Max(1, Supplies), SwingWatts / Math.Max(1, Supplies));
        return SupplyLosses.InputJoules(
            moment.Seconds, (a * moment.Seconds) + (b * moment.LoadSeconds),
            (a * a * moment.Seconds) + (2 * a * b * moment.LoadSeconds) + (b * b * moment.SquareSeconds), SupplyRatedWatts);
    }

    /// <summary>So many more supplies tripped, and so many more have no input; fewer where negative.</summary>
    public void Lose(int tripped, int unfed, JobWave job, double seconds)
    {
        lock (_gate)
        {
            (_tripped, _unfed) = (_tripped + tripped, _unfed + unfed);
            Begin(job, seconds);
        }
    }

    /// <summary>An accelerator of a tray has another load from now on.</summary>
    public void Follow(JobWave job, double seconds)
    {
        lock (_gate)
        {
            Begin(job, seconds);
        }
    }

    // A span of its own from now on, its counters where those of the one before stand.
    private void Begin(JobWave job, double seconds)
    {
        var parts = new Dictionary<JobWave, double>(ReferenceEqualityComparer.Instance);
        var swing = SwingWatts;
        foreach (var tray in _trays.Where(tray => tray.Loads is not null))
        {
            for (var n = 0; n < tray.Loads!.Length; n++)
            {
                var (wave, watts) = (tray.Loads[n].Wave, tray.Tray.AcceleratorDesignWatts * tray.Scale(n));
                if (!ReferenceEquals(wave, job))
                {
                    swing -= watts;
                    parts[wave] = parts.GetValueOrDefault(wave) + watts;
                }
            }
        }

        parts[job] = parts.GetValueOrDefault(job) + swing;
        var before = _span ?? new BusbarSpan(JobWave.Sum(FixedWatts, [(job, SwingWatts)]), Supplies, 0, SupplyRatedWatts);
        var now = new BusbarSpan(
            JobWave.Sum(FixedWatts, [.. parts.Select(part => (part.Key, part.Value))]), Math.Max(1, Supplies - _tripped - _unfed), _tripped, SupplyRatedWatts);
        Volatile.Write(ref _span, now.After(before, seconds));
    }
}

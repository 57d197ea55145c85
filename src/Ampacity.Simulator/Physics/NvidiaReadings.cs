using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Simulator;

/// <summary>Physics of the sensors of an NVIDIA GB200/GB300 compute tray, by the names and in the units of its firmware.</summary>
internal static partial class NvidiaReadings
{
    /// <summary>Number under which the spread of a processor is kept apart from that of an accelerator.</summary>
    public const int ProcessorPart = 1_000;

    /// <summary>Share of an accelerator's power that its HBM draws; chosen between the 0.15 and 0.2 that captured trays show under load.</summary>
    public const double MemoryShare = 0.18;

    // A processor draws this share whatever the job does, and this much more at full load: of GB200's Grace, which feeds and waits.
    private const double ProcessorFixed = 0.30;
    private const double ProcessorSwing = 0.25;

    /// <summary>What a sensor of this name reads, or null for one that has no physics here.</summary>
    /// <param name="sensor">Last segment of the sensor's path.</param>
    public static Reading? Of(string sensor)
    {
        if (Accelerator().Match(sensor) is { Success: true } gpu)
        {
            var n = int.Parse(gpu.Groups["n"].Value, CultureInfo.InvariantCulture);
            return gpu.Groups["what"].Value switch
            {
                "Power_0" => AcceleratorWatts(n),
                "DRAM_0_Power_0" => (in Moment m) => m.AcceleratorWatts(n) * MemoryShare,
                "Energy_0" => (in Moment m) => m.AcceleratorJoules(n) * 1_000, // real firmware gives mJ
                "TEMP_0" => AcceleratorCelsius(n),
                "TEMP_1" => (in Moment m) => 87 - m.AcceleratorCelsius(n), // margin to the limit, which falls as it warms
                "DRAM_0_Temp_0" => (in Moment m) => m.AcceleratorCelsius(n) + 3,
                _ => null,
            };
        }

        if (Processor().Match(sensor) is { Success: true } cpu)
        {
            var n = int.Parse(cpu.Groups["n"].Value, CultureInfo.InvariantCulture);
            return cpu.Groups["what"].Value switch
            {
                "CPU_0_Power_0" => (in Moment m) => m.ProcessorWatts(n),
                "CPU_0_Energy_0" => (in Moment m) => m.ProcessorJoules(n),
                "CPU_0_TempAvg_0" => (in Moment m) => m.ProcessorCelsius(n),
                "CPU_0_TempLimit_0" => (in Moment m) => 88 - m.ProcessorCelsius(n),
                "Vreg_0_CpuPower_0" => (in Moment m) => m.ProcessorWatts(n) * 0.47,
                "Vreg_0_SocPower_0" => (in Moment m) => m.ProcessorWatts(n) * 0.068,
                _ => null,
            };
        }

        if (Module().Match(sensor) is { Success: true } module)
        {
            var key = 2_000 + (10 * int.Parse(module.Groups["n"].Value, CultureInfo.InvariantCulture)) + int.Parse(module.Groups["m"].Value, CultureInfo.InvariantCulture);
            return module.Groups["what"].Value == "Inlet"
                ? (in Moment m) => m.InletCelsius(key)
                : (in Moment m) => m.InletCelsius(key) + (9 * m.Warm);
        }

        return sensor switch
        {
            "HGX_Chassis_0_TotalGPU_Power_0" => (in Moment m) => m.AcceleratorsWatts(),
            "HGX_BMC_0_Temp_0" => (in Moment m) => 38 + (4 * m.Warm),
            _ => null,
        };
    }

    public static Reading AcceleratorWatts(int n) => (in Moment m) => m.AcceleratorWatts(n);

    public static Reading AcceleratorCelsius(int n) => (in Moment m) => m.AcceleratorCelsius(n);

    /// <summary>Share of its design load that an accelerator has: the job's, or what a power limit leaves of it.</summary>
    public static double LoadOf(this in Moment m, int n) => m.Self.Loads is { } loads ? loads[n].Load(m.Seconds) : m.Load;

    /// <summary>Its integral since the origin, seconds.</summary>
    public static double LoadSecondsOf(this in Moment m, int n) => m.Self.Loads is { } loads ? loads[n].LoadSeconds(m.Seconds) : m.LoadSeconds;

    /// <summary>Watts of an accelerator; no number when it fell off the bus.</summary>
    public static double AcceleratorWatts(this in Moment m, int n) => Gone(in m, n) ?? (m.Self.Tray.AcceleratorDesignWatts * m.Self.Scale(n) * m.LoadOf(n));

    /// <summary>Its energy since the origin, joules: the integral of its watts.</summary>
    public static double AcceleratorJoules(this in Moment m, int n) => Gone(in m, n) ?? (m.Self.Tray.AcceleratorDesignWatts * m.Self.Scale(n) * m.LoadSecondsOf(n));

    /// <summary>Its temperature: coolant plus what the cold plate holds back.</summary>
    public static double AcceleratorCelsius(this in Moment m, int n) => Gone(in m, n) ?? (30 + (34 * m.Self.Scale(n) * (m.Self.Loads is { } loads ? loads[n].Warm(m.Seconds) : m.Warm)));

    /// <summary>Busy share, 0 to 1.</summary>
    public static double AcceleratorBusy(this in Moment m, int n) => Gone(in m, n) ?? Math.Clamp((m.LoadOf(n) - 0.12) / 0.85, 0, 1);

    public static double ProcessorWatts(this in Moment m, int n) =>
        m.Self.Tray.ProcessorDesignWatts * m.Self.Scale(ProcessorPart + n) * (ProcessorFixed + (ProcessorSwing * m.Load));

    public static double ProcessorJoules(this in Moment m, int n) =>
        m.Self.Tray.ProcessorDesignWatts * m.Self.Scale(ProcessorPart + n) * ((ProcessorFixed * m.Seconds) + (ProcessorSwing * m.LoadSeconds));

    public static double ProcessorCelsius(this in Moment m, int n) => 34 + (16 * m.Self.Scale(ProcessorPart + n) * m.Warm);

    /// <summary>Air or coolant on its way in, 30 to 32 °C.</summary>
    public static double InletCelsius(this in Moment m, int key) => 30 + (2 * m.Self.Share(key));

    /// <summary>All accelerators that are there, watts.</summary>
    public static double AcceleratorsWatts(this in Moment m)
    {
        var sum = 0.0;
        for (var n = 0; n < m.Self.Tray.Accelerators; n++)
        {
            var watts = m.AcceleratorWatts(n);
            sum += double.IsNaN(watts) ? 0 : watts;
        }

        return sum;
    }

    /// <summary>The tray from its busbar: accelerators, processors and a fixed part for adapters, fans and losses, watts.</summary>
    public static double TrayWatts(this in Moment m)
    {
        var (fixedWatts, swingWatts) = TrayShares(m.Self);
        return fixedWatts + (swingWatts * m.Load) + Held(in m, static (in Moment at, int n) => at.LoadOf(n) - at.Load);
    }

    /// <summary>Energy of the tray since the origin, joules.</summary>
    public static double TrayJoules(this in Moment m)
    {
        var (fixedWatts, swingWatts) = TrayShares(m.Self);
        return (fixedWatts * m.Seconds) + (swingWatts * m.LoadSeconds) + Held(in m, static (in Moment at, int n) => at.LoadSecondsOf(n) - at.LoadSeconds);
    }

    private delegate double OfAccelerator(in Moment m, int n);

    // What accelerators that do not do what the job does take more, or less.
    private static double Held(in Moment m, OfAccelerator difference)
    {
        var sum = 0.0;
        for (var n = 0; m.Self.Loads is not null && n < m.Self.Tray.Accelerators; n++)
        {
            sum += m.Self.Tray.AcceleratorDesignWatts * m.Self.Scale(n) * difference(in m, n);
        }

        return sum;
    }

    /// <summary>The tray's power as a fixed part and one that goes with the job's load, watts, while all of it does what the job does.</summary>
    public static (double FixedWatts, double SwingWatts) TrayShares(BmcSelf self)
    {
        var (fixedWatts, swingWatts) = (OverheadShare * self.Tray.Accelerators * self.Tray.AcceleratorDesignWatts, 0.0);
        for (var n = 0; n < self.Tray.Accelerators; n++)
        {
            swingWatts += self.Tray.AcceleratorDesignWatts * self.Scale(n);
        }

        for (var n = 0; n < self.Tray.Processors; n++)
        {
            var watts = self.Tray.ProcessorDesignWatts * self.Scale(ProcessorPart + n);
            (fixedWatts, swingWatts) = (fixedWatts + (ProcessorFixed * watts), swingWatts + (ProcessorSwing * watts));
        }

        return (fixedWatts, swingWatts);
    }

    // Adapters, fans, boards: 8 % of the accelerators' design power, an assumption.
    private const double OverheadShare = 0.08;

    private static double? Gone(in Moment m, int n) => BmcConditions.Has(m.Self.Conditions.GoneAccelerators, n) ? double.NaN : null;

    [GeneratedRegex(@"^HGX_GPU_(?<n>\d{1,3})_(?<what>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Accelerator();

    [GeneratedRegex(@"^ProcessorModule_(?<n>\d{1,3})_(?<what>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Processor();

    [GeneratedRegex(@"^HGX_ProcessorModule_(?<n>\d{1,3})_(?<what>Inlet|Exhaust)_Temp_(?<m>\d)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Module();
}

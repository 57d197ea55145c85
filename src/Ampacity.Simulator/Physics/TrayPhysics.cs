using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ampacity.Simulator;

/// <summary>What a tray's sensors read at a time: a pure function of (seed, tray, time), so that two reads of one instant agree.</summary>
/// <remarks>Any thread.</remarks>
public sealed partial class TrayPhysics
{
    // Energy counters start here; any fixed instant would do.
    private static readonly DateTimeOffset Origin = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatedTray _tray;
    private readonly int _seed;
    private readonly double _offsetSeconds;

    /// <summary>The physics of one tray.</summary>
    public TrayPhysics(SimulatedTray tray, int seed)
    {
        _tray = tray;
        _seed = seed;
        _offsetSeconds = 0.2 * Share("offset"); // trays of one job start a step within a fraction of a second of each other
    }

    /// <summary>The reading of a sensor at a time, in the unit in which GB200 firmware gives it, or null for a sensor that has no physics here.</summary>
    /// <param name="sensor">Last segment of the sensor's path.</param>
    /// <param name="at">When.</param>
    public double? Reading(string sensor, DateTimeOffset at)
    {
        var seconds = Math.Max(0, (at - Origin).TotalSeconds + _offsetSeconds);
        if (Accelerator().Match(sensor) is { Success: true } gpu)
        {
            var number = int.Parse(gpu.Groups["n"].Value);
            var watts = AcceleratorWatts(number, seconds);
            return gpu.Groups["what"].Value switch
            {
                "Power_0" => watts,
                "DRAM_0_Power_0" => watts * 0.18,
                "Energy_0" => EnergyJoules("gpu", number, _tray.AcceleratorDesignWatts, 0, 1, seconds) * 1_000, // real firmware gives mJ
                "TEMP_0" => AcceleratorCelsius(number, seconds),
                "TEMP_1" => 87 - AcceleratorCelsius(number, seconds), // margin to the limit, which falls as it warms
                "DRAM_0_Temp_0" => AcceleratorCelsius(number, seconds) + 3,
                _ => null,
            };
        }

        if (Processor().Match(sensor) is { Success: true } cpu)
        {
            var number = int.Parse(cpu.Groups["n"].Value);
            var watts = _tray.ProcessorDesignWatts * Scale("cpu", number) * (0.30 + (0.25 * TrainingStep.Load(seconds)));
            var celsius = 34 + (16 * Scale("cpu", number) * TrainingStep.WarmLoad(seconds));
            return cpu.Groups["what"].Value switch
            {
                "CPU_0_Power_0" => watts,
                "CPU_0_Energy_0" => EnergyJoules("cpu", number, _tray.ProcessorDesignWatts, 0.30, 0.25, seconds),
                "CPU_0_TempAvg_0" => celsius,
                "CPU_0_TempLimit_0" => 88 - celsius,
                "Vreg_0_CpuPower_0" => watts * 0.47,
                "Vreg_0_SocPower_0" => watts * 0.068,
                _ => null,
            };
        }

        if (Module().Match(sensor) is { Success: true } module)
        {
            var inlet = 30 + (2 * Share(sensor));
            return module.Groups["what"].Value == "Inlet" ? inlet : inlet + (9 * TrainingStep.WarmLoad(seconds));
        }

        return sensor switch
        {
            "HGX_Chassis_0_TotalGPU_Power_0" => Enumerable.Range(0, _tray.Accelerators).Sum(number => AcceleratorWatts(number, seconds)),
            "HGX_BMC_0_Temp_0" => 38 + (4 * TrainingStep.WarmLoad(seconds)),
            _ => null,
        };
    }

    private double AcceleratorWatts(int number, double seconds) =>
        _tray.AcceleratorDesignWatts * Scale("gpu", number) * TrainingStep.Load(seconds);

    private double AcceleratorCelsius(int number, double seconds) => 30 + (34 * Scale("gpu", number) * TrainingStep.WarmLoad(seconds));

    private double EnergyJoules(string part, int number, double designWatts, double idle, double swing, double seconds) =>
        designWatts * Scale(part, number) * ((idle * seconds) + (swing * TrainingStep.LoadSeconds(seconds)));

    // No two chips draw the same: ±2 %.
    private double Scale(string part, int number) => 0.98 + (0.04 * Share($"{part}{number}"));

    // 0 to 1, fixed for a seed, a tray and a name.
    private double Share(string name) =>
        BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{_seed}|{_tray.Mac}|{name}"))) / (double)uint.MaxValue;

    [GeneratedRegex(@"^HGX_GPU_(?<n>\d{1,3})_(?<what>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Accelerator();

    [GeneratedRegex(@"^ProcessorModule_(?<n>\d{1,3})_(?<what>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Processor();

    [GeneratedRegex(@"^HGX_ProcessorModule_(?<n>\d{1,3})_(?<what>Inlet|Exhaust)_Temp_\d$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Module();
}

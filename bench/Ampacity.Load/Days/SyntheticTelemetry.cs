using System.Globalization;
using Ampacity.Samples;

namespace Ampacity.Load;

/// <summary>
/// Telemetry with the shapes of a training fleet: 20 metrics an accelerator, times with ±50 ms of jitter, from a seed. Power swings with the training step,
/// temperatures lag behind it, counters of energy and fabric never repeat, error counters hardly move.
/// </summary>
internal sealed class SyntheticTelemetry
{
    /// <summary>Metrics of an accelerator.</summary>
    public const int Metrics = 20;

    private static readonly string[] Names =
    [
        "power_watts", "temp_celsius", "mem_temp_celsius", "hotspot_celsius", "util_percent", "mem_util_percent", "tensor_ratio", "sm_clock_mhz",
        "mem_clock_mhz", "mem_used_bytes", "mem_total_bytes", "energy_millijoules_total", "ecc_corrected_total", "ecc_uncorrected_total",
        "fabric_tx_bytes_total", "fabric_rx_bytes_total", "pcie_replay_total", "throttle_reasons", "last_error_code", "inlet_celsius",
    ];

    private readonly Random _random = new(1);
    private readonly Accelerator[] _accelerators;
    private readonly int _intervalSeconds;

    public SyntheticTelemetry(int accelerators, int intervalSeconds)
    {
        _intervalSeconds = intervalSeconds;
        _accelerators = [.. Enumerable.Range(0, accelerators).Select(_ => new Accelerator
        {
            Temperature = 48,
            Energy = Math.Floor(_random.NextDouble() * 4e12),
            Sent = Math.Floor(_random.NextDouble() * 1e15),
            Received = Math.Floor(_random.NextDouble() * 1e15),
            Skew = 0.96 + (0.08 * _random.NextDouble()),
            OffsetMs = _random.Next(intervalSeconds * 900),
        })];
    }

    /// <summary>Labels of a series: an accelerator at a place, and how often it was replaced there.</summary>
    public static LabelSet LabelsOf(int accelerator, int metric, int replaced) => LabelSet.Of(
        (LabelSet.MetricName, "accel_" + Names[metric]),
        ("gpu", Text(accelerator % 72)),
        ("hall", "hall-000"),
        ("model", "GB300"),
        ("rack", string.Create(CultureInfo.InvariantCulture, $"rk-{accelerator / 72:D5}")),
        ("serial", string.Create(CultureInfo.InvariantCulture, $"SN{accelerator:D6}{replaced:D6}")),
        ("site", "site-00"));

    /// <summary>The time of an accelerator's poll that is due at a tick.</summary>
    public long TimeOf(int accelerator, long tickMs) => tickMs + _accelerators[accelerator].OffsetMs + _random.Next(101);

    /// <summary>The next values of an accelerator.</summary>
    public void Next(int accelerator, long tick, Span<double> values)
    {
        ref var at = ref _accelerators[accelerator];
        var phase = tick * _intervalSeconds / (7.3 + (9 * at.Skew)) % 1;
        var idle = (tick + (accelerator / 72 * 977)) % 3600 < 360;
        var load = idle ? 0 : Math.Clamp((tick % 45 < 2 ? 0.08 : phase < 0.78 ? 0.97 : 0.55) + (0.06 * (_random.NextDouble() - 0.5)), 0, 1);
        var power = idle ? 170 + (3 * _random.NextDouble()) : 170 + (1230 * load * at.Skew * (0.97 + (0.06 * _random.NextDouble())));
        var inlet = 32 + (2.5 * Math.Sin(tick / 540.0)) + (0.2 * _random.NextDouble());
        at.Temperature += ((inlet + (38 * power / 1400) - at.Temperature) * 0.22) + (0.15 * (_random.NextDouble() - 0.5));
        at.Energy += Math.Floor(power * 1000 * _intervalSeconds * (0.998 + (0.004 * _random.NextDouble())));
        at.Sent += Math.Floor(2.1e11 * _intervalSeconds * load * (0.9 + (0.2 * _random.NextDouble())));
        at.Received += Math.Floor(2.1e11 * _intervalSeconds * load * (0.9 + (0.2 * _random.NextDouble())));
        at.Corrected += _random.NextDouble() > 0.9985 ? 1 : 0;
        at.Replays += _random.NextDouble() > 0.9998 ? 1 : 0;
        ReadOnlySpan<double> now =
        [
            Math.Round(power), Math.Round(at.Temperature), Math.Round((at.Temperature * 0.92) + 9), Math.Round((at.Temperature * 1.06) + 6),
            Math.Round(load * 100), Math.Round(load * 71), Math.Round(load * 0.62 * at.Skew, 6), idle ? 345 : (2040 - (int)(60 * load)) / 15 * 15,
            idle ? 2619 : 3201, Math.Floor(1e9 * (idle ? 1 : 263)), 309237645312, at.Energy, at.Corrected, 0, at.Sent, at.Received, at.Replays,
            idle ? 1 : 0, 0, Math.Round(inlet, 1),
        ];
        now.CopyTo(values);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private struct Accelerator
    {
        public double Temperature;
        public double Energy;
        public double Sent;
        public double Received;
        public double Skew;
        public int OffsetMs;
        public int Corrected;
        public int Replays;
    }
}

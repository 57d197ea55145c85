using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb.Blocks;

/// <summary>
/// Telemetry with the shapes of a training fleet: 20 metrics an accelerator, polled every 10 s with ±50 ms of jitter, from a seed. Power swings
/// with the training step, temperatures lag behind it, counters of energy and fabric never repeat, error counters hardly move.
/// </summary>
internal sealed class FleetTelemetry(int accelerators, int ticks, int seed)
{
    private static readonly string[] Names =
    [
        "power_watts", "temp_celsius", "mem_temp_celsius", "hotspot_celsius", "util_percent", "mem_util_percent", "tensor_ratio", "sm_clock_mhz",
        "mem_clock_mhz", "mem_used_bytes", "mem_total_bytes", "energy_millijoules_total", "ecc_corrected_total", "ecc_uncorrected_total",
        "fabric_tx_bytes_total", "fabric_rx_bytes_total", "pcie_replay_total", "throttle_reasons", "last_error_code", "inlet_celsius",
    ];

    private readonly double[][] _values = [.. Enumerable.Range(0, Names.Length * accelerators).Select(_ => new double[ticks])];

    /// <summary>Writes a block of it.</summary>
    public BlockMeta Write(string folder, IStoreFiles files)
    {
        using var writer = new BlockWriter(files, folder, BeginMs, BeginMs + (10_000L * (ticks + 2)), 1);
        var polls = Enumerable.Range(0, accelerators).Select(accelerator => writer.AddPolls(Simulate(accelerator))).ToArray();
        var series = Enumerable.Range(0, _values.Length).Select(i => (Labels: LabelsOf(i), Index: i)).ToArray();
        Array.Sort(series, (a, b) => BlockOrder.Compare(a.Labels.Canonical, b.Labels.Canonical));
        foreach (var (labels, index) in series)
        {
            writer.AddSeries(labels.Canonical, polls[index / Names.Length], [], _values[index], []);
        }

        return writer.Finish();
    }

    private static LabelSet LabelsOf(int index)
    {
        var accelerator = index / Names.Length;
        return LabelSet.Of(
            (LabelSet.MetricName, "accel_" + Names[index % Names.Length]),
            ("gpu", $"{accelerator % 72}"),
            ("hall", "hall-000"),
            ("model", "GB300"),
            ("rack", $"rk-{accelerator / 72:D5}"),
            ("site", "site-00"),
            ("tray", $"t{accelerator % 72 / 4:D2}"));
    }

    private long[] Simulate(int accelerator)
    {
        var random = new Random(seed + accelerator);
        var rack = new Random(seed + (accelerator / 72));
        var (period, idleFrom) = (7.3 + (9 * rack.NextDouble()), rack.Next(ticks));
        var (temp, energy, tx, rx) = (48.0, Math.Floor(random.NextDouble() * 4e12), Math.Floor(random.NextDouble() * 1e15), Math.Floor(random.NextDouble() * 1e15));
        var (ecc, replay) = (random.Next(100), 0);
        var skew = 0.96 + (0.08 * random.NextDouble());
        var offset = random.Next(100) * 100;
        var times = new long[ticks];
        for (var tick = 0; tick < ticks; tick++)
        {
            var phase = tick * 10 / period % 1;
            var idle = (tick + ticks - idleFrom) % ticks < ticks / 10;
            var load = idle ? 0 : Math.Clamp((tick % 45 < 2 ? 0.08 : phase < 0.78 ? 0.97 : 0.55) + (0.06 * (random.NextDouble() - 0.5)), 0, 1);
            var power = idle ? 170 + (3 * random.NextDouble()) : 170 + (1230 * load * skew * (0.97 + (0.06 * random.NextDouble())));
            var inlet = 32 + (2.5 * Math.Sin(tick / 540.0)) + (0.2 * random.NextDouble());
            temp += ((inlet + (38 * power / 1400) - temp) * 0.22) + (0.15 * (random.NextDouble() - 0.5));
            energy += Math.Floor(power * 10_000 * (0.998 + (0.004 * random.NextDouble())));
            tx += Math.Floor(2.1e12 * load * (0.9 + (0.2 * random.NextDouble())));
            rx += Math.Floor(2.1e12 * load * (0.9 + (0.2 * random.NextDouble())));
            ecc += random.NextDouble() > 0.9985 ? 1 : 0;
            replay += random.NextDouble() > 0.9998 ? 1 : 0;
            double[] now =
            [
                Math.Round(power), Math.Round(temp), Math.Round((temp * 0.92) + 9), Math.Round((temp * 1.06) + 6), Math.Round(load * 100), Math.Round(load * 71),
                Math.Round(load * 0.62 * skew, 6), idle ? 345 : (2040 - (int)(60 * load)) / 15 * 15, idle ? 2619 : 3201,
                Math.Floor(1e9 * (idle ? 1 : 263)), 309237645312, energy, ecc, 0, tx, rx, replay, idle ? 1 : 0, 0, Math.Round(inlet, 1),
            ];
            for (var metric = 0; metric < now.Length; metric++)
            {
                _values[(accelerator * Names.Length) + metric][tick] = now[metric];
            }

            times[tick] = BeginMs + (10_000L * tick) + offset + random.Next(101);
        }

        return times;
    }
}

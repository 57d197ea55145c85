using System.Globalization;
using Ampacity.Samples;

namespace Ampacity.Benchmarks;

/// <summary>Series of a made-up fleet and their ticks. Metric by metric, so that a request brings series that lie together, as senders do.</summary>
internal static class StoreSeries
{
    public const int PerRack = 72;
    public const int MetricCount = 4;

    /// <summary>When the first tick is, UTC milliseconds.</summary>
    public const long BeginMs = 1_767_225_600_000;

    /// <summary>Between ticks, milliseconds.</summary>
    public const int StepMs = 10_000;

    public static int RacksOf(StoreSize size) => size == StoreSize.Hall ? 300 : 3000;

    public static int CountOf(StoreSize size) => RacksOf(size) * PerRack * MetricCount;

    /// <summary>Name of a metric, of <see cref="MetricCount"/>.</summary>
    public static string NameOf(int metric) => string.Create(CultureInfo.InvariantCulture, $"accel_metric{metric:D2}_watts");

    /// <summary>Nine labels in their canonical form, about 200 bytes.</summary>
    public static byte[] LabelsOf(StoreSize size, int series)
    {
        var ofMetric = RacksOf(size) * PerRack;
        var (metric, rack, accelerator) = (series / ofMetric, series % ofMetric / PerRack, series % PerRack);
        return LabelSet.Of(
            ("__name__", NameOf(metric)), ("gpu", $"{accelerator}"), ("hall", $"hall-{rack / 300}"), ("model", "accelerator-x1-288gb"), ("rack", $"rk-{rack:D5}"),
            ("row", $"row-{rack / 15:D3}"), ("site", $"site-{rack / 1200}"), ("tray", $"tray-{accelerator / 4:D2}"), ("vendor", "vendor-alpha")).Canonical.ToArray();
    }

    /// <summary>Whole watts within 256 of each other, about what an accelerator draws at work.</summary>
    public static double WattsAt(int at) => 600 + (unchecked((uint)at * 2654435761u) >> 24);
}

using System.Globalization;

namespace Ampacity.Simulator;

/// <summary>What AMD's device-metrics-exporter says of the accelerators of a tray, in its names, units and labels.</summary>
/// <remarks>After ROCm/device-metrics-exporter's metrics list and samples; energy is microjoules there.</remarks>
internal static class AmdPage
{
    private delegate double OfGpu(in Moment m, int n);

    private static readonly (string Name, string Type, string Help, string More, OfGpu Value)[] Fields =
    [
        ("gpu_power_usage", "gauge", "power usage in Watts", "", (in Moment m, int n) => Math.Round(m.AcceleratorWatts(n))),
        ("gpu_average_package_power", "gauge", "Average package power in Watts", "", (in Moment m, int n) => Math.Round(m.AcceleratorWatts(n))),
        ("gpu_energy_consumed", "counter", "Accumulated energy consumed by the GPU in uJ", "", (in Moment m, int n) => Math.Floor(m.AcceleratorJoules(n) * 1_000_000)),
        ("gpu_junction_temperature", "gauge", "Current junction/hotspot temperature in Celsius", "", (in Moment m, int n) => Math.Round(m.AcceleratorCelsius(n))),
        ("gpu_memory_temperature", "gauge", "Current memory temperature in Celsius", "", (in Moment m, int n) => Math.Round(m.AcceleratorCelsius(n) + 3)),
        ("gpu_gfx_activity", "gauge", "Graphics engine usage in Percentage (0-100)", "", (in Moment m, int n) => Math.Round(100 * m.AcceleratorBusy(n))),
        ("gpu_umc_activity", "gauge", "Memory engine usage in Percentage (0-100)", "", (in Moment m, int n) => Math.Round(70 * m.AcceleratorBusy(n))),
        ("gpu_clock", "gauge", "Clock measure of the GPU in MHz", ",clock_index=\"0\",clock_type=\"GPU_CLOCK_TYPE_SYSTEM\"", (in Moment m, int n) => Math.Round(132 + (1_968 * m.AcceleratorBusy(n)))),
        ("gpu_total_vram", "gauge", "Total VRAM memory of the GPU (in MB)", "", (in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : Memory),
        ("gpu_used_vram", "gauge", "Used VRAM memory of the GPU (in MB)", "", (in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : Math.Round(Memory * 0.85 * m.Self.Scale(6_000 + n))),
        ("gpu_ecc_correct_total", "gauge", "Total Correctable error count", "", (in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : Math.Floor(m.Seconds / (86_400 * (2 + (38 * m.Self.Share(5_000 + n)))))),
        ("gpu_ecc_uncorrect_total", "gauge", "Total Uncorrectable error count", "", (in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : 0),
        ("gpu_health", "gauge", "Health of the GPU (0 = Unhealthy | 1 = Healthy)", "", (in Moment m, int n) => BmcConditions.Has(m.Self.Conditions.GoneAccelerators, n) ? 0 : 1),
    ];

    private const double Memory = 196_592;

    public static void Write(in Moment m, ExpositionWriter page)
    {
        page.Metric("gpu_nodes_total", "gauge", "Number of nodes with GPUs");
        page.Sample("gpu_nodes_total", "", 1);
        var labels = new string[m.Self.Tray.Accelerators];
        for (var n = 0; n < labels.Length; n++)
        {
            labels[n] = string.Create(CultureInfo.InvariantCulture,
                $"card_model=\"{ExpositionWriter.Escape(m.Self.Tray.AcceleratorModel ?? "AMD Instinct")}\",driver_version=\"6.14.14\",gpu_compute_partition_type=\"spx\",gpu_id=\"{n}\",gpu_partition_id=\"0\",gpu_uuid=\"{m.Self.Uuid(100 + n)}\",hostname=\"{ExpositionWriter.Escape(m.Self.Hostname)}\",serial_number=\"{m.Self.Vary($"OAM52000{n:000}417")}\"");
        }

        foreach (var (name, type, help, more, value) in Fields)
        {
            page.Metric(name, type, help);
            for (var n = 0; n < labels.Length; n++)
            {
                page.Sample(name, labels[n] + more, value(in m, n));
            }
        }
    }
}

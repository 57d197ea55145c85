using System.Globalization;

namespace Ampacity.Simulator;

/// <summary>What NVIDIA's dcgm-exporter says of the accelerators of a tray: the default counters, in its names, units and labels.</summary>
/// <remarks>After a capture of an 8-way H100 node (NVIDIA/aicr) and dcgm-exporter's default-counters.csv.</remarks>
internal static class DcgmPage
{
    private delegate double OfGpu(in Moment m, int n);

    private static readonly (string Name, string Type, string Help, OfGpu Value)[] Fields =
    [
        ("DCGM_FI_DEV_SM_CLOCK", "gauge", "SM clock frequency (in MHz).", (in Moment m, int n) => Math.Round(345 + (1_620 * Math.Min(1, m.AcceleratorBusy(n) * 1.2)))),
        ("DCGM_FI_DEV_MEM_CLOCK", "gauge", "Memory clock frequency (in MHz).", (in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : 3_996),
        ("DCGM_FI_DEV_MEMORY_TEMP", "gauge", "Memory temperature (in C).", (in Moment m, int n) => Math.Round(m.AcceleratorCelsius(n) + 3)),
        ("DCGM_FI_DEV_GPU_TEMP", "gauge", "GPU temperature (in C).", (in Moment m, int n) => Math.Round(m.AcceleratorCelsius(n))),
        ("DCGM_FI_DEV_POWER_USAGE", "gauge", "Power draw (in W).", (in Moment m, int n) => Math.Round(m.AcceleratorWatts(n), 3)),
        ("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter", "Total energy consumption since boot (in mJ).", (in Moment m, int n) => Math.Floor(m.AcceleratorJoules(n) * 1_000)),
        ("DCGM_FI_DEV_PCIE_REPLAY_COUNTER", "counter", "Total number of PCIe retries.", (in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : 0),
        ("DCGM_FI_DEV_GPU_UTIL", "gauge", "GPU utilization (in %).", (in Moment m, int n) => Math.Round(100 * m.AcceleratorBusy(n))),
        ("DCGM_FI_DEV_MEM_COPY_UTIL", "gauge", "Memory utilization (in %).", (in Moment m, int n) => Math.Round(70 * m.AcceleratorBusy(n))),
        ("DCGM_FI_DEV_XID_ERRORS", "gauge", "Value of the last XID error encountered.", (in Moment m, int n) => BmcConditions.Has(m.Self.Conditions.GoneAccelerators, n) ? 79 : 0), // 79: fell off the bus
        ("DCGM_FI_DEV_FB_FREE", "gauge", "Framebuffer memory free (in MiB).", (in Moment m, int n) => Math.Round(Memory * (1 - Used(in m, n)))),
        ("DCGM_FI_DEV_FB_USED", "gauge", "Framebuffer memory used (in MiB).", (in Moment m, int n) => Math.Round(Memory * Used(in m, n))),
        ("DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS", "counter", "Number of remapped rows for correctable errors", (in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : 0),
        ("DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", "counter", "Number of remapped rows for uncorrectable errors", (in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : 0),
        ("DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL", "counter", "Total number of NVLink bandwidth counters for all lanes.", (in Moment m, int n) => Math.Floor(m.AcceleratorJoules(n) * 900)),
        ("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "gauge", "Ratio of time the graphics engine is active.", (in Moment m, int n) => Math.Round(m.AcceleratorBusy(n), 6)),
        ("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "gauge", "Ratio of cycles the tensor (HMMA) pipe is active.", (in Moment m, int n) => Math.Round(0.55 * m.AcceleratorBusy(n), 6)),
        ("DCGM_FI_PROF_DRAM_ACTIVE", "gauge", "Ratio of cycles the device memory interface is active sending or receiving data.", (in Moment m, int n) => Math.Round(0.42 * m.AcceleratorBusy(n), 6)),
    ];

    private const double Memory = 96 * 1024;

    public static void Write(in Moment m, ExpositionWriter page)
    {
        var labels = Enumerable.Range(0, m.Self.Tray.Accelerators).Select(Labels(m.Self)).ToArray();
        foreach (var (name, type, help, value) in Fields)
        {
            page.Metric(name, type, help);
            for (var n = 0; n < labels.Length; n++)
            {
                page.Sample(name, labels[n], value(in m, n));
            }
        }
    }

    private static Func<int, string> Labels(BmcSelf self) => n => string.Create(CultureInfo.InvariantCulture,
        $"gpu=\"{n}\",UUID=\"GPU-{self.Uuid(100 + n)}\",pci_bus_id=\"000{8 + n}:01:00.0\",device=\"nvidia{n}\",modelName=\"{ExpositionWriter.Escape(self.Tray.AcceleratorModel ?? "NVIDIA GB200")}\",Hostname=\"{ExpositionWriter.Escape(self.Hostname)}\",DCGM_FI_DRIVER_VERSION=\"580.105.08\"");

    private static double Used(in Moment m, int n) => double.IsNaN(m.AcceleratorBusy(n)) ? double.NaN : 0.85 * m.Self.Scale(6_000 + n);
}

using System.Globalization;

namespace Ampacity.Simulator;

/// <summary>What node_exporter says of a tray's host: load, processors, memory, network, temperature and package energy.</summary>
/// <remarks>Names, units and labels after prometheus/node_exporter's end-to-end fixture.</remarks>
internal static class NodePage
{
    private const int Cores = 144; // of two Graces; two cores are shown
    private const double MemoryBytes = 960.0 * 1024 * 1024 * 1024;

    public static void Write(in Moment m, ExpositionWriter page)
    {
        var host = ExpositionWriter.Escape(m.Self.Hostname);
        page.Metric("node_uname_info", "gauge", "Labeled system information as provided by the uname system call.");
        page.Sample("node_uname_info", $"domainname=\"(none)\",machine=\"aarch64\",nodename=\"{host}\",release=\"6.8.0-1021-nvidia-64k\",sysname=\"Linux\",version=\"#23 SMP\"", 1);
        page.Metric("node_time_seconds", "gauge", "System time in seconds since epoch (1970).");
        page.Sample("node_time_seconds", "", m.At.ToUnixTimeMilliseconds() / 1_000.0);
        page.Metric("node_boot_time_seconds", "gauge", "Node boot time, in unixtime.");
        page.Sample("node_boot_time_seconds", "", Math.Round((m.At.ToUnixTimeMilliseconds() / 1_000.0) - m.Seconds));
        page.Metric("node_load1", "gauge", "1m load average.");
        page.Sample("node_load1", "", Math.Round(Cores * 0.4 * m.Warm, 2));
        page.Metric("node_cpu_seconds_total", "counter", "Seconds the CPUs spent in each mode.");
        for (var cpu = 0; cpu < 2; cpu++)
        {
            var busy = 0.4 * m.LoadSeconds * m.Self.Scale(700 + cpu);
            page.Sample("node_cpu_seconds_total", string.Create(CultureInfo.InvariantCulture, $"cpu=\"{cpu}\",mode=\"user\""), Math.Round(busy, 2));
            page.Sample("node_cpu_seconds_total", string.Create(CultureInfo.InvariantCulture, $"cpu=\"{cpu}\",mode=\"idle\""), Math.Round(m.Seconds - busy, 2));
        }

        page.Metric("node_memory_MemTotal_bytes", "gauge", "Memory information field MemTotal_bytes.");
        page.Sample("node_memory_MemTotal_bytes", "", MemoryBytes);
        page.Metric("node_memory_MemAvailable_bytes", "gauge", "Memory information field MemAvailable_bytes.");
        page.Sample("node_memory_MemAvailable_bytes", "", Math.Round(MemoryBytes * (0.7 - (0.1 * m.Warm))));
        page.Metric("node_hwmon_temp_celsius", "gauge", "Hardware monitor for temperature (input)");
        for (var n = 0; n < m.Self.Tray.Processors; n++)
        {
            page.Sample("node_hwmon_temp_celsius", string.Create(CultureInfo.InvariantCulture, $"chip=\"platform_coretemp_{n}\",sensor=\"temp1\""), Math.Round(m.ProcessorCelsius(n), 1));
        }

        page.Metric("node_rapl_package_joules_total", "counter", "Current RAPL package value in joules");
        for (var n = 0; n < m.Self.Tray.Processors; n++)
        {
            page.Sample("node_rapl_package_joules_total", string.Create(CultureInfo.InvariantCulture, $"index=\"{n}\",path=\"/sys/class/powercap/intel-rapl:{n}\""), Math.Round(m.ProcessorJoules(n), 3));
        }

        page.Metric("node_network_receive_bytes_total", "counter", "Network device statistic receive_bytes.");
        page.Sample("node_network_receive_bytes_total", "device=\"eth0\"", Math.Floor(2_000_000 * m.Seconds * m.Self.Scale(710)));
        page.Metric("node_network_transmit_bytes_total", "counter", "Network device statistic transmit_bytes.");
        page.Sample("node_network_transmit_bytes_total", "device=\"eth0\"", Math.Floor(1_200_000 * m.Seconds * m.Self.Scale(711)));
    }
}

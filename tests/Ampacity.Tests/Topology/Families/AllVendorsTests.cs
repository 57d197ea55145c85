using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Tests;

/// <summary>
/// Every vendor's own names, units and nonsense, through the whole server, in one question. Forms of lines are those of the exporters named beside
/// them; values are facts of their captures where they say so, and made up elsewhere.
/// </summary>
public sealed partial class AllVendorsTests
{
    // dcgm-exporter 4.x on 8x H100 (NVIDIA/aicr, Apache-2.0): names, labels and watts of a real scrape.
    private static readonly double[] H100Watts = [113.611, 68.347, 65.709, 67.316, 68.717, 65.742, 67.328, 66.997];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Dcgm(string name, string host, int gpu, string more, string value) => FormattableString.Invariant(
        $"{name}{{gpu=\"{gpu}\",device=\"nvidia{gpu}\",modelName=\"NVIDIA H100 80GB HBM3\",{host}{more}}} {value}\n");

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static async Task SendAllAsync(AllVendorsHall hall)
    {
        const string Upper = "Hostname=\"dgx-1\"";
        const string Lower = "hostname=\"dgx-2\""; // renamed by dcgm-exporter's change 655 of May 2026
        await hall.SendAsync("dcgm", "10.0.0.1:9400", string.Concat(H100Watts.Select((watts, gpu) =>
            Dcgm("DCGM_FI_DEV_POWER_USAGE", Upper, gpu, $",UUID=\"GPU-{AllVendorsHall.Dgx1[gpu]}\"", Text(watts))
            + Dcgm("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", Upper, gpu, "", "5000")
            + Dcgm("DCGM_FI_DEV_GPU_UTIL", Upper, gpu, "", gpu == 7 ? "4294967295" : "50")
            + Dcgm("DCGM_FI_DEV_GPU_TEMP", Upper, gpu, "", gpu == 7 ? "82505" : "30")
            + Dcgm("DCGM_FI_DEV_FB_USED", Upper, gpu, "", "1024"))), Token);

        // MIG: of GPU 0 only instances, of GPU 1 the whole beside them; each row says the whole GPU's power. GPU 2 is blank.
        await hall.SendAsync("dcgm", "10.0.0.2:9400", string.Concat(
            Enumerable.Range(7, 3).Select(mig => Dcgm("DCGM_FI_DEV_POWER_USAGE", Lower, 0, $",GPU_I_PROFILE=\"1g.10gb\",GPU_I_ID=\"{mig}\"", "433.78")))
            + Dcgm("DCGM_FI_DEV_POWER_USAGE", Lower, 1, "", "200")
            + Dcgm("DCGM_FI_DEV_POWER_USAGE", Lower, 1, ",GPU_I_PROFILE=\"3g.40gb\",GPU_I_ID=\"1\"", "200")
            + Dcgm("DCGM_FI_DEV_POWER_USAGE", Lower, 2, "", "9223372036854775794")
            + string.Concat(Enumerable.Range(7, 3).Select(mig => Dcgm("DCGM_FI_DEV_FB_USED", Lower, 0, $",GPU_I_PROFILE=\"1g.10gb\",GPU_I_ID=\"{mig}\"", "100"))), Token);

        // nvidia_gpu_exporter beside dcgm-exporter on the same accelerators: they count once. Of the blank one it is the only one that knows.
        await hall.SendAsync("nvidia-smi", "10.0.0.1:9835", string.Concat(AllVendorsHall.Dgx1.Select(uuid =>
            $"nvidia_smi_power_draw_average_watts{{uuid=\"{uuid}\"}} 631.95\nnvidia_smi_utilization_gpu_ratio{{uuid=\"{uuid}\"}} 0.9\n")), Token);
        await hall.SendAsync("nvidia-smi", "10.0.0.2:9835", "nvidia_smi_power_draw_average_watts{uuid=\"11111111-2222-3333-4444-555555555552\"} 150\n", Token);

        // Our own collector's names.
        await hall.SendAsync("bmc", "nvl-5", """
            hw_power_watts{bmc="02:00:00:01:01:05",component="gpu0"} 1000
            hw_power_watts{bmc="02:00:00:01:01:05",component="cpu0"} 250.5

            """, Token);

        // AMD device-metrics-exporter 1.3 (lower case; partitions of one GPU, of which only the first measures) and its first version (upper case).
        await hall.SendAsync("amd", "10.0.0.3:5000", string.Concat(Enumerable.Range(0, 8).Select(partition =>
            $"gpu_package_power{{gpu_id=\"0\",gpu_partition_id=\"{partition}\",hostname=\"amd-1\",serial_number=\"A0\"}} {(partition == 0 ? 700 : 0)}\n"))
            + """
            gpu_package_power{gpu_id="1",gpu_partition_id="0",hostname="amd-1",serial_number="A1"} 650
            gpu_power_usage{gpu_id="1",gpu_partition_id="0",hostname="amd-1",serial_number="A1"} 651
            gpu_package_power{gpu_id="2",gpu_partition_id="NA",hostname="amd-1",serial_number="A2"} 4294967295
            gpu_power_usage{gpu_id="2",gpu_partition_id="NA",hostname="amd-1",serial_number="A2"} 600
            gpu_energy_consumed{gpu_id="0",gpu_partition_id="0",hostname="amd-1",serial_number="A0"} 7000000
            gpu_gfx_activity{gpu_id="0",gpu_partition_id="0",hostname="amd-1",serial_number="A0"} 25
            gpu_used_vram{gpu_id="0",gpu_partition_id="0",hostname="amd-1",serial_number="A0"} 1000

            """, Token);
        await hall.SendAsync("amd", "10.0.0.4:5000", """
            gpu_average_package_power{GPU_UUID="6699c0a8-4200-4242-037f-f97e6cae0f09",SERIAL_NUMBER="692247001282"} 41
            gpu_power_usage{GPU_UUID="6699c0a8-4200-4242-037f-f97e6cae0f09",SERIAL_NUMBER="692247001282"} 41
            gpu_total_memory{GPU_UUID="6699c0a8-4200-4242-037f-f97e6cae0f09",SERIAL_NUMBER="692247001282"} 68702

            """, Token);

        // Intel XPU Manager 2.x: OpenTelemetry's names; domains of one GPU are parts of one another, tiles parts of the GPU.
        await hall.SendAsync("xpumd", "10.0.0.5:29999", """
            hw_power_watts{hw_id="00000000-0000-0000-0000-0000000000a0",hw_name="power-1",pci_bdf="0000:4d:00.0",hw_sensor_location="card"} 480
            hw_power_watts{hw_id="00000000-0000-0000-0000-0000000000a0",hw_name="power-2",pci_bdf="0000:4d:00.0",hw_sensor_location="package"} 455
            hw_power_watts{hw_id="00000000-0000-0000-0000-0000000000a0",hw_name="power-3",pci_bdf="0000:4d:00.0",hw_sensor_location="package",com_intel_subdevice_id="0"} 230
            hw_power_watts{hw_id="00000000-0000-0000-0000-0000000000a1",hw_name="power-1",pci_bdf="0000:9a:00.0",hw_sensor_location="gpu"} 300

            """, Token);

        // Gaudi: milliwatts.
        await hall.SendAsync("gaudi", "10.0.0.6:41611", """
            habanalabs_power_mW{Serial="AN03012345",UUID="01P0-HL2000A0-14-TNXV75-03-07-08",device="hl-225"} 345678
            habanalabs_utilization{Serial="AN03012345",UUID="01P0-HL2000A0-14-TNXV75-03-07-08",device="hl-225"} 40

            """, Token);

        // What measures the same watts once more, one level up: node_exporter, idrac_exporter, PDUs by snmp_exporter.
        await hall.SendAsync("node", "dgx-1", """
            node_hwmon_power_average_watt{chip="power_meter_acpi_0",sensor="power1"} 2300
            node_rapl_package_joules_total{index="0",path="/sys/class/powercap/intel-rapl:0"} 240422.366267

            """, Token);
        await hall.SendAsync("idrac", "amd-1", """
            idrac_power_control_consumed_watts{id="0",name="System Power Control"} 2600
            idrac_power_supply_input_watts{id="0"} 1300
            idrac_power_supply_input_watts{id="1"} 1310

            """, Token);
        await hall.SendAsync("snmp", "pdu-a", """
            st4InputCordActivePower{st4UnitIndex="1",st4InputCordIndex="1",st4InputCordID="AA"} 4200
            st4InputCordEnergy{st4UnitIndex="1",st4InputCordIndex="1",st4InputCordID="AA"} 15
            st4LineCurrent{st4UnitIndex="1",st4InputCordIndex="1",st4LineIndex="2"} 1825
            st4OutletActivePower{st4UnitIndex="1",st4InputCordIndex="1",st4OutletIndex="3",st4OutletID="AA3"} 2350

            """, Token);
        await hall.SendAsync("snmp", "pdu-b", "rPDU2DeviceStatusPower{rPDU2DeviceStatusIndex=\"1\"} 512\n", Token);
    }

    [Fact]
    public async Task The_power_of_all_vendors_is_one_sum_right_to_the_watt()
    {
        await using var hall = await AllVendorsHall.StartAsync(Token);
        await SendAllAsync(hall);
        var power = await hall.AskAsync("sum by (vendor) (hw_power_watts)", "vendor", Token);
        Assert.Equal(["amd", "intel", "nvidia"], power.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(H100Watts.Sum() + 433.78 + 200 + 150 + 1000 + 250.5, power["nvidia"], 6);
        Assert.Equal(700 + 650 + 600 + 41, power["amd"], 6);
        Assert.Equal(480 + 300 + 345.678, power["intel"], 6);

        // The same in steps, where a source may come and go, and label by label.
        Assert.Equal(power["nvidia"], (await hall.AskAsync("sum(max_over_time(hw_power_watts{vendor=\"nvidia\"}[1m]))", "", Token))[""], 6);
        Assert.Equal(8 + 3 + 2, (await hall.AskAsync("count(hw_power_watts{vendor=\"nvidia\"})", "", Token))[""]);
    }

    [Fact]
    public async Task Units_are_one_and_nonsense_is_seen_only_by_those_who_ask_for_it()
    {
        await using var hall = await AllVendorsHall.StartAsync(Token);
        await SendAllAsync(hall);
        async Task Says(string query, double value) => Assert.Equal(value, Assert.Single(await hall.AskAsync(query, "", Token)).Value, 6);

        await Says("hw_energy_joules_total{vendor=\"nvidia\",component=\"gpu3\"}", 5);
        await Says("hw_energy_joules_total{vendor=\"amd\"}", 7);
        await Says("hw_energy_joules_total{component=\"cpu0\"}", 240422.366267);
        await Says("hw_gpu_utilization_ratio{vendor=\"amd\"}", 0.25);
        await Says("hw_gpu_utilization_ratio{vendor=\"intel\"}", 0.4);
        await Says("sum(hw_gpu_memory_usage_bytes{slot=\"01\",vendor=\"nvidia\"})", 8 * 1024.0 * 1048576);
        await Says("sum(hw_gpu_memory_usage_bytes{slot=\"09\",vendor=\"nvidia\"})", 300.0 * 1048576);
        await Says("sum(hw_gpu_memory_usage_bytes{vendor=\"amd\"})", 1e9);
        await Says("sum(hw_gpu_memory_limit_bytes{vendor=\"amd\"})", 68_702e6);

        // 4,294,967,295 % and 82,505 °C: the other source is heard, or nobody.
        await Says("hw_gpu_utilization_ratio{vendor=\"nvidia\",socket=\"7\"}", 0.9);
        await Says("count(hw_temperature_celsius{vendor=\"nvidia\"})", 7);
        await Says("hw_temperature_celsius{__quality__=\"out_of_range\"}", 82_505);
        await Says("hw_power_watts{__quality__=\"out_of_range\",vendor=\"amd\"}", 4_294_967_295);

        // Hosts, supplies and PDUs hold the same watts once more, under names of their own.
        await Says("hw_host_power_watts{vendor=\"nvidia\"}", 2300);
        await Says("hw_host_power_watts{vendor=\"amd\"}", 2600);
        await Says("sum(hw_power_supply_input_watts)", 2610);
        await Says("sum(hw_pdu_power_watts)", 4200 + 5120);
        await Says("hw_pdu_energy_joules_total", 1.5 * 3.6e6);
        await Says("hw_pdu_current_amperes{component=\"inlet1/L2\"}", 18.25);
        await Says("hw_pdu_outlet_power_watts", 2350);
    }

    [Fact]
    public async Task Real_pages_of_exporters_add_up_to_what_stands_in_them()
    {
        if (RepositoryFolder.TestData("exposition") is not { } folder)
        {
            Assert.Skip("no pages of exporters: no test data: set AMPACITY_TEST_DATA");
            return;
        }

        async Task<string> PageAsync(string name) => await File.ReadAllTextAsync(Path.Combine(folder, name), Token);
        await using var hall = await AllVendorsHall.StartAsync(Token);
        var dcgm = (await PageAsync("dcgm-exporter-h100x8.prom")).Replace("gpu-node-1", "dgx-1");
        var smi = (await PageAsync("nvidia_gpu_exporter-h100-mig__590.48.01__load.metrics")).Replace("00000000-0000-0000-0000-000000000000", "11111111-2222-3333-4444-555555555552");
        var amd = await PageAsync("amd-device-metrics-exporter-mini.prom");
        var nvlink = await PageAsync("lambdalabs-redfish_exporter-gb300_nvlink_happy.golden.txt");
        await hall.SendAsync("dcgm", "10.0.0.1:9400", dcgm, Token);
        await hall.SendAsync("nvidia-smi", "10.0.0.2:9835", smi, Token);
        await hall.SendAsync("amd", "10.0.0.4:5000", amd, Token);
        await hall.SendAsync("node", "dgx-1", await PageAsync("node_exporter-e2e-output.txt"), Token);
        await hall.SendAsync("idrac", "amd-1", await PageAsync("idrac_exporter-readme-samples.prom"), Token);
        await hall.SendAsync("redfish", "nvl-5", nvlink, Token);

        var power = await hall.AskAsync("sum by (vendor) (hw_power_watts)", "vendor", Token);
        Assert.Equal(["amd", "nvidia"], power.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Sum(dcgm, "DCGM_FI_DEV_POWER_USAGE") + Sum(smi, "nvidia_smi_power_draw_average_watts"), power["nvidia"], 6);
        Assert.Equal(Sum(amd, "gpu_average_package_power"), power["amd"], 6);
        Assert.Equal(166, Assert.Single(await hall.AskAsync("hw_host_power_watts", "", Token)).Value);
        Assert.Equal(240422.366267, Assert.Single(await hall.AskAsync("hw_energy_joules_total", "", Token)).Value, 6);
        Assert.Equal(4 * 18 * 3, (await hall.AskAsync("count(hw_port_errors_total{component=~\"gpu[0-3]/link[0-9]+\"})", "", Token))[""]);
        Assert.Equal(4 * 18, (await hall.AskAsync("count(hw_port_errors_total{socket!=\"\",error_type=\"symbol\"})", "", Token))[""]);
    }

    private static double Sum(string page, string name) => Sample().Matches(page).Where(match => match.Groups["name"].Value == name)
        .Sum(match => double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("^(?<name>[A-Za-z_0-9]+)\\{.*\\} (?<value>[0-9.e+]+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}

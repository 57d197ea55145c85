using System.Globalization;
using System.Net;
using Ampacity.Simulator;

namespace Ampacity.Tests;

public sealed class ExporterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SimulatedKind.NvidiaComputeTray, 9400, "DCGM_FI_DEV_POWER_USAGE", "Hostname=\"host-a\"")]
    [InlineData(SimulatedKind.UbbTray, 5000, "gpu_power_usage", "hostname=\"host-a\"")]
    [InlineData(SimulatedKind.UbbTray, 9100, "node_uname_info", "nodename=\"host-a\"")]
    public async Task A_tray_has_the_exporters_of_its_vendor_and_their_watts_are_the_bmcs(SimulatedKind kind, int port, string metric, string label)
    {
        var options = SimulatedRack.Options(1);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        await using var rack = await SimulatorHost.StartAsync(
            options with { Trays = [options.Trays[0] with { Kind = kind, Hostname = "host-a" }], Exporters = true }, time, Token);
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new UriBuilder(rack.Endpoints[0].Address) { Port = port, Path = "/metrics" }.Uri, Token);

        var lines = page.Split('\n');
        Assert.Contains($"# TYPE {metric} gauge", lines);
        Assert.Contains(lines, line => line.StartsWith(metric + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal));

        // Samples of a metric stand together, each name once: what a strict parser demands.
        var names = lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('{', ' ')[0]).ToList();
        var runs = names.Where((name, at) => at == 0 || names[at - 1] != name).ToList();
        Assert.Equal(runs.Distinct(), runs);
        if (port != 9100)
        {
            using var probe = new BmcProbe(rack.Endpoints[0].Address);
            var sensor = kind == SimulatedKind.UbbTray ? "/redfish/v1/Chassis/OAM_0/Sensors/OAM_0_Power" : "/redfish/v1/Chassis/HGX_GPU_0/Sensors/HGX_GPU_0_Power_0";
            var watts = (await probe.GetAsync(sensor)).GetProperty("Reading").GetDouble();
            var exported = double.Parse(lines.First(line => line.StartsWith(metric + "{", StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);
            Assert.Equal(watts, exported, 0.51);
        }

        using var other = await http.GetAsync(new UriBuilder(rack.Endpoints[0].Address) { Port = port, Path = "/redfish/v1" }.Uri, Token);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }
}

using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Simulator;

namespace Ampacity.Tests;

public sealed class BmcSweepTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static BmcSweep Sweep(BmcCredentials? credentials = null) =>
        new(new BmcSweepOptions(), PlatformProfiles.Load(SimulatedRack.ProfileFolder), credentials ?? SimulatedRack.Credentials, TimeProvider.System);

    private static List<SurveyTarget> Targets(SimulatorHost rack) =>
        [.. rack.Endpoints.Select(endpoint => new SurveyTarget("http", endpoint.Address.Host, endpoint.Address.Port))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Eighteen_trays_are_found_with_their_own_identities(bool captured)
    {
        var options = SimulatedRack.Options(18, SimulatedRack.Tree(captured));
        options = options with { Faults = [new TrayFault("site/hall/r1/3", Serial: "9990001112223"), new TrayFault("site/hall/r1/5", Offline: true)] };
        await using var rack = await SimulatorHost.StartAsync(options, TimeProvider.System, Token);
        var host = rack.Endpoints[0].Address.Host;
        var block = SurveyTargets.Parse(host[..host.LastIndexOf('.')] + ".0/27", rack.Endpoints[0].Address.Port, "http");
        Assert.Equal(30, block.Count);

        var survey = await Sweep().RunAsync(block, "test", null, Token);

        Assert.Equal(30, survey.TargetsAsked);
        Assert.Equal(17, survey.Bmcs.Count);
        Assert.Equal(13, survey.Errors.Count(error => error.Kind == SurveyErrorKind.Refused));
        Assert.Equal(13, survey.Errors.Count);
        foreach (var bmc in survey.Bmcs)
        {
            var tray = options.Trays.Single(tray => bmc.Address.Contains($"//{tray.Address}:"));
            Assert.Equal(tray.Mac, bmc.Mac);
            Assert.Equal(tray.Place == "site/hall/r1/3" ? "9990001112223" : tray.Serial, bmc.Serial?.Value);
            Assert.Equal("/redfish/v1/Chassis/Chassis_0#/SerialNumber", bmc.Serial?.Source);
            Assert.NotNull(bmc.Part);
            Assert.Equal("nvidia-gb200-nvl", bmc.ProfileId);
            var processors = bmc.Components.Where(component => component.Kind is SurveyedKind.Accelerator or SurveyedKind.Processor).ToList();
            Assert.Equal(["cpu0", "cpu1", "gpu0", "gpu1", "gpu2", "gpu3"], processors.Select(component => component.Id).Order());
            Assert.All(processors, component => Assert.NotNull(component.Firmware));
            Assert.Contains("/redfish/v1/TelemetryService/MetricReports/HGX_PlatformEnvironmentMetrics_0", bmc.ReportUris);
        }

        // No serial of one tray's parts is that of another.
        var serials = survey.Bmcs.SelectMany(bmc => bmc.Components)
            .Where(component => component.Kind is SurveyedKind.Accelerator or SurveyedKind.Processor)
            .Select(component => component.Serial).OfType<string>().ToList();
        Assert.NotEmpty(serials);
        Assert.Equal(serials.Count, serials.Distinct().Count());
        Assert.Equal(17, survey.Bmcs.Select(bmc => bmc.ServiceUuid).Distinct().Count());
        Assert.All(rack.Endpoints, endpoint => Assert.Equal(0, endpoint.LiveSessions));
        Assert.All(rack.Endpoints, endpoint => Assert.InRange(endpoint.MostConcurrent, 0, 1));
    }

    [Fact]
    public async Task Wrong_credentials_are_an_error_for_the_address_and_what_is_open_is_kept()
    {
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1), TimeProvider.System, Token);
        var survey = await Sweep(new BmcCredentials("root", "no")).RunAsync(Targets(rack), "test", null, Token);
        Assert.Equal(SurveyErrorKind.Unauthorized, Assert.Single(survey.Errors).Kind);
        var bmc = Assert.Single(survey.Bmcs);
        Assert.Equal("GB200 NVL", bmc.Product);
        Assert.Null(bmc.Mac);
    }

    [Fact]
    public async Task Every_captured_tree_is_walked_to_the_end()
    {
        if (RepositoryFolder.TestData("redfish") is not { } folder)
        {
            Assert.Skip("no captured trees: no test data: set AMPACITY_TEST_DATA");
            return;
        }

        foreach (var file in Directory.GetFiles(folder, "*.ndjson.gz").Order(StringComparer.Ordinal))
        {
            await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1, file), TimeProvider.System, Token);
            var survey = await Sweep().RunAsync(Targets(rack), "test", null, Token);
            var bmc = survey.Bmcs.SingleOrDefault();
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{Path.GetFileName(file)}: {bmc?.Vendor} {bmc?.Product} {bmc?.ProfileId} mac {bmc?.Mac} serial {bmc?.Serial?.Value} model {bmc?.Model?.Value} "
                + $"components {bmc?.Components.Count} reports {bmc?.ReportUris.Count} quirks {bmc?.Quirks.Count} errors {string.Join(";", survey.Errors.Select(e => e.Kind))} requests {rack.Endpoints[0].RequestCount}");
            Assert.Equal(0, rack.Endpoints[0].LiveSessions);
            Assert.Equal(bmc is null, survey.Errors.Any(error => error.Kind == SurveyErrorKind.NotRedfish));
        }
    }
}

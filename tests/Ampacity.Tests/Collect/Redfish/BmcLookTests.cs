using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Tests;

/// <summary>What a walk finds, in the words of a survey; and looks that do not come to their end.</summary>
public sealed class BmcLookTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<Survey> SweepAsync(Func<HttpMessageHandler> handler, TimeSpan? budget = null)
    {
        var options = new BmcSweepOptions { Client = new RedfishClientOptions { Handler = handler } };
        options = budget is { } limit ? options with { BmcBudget = limit } : options;
        return new BmcSweep(options, Walks.Shipped, new BmcCredentials("root", "x"), TimeProvider.System)
            .RunAsync([new SurveyTarget("http", "127.0.0.1", 1)], "test", null, Token);
    }

    [Fact]
    public async Task A_gb200_tray_fills_a_survey()
    {
        if (RepositoryFolder.TestData("redfish") is not { } folder)
        {
            Assert.Skip("no captured trees: no test data: set AMPACITY_TEST_DATA");
            return;
        }

        var survey = await SweepAsync(() => TreeServer.Load(Path.Combine(folder, "nvidia-gb200-compute-tray.ndjson.gz")));
        var bmc = Assert.Single(survey.Bmcs);

        Assert.Empty(survey.Errors);
        Assert.Equal((SurveyedBmcKind.ComputeTray, "nvidia-gb200-nvl", 236, 30, 25), (bmc.Kind, bmc.ProfileId, bmc.SensorCount, bmc.Firmware.Count, bmc.Ports.Count));
        Assert.Equal(("1333024020524", "1583124820080", 1), (bmc.Serial?.Value, bmc.BoardSerial?.Value, bmc.Position?.Slot));
        Assert.Equal("Critical", Assert.Single(bmc.Components, component => component.DetectorState == "Critical").Health);
        Assert.All(bmc.Ports, port => Assert.Contains(bmc.Components, component => component.Id == port.Component));
        Assert.All(bmc.Components.Where(component => component.Kind == SurveyedKind.Accelerator), gpu => Assert.NotNull(gpu.Firmware));
        var leaks = Assert.Single(bmc.ReadPlan, read => read.Class == ReadClass.Leak);
        Assert.Equal((ReadForm.Expanded, 30, 4), (leaks.Form, leaks.PeriodSeconds, leaks.Values));
        Assert.True(leaks.Bytes > 100);
        Assert.InRange(bmc.ReadPlan.Where(read => read.Class != ReadClass.Leak).Sum(read => read.Values), 50, 150);
        Assert.Equal(ReadForm.Report, bmc.ReadPlan[0].Form);
    }

    [Fact]
    public async Task A_bmc_that_stops_answering_costs_its_time_and_what_was_seen_is_kept()
    {
        var tree = TreeServer.Facts(
            "\"Vendor\":\"Contoso\"", ("Managers", "[m]"), ("Managers/m", """{"EthernetInterfaces":{"@odata.id":"/redfish/v1/Managers/m/EthernetInterfaces"}}"""),
            ("Managers/m/EthernetInterfaces", "[eth0]"), ("Managers/m/EthernetInterfaces/eth0", """{"MACAddress":"3C:6D:66:00:00:01"}"""), ("Chassis", "[a]"), ("Chassis/a", """{"ChassisType":"Sled"}"""), ("Systems", "[stall]"));
        var survey = await SweepAsync(() => new StallingServer(tree), TimeSpan.FromSeconds(2));

        Assert.Equal("3c:6d:66:00:00:01", Assert.Single(survey.Bmcs).Mac);
        var error = Assert.Single(survey.Errors);
        Assert.Equal(SurveyErrorKind.Timeout, error.Kind);
        Assert.Contains("what was seen until then is kept", error.Message);
        Assert.Equal((1, 1), (tree.Logins, tree.Logouts));
    }

    [Fact]
    public async Task Targets_are_identified_with_one_get_each_and_no_account()
    {
        var server = TreeServer.Facts("\"Vendor\":\"Dell\",\"Product\":\"Integrated Dell Remote Access Controller\"");
        var sweep = new BmcSweep(
            new BmcSweepOptions { Client = new RedfishClientOptions { Handler = () => server } }, Walks.Shipped, new BmcCredentials("root", "x"), TimeProvider.System);
        var identified = await sweep.IdentifyAsync([new SurveyTarget("http", "127.0.0.1", 1), new SurveyTarget("http", "127.0.0.1", 2)], Token);

        Assert.Equal(["dell-idrac9", "dell-idrac9"], identified.Select(one => one.Identity.Profile?.Id));
        Assert.Equal((2, 0, 0), (server.Gets.Count, server.Logins, server.Accounts));
    }

    // Answers until it is asked for the resource that stalls.
    private sealed class StallingServer(TreeServer tree) : DelegatingHandler(tree)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/stall", StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}

using System.Net;
using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class DiscoveryEndpointsTests
{
    private static readonly SeededRack Rack = SeededRack.Of(DriftSeeds.Declare);
    private static readonly string File = DriftSeeds.Declare(OneRack.FileText);

    [Fact]
    public async Task Accounts_are_listed_in_the_order_in_which_they_are_tried_and_no_password_ever_comes_out()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs));
        foreach (var (pattern, user) in new[] { ("default", "root"), ("mac%3A02%3A00%3A00%3A02%3A01%3A*", "shelf"), ("127.80.0.0%2F16", "block") })
        {
            var saved = await server.SendAsync(HttpMethod.Put, "credentials/" + pattern, new { username = user, password = "do-not-tell" });
            Assert.Equal(HttpStatusCode.OK, saved.Status);
            Assert.DoesNotContain("do-not-tell", saved.Json.GetRawText());
        }

        var (_, json, _) = await server.SendAsync(HttpMethod.Get, "credentials");
        Assert.DoesNotContain("do-not-tell", json.GetRawText());
        var list = json.Deserialize<CredentialList>(RestJson.Options)!;
        Assert.Equal(["mac:02:00:00:02:01:*", "127.80.0.0/16", "default"], list.Items.Select(row => row.For));
        Assert.Equal([17, 18, 0], list.Items.Select(row => row.Bmcs));
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Delete, "credentials/127.80.0.0/16")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Delete, "credentials/127.80.0.0/16")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Put, "credentials/10.0.0.0%2F33", new { username = "a", password = "b" })).Status);
    }

    [Fact]
    public async Task One_bmc_is_shown_by_mac_by_address_and_by_place()
    {
        await using var server = await DriftServer.StartAsync(File);
        var read = new PlannedRead("/redfish/v1/TelemetryService/MetricReports/All", ReadForm.Report, ReadClass.Sensors, 5, 75_000, 300);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs.Select((bmc, at) => at == 4 ? bmc with { ReadPlan = [read] } : bmc)));
        foreach (var which in new[] { "02-00-00-01-01-05", Uri.EscapeDataString(Rack.Bmcs[4].Address), "site/hall/r01/01/05" })
        {
            var bmc = (await server.SendAsync(HttpMethod.Get, "bmcs/" + which)).Json.Deserialize<BmcAnswer>(RestJson.Options)!;
            Assert.Equal(("site/hall/r01/01/05", "02:00:00:01:01:05", 8), (bmc.Place, bmc.Mac, bmc.Components.Count));
            Assert.Equal("12 GET/min, 0.9 MB/min", bmc.Plan.Says);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, "bmcs/10.9.9.9")).Status);
    }

    [Fact]
    public async Task A_rack_is_reported_on_and_one_that_is_not_there_is_not()
    {
        await using var server = await DriftServer.StartAsync(File);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, "bring-up/site/hall/r01/01")).Status);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs));
        var report = (await server.SendAsync(HttpMethod.Get, "bring-up/site/hall/r01/01")).Json.Deserialize<BringUpAnswer>(RestJson.Options)!;
        Assert.Equal("pass", report.Checks.Single(check => check.Name == "complete").State);
        Assert.Equal("notVerifiable", report.Checks.Single(check => check.Name == "power").State);
        Assert.Equal("notVerifiable", report.State);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Get, "bring-up/site/hall/r01")).Status);
    }

    [Fact]
    public async Task Surveys_are_the_same_after_the_server_was_started_again()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs));
        await server.KeepAsync(Rack.Survey([Rack.Bmcs[4] with { Mac = "02:99:00:00:00:01" }], minute: 10));
        var before = await server.DriftAsync();
        await server.RestartAsync();
        Assert.Equal(before.Rows.Select(row => (row.Id, row.Fingerprint, row.SinceMs)), (await server.DriftAsync()).Rows.Select(row => (row.Id, row.Fingerprint, row.SinceMs)));
    }

    [Fact]
    public async Task What_names_no_target_is_refused_and_says_what_to_write()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.SendAsync(HttpMethod.Put, "credentials/default", new { username = "root", password = "x" });
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Post, "surveys", new { by = "a" })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Post, "surveys", new { fromIntent = true })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Post, "surveys", new { hosts = "address\n10.0.0.0/8" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Post, "surveys", new { resume = true })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Delete, "surveys/progress")).Status);
    }
}

using System.Net;
using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class DriftEndpointsTests
{
    private static readonly SeededRack Rack = SeededRack.Of(DriftSeeds.Declare);
    private static readonly string File = DriftSeeds.Declare(OneRack.FileText);

    private static Survey Wrong(int minute = 10) => Rack.Survey(
        [
            .. Rack.Bmcs.Select((bmc, at) => at switch
            {
                4 => bmc with { Mac = "02:99:00:00:00:01" },
                5 => bmc with { Position = Rack.Bmcs[6].Position },
                6 => bmc with { Position = Rack.Bmcs[5].Position },
                _ => bmc,
            }),
        ], minute: minute);

    [Fact]
    public async Task A_drift_is_accepted_as_a_change_set_closed_at_once_and_open_again_when_that_is_undone()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs));
        await server.KeepAsync(Wrong());
        var drift = await server.DriftAsync();
        Assert.Equal(["boardSwapped", "swapped"], drift.Rows.Select(row => row.Kind));
        var board = drift.Rows[0];
        Assert.Equal(Wrong().BeganAt.ToUnixTimeMilliseconds(), (await DatedAsync(server)).Min());

        var plan = await server.SendAsync(HttpMethod.Post, $"drift/{board.Id}/accept", new { author = "a", dryRun = true });
        Assert.True(plan.Json.GetProperty("dryRun").GetBoolean());
        Assert.Equal(2, (await server.DriftAsync()).Count);

        var done = await server.SendAsync(HttpMethod.Post, $"drift/{board.Id}/accept", new { author = "a", fingerprint = board.Fingerprint });
        Assert.Equal("change_2", done.Json.GetProperty("changeSet").GetString());
        Assert.Equal(["swapped"], (await server.DriftAsync()).Rows.Select(row => row.Kind));
        var history = await server.SendAsync(HttpMethod.Get, "changes");
        Assert.Contains("boardSwapped site/hall/r01/01/05", history.Json.GetProperty("items")[0].GetProperty("reason").GetString());

        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Post, $"drift/{board.Id}/accept", new { author = "a" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Post, "changes/2/undo", new { author = "a" })).Status);
        Assert.Equal(drift.Rows.Select(row => row.Id), (await server.DriftAsync()).Rows.Select(row => row.Id));
    }

    [Fact]
    public async Task A_place_that_is_not_there_and_a_parameter_that_is_not_known_are_told_instead_of_no_difference()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs));
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Get, "drift?place=site/hall/r01/01/05")).Status);
        foreach (var question in new[] { "drift?place=site/hall/r01/99", "events?under=site/hall/r01/99" })
        {
            var (status, json, _) = await server.SendAsync(HttpMethod.Get, question);
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Contains("site/hall/r01/99 is not there", json.GetProperty("detail").GetString());
        }

        foreach (var question in new[] { "drift?under=site/hall", "events?place=site/hall", "drift?limit=-1" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Get, question)).Status);
        }
    }

    [Fact]
    public async Task A_tray_that_was_taken_to_stock_and_answers_again_is_known_by_its_board_and_goes_back_when_that_is_accepted()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs));
        await server.SendAsync(HttpMethod.Post, "edits", new { author = "b", edits = new[] { new { verb = "move", what = "site/hall/r01/01/09", to = "stock" } } });
        var row = Assert.Single((await server.DriftAsync()).Rows);
        Assert.Equal("unexpected", row.Kind);
        Assert.Contains("its MAC is that of asset_", row.Evidence);
        var done = await server.SendAsync(HttpMethod.Post, $"drift/{row.Id}/accept", new { author = "a" });
        Assert.True(done.Status == HttpStatusCode.OK, done.Json.ToString());
        Assert.Empty((await server.DriftAsync()).Rows);
    }

    [Fact]
    public async Task Everything_that_can_be_accepted_is_one_change_set()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs));
        await server.KeepAsync(Wrong());
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Post, "drift/accept", new { author = "a" })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Post, "drift/accept", new { author = "a", kind = "nonsense" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(HttpMethod.Post, "drift/accept", new { author = "a", kind = "wrongPart" })).Status);
        var done = await server.SendAsync(HttpMethod.Post, "drift/accept", new { author = "a", all = true, reason = "walked the rack" });
        Assert.Equal("change_2", done.Json.GetProperty("changeSet").GetString());
        Assert.Equal(0, (await server.DriftAsync()).Count);
    }

    [Fact]
    public async Task What_was_shown_before_intent_or_survey_moved_on_is_not_accepted()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey(Rack.Bmcs));
        await server.KeepAsync(Wrong());
        var (_, _, tag) = await server.SendAsync(HttpMethod.Get, "drift");
        var board = (await server.DriftAsync("?kind=boardSwapped")).Rows.Single();
        await server.KeepAsync(Rack.Survey([Rack.Bmcs[4] with { Mac = "02:99:00:00:00:07" }], minute: 20));
        var accept = $"drift/{board.Id}/accept";
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync(HttpMethod.Post, accept, new { author = "a" }, tag)).Status);
        var (status, json, _) = await server.SendAsync(HttpMethod.Post, accept, new { author = "a", fingerprint = board.Fingerprint });
        Assert.Equal(HttpStatusCode.PreconditionFailed, status);
        Assert.Contains("02:99:00:00:00:07", json.GetProperty("detail").GetString());

        var (_, _, newer) = await server.SendAsync(HttpMethod.Get, "drift");
        await server.SendAsync(HttpMethod.Post, "edits", new { author = "b", edits = new[] { new { verb = "change", what = "site/hall/r01/01", field = "note", value = "x" } } });
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync(HttpMethod.Post, accept, new { author = "a" }, newer)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Post, accept, new { author = "a" }, (await server.SendAsync(HttpMethod.Get, "drift")).ETag)).Status);
    }

    [Fact]
    public async Task Changing_intent_compares_again_at_once()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey([.. Rack.Bmcs.Select((bmc, at) => at == 4 ? bmc with { Serial = new("DELIVERED-1", "p") } : bmc)]));
        Assert.Equal(["serialDiffers"], (await server.DriftAsync()).Rows.Select(row => row.Kind));
        await server.SendAsync(HttpMethod.Post, "edits", new { author = "b", edits = new[] { new { verb = "change", what = "site/hall/r01/01/05", field = "serial", value = "DELIVERED-1" } } });
        Assert.Empty((await server.DriftAsync()).Rows);
        await server.SendAsync(HttpMethod.Post, "edits", new { author = "b", edits = new[] { new { verb = "change", what = "site/hall", field = "baseline.nvidia/gb200-compute-tray:HGX_FW_BMC_0", value = "25.09-1" } } });
        Assert.Equal(18, (await server.DriftAsync("?kind=wrongFirmware")).Count);
    }

    [Fact]
    public async Task Drift_that_only_an_act_in_the_hall_closes_is_refused_and_says_which()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey([.. Rack.Bmcs.Select((bmc, at) => at == 4
            ? bmc with { Components = [.. bmc.Components.Select(part => part.Id == "leak0" ? part with { DetectorState = "Critical" } : part)] } : bmc)]));
        var leak = Assert.Single((await server.DriftAsync()).Rows);
        Assert.Equal("leak", leak.Kind);
        var (status, json, _) = await server.SendAsync(HttpMethod.Post, $"drift/{leak.Id}/accept", new { author = "a" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("leak", json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Rows_come_in_pages_by_place_and_kind()
    {
        await using var server = await DriftServer.StartAsync(File);
        await server.KeepAsync(Rack.Survey([]));
        var first = await server.DriftAsync("?place=site/hall/r01&limit=20");
        Assert.Equal((35, 20), (first.Count, first.Rows.Count));
        var rest = await server.DriftAsync($"?place=site/hall/r01&limit=20&after={first.Next}");
        Assert.Equal(15, rest.Rows.Count);
        Assert.Null(rest.Next);
        Assert.Equal(0, (await server.DriftAsync("?place=site/hall/r0")).Count);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(HttpMethod.Get, "drift?kind=9")).Status);
    }

    private static async Task<IEnumerable<long>> DatedAsync(DriftServer server) => (await server.DriftAsync()).Rows.Select(row => row.SinceMs);
}

using System.Globalization;
using System.Text.Json;

namespace Ampacity.Scenarios;

/// <summary>The path, by command and by HTTP, over whole processes: from a line of YAML to a tripped UPS.</summary>
[Collection(RunningFleetGroup.Name)]
public sealed class PathScenarioTests(RunningFleet fleet)
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task One_rack_goes_from_a_line_of_yaml_to_a_tripped_ups()
    {
        await fleet.BringUpAsync();

        // 1. Declared, kept as dated facts, printed as a tree; applied again it is no change.
        var tree = await fleet.RunAsync("tree");
        Assert.Contains("01  Rack  nvidia/gb200-nvl72@2  fed by bw-1a + bw-1b  cooled by cdu-1  design 132.0 kW", tree.Output);
        var parts = await fleet.RunAsync("tree", "site/hall/r01/01", "--parts", "--json");
        var kinds = Items(parts).Where(row => row.TryGetProperty("skuKind", out _)).CountBy(row => row.GetProperty("skuKind").GetString()!)
            .ToDictionary(StringComparer.Ordinal);
        Assert.Equal((18, 36, 9, 8, 72), (kinds["ComputeTray"], kinds["Adapter"], kinds["SwitchTray"], kinds["PowerShelf"], kinds["Accelerator"]));
        Assert.Contains("No difference.", (await fleet.RunAsync("diff", "examples/one-rack.yaml")).Output);

        // 2 and 3. Discovered over Redfish; the one tray whose serial was changed is found, and nothing else.
        var drift = await fleet.RunAsync("drift", "--json");
        Assert.Equal(1, drift.ExitCode);
        var difference = Assert.Single(Json(drift).GetProperty("rows").EnumerateArray());
        Assert.Equal("serialDiffers", difference.GetProperty("kind").GetString());
        Assert.Equal(RunningFleet.SwappedTray, difference.GetProperty("place").GetString());
        Assert.Equal("serial SWAPPED-1", difference.GetProperty("seen").GetString());
        Assert.Equal(70, Json(drift).GetProperty("matched").GetInt32());

        // 4 and 5. Read by metric reports, answered with topology that no source ever sent, by command and by HTTP.
        var sum = await fleet.WaitForQueryAsync("sum by (hall, rack) (hw_power_watts)");
        Assert.Equal(("hall", "r01/01"), (Label(sum[0], "hall"), Label(sum[0], "rack")));
        Assert.InRange(Value(sum[0]), 20_000, 132_000);
        Assert.Contains("r01/01", (await fleet.RunAsync("query", "sum by (hall, rack) (hw_power_watts)")).Output);
        var ups = await fleet.WaitForQueryAsync("node_power_watts{kind=\"Ups\"}");
        Assert.Equal(["site/hall/ups-a", "site/hall/ups-b"], ups.EnumerateArray().Select(one => Label(one, "node")).Order(StringComparer.Ordinal));
        Assert.All(ups.EnumerateArray(), one => Assert.Equal("hall", Label(one, "hall")));
        var sockets = await fleet.WaitForQueryAsync("count by (slot) (hw_power_watts{socket=~\"[0-3]\", ups=~\".*ups-a.*\"})");
        Assert.Equal(18, sockets.GetArrayLength());

        // 7. On paper UPS A trips: B carries all, the headroom left is printed.
        var trip = await fleet.RunAsync("whatif", "trip", "site/hall/ups-a", "--basis", "design");
        Assert.Equal(0, trip.ExitCode);
        Assert.Contains("No rack goes dark.", trip.Output);
        Assert.Contains("Headroom left: 93.4 kW at site/hall/bw-1b.", trip.Output);
        Assert.Contains($"{fleet.Url}/?trip=site/hall/ups-a&basis=design", trip.Output);
        var after = Json(await fleet.RunAsync("whatif", "trip", "site/hall/ups-a", "--basis", "design", "--json"));
        var upsB = after.GetProperty("nodes").EnumerateArray().Single(node => node.GetProperty("path").GetString() == "site/hall/ups-b");
        Assert.Equal((66_000, 132_000), (upsB.GetProperty("beforeWatts").GetDouble(), upsB.GetProperty("afterWatts").GetDouble()));
    }

    [Fact]
    public async Task A_partner_sees_its_own_subtree_and_nothing_else()
    {
        await fleet.BringUpAsync();
        Assert.Equal(0, await CountAsync("X-Ampacity-Scope", "site/other"));
        Assert.Equal(108, await CountAsync("X-Ampacity-Scope", "site/hall/r01"));
        Assert.Equal(108, await CountAsync("X-Nothing", "said"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{fleet.Url}/api/fleet/v1/places?under=site/hall");
        request.Headers.Add("X-Ampacity-Scope", "site/other");
        using var answer = await Http.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_wrong_file_names_its_line_and_changes_nothing()
    {
        await fleet.BringUpAsync();
        var path = Path.Combine(fleet.Folder, "wrong.yaml");
        var text = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "examples", "one-rack.yaml"));
        await File.WriteAllTextAsync(path, text.Replace("rating: 250 kW ", "rating: 250 "));
        var applied = await fleet.RunAsync("apply", path);
        Assert.Equal(1, applied.ExitCode);
        Assert.Matches(@"wrong\.yaml:\d+: power\.ups-a\.rating: .+ \[[a-z-]+\]", applied.Errors);
        Assert.Contains("No difference.", (await fleet.RunAsync("diff", "examples/one-rack.yaml")).Output);
    }

    [Fact]
    public async Task Usage_errors_exit_with_two_and_refusals_with_one()
    {
        Assert.Equal(2, (await fleet.RunAsync("apply")).ExitCode);
        Assert.Equal(2, (await fleet.RunAsync("no-such-command")).ExitCode);
        Assert.Equal(1, (await fleet.RunAsync("query", "sum by (")).ExitCode);
        Assert.Equal(1, (await fleet.RunAsync("whatif", "trip", "site/hall/nothing")).ExitCode);
    }

    private async Task<double> CountAsync(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{fleet.Url}/api/v1/query?query=count(hw_power_watts)");
        request.Headers.Add(header, value);
        using var answer = await Http.SendAsync(request);
        var result = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? 0 : Value(result[0]);
    }

    private static JsonElement Json(CommandResult result) => JsonSerializer.Deserialize<JsonElement>(result.Output);

    private static IEnumerable<JsonElement> Items(CommandResult result) => Json(result).GetProperty("items").EnumerateArray();

    private static string Label(JsonElement series, string name) => series.GetProperty("metric").GetProperty(name).GetString()!;

    private static double Value(JsonElement series) => double.Parse(series.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
}

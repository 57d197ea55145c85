using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>Bindings while a server runs: listed, explained, changed, taken back.</summary>
public sealed class BindingEndpointsTests : IAsyncLifetime
{
    private AllVendorsHall _hall = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hall = await AllVendorsHall.StartAsync(Token);
        await _hall.SendAsync("dcgm", "10.0.0.1:9400", "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\",Hostname=\"dgx-1\",rack=\"theirs\"} 100\n", Token);
        await _hall.SendAsync("dcgm", "10.0.0.9:9400", "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\",Hostname=\"stranger\"} 200\nDCGM_FI_DEV_GPU_TEMP{gpu=\"0\",Hostname=\"stranger\"} 40\n", Token);
        await _hall.SendAsync("own", "10.0.0.9:9100", "load 1\n", Token);
    }

    public ValueTask DisposeAsync() => _hall.DisposeAsync();

    [Fact]
    public async Task Rules_are_listed_in_order_with_what_each_decides_about()
    {
        var rules = await RowsAsync<BindingRow>("bindings");
        Assert.Equal(9, rules.Count);
        Assert.Equal(("rule-1", "site/hall", 3L, 1L), (rules[0].Rule, rules[0].DeclaredAt, rules[0].Series, rules[0].Placed));
        Assert.All(rules.Skip(1), rule => Assert.Equal((0L, 0L), (rule.Series, rule.Placed)));
    }

    [Fact]
    public async Task What_no_rule_places_is_told_by_target_with_the_reason()
    {
        var rows = await RowsAsync<UnboundRow>("bindings/unbound");
        Assert.Equal(["10.0.0.9:9400", "10.0.0.9:9100"], rows.Select(row => row.Instance));
        Assert.Equal((2L, "site/hall rule-1", "no asset with the hostname stranger (label Hostname) has a place"), (rows[0].Series, rows[0].Rule, rows[0].Why));
        Assert.Equal((1L, null, "no rule matches"), (rows[1].Series, rows[1].Rule, rows[1].Why));
        Assert.Single(await RowsAsync<UnboundRow>("bindings/unbound?limit=1"));
    }

    [Fact]
    public async Task A_binding_is_explained_rule_by_rule_with_the_labels_that_come_and_step_aside()
    {
        var row = Assert.Single(await RowsAsync<WhyRow>("bindings/why?series=" + Uri.EscapeDataString("hw_power_watts{Hostname=\"dgx-1\"}")));
        Assert.Equal(("site/hall/dgx/01/01/0", "site/hall rule-1"), (row.Place, row.How));
        Assert.Empty(row.Tried);
        Assert.Equal(("dgx/01", "nvidia"), (row.Added["rack"], row.Added["vendor"]));
        Assert.Equal(["rack"], row.Renamed);

        var strange = Assert.Single(await RowsAsync<WhyRow>("bindings/why?series=" + Uri.EscapeDataString("{job=\"own\"}")));
        Assert.Equal((null, null, "no rule matches"), (strange.Place, strange.How, strange.Why));
        Assert.Equal(9, strange.Tried.Count);
        Assert.Equal(("site/hall rule-1", "job=\"dcgm\"", "own"), (strange.Tried[0].Rule, strange.Tried[0].FailedAt, strange.Tried[0].Value));
    }

    [Fact]
    public async Task An_override_holds_at_once_and_is_taken_back_by_undo()
    {
        Assert.Equal(new Dictionary<string, double> { ["nvidia"] = 100, [""] = 200 }, await PowerAsync());
        var plan = await EditAsync(HttpStatusCode.OK, dryRun: true, new { verb = "bind", what = "site/hall/amd/01/09", match = "{instance=\"10.0.0.9:9400\"}" });
        Assert.Single(plan.GetProperty("changes").EnumerateArray());
        Assert.Equal(9, (await RowsAsync<BindingRow>("bindings")).Count);

        await EditAsync(HttpStatusCode.OK, false, new { verb = "bind", what = "site/hall/amd/01/09", match = "{instance=\"10.0.0.9:9400\"}" });
        var first = (await RowsAsync<BindingRow>("bindings"))[0];
        Assert.Equal(("override-1", "amd/01/09", 2L, 2L), (first.Rule, first.Place, first.Series, first.Placed));
        Assert.Equal(new Dictionary<string, double> { ["nvidia"] = 100, ["amd"] = 200 }, await PowerAsync());
        Assert.Equal(["10.0.0.9:9100"], (await RowsAsync<UnboundRow>("bindings/unbound")).Select(row => row.Instance));

        // A newer one comes first; the older stands behind it.
        await EditAsync(HttpStatusCode.OK, false, new { verb = "bind", what = "serial:PVC-1", match = "{instance=~\"10.0.0.9:.*\"}" });
        Assert.Equal(["override-2", "override-1"], (await RowsAsync<BindingRow>("bindings")).Take(2).Select(row => row.Rule));
        Assert.Equal("serial:PVC-1", (await RowsAsync<BindingRow>("bindings"))[0].Place);
        Assert.Equal(200, (await PowerAsync())["intel"]);
        await EditAsync(HttpStatusCode.OK, false, new { verb = "unbind", what = "site/hall", rule = "override-2" });
        Assert.Equal(200, (await PowerAsync())["amd"]);

        using var undone = await _hall.Client.PostAsJsonAsync(new Uri("api/fleet/v1/changes/2/undo", UriKind.Relative), new { author = "test" }, Token);
        Assert.Equal(HttpStatusCode.OK, undone.StatusCode);
        Assert.Equal(200, (await PowerAsync())[""]);
        Assert.Equal(9, (await RowsAsync<BindingRow>("bindings")).Count);
    }

    [Fact]
    public async Task A_rule_holds_from_its_own_time_on()
    {
        var laterMs = TimeProvider.System.GetUtcNow().AddHours(1);
        await EditAsync(HttpStatusCode.OK, false, new { verb = "bind", what = "site/hall/amd/01/09", match = "{instance=\"10.0.0.9:9400\"}", at = laterMs.ToString("O") });
        Assert.Equal(9, (await RowsAsync<BindingRow>("bindings")).Count);
        Assert.Equal(10, (await RowsAsync<BindingRow>($"bindings?asOf={Uri.EscapeDataString(laterMs.AddMinutes(1).ToString("O"))}")).Count);
    }

    [Fact]
    public async Task Rules_by_label_go_first_last_or_in_the_place_of_another_and_files_keep_theirs()
    {
        await EditAsync(HttpStatusCode.OK, false, new { verb = "bind", what = "site/hall", match = "{job=\"own\"}", assetBy = "hostname", assetFrom = "instance", order = "last" });
        await EditAsync(HttpStatusCode.OK, false, new { verb = "bind", what = "site/hall", match = "{job=\"dcgm\",Hostname!=\"\"}", assetBy = "hostname", assetFrom = "Hostname", place = "dgx/01/17", order = "rule-1" });
        var rules = await RowsAsync<BindingRow>("bindings");
        Assert.Equal(("fallback-1", 1L, 0L), (rules[^1].Rule, rules[^1].Series, rules[^1].Placed));
        Assert.Equal(("rule-1", "dgx/01/17", 3L, 3L), (rules[0].Rule, rules[0].Place, rules[0].Series, rules[0].Placed));

        // What is exported is applied as no change; rules made by hand are no file's.
        var export = await _hall.Client.GetStringAsync(new Uri("api/fleet/v1/export?under=site/hall", UriKind.Relative), Token);
        Assert.DoesNotContain("{job=\\\"own\\\"}", export, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site/hall\",\"match\":\"{job=\\\"a\\\"}\"}", 422, "asset-or-place")]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site/hall/amd/01\",\"match\":\"{job=\\\"a\\\"}\",\"place\":\"x\"}", 422, "bind-to-what")]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site\",\"match\":\"{job=\\\"a\\\"}\"}", 422, "no-hall")]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site/hall\",\"match\":\"{job=\\\"a\\\"}\",\"place\":\"x\",\"order\":\"rule-99\"}", 422, "unknown-rule")]
    [InlineData("{\"verb\":\"unbind\",\"what\":\"site/hall\",\"rule\":\"override-7\"}", 422, "unknown-rule")]
    [InlineData("{\"verb\":\"unbind\",\"what\":\"site/hall\",\"rule\":\"7\"}", 400, "override-1")]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site/hall/amd/01\",\"match\":\"{}\"}", 400, "has a condition")]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site/hall/amd/01\",\"match\":\"{job=~\\\"(\\\"}\"}", 400, "selector")]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site/hall/amd/01\"}", 400, "selector")]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site/hall\",\"match\":\"{job=\\\"a\\\"}\",\"assetBy\":\"hostname\"}", 400, "go together")]
    [InlineData("{\"verb\":\"bind\",\"what\":\"site/hall\",\"match\":\"{job=\\\"a\\\"}\",\"assetBy\":\"name\",\"assetFrom\":\"x\"}", 400, "serial, mac")]
    public async Task A_rule_that_cannot_be_is_refused_with_what_to_write(string edit, int status, string says)
    {
        var answer = await EditAsync((HttpStatusCode)status, false, JsonSerializer.Deserialize<JsonElement>(edit));
        Assert.Contains(says, answer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bindings?nonsense=1")]
    [InlineData("bindings?asOf=yesterday")]
    [InlineData("bindings/unbound?limit=0")]
    [InlineData("bindings/why")]
    [InlineData("bindings/why?series={a=~\"(\"}")]
    public async Task A_question_that_cannot_be_read_is_refused(string path)
    {
        using var response = await _hall.Client.GetAsync(new Uri("api/fleet/v1/" + path, UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_partner_is_told_of_its_own_series_and_rules_only()
    {
        Assert.Equal(9, (await RowsAsync<BindingRow>("bindings", "site/hall")).Count);
        Assert.Empty(await RowsAsync<BindingRow>("bindings", "site/hall/dgx"));
        Assert.Empty(await RowsAsync<UnboundRow>("bindings/unbound", "site/hall"));
        var row = Assert.Single(await RowsAsync<WhyRow>("bindings/why?series=" + Uri.EscapeDataString("{job=~\".+\"}"), "site/hall/dgx"));
        Assert.Equal(("site/hall/dgx/01/01", null), (row.Place, row.Match));
    }

    // A sample has the labels of its own time: what is bound now shows with the next one.
    private async Task<Dictionary<string, double>> PowerAsync()
    {
        await _hall.SendAsync("dcgm", "10.0.0.1:9400", "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\",Hostname=\"dgx-1\",rack=\"theirs\"} 100\n", Token);
        await _hall.SendAsync("dcgm", "10.0.0.9:9400", "DCGM_FI_DEV_POWER_USAGE{gpu=\"0\",Hostname=\"stranger\"} 200\n", Token);
        return await _hall.AskAsync("sum by (vendor) (hw_power_watts)", "vendor", Token);
    }

    private async Task<IReadOnlyList<T>> RowsAsync<T>(string path, string? scope = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("api/fleet/v1/" + path, UriKind.Relative));
        if (scope is not null)
        {
            request.Headers.Add("X-Ampacity-Scope", scope);
        }

        using var response = await _hall.Client.SendAsync(request, Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return (await response.Content.ReadFromJsonAsync<Page<T>>(Token))!.Items;
    }

    private async Task<JsonElement> EditAsync(HttpStatusCode status, bool dryRun, object edit)
    {
        using var response = await _hall.Client.PostAsJsonAsync(new Uri("api/fleet/v1/edits", UriKind.Relative), new { edits = new[] { edit }, author = "test", dryRun }, Token);
        var answer = await response.Content.ReadAsStringAsync(Token);
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {answer}");
        return JsonSerializer.Deserialize<JsonElement>(answer);
    }
}

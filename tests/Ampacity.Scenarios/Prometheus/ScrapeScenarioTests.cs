using System.Globalization;
using System.Text.Json;

namespace Ampacity.Scenarios;

/// <summary>The server scrapes targets of its inventory, and follows one that moves.</summary>
public sealed class ScrapeScenarioTests : IDisposable
{
    private const string Fleet = """
        ampacity: 1
        owns: site/hall
        hall: {size: [20 m, 20 m], tenant: alpha}
        rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [2 m, 3 m], pitch: 600 mm}}
        assets:
          r01/01/05: {serial: S-5, hostname: 127.0.0.1}
          r01/02/06: {serial: S-6, hostname: 127.0.0.9}
        bindings: [{match: '{job="self"}', asset: {by: hostname, from: host}}]
        """;

    private static readonly HttpClient Http = new() { Timeout = AmpacityProcess.Patience };

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-scrape-").FullName;

    [Fact]
    public async Task Targets_of_the_inventory_are_scraped_and_a_move_is_followed()
    {
        var port = Checkout.FreePort();
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

        // The server's own page stands for an exporter: the tray's address is the machine under test. Nobody listens at the other.
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), $$"""
            global: {scrape_interval: 1s}
            rule_files: [rules.yml]
            scrape_configs:
              - job_name: self
                inventory_sd_configs: [{kind: tray, under: site/hall, port: {{port.ToString(CultureInfo.InvariantCulture)}}}]
                relabel_configs:
                  - {source_labels: [__meta_ampacity_hostname], target_label: host}
                  - {source_labels: [__meta_ampacity_serial], target_label: instance}
                metric_relabel_configs:
                  - {source_labels: [__name__], regex: 'ampacity_(store|journal)_.*', action: keep}
            """);
        await using var server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", url, "--scrape", "prometheus.yml");
        await server.WaitForLineAsync("Ampacity serves");
        await File.WriteAllTextAsync(Path.Combine(_folder, "fleet.yaml"), Fleet);
        Assert.Equal(0, (await AmpacityProcess.RunAsync(_folder, null, "apply", "fleet.yaml", "--url", url, "--yes")).ExitCode);
        await UntilAsync(url, "up{job=\"self\",instance=\"S-5\",rack=\"r01/01\",slot=\"05\"} == 1 and on() up{instance=\"S-6\",rack=\"r01/02\"} == 0");
        await UntilAsync(url, "rate(ampacity_store_samples_stored_total{job=\"self\",hall=\"hall\"}[1m]) > 0 unless on() {__name__=~\"ampacity_sql.*\"}");

        var targets = (await TargetsAsync(url, null)).ToDictionary(target => target.GetProperty("labels").GetProperty("instance").GetString()!);
        Assert.Equal("up", targets["S-5"].GetProperty("health").GetString());
        Assert.Equal("down", targets["S-6"].GetProperty("health").GetString());
        Assert.NotEqual("", targets["S-6"].GetProperty("lastError").GetString());
        Assert.Equal("S-6", Assert.Single(await TargetsAsync(url, "site/hall/r01/02")).GetProperty("labels").GetProperty("instance").GetString());

        Assert.Equal(0, (await AmpacityProcess.RunAsync(_folder, null, "move", "serial:S-5", "site/hall/r01/02/09", "--url", url, "--yes")).ExitCode);
        await UntilAsync(url, "up{instance=\"S-5\",rack=\"r01/02\",slot=\"09\"} == 1 unless on() up{instance=\"S-5\",rack=\"r01/01\"}");
    }

    [Fact]
    public async Task A_file_that_is_not_understood_stops_the_start_with_its_line()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), "scrape_configs:\n  - job_name: k8s\n    kubernetes_sd_configs: [{role: pod}]\n");
        var ended = await AmpacityProcess.RunAsync(_folder, null, "serve", "--data", "data", "--listen", "http://127.0.0.1:0", "--scrape", "prometheus.yml");
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("prometheus.yml:3: scrape_configs[0].kubernetes_sd_configs", ended.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<JsonElement[]> TargetsAsync(string url, string? scope)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url + "/api/v1/targets?state=active");
        if (scope is not null)
        {
            request.Headers.Add("X-Ampacity-Scope", scope);
        }

        using var response = await Http.SendAsync(request);
        return [.. JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()];
    }

    private static async Task UntilAsync(string url, string expression)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while ((await RunningFleet.QueryAsync(url, expression)).GetArrayLength() == 0)
        {
            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{expression} gave nothing within {AmpacityProcess.Patience.TotalSeconds} s");
            await Task.Delay(250);
        }
    }
}

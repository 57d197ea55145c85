using System.Globalization;
using System.Text.Json;

namespace Ampacity.Scenarios;

/// <summary>Debian's Prometheus asks the server for its targets, and follows a tray that moves.</summary>
public sealed class ServiceDiscoveryScenarioTests : IDisposable
{
    private const string Program = "/usr/bin/prometheus";

    private const string Fleet = """
        ampacity: 1
        owns: site/hall
        hall: {size: [20 m, 20 m], tenant: alpha}
        power:
          ups-a: {kind: Ups, rating: 1 MW}
          bw-a: {kind: Busway, fedBy: ups-a, rating: 1600 A at 415 V}
        rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 2, at: [2 m, 3 m], pitch: 600 mm, feeds: [bw-a]}}
        assets:
          r01/01/05: {serial: S-5, hostname: 127.0.0.1}
          r01/01/06: {serial: S-6}
        """;

    private static readonly HttpClient Http = new() { Timeout = AmpacityProcess.Patience };

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-sd-").FullName;

    [Fact]
    public async Task A_real_Prometheus_scrapes_what_the_inventory_lists_with_the_labels_of_its_place_and_follows_a_move()
    {
        Assert.SkipUnless(File.Exists(Program), $"no {Program}: install Debian's package prometheus");
        await using var server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0");
        var url = (await server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        await File.WriteAllTextAsync(Path.Combine(_folder, "fleet.yaml"), Fleet);
        Assert.Equal(0, (await AmpacityProcess.RunAsync(_folder, null, "apply", "fleet.yaml", "--url", url, "--yes")).ExitCode);

        // The server's own page stands for an exporter: the tray's address is the machine under test.
        var port = Checkout.FreePort();
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), $$"""
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: inventory
                http_sd_configs:
                  - url: {{url}}/sd/prometheus?kind=tray&job=dcgm&port={{new Uri(url).Port}}
                    refresh_interval: 1s
                relabel_configs:
                  - {source_labels: [__meta_ampacity_rack], target_label: rack}
                  - {source_labels: [__meta_ampacity_slot], target_label: slot}
                  - {source_labels: [__meta_ampacity_ups], target_label: ups}
            """);
        await using var prometheus = AmpacityProcess.StartProgram(
            Program, _folder,
            ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")]);
        var asked = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        await WaitAsync(asked, "up{job=\"dcgm\",rack=\"r01/01\",slot=\"05\",ups=\"ups-a\"} == 1");

        Assert.Equal(0, (await AmpacityProcess.RunAsync(_folder, null, "move", "serial:S-5", "site/hall/r01/02/09", "--url", url, "--yes")).ExitCode);
        await WaitAsync(asked, "up{job=\"dcgm\",rack=\"r01/02\",slot=\"09\"} == 1 unless on() up{rack=\"r01/01\"}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task WaitAsync(string url, string expression)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        var said = "";
        while (waited.Elapsed < AmpacityProcess.Patience)
        {
            try
            {
                said = await Http.GetStringAsync($"{url}/api/v1/query?query={Uri.EscapeDataString(expression)}");
                if (JsonDocument.Parse(said).RootElement.GetProperty("data").GetProperty("result").GetArrayLength() > 0)
                {
                    return;
                }
            }
            catch (HttpRequestException error)
            {
                // It does not listen yet.
                said = error.Message;
            }

            await Task.Delay(250);
        }

        Assert.Fail($"{expression} gave nothing within {AmpacityProcess.Patience.TotalSeconds} s: {said}");
    }
}

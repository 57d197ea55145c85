using System.Globalization;

namespace Ampacity.Scenarios;

/// <summary>Samples are sent on to a second server and to Debian's Prometheus, over an outage of both and SIGKILL of the sender.</summary>
public sealed class ForwardScenarioTests : IDisposable
{
    private const string Program = "/usr/bin/prometheus";
    private const int SeriesCount = 50;

    private const string Fleet = """
        ampacity: 1
        owns: site/hall
        hall: {size: [20 m, 20 m], tenant: alpha}
        rows: {r01: {sku: nvidia/gb200-nvl72@1, racks: 1, at: [2 m, 3 m], pitch: 600 mm}}
        assets: {r01/01/05: {serial: S-5, hostname: node-5}}
        bindings: [{match: '{job="dcgm"}', asset: {by: hostname, from: Hostname}}]
        """;

    private static readonly HttpClient Http = new() { Timeout = AmpacityProcess.Patience };

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-forward-").FullName;

    [Fact]
    public async Task What_was_acknowledged_arrives_with_its_labels_although_receivers_were_away_and_the_sender_was_killed()
    {
        Assert.SkipUnless(File.Exists(Program), $"no {Program}: install Debian's package prometheus");
        var (secondPort, prometheusPort) = (Checkout.FreePort(), Checkout.FreePort());
        var (second, prometheus) = ($"http://127.0.0.1:{Text(secondPort)}", $"http://127.0.0.1:{Text(prometheusPort)}");
        Directory.CreateDirectory(Path.Combine(_folder, "first"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "first", "ampacity.yaml"), $$"""
            ampacity: 1
            forward:
              second: {url: '{{second}}/api/v1/write', match: ['{job="dcgm"}'], topology: false}
              prometheus: {url: '{{prometheus}}/api/v1/write', match: ['{hall="hall",job="dcgm"}']}
            """);

        // Nobody listens yet: everything waits. Then the sender is killed.
        await using (var first = AmpacityProcess.Start(_folder, "serve", "--data", "first", "--listen", "http://127.0.0.1:0"))
        {
            var url = (await first.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
            await File.WriteAllTextAsync(Path.Combine(_folder, "fleet.yaml"), Fleet);
            Assert.Equal(0, (await AmpacityProcess.RunAsync(_folder, null, "apply", "fleet.yaml", "--url", url, "--yes")).ExitCode);
            await SendAsync(url, 0, 10);
            await UntilAsync(url, "ampacity_forward_failing", "2");
            await SendAsync(url, 10, 10);
            await first.KillAsync();
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), "global: {scrape_interval: 1h}\n");
        await using var other = AmpacityProcess.Start(_folder, "serve", "--data", "second", "--listen", second);
        await using var real = AmpacityProcess.StartProgram(
            Program, _folder, ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.enable-remote-write-receiver", $"--web.listen-address=127.0.0.1:{Text(prometheusPort)}"]);
        await other.WaitForLineAsync("Ampacity serves");
        await using var again = AmpacityProcess.Start(_folder, "serve", "--data", "first", "--listen", "http://127.0.0.1:0");
        var now = (await again.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        await SendAsync(now, 20, 5);
        foreach (var url in new[] { second, prometheus })
        {
            await CountAsync(url, "sum(count_over_time(forwarded_watts[10m]))", SeriesCount * 25);
        }

        // The second got them as they came, Prometheus with the labels of their place.
        await CountAsync(second, "count(count by (hall) (forwarded_watts{hall=\"\"}))", 1);
        await CountAsync(prometheus, "count(last_over_time(forwarded_watts{hall=\"hall\",rack=\"r01/01\",slot=\"05\",tenant=\"alpha\"}[10m]))", SeriesCount);
        await UntilAsync(now, "ampacity_forward_queue_samples", "0");
        await UntilAsync(now, "ampacity_forward_dropped_total", "0");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task SendAsync(string url, int from, int count)
    {
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var poll = from; poll < from + count; poll++)
        {
            // The inventory begins when it is applied, and so do labels: all of it is sent within seconds of that.
            await WriteRequest.SendAsync(Http, url, Enumerable.Range(0, SeriesCount).Select(gpu => (
                new[] { ("__name__", "forwarded_watts"), ("job", "dcgm"), ("Hostname", "node-5"), ("gpu", Text(gpu)) }, new[] { (nowMs + poll, 100.0 + gpu) })));
        }
    }

    private static async Task CountAsync(string url, string expression, double wanted)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var said = "nothing";
            try
            {
                var result = await RunningFleet.QueryAsync(url, expression);
                said = result.GetArrayLength() == 0 ? said : result[0].GetProperty("value")[1].GetString()!;
            }
            catch (HttpRequestException error)
            {
                said = error.Message;
            }

            if (double.TryParse(said, CultureInfo.InvariantCulture, out var value) && value == wanted)
            {
                return;
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{expression} at {url} is {said}, not {wanted}");
            await Task.Delay(250);
        }
    }

    private static async Task UntilAsync(string url, string metric, string wanted)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var line = (await Http.GetStringAsync(url + "/metrics")).Split('\n').First(line => line.StartsWith(metric + " ", StringComparison.Ordinal));
            if (line == $"{metric} {wanted}")
            {
                return;
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{line}, not {wanted}");
            await Task.Delay(250);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Ampacity.Scenarios;

/// <summary>Debian's Prometheus scrapes the server under test and sends it back by remote write.</summary>
public sealed class RealPrometheusTests : IDisposable
{
    private const string Program = "/usr/bin/prometheus";

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-prometheus-").FullName;

    [Fact]
    public async Task A_real_Prometheus_writes_and_its_samples_survive_kill_nine()
    {
        Assert.SkipUnless(File.Exists(Program), $"no {Program}: install Debian's package prometheus");
        await using var server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0");
        var url = (await server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        var port = Checkout.FreePort();
        await File.WriteAllTextAsync(Path.Combine(_folder, "prometheus.yml"), $$"""
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: ampacity
                static_configs: [{targets: ['{{new Uri(url).Authority}}']}]
            remote_write:
              - url: {{url}}/api/v1/write
                queue_config: {batch_send_deadline: 1s}
            """);
        await using (var prometheus = AmpacityProcess.StartProgram(
            Program, _folder,
            ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}")]))
        {
            await WaitAsync(url, "count_over_time(up{job=\"ampacity\"}[5m]) >= 3");
        }

        var before = await CountAsync(url);
        await server.KillAsync();
        await using var again = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0");
        var newUrl = (await again.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
        Assert.True(await CountAsync(newUrl) >= before, "samples that were acknowledged before the kill are gone");
        await WaitAsync(newUrl, "ampacity_store_series");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<double> CountAsync(string url)
    {
        var result = await RunningFleet.QueryAsync(url, "sum(count_over_time(up{job=\"ampacity\"}[10m])) + sum(count_over_time(ampacity_store_samples{job=\"ampacity\"}[10m]))");
        return double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    private static async Task WaitAsync(string url, string expression)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while ((await RunningFleet.QueryAsync(url, expression)).GetArrayLength() == 0)
        {
            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{expression} gave nothing within {AmpacityProcess.Patience.TotalSeconds} s");
            await Task.Delay(250);
        }
    }
}

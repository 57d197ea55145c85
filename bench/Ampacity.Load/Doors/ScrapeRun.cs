using System.Globalization;
using System.Text;
using Ampacity.Collect;
using Ampacity.Tsdb;

namespace Ampacity.Load;

/// <summary>What scraping costs: pages fetched over HTTP each second, read, given the labels of their targets and written to a store with its journal.</summary>
internal sealed class ScrapeRun(DoorsOptions options)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var perPage = options.Series / options.Targets;
        await using var exporter = new LoopbackHttp(Page(perPage));
        var job = new ScrapeJob { Name = "bench", Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(1) };
        await using var store = await SampleStore.OpenAsync(new SampleStoreOptions { Folder = options.Folder, MaxSeries = 100_000_000 }, TimeProvider.System, cancellationToken);
        await using var pool = new ScrapePool(new ExpositionReceiver(new SampleIntake()), store, TimeProvider.System);
        pool.Set(Enumerable.Range(0, options.Targets).Select(number => ScrapeTarget.Make(
            job, new FoundTarget(exporter.Address, [("instance", string.Create(CultureInfo.InvariantCulture, $"host-{number}:9400")), ("rack", string.Create(CultureInfo.InvariantCulture, $"rk-{number / 18}"))]))!));

        // New series cost more, once.
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (pool.Counts.Scrapes < options.Targets * 3 && await look.WaitForNextTickAsync(cancellationToken))
        {
        }

        var before = pool.Counts;
        var meter = new CpuMeter();
        await Task.Delay(TimeSpan.FromSeconds(options.Rounds), cancellationToken);
        var after = pool.Counts;
        meter.Say("scraped", after.Samples - before.Samples, string.Create(
            CultureInfo.InvariantCulture,
            $"{after.Scrapes - before.Scrapes} scrapes of {perPage} series, {(double)(after.Bytes - before.Bytes) / (after.Samples - before.Samples):0} bytes/sample, {after.Failures - before.Failures} failed"));
        return after.Failures == before.Failures ? 0 : 1;
    }

    // As dcgm-exporter writes: a HELP and a TYPE a metric, a line an accelerator, labels in one order.
    private static byte[] Page(int series)
    {
        var text = new StringBuilder();
        for (var metric = 0; metric < SyntheticTelemetry.Metrics; metric++)
        {
            var name = SyntheticTelemetry.LabelsOf(0, metric, 0).Name;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} Of the accelerator.\n# TYPE {name} gauge\n");
            for (var gpu = 0; gpu < series / SyntheticTelemetry.Metrics; gpu++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{{gpu=\"{gpu}\",UUID=\"GPU-00000000-0000-0000-0000-{gpu:D12}\",pci_bus_id=\"00000000:{gpu:X2}:00.0\",device=\"nvidia{gpu}\",modelName=\"NVIDIA H100 80GB HBM3\",Hostname=\"node\"}} {100 + (gpu * 3.25)}\n");
            }
        }

        var body = Encoding.UTF8.GetBytes(text.ToString());
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }
}

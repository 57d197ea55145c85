using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Ampacity.Scenarios;

/// <summary>
/// Debian's Prometheus scrapes itself and a made-up node, and writes into the server under test, which is killed once on the way. Then what
/// Prometheus holds and what the server holds are the same samples: no more, no less, to the millisecond and the bit.
/// </summary>
/// <remarks>AMPACITY_PROMETHEUS_SECONDS says how long it writes; 90 by default, an hour is 3600.</remarks>
public sealed class EverySampleTests : IDisposable
{
    private const string Program = "/usr/bin/prometheus";
    // prometheus/prometheus model/value/value.go, NormalNaN: what Go's strconv makes of NaN.
    private const long GoNaNBits = 0x7ff8000000000001;

    private const long SliceMs = 300_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-every-sample-").FullName;
    private readonly HttpClient _http = new() { Timeout = AmpacityProcess.Patience };
    private readonly int _port = Checkout.FreePort();
    private readonly long _beganMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    [Fact]
    public async Task Every_sample_of_a_real_Prometheus_is_here_to_the_bit()
    {
        Assert.SkipUnless(File.Exists(Program), $"no {Program}: install Debian's package prometheus");
        var seconds = int.Parse(Environment.GetEnvironmentVariable("AMPACITY_PROMETHEUS_SECONDS") ?? "90", CultureInfo.InvariantCulture);
        await using var load = new NodeLoad();
        var prometheusUrl = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Checkout.FreePort()}");
        await ConfigureAsync(load, prometheusUrl, scrapes: true);
        await using var first = await ServeAsync();
        await using var prometheus = AmpacityProcess.StartProgram(
            Program, _folder,
            ["--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.enable-lifecycle", $"--web.listen-address={new Uri(prometheusUrl).Authority}"]);

        await UntilAsync(() => load.Pages >= seconds / 2, seconds, () => $"{load.Pages} of {seconds / 2} pages were scraped\n{prometheus.Errors}");
        await first.KillAsync();
        await using var second = await ServeAsync();
        await UntilAsync(() => load.Pages >= seconds, seconds, () => $"{load.Pages} of {seconds} pages were scraped\n{prometheus.Errors}");

        // Prometheus ends each series of a target that its job no longer has with a stale marker: after that nothing more comes. (A job that is
        // gone as a whole is ended without.)
        await ConfigureAsync(load, prometheusUrl, scrapes: false);
        var reloadedMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using (var reload = await _http.PostAsync(prometheusUrl + "/-/reload", content: null))
        {
            Assert.True(reload.IsSuccessStatusCode, $"reload: {reload.StatusCode} {prometheus.Errors}");
        }

        var theirs = new SampleSet();
        await UntilAsync(
            async () => Ended(theirs = await TheirsAsync(prometheusUrl)), 0, () => $"{theirs.Series.Count(series => !theirs.Sorted(series)[^1].IsStale)} of {theirs.Series.Count()} series of Prometheus did not end with a stale marker");

        // What it scraped before its queue had begun it never sends: it says so by the time of the first that it does send.
        var ours = new SampleSet();
        (long Count, string First) missing = default;
        await UntilAsync(
            async () =>
            {
                ours = await OursAsync();
                missing = ours.Count == 0 ? (theirs.Count, "") : theirs.Where(_ => true, ours.OldestMs).Without(ours);
                return missing.Count == 0;
            },
            0,
            () => $"{missing.Count} samples of Prometheus are not here, of {theirs.Count}:{missing.First}\n{second.Errors}\n{prometheus.Errors}");
        var extra = ours.Without(theirs);
        Assert.True(extra.Count == 0, $"{extra.Count} samples are here that Prometheus does not have:{extra.First}");

        var pages = MatchesTheLoad(ours, reloadedMs);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {ours.Count} samples of {ours.Series.Count()} series are the same to the bit; Prometheus scraped {theirs.Count - ours.Count} before it began to send.
            {ours.CountOf(sample => sample.IsStale)} stale markers, {ours.CountOf(sample => sample.IsNaN)} other NaN, {pages} pages of the node as served, one SIGKILL.
            """));
        await AnswersAsync(theirs, ours.OldestMs);
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // What the load knows without Prometheus: each page's values at the page's time, and a marker where a series was gone from the next page.
    // A reload that changes a job's targets begins its scraping anew and forgets what the page before had (scrape.go's reusableCache leaves
    // service discovery in what it compares), so what vanishes between these two pages is ended by nobody.
    private static int MatchesTheLoad(SampleSet ours, long reloadedMs)
    {
        var byName = ours.Series.Where(series => SampleSet.Label(series, "job") == "node")
            .ToDictionary(series => (SampleSet.Label(series, "__name__"), LabelOf(series)), series => ours.Sorted(series).ToDictionary(sample => sample.TimestampMs));
        var (pages, markers) = (0, 0);
        var before = new Sample(0, 0);
        foreach (var page in byName[(NodeLoad.PageName, "load")].Values.OrderBy(sample => sample.TimestampMs).Where(sample => !sample.IsStale))
        {
            var series = NodeLoad.Page((int)BitConverter.Int64BitsToDouble(page.Bits)).ToDictionary(one => (one.Name, one.LabelValue), one => one.Value);
            foreach (var (name, value) in series)
            {
                Assert.True(byName[name].TryGetValue(page.TimestampMs, out var kept), $"{name} at {page.TimestampMs} was on the page and is not here");

                // The text says NaN, and Prometheus makes of it 0x7ff8000000000001. Its protobuf leaves out whatever equals zero, so −0 arrives as 0.
                var bits = double.IsNaN(value) ? GoNaNBits : value == 0 ? 0 : BitConverter.DoubleToInt64Bits(value);
                Assert.True(bits == kept.Bits, $"{name} at {page.TimestampMs}: {value} became {kept.Bits:x16}");
            }

            if (pages++ > 0 && page.TimestampMs < reloadedMs)
            {
                foreach (var (name, _) in byName.Where(one => one.Value.ContainsKey(before.TimestampMs) && !one.Value[before.TimestampMs].IsStale
                    && one.Key.Item1 == "node_pod_watts" && !series.ContainsKey(one.Key)))
                {
                    markers++;
                    Assert.True(
                        byName[name].Values.Any(sample => sample.IsStale && sample.TimestampMs > before.TimestampMs && sample.TimestampMs <= page.TimestampMs),
                        $"{name} was gone between {before.TimestampMs} and {page.TimestampMs} and has no stale marker");
                }
            }

            before = page;
        }

        Assert.True(pages > 10 && markers > 10, $"only {pages} pages and {markers} series that vanished: too few to say anything");
        return pages;
    }

    private static string LabelOf(string series) =>
        new[] { "of", "cpu", "sensor", "device", "kind", "pod" }.Select(name => SampleSet.Label(series, name)).FirstOrDefault(value => value.Length > 0) ?? "";

    private static bool Ended(SampleSet theirs) => theirs.Count > 0
        && theirs.Series.All(series => SampleSet.Label(series, "__name__") == NodeLoad.TimedName || theirs.Sorted(series)[^1].IsStale);

    // The head's side, before and after blocks: range selectors give the same times and values; what they do not show, stale markers, they do not.
    private async Task AnswersAsync(SampleSet theirs, long fromMs)
    {
        var found = new SampleSet();
        var throughMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var endMs = fromMs - 1 + SliceMs; endMs - SliceMs < throughMs; endMs += SliceMs)
        {
            var time = (endMs / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
            var text = await _http.GetStringAsync($"{Url}/api/v1/query?query={Uri.EscapeDataString("{job=~\"node|prometheus\"}[5m]")}&time={time}");
            foreach (var series in JsonSerializer.Deserialize<JsonElement>(text).GetProperty("data").GetProperty("result").EnumerateArray())
            {
                var key = SampleSet.Key(series.GetProperty("metric").EnumerateObject().Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!)));
                foreach (var sample in series.GetProperty("values").EnumerateArray())
                {
                    found.Add(key, (long)Math.Round(sample[0].GetDouble() * 1000), Parse(sample[1].GetString()!));
                }
            }
        }

        // Text says NaN and not which: the same bits for all of them on both sides.
        var expected = new SampleSet();
        foreach (var series in theirs.Series)
        {
            foreach (var sample in theirs.Sorted(series).Where(sample => sample.TimestampMs >= fromMs && !sample.IsStale))
            {
                expected.Add(series, sample.TimestampMs, sample.IsNaN ? double.NaN : BitConverter.Int64BitsToDouble(sample.Bits));
            }
        }

        var (missing, extra) = (expected.Without(found), found.Without(expected));
        Assert.True(missing.Count == 0, $"{missing.Count} samples are not answered by range selectors:{missing.First}");
        Assert.True(extra.Count == 0, $"{extra.Count} samples are answered that Prometheus does not have:{extra.First}");
    }

    private static double Parse(string value) => value switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(value, CultureInfo.InvariantCulture),
    };

    private async Task<SampleSet> TheirsAsync(string prometheusUrl)
    {
        var samples = new SampleSet();
        var throughMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var fromMs = _beganMs - SliceMs; fromMs <= throughMs; fromMs += SliceMs)
        {
            await RemoteRead.ReadAsync(_http, prometheusUrl, fromMs, fromMs + SliceMs - 1, samples);
        }

        return samples;
    }

    // Stale markers and NaN payloads are seen in blocks, which are read without us.
    private async Task<SampleSet> OursAsync()
    {
        using (var flushed = await _http.PostAsync(Url + "/api/v1/admin/tsdb/flush", content: null))
        {
            Assert.True(flushed.IsSuccessStatusCode, await flushed.Content.ReadAsStringAsync());
        }

        var blocks = Path.Combine(_folder, "data", "samples", "blocks");
        return Directory.Exists(blocks) && Directory.EnumerateDirectories(blocks).Any()
            ? (await BlockSamples.ReadAsync(blocks)).Where(series => SampleSet.Label(series, "job").Length > 0)
            : new SampleSet();
    }

    private Task ConfigureAsync(NodeLoad load, string prometheusUrl, bool scrapes) => File.WriteAllTextAsync(
        Path.Combine(_folder, "prometheus.yml"),
        $$"""
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
          - {job_name: node, static_configs: [{targets: [{{(scrapes ? $"'{load.Authority}'" : "")}}]}]}
          - {job_name: prometheus, static_configs: [{targets: [{{(scrapes ? $"'{new Uri(prometheusUrl).Authority}'" : "")}}]}]}
        remote_write:
          - url: {{Url}}/api/v1/write
            queue_config: {batch_send_deadline: 1s}
        """);

    private async Task<AmpacityProcess> ServeAsync()
    {
        var server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", Url);
        await server.WaitForLineAsync("Ampacity serves");
        return server;
    }

    private static Task UntilAsync(Func<bool> condition, int atLeastSeconds, Func<string> otherwise) =>
        UntilAsync(() => Task.FromResult(condition()), atLeastSeconds, otherwise);

    // A machine that is loaded may take three times as long as one that is not, and some patience.
    private static async Task UntilAsync(Func<Task<bool>> condition, int atLeastSeconds, Func<string> otherwise)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < (TimeSpan.FromSeconds(atLeastSeconds) * 3) + AmpacityProcess.Patience, otherwise());
            await Task.Delay(500);
        }
    }
}

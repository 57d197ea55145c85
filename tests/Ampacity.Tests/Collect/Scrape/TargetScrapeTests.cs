using System.Globalization;
using System.IO.Compression;
using System.Text;
using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests.Collect;

/// <summary>One target, scraped: what comes into the store of each page.</summary>
public sealed class TargetScrapeTests : IAsyncLifetime
{
    private const long T = 1_796_000_000_000;

    private readonly MemoryWriter _store = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(T));
    private readonly HttpClient _http = new();
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;
    private FakeStore _exporter = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _exporter = await FakeStore.StartAsync(context => _answer(context));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _exporter.DisposeAsync();
    }

    [Fact]
    public async Task A_page_is_kept_with_the_labels_of_its_target_and_what_a_scrape_says_of_itself()
    {
        Page("m{a=\"1\",job=\"theirs\",exported_job=\"x\"} 1.5\nm{a=\"2\"} 2 1796000000123\n");
        var scrape = Scrape();
        await scrape.ScrapeAsync(Token);
        Assert.Equal(
            [
                $"m{{a=\"1\",exported_exported_job=\"theirs\",exported_job=\"x\",instance=\"i\",job=\"test\"}} {T} 1.5",
                $"m{{a=\"2\",instance=\"i\",job=\"test\"}} {T + 123} 2",
                $"scrape_duration_seconds{{instance=\"i\",job=\"test\"}} {T} 0",
                $"scrape_samples_post_metric_relabeling{{instance=\"i\",job=\"test\"}} {T} 2",
                $"scrape_samples_scraped{{instance=\"i\",job=\"test\"}} {T} 2",
                $"scrape_series_added{{instance=\"i\",job=\"test\"}} {T} 1",
                $"up{{instance=\"i\",job=\"test\"}} {T} 1",
            ],
            Lines());
        Assert.Equal((true, "", 1), (scrape.State.IsUp, scrape.State.LastError, scrape.State.SeriesCount));
        Assert.Equal(new ScrapeCounts(1, 0, 70, 2, 0, 0) with { Bytes = scrape.Counts.Bytes }, scrape.Counts);
    }

    [Fact]
    public async Task Honoured_labels_stand_and_times_that_are_not_honoured_become_the_scrapes()
    {
        Page("m{job=\"theirs\"} 1 5\n");
        await Scrape(job => job with { HonorLabels = true, HonorTimestamps = false }).ScrapeAsync(Token);
        Assert.Contains($"m{{instance=\"i\",job=\"theirs\"}} {T} 1", Lines());
    }

    [Fact]
    public async Task What_a_page_has_no_longer_ends_with_a_marker_and_all_ends_when_the_target_is_down_or_gone()
    {
        var scrape = Scrape();
        Page("m{a=\"1\"} 1\nm{a=\"2\"} 1\n");
        await scrape.ScrapeAsync(Token);
        _time.Advance(TimeSpan.FromSeconds(15));
        Page("m{a=\"1\"} 2\n");
        await scrape.ScrapeAsync(Token);
        Assert.Equal([$"m{{a=\"2\",instance=\"i\",job=\"test\"}} {T + 15_000}"], Markers(T + 15_000));
        _time.Advance(TimeSpan.FromSeconds(15));
        _answer = context => FakeStore.SayAsync(context, 500, "broken");
        await scrape.ScrapeAsync(Token);
        Assert.Equal([$"m{{a=\"1\",instance=\"i\",job=\"test\"}} {T + 30_000}"], Markers(T + 30_000));
        Assert.Contains($"up{{instance=\"i\",job=\"test\"}} {T + 30_000} 0", Lines());
        Assert.Equal((false, "server returned HTTP status 500 Internal Server Error"), (scrape.State.IsUp, scrape.State.LastError));
        _time.Advance(TimeSpan.FromSeconds(15));
        Page("m{a=\"1\"} 3\n");
        await scrape.ScrapeAsync(Token);

        // Gone: everything ends, its own series too. A server that stops ends nothing.
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        using var slots = new SemaphoreSlim(1);
        await scrape.RunAsync(slots, () => false, stop.Token);
        Assert.Empty(Markers(T + 45_000));
        await scrape.RunAsync(slots, () => true, stop.Token);
        Assert.Equal(6, Markers(T + 45_000).Count);
        Assert.Contains($"up{{instance=\"i\",job=\"test\"}} {T + 45_000}", Markers(T + 45_000));
    }

    [Fact]
    public async Task Rules_drop_and_rename_series_and_a_limit_fails_the_page()
    {
        Page("go_x 1\nm{tmp=\"1\",a=\"1\"} 2\n");
        RelabelRule[] rules =
        [
            new(RelabelAction.Drop, ["__name__"], ";", "go_.*", 0, "", ""),
            new(RelabelAction.LabelDrop, [], ";", "tmp", 0, "", ""),
            new(RelabelAction.Replace, ["a"], ";", "(.*)", 0, "b", "x$1"),
        ];
        var scrape = Scrape(job => job with { MetricRelabel = rules, SampleLimit = 1 });
        await scrape.ScrapeAsync(Token);
        Assert.Equal("", scrape.State.LastError);
        Assert.Contains($"m{{a=\"1\",b=\"x1\",instance=\"i\",job=\"test\"}} {T} 2", Lines());
        Assert.DoesNotContain(Lines(), line => line.StartsWith("go_x", StringComparison.Ordinal));
        Assert.Contains($"scrape_samples_scraped{{instance=\"i\",job=\"test\"}} {T} 2", Lines());
        Assert.Equal((1, 1), (scrape.Counts.Dropped, scrape.Counts.Samples));

        foreach (var (change, says) in new (Func<ScrapeJob, ScrapeJob> Change, string Says)[]
        {
            (job => job with { SampleLimit = 1 }, "sample_limit is 1"),
            (job => job with { LabelLimit = 2 }, "label_limit is 2"),
            (job => job with { LabelValueBytes = 1 }, "label_value_length_limit"),
            (job => job with { BodyBytes = 10 }, "body_size_limit"),
        })
        {
            var limited = Scrape(change);
            await limited.ScrapeAsync(Token);
            Assert.False(limited.State.IsUp);
            Assert.Contains(says, limited.State.LastError, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OpenMetrics_is_asked_for_and_gzip_is_read_and_a_bomb_is_not()
    {
        _answer = async context =>
        {
            Assert.StartsWith("application/openmetrics-text;version=1.0.0", context.Request.Headers.Accept.ToString());
            Assert.Equal("gzip", context.Request.Headers.AcceptEncoding);
            Assert.Equal("10", context.Request.Headers["X-Prometheus-Scrape-Timeout-Seconds"]);
            Assert.Equal("x", context.Request.Headers["X-Own"]);
            context.Response.ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionMode.Compress);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("m 1 1796000000.5\n# EOF\n"));
        };
        await Scrape(job => job with { Headers = [("X-Own", "x")] }).ScrapeAsync(Token);
        Assert.Contains($"m{{instance=\"i\",job=\"test\"}} {T + 500} 1", Lines());
        _answer = async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionMode.Compress);
            for (var i = 0; i < 200; i++)
            {
                await gzip.WriteAsync(new byte[100_000]);
            }
        };
        var bomb = Scrape(job => job with { BodyBytes = 1 << 20 });
        await bomb.ScrapeAsync(Token);
        Assert.Contains("body_size_limit", bomb.State.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_hangs_is_down_after_its_timeout_and_a_page_that_is_none_says_its_line()
    {
        var asked = new TaskCompletionSource();
        _answer = context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        var hanging = Scrape();
        var scraping = hanging.ScrapeAsync(Token);
        await asked.Task.WaitAsync(Token);
        while (!scraping.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(scraping, Task.Delay(10, Token));
        }

        await scraping;
        Assert.Equal((false, "no whole page within 10 s"), (hanging.State.IsUp, hanging.State.LastError));
        Page("m 1\nnonsense\n");
        var broken = Scrape();
        await broken.ScrapeAsync(Token);
        Assert.Contains("line 2", broken.State.LastError, StringComparison.Ordinal);
        using var nobody = new HttpClient();
        var away = new TargetScrape(
            ScrapeTarget.Make(new ScrapeJob { Name = "test" }, new FoundTarget("127.0.0.1:9", []))!, nobody, new ExpositionReceiver(new SampleIntake()), _store, _time);
        await away.ScrapeAsync(Token);
        Assert.False(away.State.IsUp);
        Assert.NotEmpty(away.State.LastError);
    }

    private TargetScrape Scrape(Func<ScrapeJob, ScrapeJob>? change = null)
    {
        var job = new ScrapeJob { Name = "test", Relabel = [new(RelabelAction.Replace, [], ";", "", 0, "instance", "i")] };
        var target = ScrapeTarget.Make(change?.Invoke(job) ?? job, new FoundTarget(_exporter.Url.Authority, []))!;
        return new TargetScrape(target, _http, new ExpositionReceiver(new SampleIntake()), _store, _time);
    }

    private void Page(string text) => _answer = context => FakeStore.SayAsync(context, 200, text);

    private List<string> Lines() => [.. _store.Lines.Where(line => !line.EndsWith("NaN", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private List<string> Markers(long atMs) =>
    [
        .. _store.Samples.Where(line => line.EndsWith(StaleMarker.Bits.ToString("x", CultureInfo.InvariantCulture), StringComparison.Ordinal))
            .Select(line => line[..line.LastIndexOf(' ')]).Where(line => line.EndsWith(atMs.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)),
    ];
}

using System.Collections.Concurrent;
using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests.Collect;

/// <summary>Samples on their way to another store, read back by our own receiver.</summary>
public sealed class SampleForwarderTests : IAsyncLifetime
{
    private const long T = 1_796_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-forward").FullName;
    private readonly MemoryWriter _there = new();
    private readonly ConcurrentQueue<int> _answers = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly List<LabelSet> _series = [];
    private readonly RemoteWriteReceiver _receiver = new(new SampleIntake());
    private FakeStore _store = null!;

    // What a series is called, from when to when.
    private Func<int, long, (LabelSet? Labels, long UntilMs)> _names = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _names = (number, _) => (_series[number], long.MaxValue);
        _store = await FakeStore.StartAsync(async context =>
        {
            if (_answers.TryDequeue(out var status) && status != 204)
            {
                context.Response.Headers.RetryAfter = "7";
                await FakeStore.SayAsync(context, status, $"reason {status}");
                return;
            }

            Assert.Equal("snappy", context.Request.Headers.ContentEncoding);
            Assert.Equal("0.1.0", context.Request.Headers["X-Prometheus-Remote-Write-Version"]);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            lock (_there)
            {
                _receiver.ReceiveAsync(body.ToArray(), _there, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            }

            context.Response.StatusCode = 204;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_added_arrives_to_the_bit_and_in_order_in_requests_of_the_size_that_was_asked_for()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T));
        using var forwarder = Open(time, target => target with { SamplesPerRequest = 3 });
        Add(forwarder, (T, "m{a=\"1\"}", 1.5), (T, "m{a=\"2\"}", double.NaN), (T + 1, "m{a=\"1\"}", StaleMarker.Value), (T + 1, "m{a=\"3\"}", -0.0), (T + 2, "m{a=\"1\"}", 1e300));
        Add(forwarder, (T + 3, "m{a=\"1\"}", 2));
        await SentAsync(forwarder, time, 6);
        Assert.Equal(
            Expected((T, "m{a=\"1\"}", 1.5), (T, "m{a=\"2\"}", double.NaN), (T + 1, "m{a=\"1\"}", StaleMarker.Value), (T + 1, "m{a=\"3\"}", -0.0), (T + 2, "m{a=\"1\"}", 1e300), (T + 3, "m{a=\"1\"}", 2)),
            _there.Samples);

        // Three at a time; what is left of the first batch goes with the second.
        Assert.Equal((2L, 0L, 0L), (forwarder.Counts.Requests, forwarder.Counts.Retries, forwarder.Counts.QueuedSamples));
    }

    [Fact]
    public async Task A_receiver_that_is_busy_is_asked_again_when_it_said_and_nothing_is_lost_over_a_restart()
    {
        foreach (var status in new[] { 503, 429, 500 })
        {
            _answers.Enqueue(status);
        }

        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T));
        using (var forwarder = Open(time))
        {
            Add(forwarder, (T, "m{a=\"1\"}", 1));
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var running = forwarder.RunAsync(ending.Token);
            await UntilAsync(() => forwarder.Counts.Retries == 1);
            Assert.Contains("503 reason 503", forwarder.Counts.Failing, StringComparison.Ordinal);
            time.Advance(TimeSpan.FromSeconds(6));
            await Task.Delay(20, Token);
            Assert.Equal(1, forwarder.Counts.Retries);
            await UntilAsync(() => forwarder.Counts.Retries == 2, time);
            await ending.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            Assert.Empty(_there.Samples);
        }

        using var again = Open(time);
        Add(again, (T + 1, "m{a=\"1\"}", 2));
        await SentAsync(again, time, 2);
        Assert.Equal(Expected((T, "m{a=\"1\"}", 1), (T + 1, "m{a=\"1\"}", 2)), _there.Samples);
        Assert.Null(again.Counts.Failing);
    }

    [Fact]
    public async Task What_a_receiver_refuses_for_good_is_counted_and_told_and_the_next_goes()
    {
        _answers.Enqueue(400);
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T));
        using var forwarder = Open(time, target => target with { SamplesPerRequest = 1 });
        Add(forwarder, (T, "m{a=\"1\"}", 1), (T, "m{a=\"2\"}", 2));
        await SentAsync(forwarder, time, 1);
        Assert.Equal(Expected((T, "m{a=\"2\"}", 2)), _there.Samples);
        Assert.Equal((1L, 0L), (forwarder.Counts.Refused, forwarder.Counts.Retries));
        Assert.Contains("refused a request of 1 samples with 400: 400 reason 400", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_series_that_moves_is_ended_under_its_old_labels_and_late_samples_keep_those_of_their_time()
    {
        var (here, there) = (LabelSet.Of(("__name__", "m"), ("rack", "a")), LabelSet.Of(("__name__", "m"), ("rack", "b")));
        _names = (_, timestampMs) => timestampMs < T + 100 ? (here, T + 100) : (there, long.MaxValue);
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T));
        using var forwarder = Open(time);
        Add(forwarder, (T, "raw", 1));
        Add(forwarder, (T + 100, "raw", 2));
        Add(forwarder, (T + 50, "raw", 3), (T + 200, "raw", 4));
        await SentAsync(forwarder, time, 5);
        Assert.Equal(
            Expected((T, "m{rack=\"a\"}", 1), (T + 100, "m{rack=\"a\"}", StaleMarker.Value), (T + 100, "m{rack=\"b\"}", 2), (T + 50, "m{rack=\"a\"}", 3), (T + 200, "m{rack=\"b\"}", 4)),
            _there.Samples);
    }

    [Fact]
    public async Task Only_series_that_pass_a_selector_go_by_the_labels_that_are_sent()
    {
        _names = (number, _) => (number == 0 ? LabelSet.Of(("__name__", "m"), ("hall", "h1")) : number == 1 ? LabelSet.Of(("__name__", "n")) : null, long.MaxValue);
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T));
        using var forwarder = Open(time, target => target with { Match = [SelectorText.Parse("{hall=\"h1\"}"), SelectorText.Parse("other")] });
        Add(forwarder, (T, "x", 1), (T, "y", 2), (T, "z", 3));
        await SentAsync(forwarder, time, 1);
        Assert.Equal(Expected((T, "m{hall=\"h1\"}", 1)), _there.Samples);
    }

    [Fact]
    public async Task A_writer_sends_on_what_the_store_took_and_nothing_that_it_refused()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T));
        using var forwarder = Open(time);
        var own = new MemoryWriter();
        var writer = new ForwardingWriter(own, [forwarder]);
        var number = writer.Resolve(LabelSet.Of(("__name__", "m"), ("a", "1")).Canonical);
        _series.Add(LabelSet.Of(("__name__", "m"), ("a", "1")));
        await writer.AppendAsync(new SampleBatch(new[] { new Poll(T, 1) }, new[] { number }, new[] { 5.0 }, default), Token);
        await SentAsync(forwarder, time, 1);
        Assert.Equal(own.Samples, _there.Samples);
    }

    private SampleForwarder Open(TimeProvider time, Func<ForwardTarget, ForwardTarget>? change = null)
    {
        var target = new ForwardTarget { Name = "test", Url = new Uri(_store.Url, "/api/v1/write") };
        return new SampleForwarder(
            change?.Invoke(target) ?? target, Path.Combine(_folder, "test"),
            (int number, long timestampMs, out long untilMs, out long version) =>
            {
                (var labels, untilMs) = _names(number, timestampMs);
                version = 1;
                return labels;
            },
            () => 1, number => _series[number], _ => null, time, _told.Enqueue);
    }

    private void Add(SampleForwarder forwarder, params (long TimestampMs, string Series, double Value)[] samples)
    {
        var numbers = new List<int>();
        foreach (var (_, series, _) in samples)
        {
            var labels = Labels(series);
            var number = _series.FindIndex(known => known.Equals(labels));
            if (number < 0)
            {
                number = _series.Count;
                _series.Add(labels);
            }

            numbers.Add(number);
        }

        Poll[] polls = [.. samples.Select(sample => new Poll(sample.TimestampMs, 1))];
        forwarder.Add(new SampleBatch(polls, numbers.ToArray(), samples.Select(sample => sample.Value).ToArray(), default));
    }

    private static LabelSet Labels(string series) =>
        LabelSet.Of([.. SelectorText.Parse(series).Select(matcher => (matcher.Name, matcher.Value))]);

    private static IEnumerable<string> Expected(params (long TimestampMs, string Series, double Value)[] samples) => samples
        .Select(sample => $"{Labels(sample.Series)} {sample.TimestampMs} {BitConverter.DoubleToInt64Bits(sample.Value):x}").Order(StringComparer.Ordinal);

    private static async Task SentAsync(SampleForwarder forwarder, FakeTimeProvider time, long samples)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = forwarder.RunAsync(ending.Token);

        // Time passes only while it waits for it: passing under a request on a slow machine, it would end that one and send it again.
        await UntilAsync(() =>
        {
            if (forwarder.Counts.Failing is not null)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            return forwarder.Counts.Sent >= samples && forwarder.Counts.QueuedSamples == 0;
        });
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(samples, forwarder.Counts.Sent);
    }

    private static async Task UntilAsync(Func<bool> condition, FakeTimeProvider? time = null)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "the condition did not come true within a minute");
            time?.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, Token);
        }
    }
}

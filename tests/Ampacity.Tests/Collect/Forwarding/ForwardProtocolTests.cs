using System.Collections.Concurrent;
using System.Globalization;
using Ampacity.Collect;
using Ampacity.Samples;
using Ampacity.Tests.Collect.Rw2;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Snappier;

namespace Ampacity.Tests.Collect;

/// <summary>Remote write 2.0 on its way out: what is sent, what is believed of the answer, and when 1.0 is sent instead.</summary>
public sealed class ForwardProtocolTests : IAsyncLifetime
{
    private const long T = 1_796_000_000_000;
    private const string Type2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    private const string Written = "X-Prometheus-Remote-Write-Samples-Written";

    private static readonly LabelSet[] Series =
    [
        LabelSet.Of(("__name__", "requests_total"), ("hall", "h1"), ("zone", "h1")),
        LabelSet.Of(("__name__", "latency_seconds_bucket"), ("hall", "h1"), ("le", "+Inf")),
        LabelSet.Of(("__name__", "nobody_says"), ("hall", "h2")),
    ];

    private static readonly Dictionary<string, MetricDescription> Said = new(StringComparer.Ordinal)
    {
        ["requests_total"] = new(MetricKind.Counter, "Requests.", ""),
        ["latency_seconds"] = new(MetricKind.Histogram, "Latency.", "seconds"),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-forward").FullName;
    private readonly MemoryWriter _there = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly ConcurrentQueue<string> _types = new();
    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly RemoteWriteReceiver _receiver = new(new SampleIntake());
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(T));
    private FakeStore _store = null!;

    // What the receiver does with a request of a type; the default reads both, as ours does.
    private Func<HttpContext, string, byte[], Task<bool>> _answer = (_, _, _) => Task.FromResult(false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await FakeStore.StartAsync(async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var type = context.Request.ContentType!;
        var isNew = type == Type2;
        Assert.Equal("snappy", context.Request.Headers.ContentEncoding);
        Assert.Equal(isNew ? "2.0.0" : "0.1.0", context.Request.Headers["X-Prometheus-Remote-Write-Version"]);
        _types.Enqueue(isNew ? "2.0" : type);
        _bodies.Enqueue(body.ToArray());
        if (await _answer(context, type, body.ToArray()))
        {
            return;
        }

        ReceiveResult result;
        lock (_there)
        {
            result = _receiver.ReceiveAsync(isNew ? RemoteWriteVersion.V2 : RemoteWriteVersion.V1, body.ToArray(), _there, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }

        context.Response.StatusCode = 204;
        if (isNew)
        {
            context.Response.Headers[Written] = result.SamplesWritten.ToString(CultureInfo.InvariantCulture);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_request_has_each_text_once_metadata_by_family_and_samples_to_the_bit()
    {
        using var forwarder = Open(ForwardProtocol.V2);
        Add(forwarder, (T, 0, 1.5), (T, 1, StaleMarker.Value));
        Add(forwarder, (T + 1, 0, -0.0), (T + 1, 2, double.NaN));
        await SentAsync(forwarder, 4);
        Assert.Equal(Expected((T, 0, 1.5), (T, 1, StaleMarker.Value), (T + 1, 0, -0.0), (T + 1, 2, double.NaN)), _there.Samples);
        Assert.Equal(["2.0"], _types);

        var request = Request.Parser.ParseFrom(Snappy.DecompressToArray(Assert.Single(_bodies)));
        Assert.Equal("", request.Symbols[0]);
        Assert.Equal(request.Symbols.Count, request.Symbols.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            ["requests_total counter Requests. ", "latency_seconds_bucket histogram Latency. seconds", "requests_total counter Requests. ", "nobody_says"],
            request.Timeseries.Select(series => Text(request, series)));
        Assert.All(request.Timeseries, series => Assert.Equal(0, series.CreatedTimestamp));
    }

    [Theory]
    [InlineData(415)]
    [InlineData(400)]
    [InlineData(204)]
    [InlineData(200)]
    public async Task A_receiver_that_does_not_read_it_gets_the_same_samples_as_1_0_and_is_asked_again_after_an_hour(int status)
    {
        // Prometheus 2.42 and VictoriaMetrics 1.79 answer 204: to them the message is an empty one of 1.0.
        _answer = (context, type, _) =>
        {
            context.Response.StatusCode = type == Type2 ? status : 204;
            return Task.FromResult(type == Type2);
        };
        using var forwarder = Open(ForwardProtocol.V2, target => target with { SamplesPerRequest = 1 });
        Add(forwarder, (T, 0, 1), (T, 1, 2));
        await SentAsync(forwarder, 2);
        Assert.Equal(Expected((T, 0, 1), (T, 1, 2)), _there.Samples);
        Assert.Equal(["2.0", "application/x-protobuf", "application/x-protobuf"], _types);
        Assert.Equal((1L, 0L, 2L), (forwarder.Counts.FallBacks, forwarder.Counts.Refused, forwarder.Counts.Requests));
        Assert.Contains("does not read remote write 2.0", Assert.Single(_told), StringComparison.Ordinal);

        // It was replaced meanwhile by one that does.
        _answer = (_, _, _) => Task.FromResult(false);
        _time.Advance(TimeSpan.FromHours(1));
        Add(forwarder, (T + 5, 0, 3));
        await SentAsync(forwarder, 3);
        Assert.Equal("2.0", _types.Last());
    }

    [Fact]
    public async Task What_a_receiver_says_that_it_wrote_is_counted_and_not_what_was_sent()
    {
        _answer = (context, _, _) =>
        {
            context.Response.Headers[Written] = "1";
            return FakeStore.SayAsync(context, 400, "2 out of bounds").ContinueWith(_ => true, TaskScheduler.Default);
        };
        using var forwarder = Open(ForwardProtocol.V2);
        Add(forwarder, (T, 0, 1), (T, 1, 2), (T, 2, 3));
        await DrainedAsync(forwarder);
        Assert.Equal((1L, 2L, 0L, 0L), (forwarder.Counts.Sent, forwarder.Counts.Refused, forwarder.Counts.Requests, forwarder.Counts.FallBacks));
        Assert.Contains("wrote 1 of 3 samples and answered 400: 400 2 out of bounds", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_reads_it_and_refuses_a_request_is_not_sent_1_0()
    {
        var answers = new Queue<int>([204, 400]);
        _answer = async (context, _, _) =>
        {
            if (answers.Dequeue() == 204)
            {
                return false;
            }

            await FakeStore.SayAsync(context, 400, "a label is not valid");
            return true;
        };
        using var forwarder = Open(ForwardProtocol.V2, target => target with { SamplesPerRequest = 1 });
        Add(forwarder, (T, 0, 1), (T, 1, 2));
        await DrainedAsync(forwarder);
        Assert.Equal(["2.0", "2.0"], _types);
        Assert.Equal((1L, 1L, 0L), (forwarder.Counts.Sent, forwarder.Counts.Refused, forwarder.Counts.FallBacks));
    }

    private SampleForwarder Open(ForwardProtocol protocol, Func<ForwardTarget, ForwardTarget>? change = null)
    {
        var target = new ForwardTarget { Name = "test", Url = new Uri(_store.Url, "/api/v1/write"), Protocol = protocol };
        return new SampleForwarder(
            change?.Invoke(target) ?? target, Path.Combine(_folder, "test"),
            (int number, long _, out long untilMs, out long version) =>
            {
                (untilMs, version) = (long.MaxValue, 1);
                return Series[number];
            },
            () => 1, number => Series[number], Said.GetValueOrDefault, _time, _told.Enqueue);
    }

    private static void Add(SampleForwarder forwarder, params (long TimestampMs, int Series, double Value)[] samples) => forwarder.Add(new SampleBatch(
        samples.Select(sample => new Poll(sample.TimestampMs, 1)).ToArray(), samples.Select(sample => sample.Series).ToArray(), samples.Select(sample => sample.Value).ToArray(), default));

    private static IEnumerable<string> Expected(params (long TimestampMs, int Series, double Value)[] samples) => samples
        .Select(sample => $"{Series[sample.Series]} {sample.TimestampMs} {BitConverter.DoubleToInt64Bits(sample.Value):x}").Order(StringComparer.Ordinal);

    private static string Text(Request request, TimeSeries series)
    {
        var name = Enumerable.Range(0, series.LabelsRefs.Count / 2).Where(pair => request.Symbols[(int)series.LabelsRefs[2 * pair]] == "__name__")
            .Select(pair => request.Symbols[(int)series.LabelsRefs[(2 * pair) + 1]]).Single();
        return series.Metadata is null ? name : string.Join(
            ' ', name, ((MetricKind)series.Metadata.Type).ToString().ToLowerInvariant(), request.Symbols[(int)series.Metadata.HelpRef], request.Symbols[(int)series.Metadata.UnitRef]);
    }

    private static async Task SentAsync(SampleForwarder forwarder, long samples)
    {
        await DrainedAsync(forwarder);
        Assert.Equal(samples, forwarder.Counts.Sent);
    }

    private static async Task DrainedAsync(SampleForwarder forwarder)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = forwarder.RunAsync(ending.Token);
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (forwarder.Counts.QueuedSamples > 0)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "the queue did not empty within a minute");
            await Task.Delay(10, Token);
        }

        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}

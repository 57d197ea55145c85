using System.Globalization;
using System.Text;
using Ampacity.Collect;
using Ampacity.Samples;
using Ampacity.Tests.Collect.OtlpMessages;
using Ampacity.Tests.Tsdb;
using Ampacity.Tsdb;
using Google.Protobuf;
using static Ampacity.Tests.Collect.WriteRequestBytes;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Collect.Receiving;

/// <summary>Senders whose series come and go, through receivers that remember numbers, into a store that gives numbers out again.</summary>
public sealed class ReceiverChurnTests : IDisposable
{
    private const int Slots = 12;
    private const int Minutes = 150;

    private readonly StoreFolder _folder = new();
    private readonly SampleIntake _intake = new();
    private readonly Dictionary<string, SortedDictionary<long, double>> _sent = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_sample_is_in_the_series_that_its_sender_named(int seed)
    {
        var random = new Random(seed);
        var remoteWrite = new RemoteWriteReceiver(_intake);
        var pages = new ExpositionReceiver(_intake);
        await using var store = await OpenAsync();
        var pods = Enumerable.Range(0, Slots).ToArray();
        var newest = Slots;
        for (var minute = 0; minute < Minutes; minute++)
        {
            var nowMs = Set(minute);
            for (var i = random.Next(3); i > 0; i--)
            {
                // One that is new, or one that was there once.
                pods[random.Next(Slots)] = random.Next(4) == 0 ? random.Next(newest) : newest++;
            }

            int[] live = [.. pods.Distinct()];
            var page = string.Concat(live.Select(pod => $"m{{pod=\"{pod}\",sender=\"page\"}} {Noted("page", pod, nowMs)}\n"));
            var body = Compress([.. live.Select(pod => Series(
                [("__name__", "m"), ("pod", Text(pod)), ("sender", "write")], (nowMs, Noted("write", pod, nowMs))))]);

            var second = Compress2([.. live.Select(pod => (pod, Noted("write2", pod, nowMs)))], nowMs);

            // Beside each other, and beside the looks at which series end and leave.
            var looks = Task.Run(() => store.CatchUpAsync(Stop), Stop);
            var read = Task.Run(async () => await pages.ReceiveAsync(Encoding.UTF8.GetBytes(page), new ExpositionOptions(nowMs), store, Stop), Stop);
            var written = await remoteWrite.ReceiveAsync(body, store, Stop);
            var writtenSecond = await remoteWrite.ReceiveAsync(RemoteWriteVersion.V2, second, store, Stop);
            Assert.Equal((live.Length, live.Length), (written.Receipt.Stored, (await read).Receipt.Stored));

            // A series that comes back says when it was created; a zero of that time would be a sample that nobody sent.
            Assert.Equal((live.Length, live.Length), (writtenSecond.Receipt.Stored, writtenSecond.Counts.CreatedTimestamps));
            await looks;
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var statistics = store.Statistics;
        Assert.True(statistics.SeriesRemoved > 100 && statistics.SeriesNumbers < _sent.Count, $"seed {seed}: {statistics}");
        Assert.Equal(
            _sent.Select(series => series.Key + string.Concat(series.Value.Select(sample => $" {sample.Key - BeginMs}:{BitConverter.DoubleToInt64Bits(sample.Value):x}:0")))
                .Order(StringComparer.Ordinal),
            await Read(store, Query(new Matcher("__name__", MatchKind.Equal, "m"))));
    }

    [Fact]
    public async Task A_sum_of_deltas_goes_on_where_it_was_when_its_series_had_left()
    {
        var receiver = new OtlpReceiver(_intake, new OtlpOptions(), _folder.Time);
        var remoteWrite = new RemoteWriteReceiver(_intake);
        await using var store = await OpenAsync();
        var (expected, sum) = (new StringBuilder("d_total"), 0.0);
        for (var minute = 0; minute < Minutes; minute++)
        {
            var nowMs = Set(minute);
            if (minute % 40 == 0)
            {
                // Each is larger than the one before: a sum that begins again does not look like one.
                sum += minute + 1;
                expected.Append(CultureInfo.InvariantCulture, $" {nowMs - BeginMs}:{BitConverter.DoubleToInt64Bits(sum):x}:0");
                await receiver.ReceiveAsync(Delta(nowMs, minute + 1), store, Stop);
            }

            await remoteWrite.ReceiveAsync(Compress(Series([("__name__", "m"), ("minute", Text(minute / 10))], (nowMs, 1))), store, Stop);
            await store.CatchUpAsync(Stop);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(store.Statistics.SeriesRemoved > 4, store.Statistics.ToString());
        Assert.Equal([expected.ToString()], await Read(store, Query(new Matcher("__name__", MatchKind.Equal, "d_total"))));
    }

    private static byte[] Compress2((int Pod, double Value)[] samples, long nowMs)
    {
        var request = new Rw2.Request { Symbols = { "", "__name__", "m", "sender", "write2", "pod" } };
        foreach (var (pod, value) in samples)
        {
            request.Symbols.Add(Text(pod));
            request.Timeseries.Add(new Rw2.TimeSeries
            {
                LabelsRefs = { 1, 2, 5, (uint)request.Symbols.Count - 1, 3, 4 },
                Samples = { new Rw2.Sample { Timestamp = nowMs, Value = value } },
                CreatedTimestamp = nowMs - 1_000,
            });
        }

        return Snappier.Snappy.CompressToArray(request.ToByteArray());
    }

    private static byte[] Delta(long timeMs, double value) => new ExportMetricsServiceRequest
    {
        ResourceMetrics =
        {
            new ResourceMetrics
            {
                ScopeMetrics =
                {
                    new ScopeMetrics
                    {
                        Metrics =
                        {
                            new Metric
                            {
                                Name = "d",
                                Sum = new Sum { IsMonotonic = true, AggregationTemporality = 1, DataPoints = { new NumberDataPoint { TimeUnixNano = (ulong)timeMs * 1_000_000, AsDouble = value } } },
                            },
                        },
                    },
                },
            },
        },
    }.ToByteArray();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private double Noted(string sender, int pod, long timestampMs)
    {
        var labels = LabelSet.Of(("__name__", "m"), ("pod", Text(pod)), ("sender", sender)).ToString();
        if (!_sent.TryGetValue(labels, out var samples))
        {
            _sent.Add(labels, samples = []);
        }

        var value = (pod * 1000) + (sender.Length * 100) + samples.Count;
        samples.Add(timestampMs, value);
        return value;
    }

    private long Set(int minute)
    {
        var nowMs = BeginMs + (minute * 60_000L);
        _folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(nowMs + 5_000));
        return nowMs;
    }

    private Task<SampleStore> OpenAsync() => _folder.Open(
        retention: TimeSpan.FromDays(30), blockSpan: TimeSpan.FromMinutes(10), seriesPause: TimeSpan.FromMinutes(1), files: new FailingFiles());
}

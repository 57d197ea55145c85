using Ampacity.Collect;
using Ampacity.Samples;
using Ampacity.Tests.Collect.OtlpMessages;
using CsCheck;
using Google.Protobuf;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Collect;

public sealed class OtlpReceiverTests
{
    private const int Delta = 1;
    private const int Cumulative = 2;

    private readonly SampleIntake _intake = new();
    private readonly MemoryWriter _writer = new();
    private readonly OtlpReceiver _receiver;

    public OtlpReceiverTests() => _receiver = new OtlpReceiver(_intake);

    [Fact]
    public async Task Resource_attributes_and_units_become_what_Prometheus_makes_of_them()
    {
        var result = await ReceiveAsync(
            new Metric { Name = "hw.power", Unit = "W", Description = "Drawn.", Gauge = new Gauge { DataPoints = { Point(10, 350.5, ("hw.id", "gpu0"), ("9a", "b")) } } },
            new Metric { Name = "hw.gpu.utilization", Unit = "1", Gauge = new Gauge { DataPoints = { Point(10, 0.5) } } },
            new Metric { Name = "hw.energy", Unit = "J", Sum = new Sum { IsMonotonic = true, AggregationTemporality = Cumulative, DataPoints = { Integer(11, 7) } } });

        Assert.Equal(204, result.StatusCode);
        Assert.Equal(
            [
                "hw_power_watts{host_name=\"h1\",hw_id=\"gpu0\",instance=\"i1\",job=\"ns/svc\",key_9a=\"b\"} 10 350.5",
                "hw_gpu_utilization_ratio{host_name=\"h1\",instance=\"i1\",job=\"ns/svc\"} 10 0.5",
                "hw_energy_joules_total{host_name=\"h1\",instance=\"i1\",job=\"ns/svc\"} 11 7",
                "target_info{host_name=\"h1\",instance=\"i1\",job=\"ns/svc\",os_type=\"linux\"} 11 1",
            ],
            _writer.Lines);
        Assert.Equal(new MetricDescription(MetricKind.Gauge, "Drawn.", "watts"), _intake.Metadata.Find("hw_power_watts")! with { Key = default });
    }

    [Theory]
    [InlineData("system.filesystem.usage", "GiBy", false, true, "system_filesystem_usage_gibibytes")]
    [InlineData("http.server.request.duration", "s", false, false, "http_server_request_duration_seconds")]
    [InlineData("system.network.io", "By/s", false, true, "system_network_io_bytes_per_second")]
    [InlineData("requests", "{request}", true, false, "requests_total")]
    [InlineData("requests.total", "1", true, false, "requests_total")]
    [InlineData("cpu.ratio", "1", false, true, "cpu_ratio")]
    [InlineData("disk.seconds.read", "s", false, true, "disk_seconds_read")]
    [InlineData("1st..thing", "", false, true, "_1st_thing")]
    [InlineData("flow", "L/min", false, true, "flow_L_per_min")]
    [InlineData("a:b", "m/s", false, true, "a:b_meters_per_second")]
    [InlineData("°", "", false, true, "")]
    public void Names_follow_the_translation_of_Prometheus(string name, string unit, bool isCounter, bool isGauge, string wanted) =>
        Assert.Equal(wanted, OtlpNames.Metric(name, unit, isCounter, isGauge));

    [Theory]
    [InlineData(0.005, "0.005")]
    [InlineData(1, "1")]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(-1.5e-7, "-0.00000015")]
    [InlineData(123456789012345680000.0, "123456789012345680000")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Bounds_are_written_without_exponent(double bound, string wanted) => Assert.Equal(wanted, OtlpNames.Bound(bound));

    [Fact]
    public async Task Histograms_become_buckets_that_hold_all_below_and_summaries_quantiles()
    {
        var histogram = new HistogramDataPoint { TimeUnixNano = Nano(5), Count = 10, Sum = 2.5, BucketCounts = { 1, 2, 7 }, ExplicitBounds = { 0.5, 1 } };
        var summary = new SummaryDataPoint { TimeUnixNano = Nano(5), Count = 3, Sum = 9, QuantileValues = { new ValueAtQuantile { Quantile = 0.99, Value = 4 } } };
        var result = await ReceiveAsync(
            new Metric { Name = "h", Histogram = new Histogram { AggregationTemporality = Cumulative, DataPoints = { histogram } } },
            new Metric { Name = "s", Summary = new Summary { DataPoints = { summary } } },
            new Metric { Name = "e", ExponentialHistogram = new ExponentialHistogram { DataPoints = { new ExponentialHistogramDataPoint { TimeUnixNano = Nano(5) } } } });

        Assert.Equal((1, 400), (result.Counts.Histograms, result.StatusCode));
        Assert.Equal(
            [
                "h_bucket{le=\"0.5\"} 5 1", "h_bucket{le=\"1\"} 5 3", "h_bucket{le=\"+Inf\"} 5 10", "h_count 5 10", "h_sum 5 2.5", "s{quantile=\"0.99\"} 5 4", "s_count 5 3", "s_sum 5 9",
            ],
            WithoutResource());
    }

    [Fact]
    public async Task Deltas_are_added_up_and_one_that_comes_again_is_not()
    {
        Metric Made(long timeMs, double value) => new()
        {
            Name = "c",
            Sum = new Sum { IsMonotonic = true, AggregationTemporality = Delta, DataPoints = { Point(timeMs, value, ("a", "1")) } },
        };
        await ReceiveAsync(Made(10, 5));
        await ReceiveAsync(Made(20, 2));
        var again = await ReceiveAsync(Made(20, 2));
        var late = await ReceiveAsync(Made(15, 1));
        await ReceiveAsync(Made(30, 1));
        Assert.Equal((1, 204), (again.Receipt.Duplicates, again.StatusCode));
        Assert.Equal((1, 400), (late.Counts.PointsRefused, late.StatusCode));
        Assert.Contains("a delta behind one", late.Message, StringComparison.Ordinal);
        Assert.Equal(["c_total{a=\"1\"} 10 5", "c_total{a=\"1\"} 20 7", "c_total{a=\"1\"} 30 8"], WithoutResource());
    }

    [Fact]
    public async Task A_delta_that_the_store_did_not_take_is_not_in_the_sum()
    {
        var failing = new FailingWriter();
        var request = Request(new Metric { Name = "c", Sum = new Sum { IsMonotonic = true, AggregationTemporality = Delta, DataPoints = { Point(10, 5) } } });
        await Assert.ThrowsAsync<SeriesStoreException>(async () => await _receiver.ReceiveAsync(request.ToByteArray(), failing, Stop));
        failing.Fails = false;
        await _receiver.ReceiveAsync(request.ToByteArray(), failing, Stop);
        Assert.Equal([5.0], failing.Values);
    }

    [Fact]
    public async Task Series_with_deltas_are_bounded_and_idle_ones_give_their_place()
    {
        var receiver = new OtlpReceiver(_intake, new OtlpOptions { MaxDeltaSeries = 1 }, TimeProvider.System);
        async Task<ReceiveResult> Send(string name, long timeMs) => await receiver.ReceiveAsync(
            Request(new Metric { Name = name, Sum = new Sum { IsMonotonic = true, AggregationTemporality = Delta, DataPoints = { Point(timeMs, 1) } } }).ToByteArray(), _writer, Stop);
        Assert.Equal(0, (await Send("a", 1)).Counts.PointsRefused);
        Assert.Contains("cumulative", (await Send("b", 2)).Message, StringComparison.Ordinal);
        Assert.Equal(0, (await Send("b", 3_600_002)).Counts.PointsRefused);
    }

    [Theory]
    [InlineData(30L, double.NaN, "no finite number")]
    [InlineData(30L, double.PositiveInfinity, "no finite number")]
    [InlineData(9_999_999_999_999L, 1, "ahead of the server's clock")]
    public async Task A_delta_that_is_no_number_or_of_a_clock_that_lies_does_not_spoil_the_sum(long timeMs, double value, string why)
    {
        Metric Made(long atMs, double delta) => new()
        {
            Name = "c",
            Sum = new Sum { IsMonotonic = true, AggregationTemporality = Delta, DataPoints = { Point(atMs, delta) } },
        };
        await ReceiveAsync(Made(10, 5));
        var refused = await ReceiveAsync(Made(timeMs, value));
        Assert.Equal((1, 400), (refused.Counts.PointsRefused, refused.StatusCode));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        await ReceiveAsync(Made(40, 2));
        Assert.Equal(["c_total 10 5", "c_total 40 7"], WithoutResource());
    }

    [Fact]
    public async Task Points_that_say_too_little_are_refused_and_ended_ones_become_stale_markers()
    {
        var ended = Point(5, 1);
        ended.Flags = 1;
        var result = await ReceiveAsync(
            new Metric { Name = "no_time", Gauge = new Gauge { DataPoints = { Point(0, 1) } } },
            new Metric { Name = "no_value", Gauge = new Gauge { DataPoints = { new NumberDataPoint { TimeUnixNano = Nano(5) } } } },
            new Metric { Name = "no_temporality", Sum = new Sum { DataPoints = { Point(5, 1) } } },
            new Metric { Name = "buckets", Histogram = new Histogram { AggregationTemporality = Cumulative, DataPoints = { new HistogramDataPoint { TimeUnixNano = Nano(5), BucketCounts = { 1 }, ExplicitBounds = { 1 } } } } },
            new Metric { Name = "...", Gauge = new Gauge { DataPoints = { Point(5, 1) } } },
            new Metric { Name = "ended", Gauge = new Gauge { DataPoints = { ended } } });
        Assert.Equal((4, 1, 400), (result.Counts.PointsRefused, result.Counts.SeriesRefused, result.StatusCode));
        Assert.Contains("it says no time (data point 1", result.Message, StringComparison.Ordinal);
        Assert.Single(_writer.Samples, sample => sample.StartsWith("ended", StringComparison.Ordinal) && sample.EndsWith($"{StaleMarker.Bits:x}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Attributes_of_every_type_become_text_and_those_of_one_label_are_joined()
    {
        var point = Point(5, 1, ("a.b", "1"), ("a_b", "2"));
        point.Attributes.Add(new KeyValue { Key = "bool", Value = new AnyValue { BoolValue = true } });
        point.Attributes.Add(new KeyValue { Key = "int", Value = new AnyValue { IntValue = -7 } });
        point.Attributes.Add(new KeyValue { Key = "double", Value = new AnyValue { DoubleValue = 0.5 } });
        point.Attributes.Add(new KeyValue { Key = "bytes", Value = new AnyValue { BytesValue = ByteString.CopyFrom(1, 2) } });
        point.Attributes.Add(new KeyValue
        {
            Key = "list",
            Value = new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { IntValue = 1 }, new AnyValue { KvlistValue = new KeyValueList { Values = { Pair("k", "v") } } }, new AnyValue() } } },
        });
        await ReceiveAsync(new Metric { Name = "m", Gauge = new Gauge { DataPoints = { point } } });
        Assert.Equal(
            "m{a_b=\"1;2\",bool=\"true\",bytes=\"AQI=\",double=\"0.5\",host_name=\"h1\",instance=\"i1\",int=\"-7\",job=\"ns/svc\",list=\"[1,{\\\"k\\\":\\\"v\\\"},null]\"} 5 1", _writer.Lines[0]);
    }

    [Fact]
    public async Task Lists_in_lists_without_end_are_refused()
    {
        var value = new AnyValue { IntValue = 1 };
        for (var i = 0; i < 60; i++)
        {
            value = new AnyValue { ArrayValue = new ArrayValue { Values = { value } } };
        }

        var point = Point(5, 1);
        point.Attributes.Add(new KeyValue { Key = "deep", Value = value });
        var result = await ReceiveAsync(new Metric { Name = "m", Gauge = new Gauge { DataPoints = { point } } });
        Assert.Equal(1, result.Counts.SeriesRefused);
        Assert.Contains("nested", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_cut_at_any_byte_is_refused_whole_or_ends_between_fields()
    {
        var whole = Request(new Metric { Name = "m", Sum = new Sum { AggregationTemporality = Delta, DataPoints = { Point(5, 1, ("a", "1")) } } }).ToByteArray();
        for (var cut = 1; cut < whole.Length; cut++)
        {
            var error = await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await _receiver.ReceiveAsync(whole.AsMemory(0, cut), _writer, Stop));
            Assert.Equal(400, error.StatusCode);
        }

        Assert.Equal((0, 0), (_writer.Count, _writer.SeriesCount));
    }

    [Fact]
    public async Task Generated_gauges_say_what_Google_says_and_changed_bytes_are_read_or_refused()
    {
        var attributes = Gen.Select(Pick.From("a", "b.c", "d"), Gen.String[Gen.Char.AlphaNumeric, 1, 5]).Array[0, 3];
        var points = Gen.Select(Gen.Long[1, 1L << 40], Gen.Double, Gen.Bool, attributes).Array[0, 4];
        await Gen.Select(Gen.Select(Pick.From("m", "n.o"), points).Array[0, 4], Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[1, 3]).SampleAsync(
            async (metrics, changes) =>
            {
                var request = Request([.. metrics.Select(metric => new Metric
                {
                    Name = metric.Item1,
                    Gauge = new Gauge
                    {
                        DataPoints = { metric.Item2.Select(point => point.Item3 ? Integer(point.Item1, (long)(point.Item2 % 1e9), point.Item4) : Point(point.Item1, point.Item2, point.Item4)) },
                    },
                })]);
                var wanted = metrics.SelectMany(metric => metric.Item2.Select(point => FormattableString.Invariant(
                    $"{Labels(metric.Item1, point.Item4)} {point.Item1} {(point.Item3 ? (long)(point.Item2 % 1e9) : point.Item2):R}")));
                var bytes = request.ToByteArray();
                for (var round = 0; round < 2; round++)
                {
                    _writer.Clear();
                    await _receiver.ReceiveAsync(bytes, _writer, Stop);
                    Assert.Equal(wanted, WithoutResource());
                }

                foreach (var (at, to) in changes)
                {
                    bytes[at % bytes.Length] = to;
                }

                try
                {
                    await _receiver.ReceiveAsync(bytes, new MemoryWriter(), Stop);
                }
                catch (ReceiveRejectedException error)
                {
                    Assert.Equal(400, error.StatusCode);
                }
            },
            iter: 1500,
            threads: 1);
    }

    [Fact]
    public async Task Random_bytes_are_read_or_refused() => await Gen.Byte.Array[0, 200].SampleAsync(
        async bytes =>
        {
            try
            {
                await _receiver.ReceiveAsync(bytes, _writer, Stop);
            }
            catch (ReceiveRejectedException error)
            {
                Assert.Equal(400, error.StatusCode);
            }
        },
        iter: 5000,
        threads: 1);

    [Fact]
    public async Task A_point_of_a_known_series_costs_no_object()
    {
        var writer = new MemoryWriter { Keeps = false };
        var gauge = new Gauge();
        gauge.DataPoints.Add(Enumerable.Range(0, 2000).Select(i => Point(1_767_225_600_000, i, ("gpu", $"{i}"))));
        var bytes = Request(new Metric { Name = "m", Gauge = gauge }).ToByteArray();
        for (var i = 0; i < 3; i++)
        {
            await _receiver.ReceiveAsync(bytes, writer, Stop);
        }

        // The least of some: a collection meanwhile, in another test too, takes an array from the shared pool, and the next request makes it anew.
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            await _receiver.ReceiveAsync(bytes, writer, Stop);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, 8192);
        Assert.Equal(8 * 2001, writer.Count);
    }

    private static string Labels(string name, (string Key, string Value)[] attributes)
    {
        var labels = attributes.GroupBy(pair => pair.Key.Replace('.', '_'), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key}=\"{string.Join(';', group.Select(pair => pair.Value))}\"").ToArray();
        return name.Replace('.', '_') + (labels.Length == 0 ? "" : $"{{{string.Join(',', labels)}}}");
    }

    private static ulong Nano(long ms) => (ulong)ms * 1_000_000;

    private static KeyValue Pair(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static NumberDataPoint Point(long timeMs, double value, params (string Key, string Value)[] attributes) => new()
    {
        TimeUnixNano = Nano(timeMs),
        AsDouble = value,
        Attributes = { attributes.Select(pair => Pair(pair.Key, pair.Value)) },
    };

    private static NumberDataPoint Integer(long timeMs, long value, params (string Key, string Value)[] attributes) => new()
    {
        TimeUnixNano = Nano(timeMs),
        AsInt = value,
        Attributes = { attributes.Select(pair => Pair(pair.Key, pair.Value)) },
    };

    private static ExportMetricsServiceRequest Request(params Metric[] metrics) => new()
    {
        ResourceMetrics =
        {
            new ResourceMetrics
            {
                Resource = new Resource
                {
                    Attributes = { Pair("service.name", "svc"), Pair("service.namespace", "ns"), Pair("service.instance.id", "i1"), Pair("host.name", "h1"), Pair("os.type", "linux") },
                },
                ScopeMetrics = { new ScopeMetrics { Scope = new Scope { Name = "scope" }, Metrics = { metrics } } },
            },
        },
    };

    // What most tests are not about: labels of the resource, and its target_info.
    private IEnumerable<string> WithoutResource() => _writer.Lines.Where(line => !line.StartsWith("target_info", StringComparison.Ordinal))
        .Select(line => line.Replace("host_name=\"h1\",", "").Replace("instance=\"i1\",job=\"ns/svc\",", "").Replace(",instance=\"i1\",job=\"ns/svc\"}", "}")
            .Replace("instance=\"i1\",job=\"ns/svc\"", "").Replace(",}", "}").Replace("{}", ""));

    private ValueTask<ReceiveResult> ReceiveAsync(params Metric[] metrics) => _receiver.ReceiveAsync(Request(metrics).ToByteArray(), _writer, Stop);

    private sealed class FailingWriter : ISeriesWriter
    {
        public bool Fails { get; set; } = true;

        public List<double> Values { get; } = [];

        public int Resolve(ReadOnlySpan<byte> canonicalLabels) => LabelSet.FromCanonical(canonicalLabels).Name == "target_info" ? 1 : 0;

        public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw new SeriesStoreException("the disk is full");
            }

            Values.AddRange(batch.Values.ToArray().Where((_, i) => batch.SeriesNumbers.Span[i] == 0));
            return ValueTask.FromResult(new AppendReceipt(batch.Count, 0, 0, 0));
        }
    }
}

using System.Text;
using Ampacity.Benchmarks;
using Ampacity.Samples;
using Ampacity.Tsdb;
using Snappier;

namespace Ampacity.Fuzz;

/// <summary>First inputs of each target, made by encoders of ours.</summary>
internal static class Seeds
{
    private const ulong TimeMs = 1_767_225_600_000;

    /// <summary>Writes them, a folder a target.</summary>
    public static void Write(string folder)
    {
        foreach (var (target, name, bytes) in All())
        {
            var path = Path.Combine(folder, target, $"{name}.bin");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }

    private static IEnumerable<(string Target, string Name, byte[] Bytes)> All() =>
    [
        ("snappy", "literal", Snappy.CompressToArray(Encoding.UTF8.GetBytes("up"))),
        ("snappy", "copies", Snappy.CompressToArray(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("accel_power_watts{gpu=\"7\"} ", 40))))),
        ("remote-write-1", "samples", RemoteWrite1()),
        ("remote-write-2", "samples", RemoteWrite2()),
        ("exposition", "text", Encoding.UTF8.GetBytes(Text)),
        ("exposition", "openmetrics", Encoding.UTF8.GetBytes(OpenMetrics)),
        ("otlp", "gauge", Otlp(5, false)),
        ("otlp", "sum", Otlp(7, true)),
        ("otlp", "histogram", OtlpHistogram()),
        ("journal", "segment", Journal()),
        .. PackedSegments.All().Select(segment => ("journal", segment.Name, segment.Bytes)),
        .. BlockTarget.Inputs().Select(input => ("block", input.Name, input.Bytes)),
        .. Queries.Select((query, i) => ("promql", $"{i:D2}", Encoding.UTF8.GetBytes(query))),
    ];

    private const string Text = """
        # HELP accel_power_watts Power of "one" accelerator\nin watts.
        # TYPE accel_power_watts gauge
        accel_power_watts{gpu="0",rack="rk-1"} 700.5 1767225600000
        accel_power_watts{gpu="1",rack="a\"b\\c\n"} +Inf
        # TYPE h histogram
        h_bucket{le="0.1"} 1
        h_bucket{le="+Inf"} 3e0
        h_sum 0x1p3
        h_count 3
        up NaN -5

        """;

    private const string OpenMetrics = """
        # TYPE req counter
        # UNIT req_seconds seconds
        # HELP req Requests.
        req_total{code="200"} 17 1767225600.5 # {trace="ab"} 1 1767225600
        req_created{code="200"} 1767225000
        {"quoted.name","label.x"="y"} 1
        # TYPE s stateset
        s{s="on"} 1
        # EOF

        """;

    private static readonly string[] Queries =
    [
        "sum by (rack) (rate(accel_power_watts{hall=~\"h0[1-9]\",gpu!=\"7\"}[5m] offset -1m))",
        "topk(5, a) / on (x, y) group_left (z) b > bool 0x1f unless c and d or -e ^ 2 ^ 3",
        "max_over_time((a + b)[1h30m:15s] @ end()) * 1e3",
        "label_replace({\"quoted name\", a='b'}, \"x\", \"$1\", \"y\", `(.*)`) # comment",
        "count_values without () (\"v\", scalar(a) + time() % Inf - NaN)",
        "histogram_quantile(0.99, sum by (le) (increase(h_bucket[1d1h1m1s1ms])))",
    ];

    private static byte[] RemoteWrite1()
    {
        var body = new ProtobufBytes();
        for (var i = 0; i < 3; i++)
        {
            var series = i;
            body.Message(1, one => one
                .Message(1, label => label.Text(1, "__name__").Text(2, "accel_power_watts"))
                .Message(1, label => label.Text(1, "gpu").Text(2, $"{series}"))
                .Message(2, sample => sample.Fixed(1, BitConverter.DoubleToUInt64Bits(700.5)).Number(2, TimeMs))
                .Message(2, sample => sample.Fixed(1, StaleBits).Number(2, TimeMs + 10))
                .Message(3, exemplar => exemplar.Fixed(2, 1).Number(3, TimeMs)));
        }

        return body.Message(3, metadata => metadata.Number(1, 2).Text(2, "accel_power_watts").Text(4, "Power.").Text(5, "watts")).ToArray();
    }

    private static ulong StaleBits => BitConverter.DoubleToUInt64Bits(StaleMarker.Value);

    private static byte[] RemoteWrite2()
    {
        var body = new ProtobufBytes();
        foreach (var symbol in new[] { "", "__name__", "accel_power_watts", "gpu", "0", "1", "Power.", "watts" })
        {
            body.Text(4, symbol);
        }

        for (var i = 4; i < 6; i++)
        {
            int[] refs = [1, 2, 3, i];
            body.Message(5, series => series.Packed(1, refs)
                .Message(2, sample => sample.Fixed(1, BitConverter.DoubleToUInt64Bits(700.5)).Number(2, TimeMs))
                .Message(4, exemplar => exemplar.Packed(1, [1]).Fixed(2, 1).Number(3, TimeMs))
                .Message(5, metadata => metadata.Number(1, 2).Number(3, 6).Number(4, 7))
                .Number(6, TimeMs));
        }

        return body.ToArray();
    }

    private static byte[] Otlp(int kind, bool isDelta) => OtlpRequest("accel.energy", metric => metric.Message(kind, points =>
    {
        for (var i = 0UL; i < 2; i++)
        {
            var at = i;
            points.Message(1, point => point.Fixed(2, (TimeMs - 10_000) * 1_000_000).Fixed(3, (TimeMs + at) * 1_000_000).Fixed(at == 0 ? 4 : 6, 4_611_686_018_427_387_904)
                .Message(7, pair => pair.Text(1, "gpu.id").Message(2, value => value.Number(3, at))));
        }

        if (kind == 7)
        {
            points.Number(2, isDelta ? 1UL : 2UL).Number(3, 1);
        }
    }));

    private static byte[] OtlpHistogram() => OtlpRequest("latency", metric => metric.Message(9, histogram => histogram
        .Message(1, point => point.Fixed(3, TimeMs * 1_000_000).Fixed(4, 10).Fixed(5, BitConverter.DoubleToUInt64Bits(2.5))
            .Bytes(6, [.. Enumerable.Repeat(1L, 3).SelectMany(BitConverter.GetBytes)])
            .Bytes(7, [.. new[] { 0.5, 1.0 }.SelectMany(BitConverter.GetBytes)]))
        .Number(2, 2)));

    private static byte[] OtlpRequest(string name, Action<ProtobufBytes> fill) => new ProtobufBytes().Message(1, resource => resource
        .Message(1, attributes => attributes.Message(1, pair => pair.Text(1, "service.name").Message(2, value => value.Text(1, "fuzz"))))
        .Message(2, scope => scope
            .Message(1, named => named.Text(1, "meter").Text(2, "1"))
            .Message(2, metric =>
            {
                metric.Text(1, name).Text(2, "What it says.").Text(3, "J");
                fill(metric);
            }))).ToArray();

    private static byte[] Journal()
    {
        var header = new SegmentHeader(1, 42, (long)TimeMs);
        byte[][] labels = [LabelSet.Of(("__name__", "a"), ("gpu", "0")).Canonical.ToArray(), LabelSet.Of(("__name__", "b")).Canonical.ToArray()];
        var series = new byte[JournalFormat.RecordHeaderBytes + labels.Sum(one => SeriesPayload.EntryHeadBytes + one.Length)];
        var at = JournalFormat.RecordHeaderBytes;
        for (var i = 0; i < labels.Length; i++)
        {
            SeriesPayload.WriteEntry(series.AsSpan(at), i, labels[i]);
            at += SeriesPayload.EntryHeadBytes + labels[i].Length;
        }

        JournalFormat.WriteRecordHeader(series, JournalRecordKind.Series, header);
        Poll[] polls = [new((long)TimeMs, 2), new((long)TimeMs + 10_000, 1)];
        var samples = new byte[JournalFormat.RecordHeaderBytes + SamplesPayload.BytesFor(2, 3, withQualities: true)];
        SamplesPayload.Write(
            samples.AsSpan(JournalFormat.RecordHeaderBytes), polls, [0, 1, 0], [700, double.NaN, 701.5], [SampleQuality.Good, SampleQuality.Stale, SampleQuality.Inferred]);
        JournalFormat.WriteRecordHeader(samples, JournalRecordKind.Samples, header);
        var head = new byte[JournalFormat.SegmentHeaderBytes];
        JournalFormat.WriteSegmentHeader(head, header);
        return [.. head, .. series, .. samples];
    }
}

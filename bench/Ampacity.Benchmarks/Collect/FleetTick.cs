using System.Globalization;
using System.Text;
using Snappier;

namespace Ampacity.Benchmarks;

/// <summary>
/// One tick of 100 racks of 72 accelerators with 20 metrics each, 144,000 series of nine labels, in each format that comes in; 5,000
/// samples a request. Seeded.
/// </summary>
internal static class FleetTick
{
    public const int Samples = Racks * PerRack * MetricsEach;
    public const long TimestampMs = 1_767_225_600_000;
    private const int Racks = 100;
    private const int PerRack = 72;
    private const int MetricsEach = 20;
    private const int PerRequest = 5000;

    public static byte[][] RemoteWrite1() => [.. Requests().Select(request =>
    {
        var body = new ProtobufBytes();
        foreach (var (labels, value) in request)
        {
            body.Message(1, series =>
            {
                foreach (var (name, text) in labels)
                {
                    series.Message(1, label => label.Text(1, name).Text(2, text));
                }

                series.Message(2, sample => sample.Fixed(1, BitConverter.DoubleToUInt64Bits(value)).Number(2, (ulong)TimestampMs));
            });
        }

        return Snappy.CompressToArray(body.ToArray());
    })];

    public static byte[][] RemoteWrite2() => [.. Requests().Select(request =>
    {
        var symbols = new Dictionary<string, int>(StringComparer.Ordinal) { [""] = 0 };
        int Ref(string text)
        {
            symbols.TryAdd(text, symbols.Count);
            return symbols[text];
        }

        var all = new ProtobufBytes();
        foreach (var (labels, value) in request)
        {
            int[] refs = [.. labels.SelectMany(label => new[] { Ref(label.Name), Ref(label.Value) })];
            all.Message(5, series => series.Packed(1, refs)
                .Message(2, sample => sample.Fixed(1, BitConverter.DoubleToUInt64Bits(value)).Number(2, (ulong)TimestampMs))
                .Message(5, metadata => metadata.Number(1, 2)));
        }

        var body = new ProtobufBytes();
        foreach (var symbol in symbols.Keys)
        {
            body.Text(4, symbol);
        }

        return Snappy.CompressToArray([.. body.ToArray(), .. all.ToArray()]);
    })];

    public static byte[][] Text() => [.. Requests().Select(request =>
    {
        var page = new StringBuilder();
        foreach (var (labels, value) in request)
        {
            page.Append(labels[0].Value).Append('{').AppendJoin(',', labels.Skip(1).Select(label => $"{label.Name}=\"{label.Value}\""))
                .Append(CultureInfo.InvariantCulture, $"}} {value}\n");
        }

        return Encoding.UTF8.GetBytes(page.ToString());
    })];

    /// <summary>One resource a rack, one metric of 72 points for each of the 20.</summary>
    public static byte[][] Otlp() => [.. Enumerable.Range(0, Racks).Select(rack => new ProtobufBytes().Message(1, resource => resource
        .Message(1, attributes => attributes.Message(1, pair => pair.Text(1, "host.name").Message(2, value => value.Text(1, $"rk-{rack:D5}"))))
        .Message(2, scope =>
        {
            for (var metric = 0; metric < MetricsEach; metric++)
            {
                var name = $"accel.metric{metric:D2}";
                scope.Message(2, one => one.Text(1, name).Text(3, "W").Message(5, gauge =>
                {
                    for (var accelerator = 0; accelerator < PerRack; accelerator++)
                    {
                        var labels = Labels(rack, accelerator, 0);
                        gauge.Message(1, point =>
                        {
                            point.Fixed(3, TimestampMs * 1_000_000UL).Fixed(4, BitConverter.DoubleToUInt64Bits(accelerator));
                            foreach (var (label, text) in labels.Skip(1))
                            {
                                point.Message(7, pair => pair.Text(1, label).Message(2, value => value.Text(1, text)));
                            }
                        });
                    }
                }));
            }
        })).ToArray())];

    private static IEnumerable<((string Name, string Value)[] Labels, double Value)[]> Requests()
    {
        var random = new Random(20261123);
        return Enumerable.Range(0, Samples)
            .Select(i => (Labels(i / (PerRack * MetricsEach), i / MetricsEach % PerRack, i % MetricsEach), (double)random.Next(1, 1200)))
            .Chunk(PerRequest);
    }

    private static (string Name, string Value)[] Labels(int rack, int accelerator, int metric) =>
    [
        ("__name__", $"accel_metric{metric:D2}_watts"), ("gpu", $"{accelerator}"), ("hall", $"hall-{rack / 20}"), ("model", "accelerator-x1-288gb"), ("rack", $"rk-{rack:D5}"),
        ("row", $"row-{rack / 10:D3}"), ("site", $"site-{rack / 40}"), ("tray", $"tray-{accelerator / 4:D2}"), ("vendor", "vendor-alpha"),
    ];
}

using Ampacity.Collect;
using Ampacity.Samples;
using CsCheck;
using Google.Protobuf;
using Snappier;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Collect;

/// <summary>Our readers against Google.Protobuf, which was written by others from the same specification.</summary>
public sealed class RemoteWriteDifferentialTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Const("a"), Gen.String[Gen.Char.AlphaNumeric, 1, 12], Gen.String[0, 200], Gen.Const("ä°C"));
    private static readonly Gen<long> Time = Gen.OneOf(Gen.Const(1_767_225_600_000L), Gen.Long[1_767_225_600_000, 1_767_225_700_000], Gen.Const(0L), Gen.Long);
    private static readonly Gen<double> Value = Gen.OneOf(Gen.Const(0.0), Gen.Double, Gen.Const(StaleMarker.Value), Gen.Long.Select(BitConverter.Int64BitsToDouble));

    private static readonly Gen<Rw1.WriteRequest> Requests1 = Gen.Select(
        Gen.Select(Gen.Select(Text, Text).Array[0, 4], Gen.Select(Time, Value).Array[0, 3], Gen.Int[0, 5]).Array[0, 12],
        Gen.Int[0, 2]).Select((series, metadata) =>
        {
            var request = new Rw1.WriteRequest();
            foreach (var (labels, samples, more) in series)
            {
                var one = new Rw1.TimeSeries();
                one.Labels.Add(new Rw1.Label { Name = "__name__", Value = "m" });
                one.Labels.Add(labels.Select(label => new Rw1.Label { Name = label.Item1, Value = label.Item2 }));
                one.Samples.Add(samples.Select(sample => new Rw1.Sample { Timestamp = sample.Item1, Value = sample.Item2 }));
                if (more == 1)
                {
                    one.Exemplars.Add(new Rw1.Exemplar { Value = 1, Labels = { new Rw1.Label { Name = "trace_id", Value = "x" } } });
                }
                else if (more == 2)
                {
                    one.Histograms.Add(new Rw1.Histogram { CountInt = 3, Timestamp = 1 });
                }

                request.Timeseries.Add(one);
            }

            request.Metadata.Add(Enumerable.Range(0, metadata).Select(i => new Rw1.MetricMetadata { Type = i, MetricFamilyName = "m", Help = "h" }));
            return request;
        });

    private static readonly Gen<Rw2.Request> Requests2 = Requests1.Select(first =>
    {
        var request = new Rw2.Request { Symbols = { "" } };
        foreach (var series in first.Timeseries)
        {
            var one = new Rw2.TimeSeries();
            foreach (var label in series.Labels)
            {
                one.LabelsRefs.Add(Ref(request, label.Name));
                one.LabelsRefs.Add(Ref(request, label.Value));
            }

            one.Samples.Add(series.Samples.Select(sample => new Rw2.Sample { Timestamp = sample.Timestamp, Value = sample.Value }));
            one.Histograms.Add(series.Histograms.Select(_ => new Rw2.Histogram { CountInt = 1 }));
            one.Exemplars.Add(series.Exemplars.Select(_ => new Rw2.Exemplar { Value = 1 }));
            one.Metadata = new Rw2.Metadata { Type = first.Metadata.Count };
            request.Timeseries.Add(one);
        }

        return request;
    });

    [Fact]
    public async Task Requests_of_1_0_say_what_Google_says() => await Requests1.SampleAsync(
        async request => await SameAsync(RemoteWriteVersion.V1, request.ToByteArray()), iter: 1500, threads: 1);

    [Fact]
    public async Task Requests_of_2_0_say_what_Google_says() => await Requests2.SampleAsync(
        async request => await SameAsync(RemoteWriteVersion.V2, request.ToByteArray()), iter: 1500, threads: 1);

    [Fact]
    public async Task Changed_bytes_are_refused_or_say_what_Google_says()
    {
        var changes = Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[1, 3];
        await Gen.Select(Requests1, changes).SampleAsync(
            async (request, bytes) => await SameAsync(RemoteWriteVersion.V1, Changed(request.ToByteArray(), bytes)), iter: 3000, threads: 1);
        await Gen.Select(Requests2, changes).SampleAsync(
            async (request, bytes) => await SameAsync(RemoteWriteVersion.V2, Changed(request.ToByteArray(), bytes)), iter: 3000, threads: 1);
    }

    [Fact]
    public async Task Random_bytes_are_read_or_refused_and_take_no_more_memory_than_their_limit()
    {
        var intake = new SampleIntake();
        var writer = new MemoryWriter();
        await Gen.Select(Gen.Byte.Array[0, 300], Gen.Bool, Gen.Bool).SampleAsync(
            async (bytes, second, raw) =>
            {
                try
                {
                    var body = raw ? bytes : Snappy.CompressToArray(bytes);
                    await new RemoteWriteReceiver(intake).ReceiveAsync(second ? RemoteWriteVersion.V2 : RemoteWriteVersion.V1, body, writer, Stop);
                }
                catch (ReceiveRejectedException error)
                {
                    Assert.InRange(error.StatusCode, 400, 413);
                }
            },
            iter: 6000,
            threads: 1);
    }

    private static uint Ref(Rw2.Request request, string text)
    {
        var at = request.Symbols.IndexOf(text);
        if (at < 0)
        {
            at = request.Symbols.Count;
            request.Symbols.Add(text);
        }

        return (uint)at;
    }

    private static byte[] Changed(byte[] bytes, (int At, byte To)[] changes)
    {
        foreach (var (at, to) in changes)
        {
            if (bytes.Length > 0)
            {
                bytes[at % bytes.Length] = to;
            }
        }

        return bytes;
    }

    // Twice: first all series are new, then all are known. A request that we refuse is no matter, unless Google made it and nobody changed it.
    private static async Task SameAsync(RemoteWriteVersion version, byte[] bytes)
    {
        var wanted = Wanted(version, bytes);
        var writer = new MemoryWriter();
        var receiver = new RemoteWriteReceiver();
        var body = Snappy.CompressToArray(bytes);
        for (var round = 0; round < 2; round++)
        {
            writer.Clear();
            try
            {
                var result = await receiver.ReceiveAsync(version, body, writer, Stop);
                if (wanted is not null && result.Counts.SeriesRefused == 0)
                {
                    Assert.Equal(wanted, writer.Samples);
                }
            }
            catch (ReceiveRejectedException)
            {
                Assert.True(wanted is null || !IsAsGoogleWrites(version, bytes), "a request that Google reads and writes is refused");
                return;
            }
        }
    }

    private static bool IsAsGoogleWrites(RemoteWriteVersion version, byte[] bytes)
    {
        IMessage message = version == RemoteWriteVersion.V1 ? new Rw1.WriteRequest() : new Rw2.Request();
        message.MergeFrom(bytes);
        return message.ToByteArray().AsSpan().SequenceEqual(bytes) && !HasUnknown(version, message);
    }

    // Fields of the other version are refused on purpose.
    private static bool HasUnknown(RemoteWriteVersion version, IMessage message)
    {
        var known = message.Descriptor.Parser.WithDiscardUnknownFields(true).ParseFrom(message.ToByteArray());
        return known.CalculateSize() != message.CalculateSize() && version is RemoteWriteVersion.V1 or RemoteWriteVersion.V2;
    }

    // Null when Google cannot read it, or its labels make no series.
    private static string[]? Wanted(RemoteWriteVersion version, byte[] bytes)
    {
        try
        {
            var samples = version == RemoteWriteVersion.V1
                ? Rw1.WriteRequest.Parser.ParseFrom(bytes).Timeseries.SelectMany(series =>
                    Lines([.. series.Labels.Select(label => (label.Name, label.Value))], [.. series.Samples.Select(sample => (sample.Timestamp, sample.Value))]))
                : Wanted(Rw2.Request.Parser.ParseFrom(bytes));
            return [.. samples.Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Wanted(Rw2.Request request) => request.Timeseries.SelectMany(series => Lines(
        [.. series.LabelsRefs.Chunk(2).Select(pair => pair is [var name, var value] ? (TextOf(request, name), TextOf(request, value)) : throw new ArgumentException("no pair"))],
        [.. series.Samples.Select(sample => (sample.Timestamp, sample.Value))]));

    private static string TextOf(Rw2.Request request, uint symbol) =>
        symbol < request.Symbols.Count ? request.Symbols[(int)symbol] : throw new ArgumentException("no such symbol");

    private static string[] Lines((string Name, string Value)[] labels, (long TimestampMs, double Value)[] samples)
    {
        var set = LabelSet.Of(labels);
        return [.. samples.Select(sample => $"{set} {sample.TimestampMs} {BitConverter.DoubleToInt64Bits(sample.Value):x}")];
    }
}

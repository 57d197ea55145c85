using Ampacity.Collect;
using Ampacity.Samples;
using Ampacity.Tests.Collect.Rw2;
using Google.Protobuf;
using Snappier;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Collect;

public sealed class RemoteWrite2Tests
{
    private readonly SampleIntake _intake = new();
    private readonly MemoryWriter _writer = new();

    private RemoteWriteReceiver Receiver => new(_intake);

    [Fact]
    public async Task Series_samples_metadata_and_what_is_not_kept_are_told_apart()
    {
        var request = Request("", "__name__", "up", "job", "node", "Whether it answers.", "1");
        request.Timeseries.Add(new TimeSeries
        {
            LabelsRefs = { 1, 2, 3, 4 },
            Samples = { Sample(10, 1), Sample(11, StaleMarker.Value), Sample(12, BitConverter.Int64BitsToDouble(0x7ff8000000000abc)), Sample(0, 0) },
            Exemplars = { new Exemplar { LabelsRefs = { 3, 4 }, Value = 1 } },
            Metadata = new Metadata { Type = 2, HelpRef = 5, UnitRef = 6 },
            CreatedTimestamp = 5,
        });
        request.Timeseries.Add(new TimeSeries { LabelsRefs = { 1, 2 }, Histograms = { new Histogram { CountInt = 1 } }, Metadata = new Metadata() });
        var result = await ReceiveAsync(request);

        Assert.Equal(
            new ReceiveCounts { Series = 2, Samples = 4, Exemplars = 1, Histograms = 1, Metadata = 1, CreatedTimestamps = 1 }, result.Counts);
        Assert.Equal((400, 4), (result.StatusCode, result.SamplesWritten));
        Assert.Contains("native histograms", result.Message, StringComparison.Ordinal);
        Assert.Equal(
            [
                "up{job=\"node\"} 0 0", "up{job=\"node\"} 10 3ff0000000000000", $"up{{job=\"node\"}} 11 {StaleMarker.Bits:x}", "up{job=\"node\"} 12 7ff8000000000abc",
            ],
            _writer.Samples);
        var description = _intake.Metadata.Find("up")!;
        Assert.Equal(("gauge", "Whether it answers.", "1"), (description.KindName, description.Help, description.Unit));
    }

    [Fact]
    public async Task Symbols_may_stand_behind_the_series_and_in_another_order_the_next_time()
    {
        var first = Request("", "__name__", "m", "a", "1");
        first.Timeseries.Add(new TimeSeries { LabelsRefs = { 1, 2, 3, 4 }, Samples = { Sample(1, 1) } });
        var bytes = first.ToByteArray();
        var series = bytes.Length - (first.Timeseries[0].CalculateSize() + 2);
        await ReceiveAsync([.. bytes[series..], .. bytes[..series]]);
        var second = Request("1", "a", "m", "__name__", "");
        second.Timeseries.Add(new TimeSeries { LabelsRefs = { 1, 0, 3, 2 }, Samples = { Sample(2, 2) } });
        await ReceiveAsync(second);

        // Packed is the rule; a sender that writes each reference as a field of its own is understood too.
        await ReceiveAsync([.. bytes[..series], .. WriteRequestBytes.Field(5, [8, 1, 8, 2, 8, 3, 8, 4, .. WriteRequestBytes.Field(2, Sample(3, 3).ToByteArray())])]);

        Assert.Equal(["m{a=\"1\"} 1 1", "m{a=\"1\"} 2 2", "m{a=\"1\"} 3 3"], _writer.Lines);
    }

    [Fact]
    public async Task A_series_that_refers_to_no_symbol_or_to_half_a_pair_is_refused_and_the_others_kept()
    {
        foreach (var refs in new uint[][] { [1, 2, 3], [1, 7], [1, uint.MaxValue], [], [0, 2], [1, 0] })
        {
            var request = Request("", "__name__", "ok", "x");
            request.Timeseries.Add(new TimeSeries { LabelsRefs = { refs }, Samples = { Sample(1, 1) } });
            request.Timeseries.Add(new TimeSeries { LabelsRefs = { 1, 2 }, Samples = { Sample(1, 1) } });
            var result = await ReceiveAsync(request);

            Assert.Equal((1, 1, 400), (result.Counts.SeriesRefused, result.SamplesWritten, result.StatusCode));
            Assert.Contains("series 1 of the request", result.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, _writer.SeriesCount);
    }

    [Fact]
    public async Task The_other_versions_message_is_refused_whole_and_said()
    {
        var second = Request("", "__name__", "m");
        second.Timeseries.Add(new TimeSeries { LabelsRefs = { 1, 2 }, Samples = { Sample(1, 1) } });
        var asFirst = await Assert.ThrowsAsync<ReceiveRejectedException>(
            async () => await Receiver.ReceiveAsync(Snappy.CompressToArray(second.ToByteArray()), _writer, Stop));
        Assert.Contains("remote write 2.0", asFirst.Message, StringComparison.Ordinal);

        var first = WriteRequestBytes.Series([("__name__", "m")], (1, 1));
        var asSecond = await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await ReceiveAsync(first));
        Assert.Contains("remote write 1.0", asSecond.Message, StringComparison.Ordinal);
        Assert.Equal(0, _writer.Count);
    }

    [Fact]
    public async Task A_request_cut_at_any_byte_is_refused_whole_or_ends_between_fields()
    {
        var request = Request("", "__name__", "m", "a", "1");
        request.Timeseries.Add(new TimeSeries { LabelsRefs = { 1, 2, 3, 4 }, Samples = { Sample(1_767_225_600_000, 1) }, Metadata = new Metadata { Type = 1 } });
        var whole = request.ToByteArray();
        var series = whole.Length - request.Timeseries[0].CalculateSize() - 2;
        for (var cut = 0; cut < whole.Length; cut++)
        {
            try
            {
                Assert.Equal(0, (await ReceiveAsync(whole[..cut])).Counts.Series);
                Assert.InRange(cut, 0, series);
            }
            catch (ReceiveRejectedException error)
            {
                Assert.Equal(400, error.StatusCode);
            }
        }

        Assert.Equal((0, 0), (_writer.SeriesCount, _writer.Count));
        Assert.Empty(_intake.Metadata.Families);
    }

    [Fact]
    public async Task Known_series_cost_no_object_each()
    {
        var writer = new MemoryWriter { Keeps = false };
        var request = Request(["", "__name__", "m", "job", "x", "i", .. Enumerable.Range(0, 2000).Select(i => $"{i}"), "help"]);
        for (uint i = 0; i < 2000; i++)
        {
            request.Timeseries.Add(new TimeSeries
            {
                LabelsRefs = { 1, 2, 3, 4, 5, 6 + i },
                Samples = { Sample(1_767_225_600_000, i) },
                Metadata = new Metadata { Type = 2, HelpRef = 2006 },
            });
        }

        var body = Snappy.CompressToArray(request.ToByteArray());
        var receiver = Receiver;
        for (var i = 0; i < 3; i++)
        {
            await receiver.ReceiveAsync(RemoteWriteVersion.V2, body, writer, Stop);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        await receiver.ReceiveAsync(RemoteWriteVersion.V2, body, writer, Stop);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.Equal(8000, writer.Count);
    }

    private static Request Request(params string[] symbols) => new() { Symbols = { symbols } };

    private static Sample Sample(long timestampMs, double value) => new() { Timestamp = timestampMs, Value = value };

    private ValueTask<ReceiveResult> ReceiveAsync(Request request) => ReceiveAsync(request.ToByteArray());

    private ValueTask<ReceiveResult> ReceiveAsync(byte[] request) =>
        Receiver.ReceiveAsync(RemoteWriteVersion.V2, Snappy.CompressToArray(request), _writer, Stop);
}

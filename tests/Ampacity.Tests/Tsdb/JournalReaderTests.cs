using System.Text;
using System.Text.Json;
using Ampacity.Samples;
using Ampacity.Tsdb;
using NJsonSchema;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

public sealed class JournalReaderTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_line_of_a_dump_is_as_the_schema_says()
    {
        await using (var store = await _folder.Open())
        {
            var series = store.Resolve(LabelSet.Of(("__name__", "m"), ("host", "a\"\n")).Canonical);
            double[] values = [1.25, -0.0, double.PositiveInfinity, double.NegativeInfinity, StaleMarker.Value, double.NaN];
            await store.AppendAsync(Batch([.. values.Select((value, i) => (series, BeginMs + i, value))]), Stop);
            await store.AppendAsync(
                new SampleBatch(new Poll[] { new(BeginMs + 9, 1) }, new[] { series }, new[] { 1.0 }, new[] { SampleQuality.OutOfRange }), Stop);
            await store.AppendAsync(Batch((series, BeginMs + 10, 2)), Stop);
            await store.AppendAsync(Batch((series, BeginMs + 11, 3)), Stop);
        }

        var path = JournalReader.SegmentFiles(_folder.JournalPath).Single();
        var bytes = await File.ReadAllBytesAsync(path, Stop);
        var third = Dump(path).Select(line => JsonDocument.Parse(line).RootElement).ElementAt(4).GetProperty("offset").GetInt32();
        bytes[third + 30] ^= 1;
        await File.WriteAllBytesAsync(path, [.. bytes, 9, 9, 9], Stop);

        var schema = await JsonSchema.FromFileAsync(Path.Combine(RepositoryFolder.Root, "schemas", "journal-record.schema.json"), Stop);
        var lines = Dump(path);
        Assert.All(lines, line => Assert.Empty(schema.Validate(line)));
        Assert.Equal(
            ["segment", "series", "samples", "samples", "damaged", "samples", "torn"],
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
        Assert.Contains("\"values\":[1.25,-0,\"+Inf\",\"-Inf\",\"stale\",\"NaN:fff8000000000000\"]", lines[2], StringComparison.Ordinal);
        Assert.Contains("\"qualities\":[\"outOfRange\"]", lines[3], StringComparison.Ordinal);

        // The schema can say no.
        Assert.NotEmpty(schema.Validate(lines[2].Replace("\"stale\"", "\"old\"", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Validate(lines[4].Replace("damaged", "gone", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Validate(lines[1].Replace("\"number\":0", "\"number\":-1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_packed_segment_is_dumped_poll_by_poll()
    {
        await using (var store = await _folder.Open(segmentBytes: 4096, packSegments: 2))
        {
            var (first, second) = (store.Resolve(LabelSet.Of(("n", "1")).Canonical), store.Resolve(LabelSet.Of(("n", "2")).Canonical));
            for (var poll = 0; poll < 200; poll++)
            {
                await store.AppendAsync(
                    poll == 1 ? Batch((first, BeginMs + poll, 1))
                    : new SampleBatch(new Poll[] { new(BeginMs + poll, 2) }, new[] { first, second }, new[] { poll, poll == 0 ? StaleMarker.Value : poll / 4.0 }, default),
                    Stop);
            }

            await store.CatchUpAsync(Stop);
            Assert.InRange(store.Statistics.SegmentsPacked, 2, 100);
        }

        var schema = await JsonSchema.FromFileAsync(Path.Combine(RepositoryFolder.Root, "schemas", "journal-record.schema.json"), Stop);
        var lines = Dump(JournalReader.SegmentFiles(_folder.JournalPath)[0]);
        Assert.All(lines, line => Assert.Empty(schema.Validate(line)));
        Assert.Contains("\"version\":2", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"replaces\":", lines[0], StringComparison.Ordinal);
        Assert.Equal("series", JsonDocument.Parse(lines[1]).RootElement.GetProperty("kind").GetString());
        var packed = lines.Single(line => line.Contains("\"stale\"", StringComparison.Ordinal));
        Assert.Contains($"{{\"timestampMs\":{BeginMs},\"values\":[0,\"stale\"]}},{{\"timestampMs\":{BeginMs + 1},\"values\":[1,null]}}", packed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_stores_journal_can_be_looked_into()
    {
        await using var store = await _folder.Open();
        await store.AppendAsync(Batch((store.Resolve(LabelSet.Of(("n", "1")).Canonical), BeginMs, 1)), Stop);
        Assert.Equal(3, Dump(JournalReader.SegmentFiles(_folder.JournalPath).Single()).Length);
    }

    [Fact]
    public void A_file_that_is_no_segment_is_said_to_be_none()
    {
        var path = Path.Combine(_folder.Path, "1.journal");
        File.WriteAllText(path, "hello");
        Assert.Contains("not a journal segment", Assert.Throws<SeriesStoreException>(() => Dump(path)).Message, StringComparison.Ordinal);
        Assert.Throws<SeriesStoreException>(() => Dump(path + "2"));
        Assert.Empty(JournalReader.SegmentFiles(Path.Combine(_folder.Path, "none")));
    }

    // The bytes that docs/formats/journal.md shows; a change here is a new version of the format.
    [Fact]
    public void The_bytes_are_those_of_version_1()
    {
        var header = new SegmentHeader(1, 0x0123456789abcdef, BeginMs);
        var labels = LabelSet.Of(("__name__", "up")).Canonical;
        var series = new byte[JournalFormat.RecordHeaderBytes + SeriesPayload.EntryHeadBytes + labels.Length];
        SeriesPayload.WriteEntry(series.AsSpan(JournalFormat.RecordHeaderBytes), 0, labels);
        JournalFormat.WriteRecordHeader(series, JournalRecordKind.Series, header);
        var samples = new byte[JournalFormat.RecordHeaderBytes + SamplesPayload.BytesFor(1, 1, withQualities: false)];
        SamplesPayload.Write(samples.AsSpan(JournalFormat.RecordHeaderBytes), [new Poll(BeginMs, 1)], [0], [1.0], default);
        JournalFormat.WriteRecordHeader(samples, JournalRecordKind.Samples, header);
        var head = new byte[JournalFormat.SegmentHeaderBytes];
        JournalFormat.WriteSegmentHeader(head, header);

        var document = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "formats", "journal.md"));
        var example = document[(document.IndexOf("```hex", StringComparison.Ordinal) + 6)..];
        var expected = new List<byte>();
        foreach (var line in example[..example.IndexOf("```", StringComparison.Ordinal)].Split('\n'))
        {
            foreach (var part in line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                expected.AddRange(Convert.FromHexString(part));
            }
        }

        Assert.Equal(Convert.ToHexString([.. expected]), Convert.ToHexString([.. head, .. series, .. samples]));
        var path = Path.Combine(_folder.Path, "00000001.journal");
        File.WriteAllBytes(path, [.. expected]);
        Assert.Equal(["segment", "series", "samples"], Dump(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()));
    }

    private static string[] Dump(string path)
    {
        using var output = new MemoryStream();
        JournalReader.WriteJsonLines(path, output, Stop);
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

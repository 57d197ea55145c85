using Ampacity.Collect;
using CsCheck;
using ParquetSharp;
using static Ampacity.Tests.Tsdb.StoreFolder;
using Encoding = System.Text.Encoding;

namespace Ampacity.Tests.Collect;

public sealed class SampleFileReceiverTests
{
    private readonly SampleFileReceiver _receiver = new(new SampleIntake());
    private readonly MemoryWriter _writer = new();

    [Fact]
    public async Task A_CSV_file_says_by_its_header_what_is_what()
    {
        var report = await CsvAsync(
            """"
            Timestamp,metric,rack,note,value
            2026-01-01T00:00:00Z,power watts,r01,"a, ""b""",350.5
            2026-01-01T01:00:00.25+01:00,power_watts,r02,,1e3
            1767225601,up,r01,x,NaN
            1767225602000,up,r01,x,
            """");
        Assert.Equal(
            [
                "power watts{note=\"a, \\\"b\\\"\",rack=\"r01\"} 1767225600000 350.5", "power_watts{rack=\"r02\"} 1767225600250 1000", "up{note=\"x\",rack=\"r01\"} 1767225601000 NaN",
            ],
            _writer.Lines);
        Assert.Equal((4, 3, 3, 0), (report.Rows, report.Samples, report.Stored, report.RowsWrong));
    }

    [Fact]
    public async Task A_mapping_names_columns_metric_and_labels()
    {
        await CsvAsync(
            "when;Power (W);temp;host;junk\n1767225600123456789;5;7;h1;x\n",
            new SampleFileMapping
            {
                TimeColumn = "WHEN",
                ValueColumns = ["power (w)", "temp"],
                LabelColumns = ["host=node"],
                ExtraLabels = [("site", "s")],
            });
        await CsvAsync("ts,v,a\n5,1,x\n", new SampleFileMapping { TimeUnit = "ms", ValueColumns = ["v"], Metric = "m", SkippedColumns = ["a"] });
        Assert.Equal(["Power__W_{node=\"h1\",site=\"s\"} 1767225600123 5", "temp{node=\"h1\",site=\"s\"} 1767225600123 7", "m 5 1"], _writer.Lines);
    }

    [Theory]
    [InlineData("a,value\n1,2\n", null, "--time")]
    [InlineData("time,rack,value\n1,r1,2\n", null, "--metric")]
    [InlineData("time,b\n1,2\n", null, "--value")]
    [InlineData("time,value\n1,2\n", "nope", "there is no such column; there are: time, value")]
    [InlineData("", null, "line 1")]
    public async Task A_header_that_does_not_fit_is_refused_with_what_to_say(string text, string? column, string said)
    {
        var error = await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await CsvAsync(text, new SampleFileMapping { TimeColumn = column }));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_cannot_be_read_are_named_by_line_and_the_others_kept()
    {
        var report = await CsvAsync("time,value,metric\n1767225600,1,m\nyesterday,1,m\n1767225600,one,m\n1767225600\n1767225601,2,m\n1767225602,3,\n");
        Assert.Equal(["m 1767225600000 1", "m 1767225601000 2"], _writer.Lines);
        Assert.Equal((6, 2, 1), (report.Rows, report.RowsWrong, report.OfRefusedSeries));
        Assert.Collection(
            report.Errors,
            error => Assert.StartsWith("line 3: column time: yesterday is no time", error, StringComparison.Ordinal),
            error => Assert.Equal("line 4: column value: one is no number", error));
        Assert.Contains("no metric name", report.FirstRefusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_wrong_rows_is_not_read_to_its_end()
    {
        var report = await CsvAsync("time,value,metric\n" + string.Concat(Enumerable.Repeat("x,1,m\n", 5000)));
        Assert.Equal((1000, 1000, 20, true), (report.Rows, report.RowsWrong, report.Errors.Count, report.Stopped));
    }

    [Fact]
    public async Task A_quote_that_is_not_closed_ends_the_reading_and_is_said()
    {
        var error = await Assert.ThrowsAsync<ReceiveRejectedException>(
            async () => await CsvAsync("time,value,a\n1,1,x\n2,2,\"" + new string('z', 300_000), new SampleFileMapping { Metric = "m" }));
        Assert.Contains("line 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_imported_twice_is_there_once()
    {
        using var folder = new Ampacity.Tests.Tsdb.StoreFolder();
        await using var store = await folder.Open();
        var text = "time,value,metric,gpu\n" + string.Concat(Enumerable.Range(0, 70_000).Select(i => $"{BeginMs + (i / 100 * 100)},{i},m,{i % 100}\n"));
        var first = await _receiver.ReceiveCsvAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), new SampleFileMapping(), store, Stop);
        var second = await _receiver.ReceiveCsvAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), new SampleFileMapping(), store, Stop);
        Assert.Equal((70_000, 0), (first.Stored, first.Duplicates));
        Assert.Equal((0, 70_000), (second.Stored, second.Duplicates));
    }

    [Fact]
    public async Task A_Parquet_file_is_read_by_its_types()
    {
        using var file = new MemoryStream();
        Column[] columns =
        [
            new Column<DateTime>("time", LogicalType.Timestamp(true, ParquetSharp.TimeUnit.Millis)), new Column<string>("metric"), new Column<double?>("value"),
            new Column<int>("gpu"), new Column<bool?>("spare"),
        ];
        using (var writer = new ParquetFileWriter(file, columns, leaveOpen: true))
        {
            // Two row groups, the first over one slice.
            foreach (var (from, count) in new[] { (0, 20_000), (20_000, 3) })
            {
                using var group = writer.AppendRowGroup();
                Write(group, Enumerable.Range(from, count).Select(i => DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000 + i).UtcDateTime).ToArray());
                Write(group, Enumerable.Range(from, count).Select(_ => "power_watts").ToArray());
                Write(group, Enumerable.Range(from, count).Select(i => i == 1 ? (double?)null : i).ToArray());
                Write(group, Enumerable.Range(from, count).Select(i => i % 2).ToArray());
                Write(group, Enumerable.Range(from, count).Select(i => i == 0 ? (bool?)true : null).ToArray());
            }

            writer.Close();
        }

        file.Position = 0;
        var report = await _receiver.ReceiveParquetAsync(file, new SampleFileMapping(), _writer, Stop);
        Assert.Equal((20_003, 20_002, 20_002), (report.Rows, report.Samples, report.Stored));
        Assert.Equal("power_watts{gpu=\"0\",spare=\"true\"} 1767225600000 0", _writer.Lines[0]);
        Assert.Equal("power_watts{gpu=\"0\"} 1767225620002 20002", _writer.Lines[^1]);
    }

    [Fact]
    public async Task What_is_no_Parquet_file_is_refused()
    {
        foreach (var bytes in new byte[][] { [], [1, 2, 3], "PAR1 and nothing else PAR1"u8.ToArray() })
        {
            var error = await Assert.ThrowsAsync<ReceiveRejectedException>(
                async () => await _receiver.ReceiveParquetAsync(new MemoryStream(bytes), new SampleFileMapping(), _writer, Stop));
            Assert.Contains("Parquet", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Random_text_is_read_or_refused() => await Gen.String[Pick.From('1', ',', '"', '\n', ';', 'x', '-', '.'), 0, 200].SampleAsync(
        async text =>
        {
            try
            {
                await CsvAsync("time,value,metric\n" + text);
            }
            catch (ReceiveRejectedException error)
            {
                Assert.Equal(400, error.StatusCode);
            }
        },
        iter: 3000,
        threads: 1);

    private static void Write<T>(RowGroupWriter group, T[] values)
    {
        using var column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values);
    }

    private Task<SampleFileReport> CsvAsync(string text, SampleFileMapping? mapping = null) =>
        _receiver.ReceiveCsvAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), mapping ?? new SampleFileMapping(), _writer, Stop);
}

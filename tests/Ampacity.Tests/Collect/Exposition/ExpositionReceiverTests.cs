using System.Text;
using Ampacity.Collect;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Collect;

public sealed class ExpositionReceiverTests
{
    private static readonly ExpositionOptions At1000 = new(1000);

    private readonly SampleIntake _intake = new();
    private readonly MemoryWriter _writer = new();

    private ExpositionReceiver Receiver => new(_intake);

    [Fact]
    public async Task The_text_format_is_read_with_blanks_escapes_times_and_comments()
    {
        var result = await ReceiveAsync(
            """
            # HELP up Whether it answers,\nas \\ said.
            # TYPE up gauge
            up 1
              up{job="node"}	2.5 1767225600000

            # a comment, # TYPE of nothing
            up { job = "a\"b\\c\nd\x" , le="+Inf", } -Inf -5
            http:requests_total{} 1e3
            _x{__name="1"} +inf
            {"fan speed","°C"="é"} NaN
            """ + "\r\n");

        Assert.Equal(
            [
                "up 1000 1", "up{job=\"node\"} 1767225600000 2.5", "up{job=\"a\\\"b\\\\c\\nd\\\\x\",le=\"+Inf\"} -5 -Infinity", "http:requests_total 1000 1000",
                "_x{__name=\"1\"} 1000 Infinity", "fan speed{°C=\"é\"} 1000 NaN",
            ],
            _writer.Lines);
        Assert.EndsWith(" 7ff8000000000001", _writer.Samples.Single(sample => sample.StartsWith("fan", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal((204, 6, 6), (result.StatusCode, result.Counts.Samples, result.SamplesWritten));
        Assert.Equal(new MetricDescription(MetricKind.Gauge, "Whether it answers,\nas \\ said.", ""), _intake.Metadata.Find("up")! with { Key = default });
    }

    [Fact]
    public async Task OpenMetrics_has_seconds_exemplars_units_and_an_end()
    {
        var page =
            """
            # TYPE rpc_seconds histogram
            # UNIT rpc_seconds seconds
            # HELP rpc_seconds How long \"it\" took.
            rpc_seconds_bucket{le="0.5"} 8 1520879607.789 # {trace_id="a}b"} 0.4 1520879607.1
            rpc_seconds_bucket{le="+Inf"} 9 # {} 1
            rpc_seconds_created 1520430000.123
            # EOF

            """;
        for (var round = 0; round < 2; round++)
        {
            _writer.Clear();
            var result = await ReceiveAsync(page, At1000 with { Format = round == 0 ? ExpositionFormat.Any : ExpositionFormat.OpenMetrics });
            Assert.Equal(2, result.Counts.Exemplars);
            Assert.Equal(
                [
                    "rpc_seconds_bucket{le=\"0.5\"} 1520879607789 8", "rpc_seconds_bucket{le=\"+Inf\"} 1000 9", "rpc_seconds_created 1000 1520430000.123",
                ],
                _writer.Lines);
        }

        Assert.Equal(
            new MetricDescription(MetricKind.Histogram, "How long \"it\" took.", "seconds"), _intake.Metadata.Find("rpc_seconds")! with { Key = default });
    }

    [Theory]
    [InlineData("up", "the value is missing")]
    [InlineData("up ", "the value is missing")]
    [InlineData("up one", "the value is no number")]
    [InlineData("up 1e999", "the value is no number")]
    [InlineData("up 1 now", "the time is no whole number of milliseconds")]
    [InlineData("up 1 1.5", "the time is no whole number of milliseconds")]
    [InlineData("up 1 2 3", "something stands behind value and time")]
    [InlineData("up 1 2 # {a=\"b\"} 1", "exemplars are OpenMetrics")]
    [InlineData("up-time 1", "a metric's name holds")]
    [InlineData("1up 1", "a line has to begin with a metric's name")]
    [InlineData("up{a=\"1\" 1", "a label is not followed by , or }")]
    [InlineData("up{a=\"1\",", "the closing } is missing")]
    [InlineData("up{a=\"1} 1", "the closing \" is missing")]
    [InlineData("up{a=\"1\\\"} 1", "the closing \" is missing")]
    [InlineData("up{a=1} 1", "a label's value is not in double quotes")]
    [InlineData("up{a} 1", "a label's name is not followed by =")]
    [InlineData("up{=\"1\"} 1", "a label's name has to begin with a letter")]
    [InlineData("up{0=\"1\"} 1", "a label's name has to begin with a letter")]
    [InlineData("up{a=\"1\"}1", "a blank is missing before the value")]
    [InlineData("# TYPE up number", "no type of metric")]
    public async Task What_cannot_be_read_is_said_with_its_line_and_nothing_is_kept(string line, string why)
    {
        var error = await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await ReceiveAsync($"good 1\n{line}\n"));
        Assert.Contains("line 2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (_writer.Count, _writer.SeriesCount));
    }

    [Fact]
    public async Task Errors_are_told_up_to_ten_and_an_OpenMetrics_page_needs_its_end()
    {
        var error = await Assert.ThrowsAsync<ReceiveRejectedException>(async () => await ReceiveAsync(string.Concat(Enumerable.Repeat("bad\n", 100))));
        Assert.Equal(10, error.Message.Split("; ").Length);
        Assert.Contains("line 10: ", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ReceiveRejectedException>(
            async () => await ReceiveAsync("up 1\n", At1000 with { Format = ExpositionFormat.OpenMetrics }));
        Assert.Contains("# EOF", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ReceiveRejectedException>(
            async () => await ReceiveAsync("# EOF\nup 1\n", At1000 with { Format = ExpositionFormat.OpenMetrics }));
        Assert.Contains("behind # EOF", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extra_labels_stand_and_what_is_known_under_some_is_not_taken_for_others()
    {
        const string Page = "up{job=\"own\",a=\"1\"} 1\n";
        foreach (var job in new[] { "x", "y", "x" })
        {
            await ReceiveAsync(Page, At1000 with { ExtraLabels = [("job", job), ("site", "s")] });
        }

        await ReceiveAsync(Page, At1000 with { ExtraLabels = [("job", "x"), ("site", "s")], Conflict = LabelConflict.Export });
        await ReceiveAsync(Page);
        Assert.Equal(
            [
                "up{a=\"1\",job=\"x\",site=\"s\"} 1000 1", "up{a=\"1\",job=\"y\",site=\"s\"} 1000 1", "up{a=\"1\",job=\"x\",site=\"s\"} 1000 1",
                "up{a=\"1\",exported_job=\"own\",job=\"x\",site=\"s\"} 1000 1", "up{a=\"1\",job=\"own\"} 1000 1",
            ],
            _writer.Lines);
    }

    [Fact]
    public async Task Every_page_of_real_exporters_is_read()
    {
        if (RepositoryFolder.TestData("exposition") is not { } folder)
        {
            Assert.Skip("no pages of exporters: no test data: set AMPACITY_TEST_DATA");
            return;
        }

        // Not exposition: what the AMD NIC tools print (ethtool, JSON), which lies beside the pages.
        var pages = Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".prom" or ".metrics" or ".txt")
            .Where(file => !Path.GetFileName(file).StartsWith("amd-nic-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        Assert.True(pages.Length >= 13, $"{pages.Length} pages");
        foreach (var page in pages)
        {
            var text = await File.ReadAllTextAsync(page, Stop);
            var samples = text.Split('\n').Count(line => line.Trim() is { Length: > 0 } trimmed && trimmed[0] != '#');
            for (var round = 0; round < 2; round++)
            {
                var result = await ReceiveAsync(text);
                Assert.True(samples == result.SamplesWritten && samples > 0, $"{page}: {result.SamplesWritten} of {samples} samples. {result.Message}");
            }
        }
    }

    [Fact]
    public async Task Numbers_are_the_nearest_double_as_the_library_reads_them() => await Gen.OneOf(
        Gen.Select(Gen.Long, Gen.Int[0, 18]).Select((digits, point) => Digits(digits, point)),
        Gen.Double.Where(double.IsFinite).Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture))).SampleAsync(async text =>
        {
            _writer.Clear();
            await ReceiveAsync($"m {text}\n");
            var wanted = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            Assert.EndsWith($" {BitConverter.DoubleToInt64Bits(wanted):x}", _writer.Samples[0], StringComparison.Ordinal);
        }, iter: 3000, threads: 1);

    [Fact]
    public async Task Generated_pages_come_back_and_changed_ones_are_read_or_refused()
    {
        var text = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 8], Gen.String[Pick.From('a', '"', '\\', '\n', '}', '{', ',', '=', ' ', '#', 'é'), 0, 8]);
        var line = Gen.Select(Pick.From("a", "b_total", "c:d"), Gen.Select(Pick.From("x", "y1", "_z"), text).Array[0, 3], Gen.Double, Gen.Int);
        await Gen.Select(line.Array[0, 8], Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[0, 3]).SampleAsync(
            async (lines, changes) =>
            {
                var page = new StringBuilder();
                var wanted = new List<string>();
                foreach (var (name, labels, value, time) in lines)
                {
                    var unique = labels.DistinctBy(label => label.Item1).Where(label => label.Item2.Length > 0).OrderBy(label => label.Item1, StringComparer.Ordinal).ToArray();
                    var written = string.Join(',', unique.Select(label => $"{label.Item1}=\"{Escape(label.Item2)}\""));
                    page.Append(name).Append(unique.Length > 0 ? $"{{{written}}}" : "").Append(FormattableString.Invariant($" {value:R} {time}\n"));
                    wanted.Add(FormattableString.Invariant($"{name}{(unique.Length > 0 ? $"{{{written}}}" : "")} {time} {value:R}"));
                }

                var bytes = Encoding.UTF8.GetBytes(page.ToString());
                _writer.Clear();
                await Receiver.ReceiveAsync(bytes, At1000, _writer, Stop);
                Assert.Equal(wanted, _writer.Lines);
                foreach (var (at, to) in changes)
                {
                    if (bytes.Length > 0)
                    {
                        bytes[at % bytes.Length] = to;
                    }
                }

                try
                {
                    await Receiver.ReceiveAsync(bytes, At1000, new MemoryWriter(), Stop);
                }
                catch (ReceiveRejectedException error)
                {
                    Assert.Equal(400, error.StatusCode);
                }
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public async Task Random_bytes_are_read_or_refused() => await Gen.Byte.Array[0, 300].SampleAsync(
        async bytes =>
        {
            try
            {
                await Receiver.ReceiveAsync(bytes, At1000, _writer, Stop);
            }
            catch (ReceiveRejectedException error)
            {
                Assert.Equal(400, error.StatusCode);
            }
        },
        iter: 5000,
        threads: 1);

    [Fact]
    public async Task A_sample_of_a_known_series_costs_no_object()
    {
        var writer = new MemoryWriter { Keeps = false };
        var page = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000).Select(i => $"power_watts{{gpu=\"{i}\",host=\"a\\\\b\"}} {i}.25 1767225600000\n")));
        var receiver = Receiver;
        for (var i = 0; i < 3; i++)
        {
            await receiver.ReceiveAsync(page, At1000, writer, Stop);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        await receiver.ReceiveAsync(page, At1000, writer, Stop);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.Equal(8000, writer.Count);
    }

    private static string Digits(long digits, int point)
    {
        var text = Math.Abs((decimal)digits).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(point + 1, '0');
        return (digits < 0 ? "-" : "") + (point == 0 ? text : $"{text[..^point]}.{text[^point..]}");
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private ValueTask<ReceiveResult> ReceiveAsync(string page, ExpositionOptions? options = null) =>
        Receiver.ReceiveAsync(Encoding.UTF8.GetBytes(page), options ?? At1000, _writer, Stop);
}

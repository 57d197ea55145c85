using System.Collections;
using System.Globalization;
using Ampacity.Collect;
using Ampacity.Samples;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests.Collect;

/// <summary>A store beside, as far as a test can play one; the real ones are in the scenarios.</summary>
public sealed class RemoteSeriesReaderTests
{
    private const long T = 1_796_000_000_000;
    private static readonly (string, string)[] M = [("__name__", "m"), ("a", "1")];
    private static readonly (string, string)[] N = [("__name__", "m"), ("a", "2")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SeriesQuery All => new([new Matcher("__name__", MatchKind.Equal, "m")], T, T + 60_000, SeriesScope.Whole);

    [Fact]
    public async Task Chunks_are_read_to_the_bit_cut_to_the_range_and_a_series_in_two_frames_is_one()
    {
        await using var store = await FakeStore.StartAsync(context => FakeStore.StreamAsync(
            context,
            FakeStore.Frame(FakeStore.ChunkedSeries(M, (T, 1), (T + 1, 2.5), (T + 2000, StaleMarker.Value))),
            FakeStore.Frame(FakeStore.ChunkedSeries(M, (T + 60_000, double.NaN), (T + 60_001, 9))),
            FakeStore.Frame(FakeStore.ChunkedSeries(N, (T + 5, -0.0)))));
        using var reader = Reader(store);
        Assert.Equal(
            [
                $"m{{a=\"1\"}} 1:{Bits(2.5)} 2000:{Bits(StaleMarker.Value)} 60000:{Bits(double.NaN)}",
                $"m{{a=\"2\"}} 5:{Bits(-0.0)}",
            ],
            await ReadAsync(reader, All));
        Assert.Equal(RemoteStoreProtocol.RemoteRead, reader.Protocol);
        Assert.Equal([$"m{{a=\"1\"}} 60000:{Bits(double.NaN)}", $"m{{a=\"2\"}} 5:{Bits(-0.0)}"], await ReadAsync(reader, All with { Shape = ReadShape.Newest }));
        Assert.Equal(3, store.Asked.Count(path => path == "/api/v1/read"));
        Assert.Equal(2, reader.Series.Count);
    }

    [Fact]
    public async Task An_answer_of_samples_is_read_where_the_store_does_not_stream()
    {
        await using var store = await FakeStore.StartAsync(context =>
        {
            context.Response.ContentType = "application/x-protobuf";
            return context.Response.Body.WriteAsync(FakeStore.Samples(M, (T, 1), (T + 1, 2), (T + 1, 3), (T + 4, StaleMarker.Value))).AsTask();
        });
        using var reader = Reader(store);
        Assert.Equal([$"m{{a=\"1\"}} 1:{Bits(2)} 4:{Bits(StaleMarker.Value)}"], await ReadAsync(reader, All));
    }

    [Fact]
    public async Task An_export_is_read_where_there_is_no_remote_read_with_markers_and_infinities_however_they_are_written()
    {
        await using var store = await FakeStore.StartAsync(async context =>
        {
            if (context.Request.Path != "/api/v1/export")
            {
                await FakeStore.SayAsync(context, 400, "unsupported path requested");
                return;
            }

            var form = await context.Request.ReadFormAsync();
            Assert.Equal("1796000000.001", Assert.Single(form["start"]), ignoreCase: true);
            await FakeStore.SayAsync(context, 200, Invariant($$"""
                {"metric":{"__name__":"m","a":"q\"\u00fc"},"values":[1.5,null,+Inf,"-Infinity",0.000001],"timestamps":[{{T + 1}},{{T + 2}},{{T + 3}},{{T + 4}},{{T + 70_000}}]}
                {"metric":{"__name__":"m"},"values":[],"timestamps":[]}

                """));
        });
        using var reader = new RemoteSeriesReader(store.Options, new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T + 1001)));
        Assert.Equal(
            [$"m{{a=\"q\\\"ü\"}} 1:{Bits(1.5)} 2:{Bits(StaleMarker.Value)} 3:{Bits(double.PositiveInfinity)} 4:{Bits(double.NegativeInfinity)}"],
            await ReadAsync(reader, All));
        Assert.Equal(RemoteStoreProtocol.Export, reader.Protocol);
    }

    [Fact]
    public async Task A_range_vector_is_read_where_there_is_nothing_better()
    {
        await using var store = await FakeStore.StartAsync(async context =>
        {
            if (context.Request.Path != "/api/v1/query")
            {
                await FakeStore.SayAsync(context, 404, "404 page not found");
                return;
            }

            var form = await context.Request.ReadFormAsync();
            Assert.Equal("{__name__=\"m\"}[60000ms]", Assert.Single(form["query"]));
            await FakeStore.SayAsync(context, 200, """
                {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"m","a":"1"},"values":[[1796000000.001,"1.5"],[1796000000.123,"+Inf"],[1796000060,"NaN"]]}]}}
                """);
        });
        using var reader = Reader(store);
        Assert.Equal([$"m{{a=\"1\"}} 1:{Bits(1.5)} 123:{Bits(double.PositiveInfinity)} 60000:{Bits(double.NaN)}"], await ReadAsync(reader, All));
        Assert.Equal(RemoteStoreProtocol.RangeVector, reader.Protocol);
    }

    [Fact]
    public async Task Labels_and_names_are_listed_by_the_store_within_the_conditions_and_by_series_within_a_scope()
    {
        await using var store = await FakeStore.StartAsync(context => context.Request.Path.Value switch
        {
            "/api/v1/series" => FakeStore.SayAsync(context, 200, """{"status":"success","data":[{"__name__":"m","a":"1"},{"__name__":"m","b":"2"}]}"""),
            "/api/v1/labels" => FakeStore.SayAsync(context, 200, """{"status":"success","data":["a","__name__","b"]}"""),
            "/api/v1/label/a%2Fb/values" or "/api/v1/label/a/b/values" => FakeStore.SayAsync(
                context, context.Request.Query["match[]"] == "{__name__=\"m\"}" ? 200 : 400, """{"status":"success","warnings":["w"],"data":["z","y"]}"""),
            _ => FakeStore.SayAsync(context, 404, "no"),
        });
        using var reader = Reader(store);
        Assert.Equal(["m{a=\"1\"}", "m{b=\"2\"}"], await ReadAsync(reader, All with { Shape = ReadShape.Labels }));
        Assert.Equal(["__name__", "a", "b"], await reader.ReadLabelNamesAsync(All, Token));
        Assert.Equal(["y", "z"], await reader.ReadLabelValuesAsync("a/b", All, Token));
        var second = All with { Scope = SeriesScope.Of(new BitArray(new[] { false, true })) };
        Assert.Equal(["m{b=\"2\"}"], await ReadAsync(reader, second with { Shape = ReadShape.Labels }));
        Assert.Equal(["__name__", "b"], await reader.ReadLabelNamesAsync(second, Token));
        Assert.Equal(["2"], await reader.ReadLabelValuesAsync("b", second, Token));
    }

    [Fact]
    public async Task A_busy_store_is_asked_again_and_what_it_refuses_is_said()
    {
        var answers = new Queue<int>([503, 429, 200, 422, 500, 500, 500]);
        await using var store = await FakeStore.StartAsync(context =>
        {
            var status = answers.Dequeue();
            context.Response.Headers.RetryAfter = "0";
            return status == 200 ? FakeStore.StreamAsync(context) : FakeStore.SayAsync(context, status, $"reason {status}");
        });
        using var reader = new RemoteSeriesReader(store.Options with { Protocol = RemoteStoreProtocol.RemoteRead }, TimeProvider.System);
        Assert.Empty(await ReadAsync(reader, All));
        var refused = await Assert.ThrowsAsync<SeriesStoreException>(() => ReadAsync(reader, All));
        Assert.Contains("answered 422 to /api/v1/read: reason 422", refused.Message, StringComparison.Ordinal);
        var failed = await Assert.ThrowsAsync<SeriesStoreException>(() => ReadAsync(reader, All));
        Assert.Contains("reason 500", failed.Message, StringComparison.Ordinal);
        Assert.Empty(answers);
        Assert.Equal((7, 6), reader.Requests);
    }

    [Fact]
    public async Task A_store_that_is_not_there_a_redirect_and_a_login_are_told_apart()
    {
        using var nobody = new RemoteSeriesReader(new RemoteStoreOptions { Url = new Uri("http://127.0.0.1:9"), Attempts = 1 }, TimeProvider.System);
        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<SeriesStoreException>(() => ReadAsync(nobody, All))).Message, StringComparison.Ordinal);
        await using var store = await FakeStore.StartAsync(context =>
        {
            context.Response.Headers.Location = "http://127.0.0.1:9/elsewhere";
            return FakeStore.SayAsync(context, context.Request.Headers.Authorization == "Bearer x" ? 302 : 401, "who are you");
        });
        using var unknown = Reader(store);
        Assert.Contains("--store-headers", (await Assert.ThrowsAsync<SeriesStoreException>(() => ReadAsync(unknown, All))).Message, StringComparison.Ordinal);
        using var known = new RemoteSeriesReader(store.Options with { Headers = HeaderLines.Read("# who\nAuthorization: Bearer x\n") }, TimeProvider.System);
        Assert.Contains("redirect is not followed", (await Assert.ThrowsAsync<SeriesStoreException>(() => ReadAsync(known, All))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_torn_changed_or_silent_ends_the_read_and_never_gives_a_part_as_the_whole()
    {
        var frame = FakeStore.Frame(FakeStore.ChunkedSeries(M, (T + 1, 1)));
        var changed = frame.ToArray();
        changed[^1] ^= 1;
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(T));
        var asked = new TaskCompletionSource();
        await using var store = await FakeStore.StartAsync(async context =>
        {
            switch (context.Request.Headers["X-Case"].ToString())
            {
                case "torn":
                    await FakeStore.StreamAsync(context, frame, frame[..^3]);
                    break;
                case "changed":
                    await FakeStore.StreamAsync(context, frame, changed);
                    break;
                case "nonsense":
                    await FakeStore.StreamAsync(context, FakeStore.Frame([0x0A, 5, 1]));
                    break;
                default:
                    await FakeStore.StreamAsync(context, frame);
                    await context.Response.Body.FlushAsync();
                    asked.TrySetResult();
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                    break;
            }
        });
        foreach (var (which, says) in new[] { ("torn", "middle of a frame"), ("changed", "checksum"), ("nonsense", "cannot be read") })
        {
            using var reader = Case(which);
            Assert.Contains(says, (await Assert.ThrowsAsync<SeriesStoreException>(() => ReadAsync(reader, All))).Message, StringComparison.Ordinal);
        }

        using var silent = Case("silent");
        var reading = ReadAsync(silent, All);
        await asked.Task.WaitAsync(Token);
        while (!reading.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(reading, Task.Delay(10, Token));
        }

        Assert.Contains("sent nothing for 60 s", (await Assert.ThrowsAsync<SeriesStoreException>(() => reading)).Message, StringComparison.Ordinal);
        using var cancelled = new CancellationTokenSource();
        var ending = ReadAsync(silent, All, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ending);

        RemoteSeriesReader Case(string which) =>
            new(store.Options with { Protocol = RemoteStoreProtocol.RemoteRead, Headers = [("X-Case", which)] }, time);
    }

    [Fact]
    public async Task A_read_ends_at_its_budget_and_at_the_limits_of_an_answer()
    {
        await using var store = await FakeStore.StartAsync(context => FakeStore.StreamAsync(
            context, FakeStore.Frame(FakeStore.ChunkedSeries(M, (T + 1, 1), (T + 2, 1))), FakeStore.Frame(FakeStore.ChunkedSeries(N, (T + 1, 1)))));
        using var reader = Reader(store);
        await Assert.ThrowsAsync<ReadBudgetException>(() => ReadAsync(reader, All with { Budget = new ReadBudget(1, 100) }));
        await Assert.ThrowsAsync<ReadBudgetException>(() => ReadAsync(reader, All with { Budget = new ReadBudget(2, 2) }));
        Assert.Equal(2, (await ReadAsync(reader, All with { Budget = new ReadBudget(2, 3) })).Count);
        using var small = new RemoteSeriesReader(store.Options with { MaxAnswerBytes = 20 }, TimeProvider.System);
        await Assert.ThrowsAsync<ReadBudgetException>(() => ReadAsync(small, All));
        using var few = new RemoteSeriesReader(store.Options with { MaxSeries = 1 }, TimeProvider.System);
        Assert.Contains("as many as are kept in mind", (await Assert.ThrowsAsync<ReadBudgetException>(() => ReadAsync(few, All))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_stores_are_one_a_series_of_both_is_ours_and_a_scope_tells_them_apart()
    {
        await using var store = await FakeStore.StartAsync(context => FakeStore.StreamAsync(
            context, FakeStore.Frame(FakeStore.ChunkedSeries(M, (T + 1, 1))), FakeStore.Frame(FakeStore.ChunkedSeries(N, (T + 1, 2)))));
        var own = new MemorySeriesReader();
        own.Add(LabelSet.Of(M[0], M[1]), T + 7, 70);
        using var other = Reader(store);
        var both = new PairedReader(own, other);
        Assert.Equal([$"m{{a=\"1\"}} 7:{Bits(70)}", $"m{{a=\"2\"}} 1:{Bits(2)}"], await ReadAsync(both, All));
        var onlyOther = PairedReader.ScopeOf(SeriesScope.Nothing, SeriesScope.Of(new BitArray(new[] { true, false })));
        Assert.Equal([$"m{{a=\"1\"}} 1:{Bits(1)}"], await ReadAsync(both, All with { Scope = onlyOther }));
        var numbers = new BitArray(4) { [0] = true, [3] = true };
        Assert.Equal([$"m{{a=\"1\"}} 7:{Bits(70)}", $"m{{a=\"2\"}} 1:{Bits(2)}"], await ReadAsync(both, All with { Scope = SeriesScope.Of(numbers) }));
    }

    [Theory]
    [InlineData("Authorization Bearer x", "no header")]
    [InlineData("Content-Type: text/plain", "set by Ampacity")]
    [InlineData("A b: c", "no header")]
    public void A_line_that_is_no_header_is_told_without_its_secret(string line, string says)
    {
        var error = Assert.Throws<FormatException>(() => HeaderLines.Read("\n# comment\n" + line));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 3", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer x", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_are_written_as_any_PromQL_reads_them()
    {
        Assert.Equal("{__name__!=\"\"}", SelectorWriter.Write([]));
        Assert.Equal("{a=~\"x\\\\.y\\n\\\"z\"}", SelectorWriter.Write([new("a", MatchKind.Regex, "x\\.y\n\"z")]));
        Assert.Equal("{\"b.c\"!=\"ü\",d=\"1\"}", SelectorWriter.Write([new("b.c", MatchKind.NotEqual, "ü"), new("d", MatchKind.Equal, "1")]));
        Assert.Equal("{b=~\".*\",__name__!=\"\"}", SelectorWriter.Write([new("b", MatchKind.Regex, ".*")]));
    }

    private static RemoteSeriesReader Reader(FakeStore store) => new(store.Options, TimeProvider.System);

    private static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static async Task<List<string>> ReadAsync(ISeriesReader reader, SeriesQuery query, CancellationToken? cancellationToken = null)
    {
        var lines = new List<string>();
        await foreach (var batch in reader.ReadAsync(query, cancellationToken ?? Token))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                var (from, end) = (batch.Offsets[i], batch.Offsets[i + 1]);
                var line = batch.Labels[i].ToString();
                for (var at = from; at < end; at++)
                {
                    line += string.Create(CultureInfo.InvariantCulture, $" {batch.TimestampsMs[at] - T}:{Bits(batch.Values[at])}");
                }

                lines.Add(line);
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}

using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Tests;

public sealed class QueryEngineTests
{
    private static readonly QueryContext Whole = new(SeriesScope.Whole);
    private readonly MemorySeriesReader _reader = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private QueryEngine Engine => new(_reader, new QueryEngineOptions());

    public static TheoryData<string> Scripts() =>
        [.. Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "tests", "Ampacity.Tests", "PromQL", "scripts"), "*.test").Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Our_own_scripts_hold(string file)
    {
        var path = Path.Combine(RepositoryFolder.Root, "tests", "Ampacity.Tests", "PromQL", "scripts", file);
        var run = await ScriptRun.RunAsync(await File.ReadAllTextAsync(path, Token));
        Assert.Empty(run.Failures);
        Assert.Empty(run.Excused);
        Assert.Empty(run.Unknown);
        Assert.True(run.Passed > 0);
    }

    [Fact]
    public async Task An_instant_selector_reads_the_newest_and_sees_a_stale_marker_as_absent()
    {
        var (alive, gone) = (Power("r1"), Power("r2"));
        _reader.Add(alive, 1000, 10);
        _reader.Add(gone, 1000, 20);
        _reader.Add(gone, 2000, StaleMarker.Value);
        var result = await Engine.EvaluateInstantAsync("power", 3000, Whole, Token);
        Assert.Equal([alive], result.Labels);
        Assert.Equal([3000], result.TimestampsOf(0).ToArray());
        Assert.Equal(ReadShape.Newest, Assert.Single(_reader.Queries).Shape);
    }

    [Fact]
    public async Task A_range_query_reads_each_selector_once()
    {
        _reader.Add(Power("r1"), 0, 1);
        await Engine.EvaluateRangeAsync("sum(power) + sum(rate(power[1m]))", 0, 600_000, 10_000, Whole, Token);
        Assert.Equal([(-300_000, 600_000), (-60_000, 600_000)], _reader.Queries.Select(q => (q.FromMs, q.ThroughMs)));
    }

    [Fact]
    public async Task The_lookback_is_open_at_its_old_end()
    {
        _reader.Add(Power("r1"), 0, 1);
        Assert.Single((await Engine.EvaluateInstantAsync("power", 299_999, Whole, Token)).Labels);
        Assert.Empty((await Engine.EvaluateInstantAsync("power", 300_000, Whole, Token)).Labels);
        Assert.Single((await Engine.EvaluateInstantAsync("power", 300_000, Whole with { LookbackDelta = TimeSpan.FromMinutes(6) }, Token)).Labels);
    }

    [Fact]
    public async Task The_scope_reaches_the_reader()
    {
        _reader.Add(Power("r1"), 0, 1);
        Assert.Empty((await Engine.EvaluateInstantAsync("power", 0, new QueryContext(SeriesScope.Nothing), Token)).Labels);
    }

    [Fact]
    public async Task Names_go_at_each_function_unless_their_removal_is_delayed()
    {
        _reader.Add(LabelSet.Of(("__name__", "a_total")), 0, 1);
        _reader.Add(LabelSet.Of(("__name__", "b_total")), 0, 2);
        const string Query = "sum by (__name__) (abs({__name__=~\".*_total\"}))";
        var error = await Assert.ThrowsAsync<QueryException>(async () => await Engine.EvaluateInstantAsync(Query, 0, Whole, Token));
        Assert.Equal("vector cannot contain metrics with the same labelset", error.Message);
        var delaying = new QueryEngine(_reader, new QueryEngineOptions { DelayedNameRemoval = true });
        var failed = await Assert.ThrowsAsync<QueryException>(async () => await delaying.EvaluateInstantAsync(Query, 0, Whole, Token));
        Assert.Equal(error.Message, failed.Message);
        Assert.Equal(2, (await delaying.EvaluateInstantAsync($"count({Query.Replace("sum by (__name__) ", "", StringComparison.Ordinal)})", 0, Whole, Token)).Values.Span[0]);
    }

    [Fact]
    public async Task Samples_of_doubtful_quality_are_seen_only_when_asked_for()
    {
        _reader.Add(Power("r1"), 0, 1, SampleQuality.OutOfRange);
        Assert.Empty((await Engine.EvaluateInstantAsync("power", 0, Whole, Token)).Labels);
        Assert.Single((await Engine.EvaluateInstantAsync("power{__quality__=~\"out_of_range|stale\"}", 0, Whole, Token)).Labels);
    }

    [Fact]
    public async Task A_query_that_would_fill_the_memory_is_refused()
    {
        _reader.Add(Power("r1"), 0, 1);
        _reader.Add(Power("r2"), 0, 1);
        var engine = new QueryEngine(_reader, new QueryEngineOptions { MaxCells = 100 });
        Assert.Single((await engine.EvaluateRangeAsync("power{rack=\"r1\"}", 0, 99, 1, Whole, Token)).Labels);
        await Assert.ThrowsAsync<QueryException>(async () => await engine.EvaluateRangeAsync("power", 0, 99, 1, Whole, Token));
    }

    [Theory]
    [InlineData("sort(power)")]
    [InlineData("sort_desc(power)")]
    [InlineData("sort_by_label(power, \"rack\")")]
    public async Task A_sort_over_a_range_warns_that_it_sorts_nothing(string text)
    {
        _reader.Add(Power("r1"), 0, 1);
        Assert.Empty((await Engine.EvaluateInstantAsync(text, 0, Whole, Token)).Warnings);
        Assert.Equal(
            ["PromQL warning: sort is ineffective for range queries since results are always ordered by labels (1:1)"],
            (await Engine.EvaluateRangeAsync(text, 0, 10, 1, Whole, Token)).Warnings);
    }

    [Fact]
    public async Task A_cancelled_query_ends() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        async () => await Engine.EvaluateInstantAsync("power", 0, Whole, new CancellationToken(canceled: true)));

    [Theory]
    [InlineData(0.1, "0.1", "0.1")]
    [InlineData(-0.0, "-0", "-0")]
    [InlineData(1e20, "100000000000000000000", "100000000000000000000")]
    [InlineData(1.5e21, "1500000000000000000000", "1.5e+21")]
    [InlineData(-2.5e-7, "-0.00000025", "-2.5e-7")]
    [InlineData(1e-5, "0.00001", "0.00001")]
    [InlineData(double.PositiveInfinity, "+Inf", "+Inf")]
    [InlineData(double.NaN, "NaN", "NaN")]
    public void Numbers_are_written_as_Go_writes_them(double value, string plain, string compact) =>
        Assert.Equal((plain, compact), (GoFloat.Format(value), GoFloat.FormatCompact(value)));

    private static LabelSet Power(string rack) => LabelSet.Of(("__name__", "power"), ("rack", rack));
}

using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Tests;

/// <summary>Queries that would never end, or take all memory, end with a clear error.</summary>
public sealed class QueryLimitsTests
{
    private readonly MemorySeriesReader _reader = new();

    public QueryLimitsTests()
    {
        for (var series = 0; series < 200; series++)
        {
            for (var i = 0; i < 20; i++)
            {
                _reader.Add(LabelSet.Of(("__name__", "x"), ("i", $"{series}")), i * 60_000, series + i);
            }
        }
    }

    private ValueTask<QueryResult> AskAsync(
        string text, long endMs, long stepMs, QueryEngineOptions? options = null, ReadBudget? budget = null, CancellationToken? cancellation = null) =>
        new QueryEngine(_reader, options ?? new QueryEngineOptions()).EvaluateRangeAsync(
            text, 0, endMs, stepMs, new QueryContext(SeriesScope.Whole) { Budget = budget ?? ReadBudget.Default }, cancellation ?? TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("x", 1_000_000_000, "1000000001 steps are more than the 100000000 cells a query may have")]
    [InlineData("x", 1_000_000, "more than 100000000 (series times steps)")]
    [InlineData("sum_over_time(x[10000000s:1ms])", 0, "a subquery of 10000000000 steps is more than the 100000000 cells")]
    [InlineData("max_over_time((x * x)[1000000s:1s])", 0, "more than 100000000 (series times steps)")]
    public async Task Too_many_steps_are_refused_before_they_are_made(string text, long endMs, string reason)
    {
        var error = await Assert.ThrowsAsync<QueryException>(async () => await AskAsync(text, endMs, 1));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x + x + x + x + x + x")]
    [InlineData("sum without () (x)")]
    [InlineData("label_replace(x, \"a\", \"$1\", \"i\", \"(.*)\")")]
    [InlineData("vector(1) or x")]
    [InlineData("quantile by (i) (0.5, x)")]
    public async Task Columns_beyond_the_memory_of_a_query_are_refused(string text)
    {
        var error = await Assert.ThrowsAsync<QueryException>(
            async () => await AskAsync(text, 1_000_000, 1000, new QueryEngineOptions { MaxMemoryBytes = 1 << 20 }));
        Assert.Contains("over 1 MiB of columns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_selectors_of_a_query_share_its_budget()
    {
        Assert.Equal(200, (await AskAsync("x", 0, 1, budget: new ReadBudget(300, 1000))).Labels.Count);
        var series = await Assert.ThrowsAsync<QueryException>(async () => await AskAsync("x and x", 0, 1, budget: new ReadBudget(300, 1000)));
        Assert.Contains("over 300 series in all its selectors", series.Message, StringComparison.Ordinal);
        var samples = await Assert.ThrowsAsync<QueryException>(
            async () => await AskAsync("count_over_time(x[1h]) + count_over_time(x[1h])", 3_600_000, 3_600_000, budget: new ReadBudget(1000, 6000)));
        Assert.Contains("more than 6000 in all its selectors", samples.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum(max_over_time(avg_over_time(stddev_over_time(x[30m:1s])[30m:1s])[30m:1s]))")]
    [InlineData("quantile_over_time(0.5, x[100000s:1s]) > 0")]
    [InlineData("topk(50, x)")]
    [InlineData("count_values(\"v\", x * time())")]
    [InlineData("x * on (i) group_left x * on (i) group_left x * on (i) group_left x")]
    public async Task Long_work_ends_soon_after_it_is_cancelled(string text)
    {
        // None of these ends by itself within the test's time, or at all: what ends it is the token.
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (true)
            {
                await AskAsync(text, 400_000, 1, cancellation: stop.Token);
            }
        });
    }
}

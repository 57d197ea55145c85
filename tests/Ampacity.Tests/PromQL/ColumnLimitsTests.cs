using Ampacity.PromQL;
using Ampacity.Samples;
using Ampacity.Tests.Tsdb;
using Ampacity.Tsdb;

namespace Ampacity.Tests;

/// <summary>What goes by columns is not read by labels, and ends within its limits as everything else does.</summary>
public sealed class ColumnLimitsTests : IAsyncLifetime
{
    private const long BeginMs = StoreFolder.BeginMs;
    private const int Series = 200;
    private const int Polls = 20;
    private const int StepMs = 30_000;

    private readonly StoreFolder _folder = new();
    private SampleStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await _folder.Open();
        var numbers = Enumerable.Range(0, Series * 2).Select(i => _store.Resolve(
            LabelSet.Of(("__name__", i < Series ? "x" : "y_total"), ("i", $"{i % Series}"), ("rack", $"r{i % 10}")).Canonical)).ToArray();
        for (var poll = 0; poll < Polls; poll++)
        {
            await _store.AppendAsync(
                new SampleBatch(new[] { new Poll(BeginMs + (poll * StepMs), numbers.Length) }, numbers, Array.ConvertAll(numbers, number => (double)(number + poll)), default),
                StoreFolder.Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("topk(3, x)", 3)]
    [InlineData("bottomk by (rack) (2, rate(y_total[5m]))", 20)]
    [InlineData("count_values(\"v\", x > 200)", 18)]
    [InlineData("quantile by (rack) (0.9, x)", 10)]
    [InlineData("avg by (rack) (x / on (i, rack) y_total)", 10)]
    [InlineData("sum(x * ignoring (i) group_left sum by (rack) (y_total))", 1)]
    [InlineData("topk(5, x - on (i) group_right (rack) y_total)", -1)]
    [InlineData("x and on (rack) (y_total > 405)", 200)]
    [InlineData("-(x unless on (i) (y_total > 205)) * 2", 6)]
    [InlineData("count by (rack) (x * on (i) group_left (rack) label_replace(y_total, \"rack\", \"other\", \"\", \"\"))", -1)]
    public async Task Nothing_is_read_by_labels(string text, int rows)
    {
        // What copies a label over one that series have needs labels.
        var byLabels = rows < 0;
        var reader = new NoLabels(_store);
        if (byLabels)
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await AskAsync(reader, text));
        }
        else
        {
            Assert.Equal(rows, (await AskAsync(reader, text)).Labels.Count);
        }
    }

    [Theory]
    [InlineData("topk(100000, x)")]
    [InlineData("topk without () (1, x)")]
    [InlineData("count_values(\"v\", x * time())")]
    [InlineData("sum(x * on (i) y_total)")]
    [InlineData("x * on (rack) group_left () sum by (rack) (y_total)")]
    public async Task Columns_beyond_the_memory_of_a_query_are_refused(string text)
    {
        var error = await Assert.ThrowsAsync<QueryException>(async () => await AskAsync(_store, text, new QueryEngineOptions { MaxMemoryBytes = 1 << 18 }, stepMs: 1000));
        Assert.Contains("of columns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_sides_of_a_join_share_its_budget_and_a_way_given_up_costs_nothing()
    {
        const string Joined = "sum(x * on (i) y_total)";
        Assert.Single((await AskAsync(_store, Joined, budget: new ReadBudget(2 * Series, 2 * Series * Polls))).Labels);
        await Assert.ThrowsAsync<QueryException>(async () => await AskAsync(_store, Joined, budget: new ReadBudget((2 * Series) - 1, 10_000)));
        await Assert.ThrowsAsync<QueryException>(async () => await AskAsync(_store, Joined, budget: new ReadBudget(1000, (2 * Series * Polls) - 1)));

        // Ten series of the left meet one of the right, which only shows once both have been read; then they are read again, by labels.
        var error = await Assert.ThrowsAsync<QueryException>(
            async () => await AskAsync(_store, "x * on (rack) max by (rack) (y_total)", budget: new ReadBudget(2 * Series, 2 * Series * Polls)));
        Assert.StartsWith("multiple matches for labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Joins_of_joins_that_need_labels_are_not_read_again_at_every_level()
    {
        // Each level alone would double what is below it: 2^12 reads.
        var text = Enumerable.Range(0, 12).Aggregate("max by (i) (x)", (inner, _) => $"max by (i) (y_total * on (i) group_left (rack) ({inner}))");
        var reader = new NoLabels(_store) { MayReadByLabels = true };
        await AskAsync(reader, text);
        Assert.InRange(reader.Reads, 12, 200);
    }

    [Theory]
    [InlineData("topk(50, x)")]
    [InlineData("sum(x * on (i) y_total)")]
    [InlineData("count_values(\"v\", x * time())")]
    public async Task Long_work_ends_soon_after_it_is_cancelled(string text)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (true)
            {
                await AskAsync(_store, text, stepMs: 10, cancellation: stop.Token);
            }
        });
    }

    private static async Task<QueryResult> AskAsync(
        ISeriesReader reader, string text, QueryEngineOptions? options = null, ReadBudget? budget = null, long stepMs = StepMs, CancellationToken? cancellation = null) =>
        await new QueryEngine(reader, options ?? new QueryEngineOptions()).EvaluateRangeAsync(
            text,
            BeginMs,
            BeginMs + ((Polls - 1) * StepMs),
            stepMs,
            new QueryContext(SeriesScope.Whole) { Budget = budget ?? ReadBudget.Default },
            cancellation ?? StoreFolder.Stop);

    /// <summary>Hands out selections, and reads by labels only when it may.</summary>
    private sealed class NoLabels(SampleStore inner) : ISelectionReader
    {
        public bool MayReadByLabels { get; init; }

        public int Reads { get; private set; }

        public ValueTask<SeriesSelection?> SelectAsync(SeriesQuery query, CancellationToken cancellationToken)
        {
            Reads++;
            return inner.SelectAsync(query, cancellationToken);
        }

        public IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
        {
            Reads++;
            return MayReadByLabels ? inner.ReadAsync(query, cancellationToken) : throw new NotSupportedException("read by labels");
        }

        public ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}

using Ampacity.Samples;
using Ampacity.Tsdb;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>Reads in chunks on several threads: the same answer in the same order, one budget, one scope, and an end when nobody wants more.</summary>
public sealed class StoreReadTests : IDisposable
{
    private const int Series = 3000;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task As_many_threads_as_there_are_give_the_same_in_the_same_order()
    {
        await FillAsync();
        var answers = new List<List<(int Series, long TimestampMs, double Value)>>();
        foreach (var threads in new[] { 1, 2, 7 })
        {
            await using var store = await Open(threads);
            answers.Add(await RowsAsync(store, Query()));
        }

        Assert.Equal(Series * 4, answers[0].Count);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
    }

    [Fact]
    public async Task Chunks_have_one_budget_together_and_see_only_the_scope()
    {
        await FillAsync();
        await using var store = await Open(4);
        var over = Query() with { Budget = new ReadBudget(Series, (Series * 4) - 1) };
        await Assert.ThrowsAsync<ReadBudgetException>(() => RowsAsync(store, over));
        Assert.Equal(Series * 4, (await RowsAsync(store, over with { Budget = new ReadBudget(Series, Series * 4) })).Count);

        var bits = new System.Collections.BitArray(Series);
        bits.Set(5, true);
        bits.Set(2999, true);
        var scoped = await RowsAsync(store, Query() with { Scope = SeriesScope.Of(bits), Budget = new ReadBudget(2, 8) });
        Assert.Equal([5, 2999], scoped.Select(row => row.Series).Distinct().Order());
    }

    [Fact]
    public async Task A_read_that_is_left_or_cancelled_ends_and_the_store_closes()
    {
        await FillAsync();
        var store = await Open(4);
        await foreach (var batch in store.ReadAsync(Query(), Stop))
        {
            Assert.True(batch.SeriesCount > 0);
            break;
        }

        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in store.ReadAsync(Query(), cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        await store.DisposeAsync();
        await using var again = await Open(1);
        Assert.Equal(Series * 4, (await RowsAsync(again, Query())).Count);
    }

    [Fact]
    public async Task Series_of_blocks_that_nobody_has_read_take_no_memory_after_an_opening()
    {
        await using (var store = await Open(2))
        {
            await AppendAsync(store, "old", BeginMs);
            await store.FlushAsync(Stop);
            await AppendAsync(store, "new", BeginMs + 7_200_000);
        }

        await using var again = await Open(2);
        Assert.Equal(Series, again.Statistics.Series);
        Assert.Equal(Series, (await RowsAsync(again, Query() with { FromMs = BeginMs + 3_600_000 })).Count);
        Assert.Equal(Series, again.Statistics.Series);
        Assert.Equal(Series * 2, (await RowsAsync(again, Query())).Count);
        Assert.Equal(Series * 2, again.Statistics.Series);
        Assert.Equal(["new", "old"], await again.ReadLabelValuesAsync("age", Query(), Stop));
    }

    private static async Task<List<(int Series, long TimestampMs, double Value)>> RowsAsync(SampleStore store, SeriesQuery query)
    {
        var rows = new List<(int, long, double)>();
        await foreach (var batch in store.ReadAsync(query, Stop))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                for (var at = batch.Offsets[i]; at < batch.Offsets[i + 1]; at++)
                {
                    rows.Add((batch.SeriesNumbers[i], batch.TimestampsMs[at], batch.Values[at]));
                }
            }
        }

        return rows;
    }

    private static LabelSet LabelsOf(int series, string age) => LabelSet.Of(("__name__", $"m{series % 7}"), ("age", age), ("n", $"{series}"));

    private Task<SampleStore> Open(int threads) => SampleStore.OpenAsync(
        new SampleStoreOptions { Folder = _folder.Path, ReadThreads = threads, JournalSegmentBytes = 1 << 20 }, _folder.Time, new FailingFiles(), Stop);

    private async Task AppendAsync(SampleStore store, string age, long timestampMs)
    {
        _folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(timestampMs));
        var lease = store.Lease;
        var numbers = Enumerable.Range(0, Series).Select(series => store.Resolve(LabelsOf(series, age).Canonical)).ToArray();
        await store.AppendAsync(
            new SampleBatch(new Poll[] { new(timestampMs, Series) }, numbers, numbers.Select(number => (double)number).ToArray(), default) { Lease = lease }, Stop);
    }

    // Half in a block, half in the head.
    private async Task FillAsync()
    {
        await using var store = await Open(2);
        for (var poll = 0; poll < 4; poll++)
        {
            await AppendAsync(store, "one", BeginMs + (poll * 10_000));
            if (poll == 1)
            {
                await store.FlushAsync(Stop);
            }
        }
    }
}

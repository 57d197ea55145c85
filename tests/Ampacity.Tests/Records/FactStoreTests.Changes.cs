using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

/// <summary>What a change set is refused for, and that it is carried out whole or not at all.</summary>
public abstract partial class FactStoreTests
{
    [Fact]
    public async Task What_was_rehearsed_is_not_recorded()
    {
        await using var store = await OpenAsync();
        var ledger = await store.ReadLedgerAsync(Token);
        var draft = RecordFolder.Draft(ledger, "ann", [RecordFolder.Node(0, "a")]);
        await store.RehearseAsync(draft, Token);
        Assert.Equal(ledger.Revision, (await store.ReadLedgerAsync(Token)).Revision);
        Assert.Equal(new ChangeSetId(1), (await store.CarryOutAsync(draft, Token)).Change.Id);
        await Assert.ThrowsAsync<ChangeConflictException>(() => store.RehearseAsync(draft, Token));
        Assert.Single((await store.ReadLedgerAsync(Token)).Facts);
    }

    [Fact]
    public async Task Of_two_writers_on_one_state_the_second_is_told_who_came_in_between()
    {
        await using var store = await OpenAsync();
        var ledger = await store.ReadLedgerAsync(Token);
        var first = (await store.CarryOutAsync(RecordFolder.Draft(ledger, "ann", [RecordFolder.Node(0, "a")]), Token)).Change;
        var conflict = await Assert.ThrowsAsync<ChangeConflictException>(
            () => store.CarryOutAsync(RecordFolder.Draft(ledger, "bob", [RecordFolder.Node(1, "b")]), Token));
        Assert.Equal(first, conflict.CameBetween);
        Assert.Contains("change_1 by ann", conflict.Message, StringComparison.Ordinal);
        Assert.Equal("a", NameIn(await store.ReadLedgerAsync(Token)));
    }

    [Fact]
    public async Task Of_many_writers_at_once_exactly_one_wins()
    {
        await using var store = await OpenAsync();
        await using var other = await OpenAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async index =>
        {
            try
            {
                await (index % 2 == 0 ? store : other).CarryOutAsync(
                    RecordFolder.Draft(FactLedger.Empty, $"writer {index}", [RecordFolder.Node(index, "n")]), Token);
                return 1;
            }
            catch (ChangeConflictException)
            {
                return 0;
            }
        }));
        Assert.Equal(1, outcomes.Sum());
        Assert.Single((await store.ReadLedgerAsync(Token)).Facts);
    }

    [Fact]
    public async Task A_fact_is_not_retracted_twice()
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        await store.CarryOutAsync(
            RecordFolder.Draft(await store.ReadLedgerAsync(Token), "bob", [], new FactId(1)), Token);
        var now = await store.ReadLedgerAsync(Token);
        var conflict = await Assert.ThrowsAsync<ChangeConflictException>(
            () => store.CarryOutAsync(RecordFolder.Draft(now, "eve", [], new FactId(1)), Token));
        Assert.Equal("bob", conflict.CameBetween?.Author);
        Assert.Equal(2, (await store.ReadChangeSetsAsync(10, long.MaxValue, Token)).Count);
    }

    [Fact]
    public async Task A_draft_that_names_what_its_counters_have_not_given_is_refused()
    {
        await using var store = await OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.CarryOutAsync(
            new ChangeDraft(default, "ann", "", [], FactBatch.Of([RecordFolder.Node(0, "a")]), 0, 1), Token));
        Assert.Empty(await store.ReadChangeSetsAsync(10, long.MaxValue, Token));
    }

    [Fact]
    public async Task A_draft_that_gives_ordinals_back_is_refused()
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(new ChangeDraft(default, "ann", "", [], FactBatch.Of([RecordFolder.Node(0, "a")]), 5, 1), Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.CarryOutAsync(
            new ChangeDraft(new ChangeSetId(1), "bob", "", [], FactBatch.Of([RecordFolder.Node(1, "b")]), 4, 1), Token));
        Assert.Equal(5, (await store.ReadLedgerAsync(Token)).NextNode);
    }

    [Fact]
    public async Task A_change_that_is_ended_in_the_middle_leaves_nothing()
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        var before = await store.ReadLedgerAsync(Token);
        using var ending = new CancellationTokenSource();
        var batch = new EndingBatch(ending).Facts;
        var draft = new ChangeDraft(before.Revision, "bob", "", [new FactId(1)], batch, 100_000, 1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CarryOutAsync(draft, ending.Token));

        var after = await store.ReadLedgerAsync(Token);
        Assert.Equal(before.Facts, after.Facts);
        Assert.Equal((before.Revision, before.NextNode), (after.Revision, after.NextNode));
        Assert.Equal(2, (await store.CarryOutAsync(draft, Token)).Change.Id.Number);
        Assert.Equal(90_001, (await store.ReadLedgerAsync(Token)).RecordedCount);
    }

    [Fact]
    public async Task Recorded_time_does_not_run_backwards_when_the_clock_is_set_back()
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        await using var late = await OpenAsync(new FakeTimeProvider(DateTimeOffset.UnixEpoch));
        var second = (await late.CarryOutAsync(
            RecordFolder.Draft(await late.ReadLedgerAsync(Token), "bob", [RecordFolder.Node(1, "b")]), Token)).Change;
        Assert.Equal(1_000_000, second.RecordedMs);
    }

    [Fact]
    public async Task A_draft_without_content_or_author_is_refused()
    {
        await using var store = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", []), Token));
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, " ", [RecordFolder.Node(0, "a")]), Token));
    }

    /// <summary>90,000 facts; whoever writes them has long begun when the end is asked for.</summary>
    private sealed class EndingBatch
    {
        public EndingBatch(CancellationTokenSource ending)
        {
            Facts = FactBatch.Of(Enumerable.Range(0, 90_000).Select(n => RecordFolder.Node(n, $"n{n}")));
            ending.CancelAfter(TimeSpan.FromMilliseconds(1));
        }

        public FactBatch Facts { get; }
    }
}

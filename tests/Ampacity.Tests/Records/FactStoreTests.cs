using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.Data.Sqlite;

namespace Ampacity.Tests;

public sealed class FactStoreTests : IDisposable
{
    private readonly RecordFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_empty_store_reads_as_the_empty_ledger()
    {
        await using var store = await _folder.OpenAsync();
        var ledger = await store.ReadLedgerAsync(null, Token);
        Assert.Equal(FactLedger.Empty.Revision, ledger.Revision);
        Assert.Empty(ledger.Facts);
        Assert.Equal((0, 1L), (ledger.NextNode, ledger.NextAsset));
    }

    [Fact]
    public async Task What_was_carried_out_is_read_back_after_a_reopen()
    {
        var fact = new Fact(
            default, Subject.Asset(new AssetId(1)), "Mac", new IdentifierFact(IdentifierKind.Mac, "aa:bb:cc:00:11:22"),
            new Validity(-5, 77), "abilene/h1", default);
        ChangeSet change;
        await using (var store = await _folder.OpenAsync())
        {
            change = await store.CarryOutAsync(
                new ChangeDraft(default, "ann", "first", [], FactBatch.Of([RecordFolder.Node(0, "r1"), fact]), 1, 2), Token);
            Assert.Equal(new ChangeSet(new ChangeSetId(1), "ann", "first", 1_000_000), change);
        }

        await using var again = await _folder.OpenAsync();
        var ledger = await again.ReadLedgerAsync(null, Token);
        Assert.Equal(
            [RecordFolder.Node(0, "r1") with { Id = new FactId(1), RecordedBy = change.Id }, fact with { Id = new FactId(2), RecordedBy = change.Id }],
            ledger.Facts);
        Assert.Equal((change.Id, 1, 2L), (ledger.Revision, ledger.NextNode, ledger.NextAsset));
        Assert.Equal([change], await again.ReadChangeSetsAsync(10, long.MaxValue, Token));
    }

    [Fact]
    public async Task Before_a_correction_was_known_the_wrong_fact_is_believed_and_after_it_the_right_one()
    {
        await using var store = await _folder.OpenAsync();
        var first = await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "wrong", 100)]), Token);
        var wrong = (await store.ReadLedgerAsync(null, Token)).Facts.First();
        _folder.Time.Advance(TimeSpan.FromMilliseconds(50));
        var second = await store.CarryOutAsync(
            RecordFolder.Draft(await store.ReadLedgerAsync(null, Token), "bob", [RecordFolder.Node(0, "right", 100)], wrong.Id), Token);

        Assert.Equal("wrong", NameIn(await store.ReadLedgerAsync(first.Id, Token)));
        Assert.Equal("right", NameIn(await store.ReadLedgerAsync(second.Id, Token)));
        Assert.Equal("right", NameIn(await store.ReadLedgerAsync(null, Token)));
        Assert.Equal("wrong", NameIn(await store.ReadLedgerAsync(1_000_049, Token)));
        Assert.Equal("right", NameIn(await store.ReadLedgerAsync(1_000_050, Token)));
        Assert.Empty((await store.ReadLedgerAsync(999_999, Token)).Facts);

        var history = await store.ReadHistoryAsync(Subject.Node(0), Token);
        Assert.Equal([second.Id, null], history.Select(fact => fact.RetractedBy));
        Assert.Equal(history, await store.ReadFactsOfChangeAsync(second.Id, Token));
        Assert.Empty(await store.ReadHistoryAsync(Subject.Asset(new AssetId(0)), Token));
        Assert.Equal([first], await store.ReadChangeSetsAsync(10, second.Id.Number, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => store.ReadLedgerAsync(new ChangeSetId(3), Token));
    }

    [Fact]
    public async Task A_change_in_the_world_keeps_both_facts_and_each_holds_in_its_time()
    {
        await using var store = await _folder.OpenAsync();
        await store.CarryOutAsync(
            RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "old", 0, 100), RecordFolder.Node(0, "new", 100)]), Token);
        var ledger = await store.ReadLedgerAsync(null, Token);
        Assert.Equal("old", ((NodeFact)Assert.Single(ledger.HoldingAt(99)).Value).Name);
        Assert.Equal("new", ((NodeFact)Assert.Single(ledger.HoldingAt(100)).Value).Name);
    }

    [Fact]
    public async Task Of_two_writers_on_one_state_the_second_is_told_who_came_in_between()
    {
        await using var store = await _folder.OpenAsync();
        var ledger = await store.ReadLedgerAsync(null, Token);
        var first = await store.CarryOutAsync(RecordFolder.Draft(ledger, "ann", [RecordFolder.Node(0, "a")]), Token);
        var conflict = await Assert.ThrowsAsync<ChangeConflictException>(
            () => store.CarryOutAsync(RecordFolder.Draft(ledger, "bob", [RecordFolder.Node(1, "b")]), Token));
        Assert.Equal(first, conflict.CameBetween);
        Assert.Contains("change_1 by ann", conflict.Message, StringComparison.Ordinal);
        Assert.Equal("a", NameIn(await store.ReadLedgerAsync(null, Token)));
    }

    [Fact]
    public async Task Of_many_writers_at_once_exactly_one_wins()
    {
        await using var store = await _folder.OpenAsync();
        await using var other = await _folder.OpenAsync();
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
        Assert.Single((await store.ReadLedgerAsync(null, Token)).Facts);
    }

    [Fact]
    public async Task A_fact_is_not_retracted_twice()
    {
        await using var store = await _folder.OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        await store.CarryOutAsync(
            RecordFolder.Draft(await store.ReadLedgerAsync(null, Token), "bob", [], new FactId(1)), Token);
        var now = await store.ReadLedgerAsync(null, Token);
        var conflict = await Assert.ThrowsAsync<ChangeConflictException>(
            () => store.CarryOutAsync(RecordFolder.Draft(now, "eve", [], new FactId(1)), Token));
        Assert.Equal("bob", conflict.CameBetween?.Author);
        Assert.Equal(2, (await store.ReadChangeSetsAsync(10, long.MaxValue, Token)).Count);
    }

    [Fact]
    public async Task Two_believed_facts_of_one_slot_from_one_instant_are_refused()
    {
        await using var store = await _folder.OpenAsync();
        var bug = await Assert.ThrowsAsync<InvalidOperationException>(() => store.CarryOutAsync(
            RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a"), RecordFolder.Node(0, "b")]), Token));
        Assert.Contains("node:0", bug.Message, StringComparison.Ordinal);
        Assert.Empty(await store.ReadChangeSetsAsync(10, long.MaxValue, Token));
    }

    [Fact]
    public async Task A_draft_that_gives_ordinals_back_is_refused()
    {
        await using var store = await _folder.OpenAsync();
        await store.CarryOutAsync(new ChangeDraft(default, "ann", "", [], FactBatch.Of([RecordFolder.Node(0, "a")]), 5, 1), Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.CarryOutAsync(
            new ChangeDraft(new ChangeSetId(1), "bob", "", [], FactBatch.Of([RecordFolder.Node(1, "b")]), 4, 1), Token));
        Assert.Equal(5, (await store.ReadLedgerAsync(null, Token)).NextNode);
    }

    [Fact]
    public async Task A_failure_in_the_middle_leaves_nothing_of_the_change()
    {
        await using var store = await _folder.OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        Run("CREATE TRIGGER injected BEFORE INSERT ON facts WHEN NEW.subject_number = 7 BEGIN SELECT RAISE(ABORT, 'injected'); END");
        var before = await store.ReadLedgerAsync(null, Token);
        var draft = RecordFolder.Draft(
            before, "bob", [.. Enumerable.Range(1, 10).Select(n => RecordFolder.Node(n, "n"))], new FactId(1)) with
        { NextNode = 11 };
        var failure = await Assert.ThrowsAsync<RecordStoreException>(() => store.CarryOutAsync(draft, Token));
        Assert.Contains("injected", failure.Message, StringComparison.Ordinal);

        var after = await store.ReadLedgerAsync(null, Token);
        Assert.Equal(before.Facts, after.Facts);
        Assert.Equal((before.Revision, before.NextNode), (after.Revision, after.NextNode));
        Run("DROP TRIGGER injected");
        Assert.Equal(2, (await store.CarryOutAsync(draft, Token)).Id.Number);
    }

    [Fact]
    public async Task What_a_killed_writer_left_in_the_log_is_not_there()
    {
        await using var store = await _folder.OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        using var copy = new RecordFolder();
        using (var killed = new SqliteConnection(_folder.ConnectionString))
        {
            killed.Open();
            using var command = killed.CreateCommand();
            // A cache of ten pages spills the unfinished transaction into the write-ahead log, as a large change does.
            command.CommandText =
                "PRAGMA cache_size = 10; BEGIN IMMEDIATE; INSERT INTO change_sets VALUES (2, 'dead', '', 5);"
                + "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                + "INSERT INTO facts SELECT i, 1, i, 'node', '', '{}', 0, 1, '', 2, NULL FROM n";
            command.ExecuteNonQuery();
            Assert.True(new FileInfo(_folder.File + "-wal").Length > 100_000);
            // What a kill at this instant leaves on the disk.
            File.Copy(_folder.File, copy.File);
            File.Copy(_folder.File + "-wal", copy.File + "-wal");
        }

        await using var survivor = await copy.OpenAsync();
        foreach (var reader in new[] { store, survivor })
        {
            Assert.Equal("a", NameIn(await reader.ReadLedgerAsync(null, Token)));
            Assert.Single(await reader.ReadChangeSetsAsync(10, long.MaxValue, Token));
        }
    }

    [Fact]
    public async Task Recorded_time_does_not_run_backwards_when_the_clock_is_set_back()
    {
        await using var store = await _folder.OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        await using var late = await FactStore.OpenAsync(
            _folder.Path, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch), Token);
        var second = await late.CarryOutAsync(
            RecordFolder.Draft(await late.ReadLedgerAsync(null, Token), "bob", [RecordFolder.Node(1, "b")]), Token);
        Assert.Equal(1_000_000, second.RecordedMs);
    }

    [Fact]
    public async Task A_draft_without_content_or_author_is_refused()
    {
        await using var store = await _folder.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", []), Token));
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, " ", [RecordFolder.Node(0, "a")]), Token));
    }

    [Fact]
    public async Task A_value_that_cannot_be_read_names_its_fact()
    {
        await using var store = await _folder.OpenAsync();
        await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a")]), Token);
        Run("UPDATE facts SET value = '{\"aspect\":\"ghost\"}'");
        var failure = await Assert.ThrowsAsync<RecordStoreException>(() => store.ReadLedgerAsync(null, Token));
        Assert.Equal(RecordStoreFailure.Corrupt, failure.Failure);
        Assert.Contains("fact_1", failure.Message, StringComparison.Ordinal);
    }

    private static string NameIn(FactLedger ledger) => ((NodeFact)Assert.Single(ledger.Facts).Value).Name;

    private void Run(string sql)
    {
        using var connection = new SqliteConnection(_folder.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

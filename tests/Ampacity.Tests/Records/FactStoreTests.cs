using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

/// <summary>What every store does; each runs all of it.</summary>
public abstract partial class FactStoreTests
{
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddMilliseconds(1_000_000));

    /// <summary>Opens the test's own store; a second time the same one again.</summary>
    private protected Task<FactStore> OpenAsync() => OpenAsync(Time);

    private protected abstract Task<FactStore> OpenAsync(TimeProvider time);

    /// <summary>Runs SQL in the store's database, past the store.</summary>
    private protected abstract Task RunAsync(string sql);

    [Fact]
    public async Task An_empty_store_reads_as_the_empty_ledger()
    {
        await using var store = await OpenAsync();
        var ledger = await store.ReadLedgerAsync(Token);
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
        await using (var store = await OpenAsync())
        {
            var carriedOut = await store.CarryOutAsync(
                new ChangeDraft(default, "ann", "first", [], FactBatch.Of([RecordFolder.Node(0, "r1"), fact]), 1, 2), Token);
            Assert.Equal(new FactId(1), carriedOut.First);
            change = carriedOut.Change;
            Assert.Equal(new ChangeSet(new ChangeSetId(1), "ann", "first", 1_000_000), change);
        }

        await using var again = await OpenAsync();
        var ledger = await again.ReadLedgerAsync(Token);
        Assert.Equal(
            [RecordFolder.Node(0, "r1") with { Id = new FactId(1), RecordedBy = change.Id }, fact with { Id = new FactId(2), RecordedBy = change.Id }],
            ledger.Facts);
        Assert.Equal((change.Id, 1, 2L), (ledger.Revision, ledger.NextNode, ledger.NextAsset));
        Assert.Equal([change], await again.ReadChangeSetsAsync(10, long.MaxValue, Token));
    }

    [Theory]
    [InlineData("one-rack.yaml", "site/hall")]
    [InlineData("hall-300.yaml", "example/h1")]
    [InlineData("programme-26gw.yaml", "fleet")]
    public async Task An_example_that_was_recorded_exports_back_to_no_difference(string name, string under)
    {
        var nowMs = Time.GetUtcNow().ToUnixTimeMilliseconds();
        var declared = FleetFile.Parse(name, await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "examples", name), Token), OneRack.Catalogue).OrThrow();
        await using (var store = await OpenAsync())
        {
            var plan = ChangePlanner.Plan(await store.ReadLedgerAsync(Token), FleetGraph.Empty, [declared], "test", "", nowMs);
            Assert.Empty(plan.Errors);
            await store.CarryOutAsync(plan.Draft, Token);
        }

        await using var again = await OpenAsync();
        var ledger = await again.ReadLedgerAsync(Token);
        var graph = FleetGraphBuilder.Build(ledger, nowMs, OneRack.Catalogue);
        var exported = FleetFileWriter.Write(graph.Within(PlaceScope.Whole), ledger, under)!;
        Assert.Empty(exported.Omitted);
        var difference = ChangePlanner.Plan(ledger, graph, [FleetFile.Parse(exported.Name, exported.Text, OneRack.Catalogue).OrThrow()], "test", "", nowMs + 1);
        Assert.Empty(difference.Errors);
        Assert.Empty(difference.Changes);
        Assert.True(difference.Draft.IsEmpty);
    }

    [Fact]
    public async Task Before_a_correction_was_known_the_wrong_fact_is_believed_and_after_it_the_right_one()
    {
        await using var store = await OpenAsync();
        var first = (await store.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "wrong", 100)]), Token)).Change;
        var wrong = (await store.ReadLedgerAsync(Token)).Facts.First();
        Time.Advance(TimeSpan.FromMilliseconds(50));
        var carriedOut = await store.CarryOutAsync(
            RecordFolder.Draft(await store.ReadLedgerAsync(Token), "bob", [RecordFolder.Node(0, "right", 100)], wrong.Id), Token);
        var second = carriedOut.Change;
        Assert.Equal(new FactId(2), carriedOut.First);

        var ledger = await store.ReadLedgerAsync(Token);
        Assert.Equal("wrong", NameIn(ledger.KnownAt(first.Id)));
        Assert.Equal("right", NameIn(ledger.KnownAt(second.Id)));
        Assert.Equal("right", NameIn(ledger));
        Assert.Equal(first, await store.ReadChangeSetAtAsync(1_000_049, Token));
        Assert.Equal(second, await store.ReadChangeSetAtAsync(1_000_050, Token));
        Assert.Equal(default, (await store.ReadChangeSetAtAsync(999_999, Token)).Id);

        var history = ledger.HistoryOf(Subject.Node(0)).ToFacts();
        Assert.Equal([second.Id, null], history.Select(fact => fact.RetractedBy));
        Assert.Equal(history, ledger.OfChange(second.Id));
        Assert.Equal([first], await store.ReadChangeSetsAsync(10, second.Id.Number, Token));
        Assert.Equal(second, await store.ReadChangeSetAsync(second.Id, Token));
        Assert.Null(await store.ReadChangeSetAsync(new ChangeSetId(3), Token));
    }

    [Fact]
    public async Task A_change_in_the_world_keeps_both_facts_and_each_holds_in_its_time()
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(
            RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "old", 0, 100), RecordFolder.Node(0, "new", 100)]), Token);
        var ledger = await store.ReadLedgerAsync(Token);
        Assert.Equal("old", ((NodeFact)Assert.Single(ledger.HoldingAt(99)).Value).Name);
        Assert.Equal("new", ((NodeFact)Assert.Single(ledger.HoldingAt(100)).Value).Name);
    }

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

    [Theory]
    [InlineData("UPDATE facts SET value = '{\"aspect\":\"ghost\"}' WHERE id = 2", "fact_2", "ghost")]
    [InlineData("UPDATE facts SET aspect = 2 WHERE id = 2", "fact_2", "aspect")]
    [InlineData("UPDATE facts SET aspect = 12 WHERE id = 2", "fact_2", "rack/part")]
    [InlineData("UPDATE facts SET aspect = 13 WHERE id = 2", "fact_2", "identifier")]
    [InlineData("UPDATE facts SET subject_kind = 7 WHERE id = 2", "fact_2", "kind 7")]
    [InlineData("UPDATE facts SET subject_number = -1 WHERE id = 2", "fact_2", "node:-1")]
    [InlineData("UPDATE facts SET recorded_by = 9 WHERE id = 2", "fact_2", "change set 9")]
    [InlineData("UPDATE facts SET declared_by = 9 WHERE id = 2", "fact_2", "owner 9")]
    [InlineData("DELETE FROM facts WHERE id = 2", "fact_3", "missing")]
    [InlineData("UPDATE counters SET next_node = 1", "fact_2", "counters")]
    [InlineData("DELETE FROM counters", "counters", "missing")]
    public async Task What_was_damaged_is_named_with_its_place(string sql, string where, string what)
    {
        await using var store = await OpenAsync();
        await store.CarryOutAsync(
            RecordFolder.Draft(FactLedger.Empty, "ann", [.. Enumerable.Range(0, 3).Select(n => RecordFolder.Node(n, $"n{n}"))]), Token);
        await RunAsync(sql);
        var failure = await Assert.ThrowsAsync<RecordStoreException>(() => store.ReadLedgerAsync(Token));
        Assert.Equal(RecordStoreFailure.Corrupt, failure.Failure);
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(store.Place, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kind_of_fact_is_read_back_as_it_was_written()
    {
        var batch = new FactBatch();
        var valid = new Validity(-5, 77);
        var asset = new AssetId(1);
        batch.Add(Subject.Node(0), new NodeFact(NodeKind.Rack, "räck \"1\"", -1), "", Validity.Since(3), "a/h1");
        batch.Add(Subject.Node(0), new FeedFact(0, 1), "0", valid, "a/h2");
        batch.Add(Subject.Node(0), new NoteFact(new string('ü', 100_000)), "", valid, "");
        batch.AddPlacement(asset, new StableKey(0, 65_535), valid, "a/h1");
        batch.AddIdentifier(asset, IdentifierKind.Serial, "SN-ü-1", valid, "a/h1");
        batch.AddIdentifier(asset, IdentifierKind.Mac, "", Validity.Since(0), "");
        await using var store = await OpenAsync();
        var done = await store.CarryOutAsync(new ChangeDraft(default, "ann", "", [], batch, 1, 2), Token);
        Assert.Equal(
            batch.Select((fact, index) => fact with { Id = new FactId(index + 1), RecordedBy = done.Change.Id }),
            (await store.ReadLedgerAsync(Token)).Facts);
    }

    [Fact]
    public async Task A_ledger_catches_up_with_what_another_process_recorded_and_retracted()
    {
        await using var ours = await OpenAsync();
        await using var theirs = await OpenAsync();
        await ours.CarryOutAsync(RecordFolder.Draft(FactLedger.Empty, "ann", [RecordFolder.Node(0, "a"), RecordFolder.Node(1, "b")]), Token);
        var before = await ours.ReadLedgerAsync(Token);
        Assert.Same(before, await ours.CatchUpAsync(before, Token));

        var they = await theirs.ReadLedgerAsync(Token);
        await theirs.CarryOutAsync(RecordFolder.Draft(they, "bob", [RecordFolder.Node(0, "c")], new FactId(1)), Token);
        they = await theirs.CatchUpAsync(they, Token);
        await theirs.CarryOutAsync(RecordFolder.Draft(they, "bob", [RecordFolder.Node(0, "d")], new FactId(3)), Token);
        await Assert.ThrowsAsync<ChangeConflictException>(
            () => ours.CarryOutAsync(RecordFolder.Draft(before, "ann", [RecordFolder.Node(2, "x")]), Token));

        var after = await ours.CatchUpAsync(before, Token);
        Assert.Equal((await theirs.ReadLedgerAsync(Token)).Facts, after.Facts);
        Assert.Equal(["b", "d"], after.Facts.Select(fact => ((NodeFact)fact.Value).Name));
        Assert.Equal(["a", "b"], before.Facts.Select(fact => ((NodeFact)fact.Value).Name));
        Assert.Equal(["b", "c"], after.KnownAt(new ChangeSetId(2)).Facts.Select(fact => ((NodeFact)fact.Value).Name));
    }

    [Fact]
    public async Task A_ledger_of_another_store_does_not_catch_up()
    {
        await using var store = await OpenAsync();
        var foreign = new FactTable().Ledger(new ChangeSetId(5), 0, 1);
        await Assert.ThrowsAsync<ArgumentException>(() => store.CatchUpAsync(foreign, Token));
    }

    [Fact]
    public async Task Surveys_are_kept_in_order_and_read_back()
    {
        await using var store = await OpenAsync();
        Assert.Null(await store.ReadLatestSurveyAsync(Token));
        var first = await store.SaveSurveyAsync(new SurveyRow(0, 10, 20, "sweep", """{"errors":[]}"""), Token);
        var second = await store.SaveSurveyAsync(new SurveyRow(0, 30, 40, "sweep", "{}"), Token);
        Assert.Equal((1L, 2L), (first.Id, second.Id));
        Assert.Equal(second, await store.ReadLatestSurveyAsync(Token));
        Assert.Equal(first, await store.ReadSurveyAsync(1, Token));
        Assert.Null(await store.ReadSurveyAsync(3, Token));
        Assert.Equal([new SurveyHeading(2, 30, 40, "sweep"), new SurveyHeading(1, 10, 20, "sweep")],
            await store.ReadSurveysAsync(10, long.MaxValue, Token));
        Assert.Equal([1L], (await store.ReadSurveysAsync(10, 2, Token)).Select(heading => heading.Id));
        await Assert.ThrowsAsync<ArgumentException>(() => store.SaveSurveyAsync(new SurveyRow(0, 2, 1, "sweep", ""), Token));
    }

    [Fact]
    public async Task A_credential_is_replaced_by_name_and_never_printed()
    {
        await using var store = await OpenAsync();
        await store.SaveCredentialAsync(new CredentialRow("bmc", "root", "cipher-1"), Token);
        await store.SaveCredentialAsync(new CredentialRow("bmc", "admin", "cipher-2"), Token);
        var credential = new CredentialRow("bmc", "admin", "cipher-2");
        Assert.Equal(credential, await store.ReadCredentialAsync("bmc", Token));
        Assert.Equal([credential], await store.ReadCredentialsAsync(Token));
        Assert.Null(await store.ReadCredentialAsync("other", Token));
        Assert.DoesNotContain("cipher", $"{credential}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acts_are_kept_with_their_time_newest_first()
    {
        await using var store = await OpenAsync();
        await store.AppendAuditAsync("ann", "apply", "one-rack.yaml", Token);
        Time.Advance(TimeSpan.FromMilliseconds(5));
        await store.AppendAuditAsync("bob", "trip", "site/hall/ups-a", Token);
        Assert.Equal(
            [new AuditRow(2, 1_000_005, "bob", "trip", "site/hall/ups-a"), new AuditRow(1, 1_000_000, "ann", "apply", "one-rack.yaml")],
            await store.ReadAuditAsync(10, long.MaxValue, Token));
        Assert.Single(await store.ReadAuditAsync(1, long.MaxValue, Token));
    }

    [Fact]
    public async Task A_backup_taken_while_others_write_is_one_state_and_is_restored_whole()
    {
        using var folder = new RecordFolder();
        var backup = Path.Combine(folder.Path, "backup.db");
        await using var store = await OpenAsync();
        await FillAsync(store);
        var before = await store.ReadLedgerAsync(Token);
        var writing = Task.Run(
            async () =>
            {
                for (var n = 0; n < 20; n++)
                {
                    var ledger = await store.ReadLedgerAsync(Token);
                    await store.CarryOutAsync(RecordFolder.Draft(ledger, "busy", [RecordFolder.Node(ledger.NextNode, $"b{n}")]), Token);
                }
            },
            Token);
        await store.BackupToAsync(backup, Token);
        await writing;
        Assert.Equal(["backup.db"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));

        // Into the embedded store, which every machine has.
        using var other = new RecordFolder();
        await using var restored = await other.OpenAsync();
        await restored.RestoreAsync(backup, Token);
        var after = await restored.ReadLedgerAsync(Token);
        Assert.InRange(after.Revision.Number, before.Revision.Number, before.Revision.Number + 20);
        Assert.Equal((await store.ReadLedgerAsync(Token)).KnownAt(after.Revision).Facts, after.Facts);
        Assert.Equal(after.RecordedCount - before.RecordedCount, after.NextNode - before.NextNode);
        Assert.Equal(await store.ReadCredentialsAsync(Token), await restored.ReadCredentialsAsync(Token));
        Assert.Equal(await store.ReadLatestSurveyAsync(Token), await restored.ReadLatestSurveyAsync(Token));
        Assert.Equal(await store.ReadAuditAsync(10, long.MaxValue, Token), await restored.ReadAuditAsync(10, long.MaxValue, Token));
    }

    [Fact]
    public async Task A_restored_store_goes_on_where_the_backup_was_taken_and_is_not_restored_into_again()
    {
        using var folder = new RecordFolder();
        var backup = Path.Combine(folder.Path, "backup.db");
        using var other = new RecordFolder();
        await using (var source = await other.OpenAsync())
        {
            await FillAsync(source);
            await source.BackupToAsync(backup, Token);
        }

        await using var store = await OpenAsync();
        await store.RestoreAsync(backup, Token);
        var ledger = await store.ReadLedgerAsync(Token);
        var done = await store.CarryOutAsync(RecordFolder.Draft(ledger, "ann", [RecordFolder.Node(3, "d")], new FactId(2)), Token);
        Assert.Equal((3L, ledger.RecordedCount + 1L), (done.Change.Id.Number, done.First.Number));
        Assert.Equal(2, (await store.SaveSurveyAsync(new SurveyRow(0, 1, 2, "sweep", "{}"), Token)).Id);
        Assert.Equal(2, (await store.AppendAuditAsync("ann", "restore", "all", Token)).Id);
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => store.RestoreAsync(backup, Token));
        Assert.Contains("empty", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => store.BackupToAsync(backup, Token));
    }

    [Fact]
    public async Task A_damaged_backup_leaves_the_store_empty()
    {
        using var folder = new RecordFolder();
        var backup = Path.Combine(folder.Path, "backup.db");
        await File.WriteAllTextAsync(backup, new string('x', 8192), Token);
        await using var store = await OpenAsync();
        var none = await Assert.ThrowsAsync<RecordStoreException>(() => store.RestoreAsync(backup, Token));
        Assert.Contains(backup, none.Message, StringComparison.Ordinal);
        File.Delete(backup);
        await Assert.ThrowsAsync<RecordStoreException>(() => store.RestoreAsync(backup, Token));

        using var other = new RecordFolder();
        await using (var source = await other.OpenAsync())
        {
            await FillAsync(source);
            await source.BackupToAsync(backup, Token);
        }

        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={backup};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM facts WHERE id = 2";
            command.ExecuteNonQuery();
        }

        var gap = await Assert.ThrowsAsync<RecordStoreException>(() => store.RestoreAsync(backup, Token));
        Assert.Equal(RecordStoreFailure.Corrupt, gap.Failure);
        Assert.Empty(await store.ReadChangeSetsAsync(10, long.MaxValue, Token));
        Assert.Empty(await store.ReadAuditAsync(10, long.MaxValue, Token));
    }

    private static async Task FillAsync(FactStore store)
    {
        await store.CarryOutAsync(
            RecordFolder.Draft(FactLedger.Empty, "ann", [.. Enumerable.Range(0, 3).Select(n => RecordFolder.Node(n, $"n{n}") with { DeclaredBy = "a/h1" })]),
            Token);
        await store.CarryOutAsync(
            RecordFolder.Draft(await store.ReadLedgerAsync(Token), "bob", [RecordFolder.Node(0, "m0")], new FactId(1)), Token);
        await store.SaveCredentialAsync(new CredentialRow("bmc", "root", "cipher"), Token);
        await store.SaveSurveyAsync(new SurveyRow(0, 10, 20, "sweep", "{}"), Token);
        await store.AppendAuditAsync("ann", "apply", "one-rack.yaml", Token);
    }

    private static string NameIn(FactLedger ledger) => ((NodeFact)Assert.Single(ledger.Facts).Value).Name;

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

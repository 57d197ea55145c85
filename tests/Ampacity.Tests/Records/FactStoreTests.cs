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

    private static string NameIn(FactLedger ledger) => ((NodeFact)Assert.Single(ledger.Facts).Value).Name;
}

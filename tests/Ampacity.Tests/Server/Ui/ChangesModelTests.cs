using Ampacity.Fleet;
using Ampacity.Server;

namespace Ampacity.Tests;

public sealed class ChangesModelTests
{
    private const long LaterMs = OneRack.BeganMs + 86_400_000;

    // Change 1 declares the example; change 2 swaps a serial's text and takes the note of a programme away.
    private static readonly FactLedger Ledger = OneRack.Apply(
        OneRack.Ledger(), OneRack.Declared(text => text.Replace("programme: example-programme", "programme: other-programme", StringComparison.Ordinal)), LaterMs).Ledger;

    private static readonly FleetView View = FleetGraphBuilder.Build(Ledger, LaterMs, OneRack.Catalogue).Within(PlaceScope.Whole);

    private static readonly ChangeSet[] Sets =
        [new(new ChangeSetId(1), "ada", "first", OneRack.BeganMs), new(new ChangeSetId(2), "Grace", "", LaterMs)];

    [Fact]
    public void A_changed_value_is_told_once_with_before_and_after()
    {
        var row = Assert.Single(Open(2, new ChangesQuery { Set = 2 }).Rows);
        Assert.Equal(
            ("site/hall/r01/01", "programme", ChangeEffect.Changed, "example-programme", "other-programme", LaterMs),
            (row.What, row.Aspect, row.Effect, row.Before, row.After, row.FromMs));
    }

    [Fact]
    public void What_was_not_there_before_is_added_and_every_fact_is_on_one_page()
    {
        var rows = new List<FactChangeRow>();
        int? from = 0;
        while (from is { } at)
        {
            var page = Open(1, new ChangesQuery { Set = 1, From = at });
            Assert.InRange(page.Rows.Count, 1, ChangeSetModel.PageRows);
            rows.AddRange(page.Rows);
            from = page.Next;
        }

        Assert.All(rows, row => Assert.Equal((ChangeEffect.Added, null), (row.Effect, row.Before)));
        Assert.Equal(ChangeFacts.Of(Ledger).CountOf(new ChangeSetId(1)).Recorded, rows.Count);
    }

    [Fact]
    public void A_fact_that_ends_is_told_with_its_end()
    {
        var text = OneRack.FileText;
        var line = text.Split('\n').Single(one => one.Contains("EXAMPLE-CT-0018", StringComparison.Ordinal));
        var ledger = OneRack.Apply(OneRack.Ledger(), OneRack.Declared(file => file.Replace(line + "\n", "", StringComparison.Ordinal)), LaterMs).Ledger;
        var changes = ChangeFacts.Of(ledger).Read(new ChangeSetId(2), 0, 1000, null).Changes;
        Assert.NotEmpty(changes);
        Assert.All(changes, change => Assert.Equal((ChangeEffect.Ended, null, LaterMs), (change.Effect, change.After, change.Valid.ToMs)));
    }

    [Fact]
    public void What_was_recorded_wrongly_and_replaced_for_its_whole_span_is_a_correction()
    {
        var ledger = OneRack.Ledger();
        var node = Subject.Node(OneRack.Graph().FindPath(ExampleRack.RackPath));
        var held = ledger.Holding(node, FactAspect.Programme, "", OneRack.BeganMs)!.Value;
        var writer = new DraftWriter(ledger, OneRack.Graph(), LaterMs);
        writer.Withdraw(held);
        writer.Record(node, new ProgrammeFact("right-programme"), "", held.Valid);
        var corrected = ledger.Table.Append(writer.ToDraft("test", ""), new ChangeSetId(2));
        var change = Assert.Single(ChangeFacts.Of(corrected).Read(new ChangeSetId(2), 0, 10, null).Changes);
        Assert.Equal((ChangeEffect.Corrected, OneRack.BeganMs), (change.Effect, change.Valid.FromMs));
        Assert.Equal("example-programme", Assert.IsType<ProgrammeFact>(change.Before).Programme);
    }

    [Fact]
    public async Task The_list_is_newest_first_with_counts()
    {
        var list = await ReadAsync(new ChangesQuery());
        Assert.Equal(["change_2", "change_1"], list.Rows.Select(row => row.Change.Id.ToString()));
        Assert.Equal((2, 1), (list.Rows[0].Recorded, list.Rows[0].Retracted));
        Assert.Null(list.Next);
    }

    [Theory]
    [InlineData("AD", null, "change_1")]
    [InlineData(null, "site/hall/r01/01", "change_2 change_1")]
    [InlineData(null, "site/hall/ups-a", "change_1")]
    [InlineData("nobody", null, "")]
    public async Task The_list_is_narrowed_by_author_and_by_place(string? author, string? place, string ids) =>
        Assert.Equal(ids, string.Join(' ', (await ReadAsync(new ChangesQuery { Author = author, Place = place })).Rows.Select(row => row.Change.Id)));

    [Fact]
    public void A_change_to_a_thing_is_one_of_every_rack_that_it_ever_was_in()
    {
        var ledger = OneRack.Ledger();
        var graph = OneRack.Graph();
        var writer = new DraftWriter(ledger, graph, LaterMs);
        var thing = writer.NewAsset();
        writer.State(Subject.Asset(thing), new NoteFact("bought"));
        ledger = ledger.Table.Append(writer.ToDraft("test", ""), new ChangeSetId(2));
        var rack = graph.FindPath(ExampleRack.RackPath);
        Assert.Equal([1], ChangeFacts.Of(ledger).Touching([rack]));

        writer = new DraftWriter(ledger, graph.WithLedger(ledger), LaterMs + 1);
        writer.State(Subject.Asset(thing), new PlacementFact(rack, 1));
        ledger = ledger.Table.Append(writer.ToDraft("test", ""), new ChangeSetId(3));
        Assert.Equal([3, 2, 1], ChangeFacts.Of(ledger).Touching([rack]));

        writer = new DraftWriter(ledger, graph.WithLedger(ledger), LaterMs + 2);
        writer.End(ledger.Holding(Subject.Asset(thing), FactAspect.Note, "", LaterMs + 2)!.Value);
        ledger = ledger.Table.Append(writer.ToDraft("test", ""), new ChangeSetId(4));
        Assert.Equal([4, 3, 2, 1], ChangeFacts.Of(ledger).Touching([rack]));
        Assert.Equal([1], ChangeFacts.Of(ledger).Touching([graph.FindPath("site/hall/ups-a")]));
        Assert.Equal([3, 2, 1], ChangeFacts.Of(ledger.KnownAt(new ChangeSetId(3))).Touching([rack]));
    }

    [Fact]
    public async Task A_place_that_is_not_there_is_told() => Assert.True((await ReadAsync(new ChangesQuery { Place = "site/attic" })).IsMissing);

    [Fact]
    public void A_reader_of_another_place_sees_no_fact_of_this_one()
    {
        var view = View.Graph.Within(PlaceScope.Subtrees("elsewhere"));
        Assert.Empty(ChangeSetModel.Of(view, Ledger, new ChangesQuery { Set = 2 }, Sets[1]).Rows);
    }

    [Fact]
    public void A_change_set_of_a_place_shows_only_facts_of_it()
    {
        var rows = Open(1, new ChangesQuery { Set = 1, Place = "site/hall/ups-a" }).Rows;
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal("site/hall/ups-a", row.What));
    }

    [Fact]
    public void An_address_reads_back_as_what_wrote_it()
    {
        var query = ChangesQuery.Parse(" ada ", "/site/hall/", "change_40", "7", "200");
        Assert.Equal("./changes?author=ada&place=site/hall&before=40&set=7&from=200", query.Href);
        Assert.Equal("./changes", ChangesQuery.Parse(null, "", "x", "-1", "0").Href);
    }

    private static ChangeSetModel Open(int number, ChangesQuery query) => ChangeSetModel.Of(View, Ledger, query, Sets[number - 1]);

    private static Task<ChangeListModel> ReadAsync(ChangesQuery query) => ChangeListModel.ReadAsync(
        View, Ledger, query,
        (limit, before, _) => Task.FromResult<IReadOnlyList<ChangeSet>>([.. Sets.Reverse().Where(set => set.Id.Number < before).Take(limit)]),
        TestContext.Current.CancellationToken);
}

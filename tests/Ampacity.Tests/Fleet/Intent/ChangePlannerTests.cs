using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class ChangePlannerTests
{
    private const long HourMs = 3_600_000;

    [Fact]
    public void Applying_a_file_twice_changes_nothing()
    {
        var (ledger, first) = OneRack.Apply(FactLedger.Empty, OneRack.Declared(), OneRack.BeganMs);
        Assert.NotEmpty(first.Changes);
        var second = OneRack.Apply(ledger, OneRack.Declared(), OneRack.BeganMs + HourMs).Plan;
        Assert.True(second.Draft.IsEmpty);
        Assert.Empty(second.Changes);
    }

    [Fact]
    public void A_changed_rating_ends_one_fact_and_begins_another()
    {
        var changedMs = OneRack.BeganMs + HourMs;
        var (ledger, plan) = OneRack.Apply(
            OneRack.Ledger(), OneRack.Declared(text => text.Replace("rating: 2 MVA", "rating: 3 MVA")), changedMs);
        var change = Assert.Single(plan.Changes);
        Assert.Equal((ChangeVerb.Change, "site/hall/utility"), (change.Verb, change.What));
        Assert.Equal(2e6, RatingAt(ledger, changedMs - 1));
        Assert.Equal(3e6, RatingAt(ledger, changedMs));
    }

    [Fact]
    public void What_a_file_no_longer_names_ends_but_keeps_its_past()
    {
        var laterMs = OneRack.BeganMs + HourMs;
        var without = OneRack.Declared(text => string.Join('\n', text.Split('\n').Where(line => !line.Contains("EXAMPLE-CT-0018"))));
        var (ledger, plan) = OneRack.Apply(OneRack.Ledger(), without, laterMs);
        Assert.All(plan.Changes, change => Assert.Equal(ChangeVerb.Remove, change.Verb));
        Assert.Equal(18, FleetGraphBuilder.Build(ledger, laterMs - 1, OneRack.Catalogue).Assets.Count);
        Assert.Equal(17, FleetGraphBuilder.Build(ledger, laterMs, OneRack.Catalogue).Assets.Count);
    }

    [Fact]
    public void A_fact_that_the_file_did_not_create_is_left_alone()
    {
        var ledger = OneRack.Ledger();
        var accepted = new Fact(
            default, new Subject(SubjectKind.Asset, 1), nameof(IdentifierKind.Uuid),
            new IdentifierFact(IdentifierKind.Uuid, "0b5d1c1a-0000-4000-8000-000000000001"), Validity.Since(OneRack.BeganMs), "", default);
        var draft = new ChangeDraft(ledger.Revision, "test", "", [], FactBatch.Of([accepted]), ledger.NextNode, ledger.NextAsset);
        var (_, plan) = OneRack.Apply(ledger.Table.Append(draft, new ChangeSetId(2)), OneRack.Declared(), OneRack.BeganMs + 1);
        Assert.True(plan.Draft.IsEmpty);
    }

    [Fact]
    public void A_tray_whose_serial_moves_to_another_slot_stays_the_same_asset()
    {
        var swapped = OneRack.Declared(text => text
            .Replace("EXAMPLE-CT-0001", "x").Replace("EXAMPLE-CT-0002", "EXAMPLE-CT-0001").Replace("serial: x", "serial: EXAMPLE-CT-0002")
            .Replace("02:00:00:01:01:05", "y").Replace("02:00:00:01:01:06", "02:00:00:01:01:05").Replace("'y'", "'02:00:00:01:01:06'"));
        var before = OneRack.Graph().Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0001")!;
        var (ledger, _) = OneRack.Apply(OneRack.Ledger(), swapped, OneRack.BeganMs + HourMs);
        var graph = FleetGraphBuilder.Build(ledger, OneRack.BeganMs + HourMs, OneRack.Catalogue);
        var after = graph.Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0001")!;
        Assert.Equal(before.Id, after.Id);
        Assert.Equal("site/hall/r01/01/06", graph.PathOf(after.Place!.Value));
    }

    [Fact]
    public void Files_that_build_on_one_another_become_one_draft()
    {
        var other = OneRack.Declared(text => text.Replace("owns: site/hall", "owns: site/hall2")
            .Replace("EXAMPLE", "OTHER").Replace("02:00:00", "02:00:01"));
        var draft = ChangePlanner.Plan(FactLedger.Empty, FleetGraph.Empty, [OneRack.Declared(), other], "test", "", OneRack.BeganMs).Draft;
        Assert.Equal(default, draft.BasedOn);
        Assert.Empty(draft.Retract);
        var ledger = new FactTable().Append(draft, new ChangeSetId(1));
        var graph = FleetGraphBuilder.Build(ledger, OneRack.BeganMs, OneRack.Catalogue);
        Assert.Equal(36, graph.Assets.Count);
        Assert.Single(graph.Within(PlaceScope.Whole).Roots());
    }

    private static double? RatingAt(FactLedger ledger, long atMs)
    {
        var graph = FleetGraphBuilder.Build(ledger, atMs, OneRack.Catalogue);
        Assert.True(graph.Within(PlaceScope.Whole).TryFind("site/hall/utility", out var key));
        return graph.NodeOf(key.Node)!.PowerRating!.VoltAmperes;
    }
}

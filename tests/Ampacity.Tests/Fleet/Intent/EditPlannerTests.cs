using Ampacity.Fleet;
using CsCheck;

namespace Ampacity.Tests;

public sealed class EditPlannerTests
{
    private const string Tray = "site/hall/r01/01/05";
    private const long T1 = OneRack.BeganMs + 1_000_000;
    private const long T2 = OneRack.BeganMs + 2_000_000;
    private const long T3 = OneRack.BeganMs + 3_000_000;

    [Fact]
    public void A_change_keeps_the_past_and_a_correction_does_not()
    {
        var changed = Do(OneRack.Ledger(), T1, new FleetEdit.Change(Tray, "partNumber", "A", null));
        changed = Do(changed, T2, new FleetEdit.Change(Tray, "partNumber", "B", null));
        Assert.Equal(("A", "B"), (At(changed, T2 - 1).PartNumber, At(changed, T2).PartNumber));
        var corrected = Do(changed, T3, new FleetEdit.Correct(Tray, "partNumber", "C", T1, null));
        Assert.Equal(("C", "B"), (At(corrected, T1).PartNumber, At(corrected, T2).PartNumber));
        Assert.Equal("A", At(corrected.KnownAt(changed.Revision), T1).PartNumber);
    }

    [Fact]
    public void A_change_planned_for_later_shows_then_and_not_now()
    {
        var ledger = Do(OneRack.Ledger(), T1, new FleetEdit.Change("site/hall/r01/01", "tenant", "openai", T3));
        Assert.Null(Graph(ledger, T2).TenantOf(Rack(ledger, T2)) is "openai" ? "openai" : null);
        Assert.Equal("openai", Graph(ledger, T3).TenantOf(Rack(ledger, T3)));
    }

    [Fact]
    public void A_serial_of_another_asset_is_refused_and_says_whose_it_is()
    {
        var error = Assert.Single(Plan(OneRack.Ledger(), T1, new FleetEdit.Change(Tray, "serial", "EXAMPLE-CT-0002", null)).Errors);
        Assert.Equal("duplicate-serial", error.Rule);
        Assert.Contains("asset_", error.Hint);
        Assert.Equal("no-identifier", Assert.Single(Plan(OneRack.Ledger(), T1, new FleetEdit.Change(Tray, "serial", "NA", null)).Errors).Rule);
    }

    [Fact]
    public void A_board_swap_changes_the_MAC_and_frees_the_old_one()
    {
        var ledger = Do(OneRack.Ledger(), T1, new FleetEdit.SwapBmc(Tray, "02:00:00:aa:bb:cc", null));
        var (before, after) = (At(ledger, T1 - 1), At(ledger, T1));
        Assert.Equal((before.Id, before.Place, before[IdentifierKind.Serial]), (after.Id, after.Place, after[IdentifierKind.Serial]));
        Assert.Equal("02:00:00:aa:bb:cc", after[IdentifierKind.Mac]);
        Assert.Null(Graph(ledger, T1).Assets.By(IdentifierKind.Mac, before[IdentifierKind.Mac]!));
    }

    [Fact]
    public void Two_trays_swap_and_an_undo_takes_it_back()
    {
        var before = OneRack.Ledger();
        var ledger = Do(before, T1, new FleetEdit.Move(Tray, "site/hall/r01/01/06", null) { Swap = true });
        Assert.NotEqual(At(before, T2).Id, At(ledger, T2).Id);
        var undo = UndoPlanner.Plan(ledger, at => Graph(ledger, at), ledger.Revision, "test", "", T2);
        Assert.Empty(undo.Errors);
        var undone = ledger.Table.Append(undo.Draft, new ChangeSetId(ledger.Revision.Number + 1));
        Assert.Equal(At(before, T3).Id, At(undone, T3).Id);
    }

    [Fact]
    public void An_undo_is_refused_where_a_later_change_touched_the_same()
    {
        var one = Do(OneRack.Ledger(), T1, new FleetEdit.Change(Tray, "note", "a", null));
        var two = Do(one, T2, new FleetEdit.Change(Tray, "note", "b", null));
        var undo = UndoPlanner.Plan(two, at => Graph(two, at), one.Revision, "test", "", T3);
        Assert.Contains(undo.Errors, error => error.Rule == "touched-since");
    }

    [Fact]
    public void A_taken_place_is_refused_unless_it_is_said_what_becomes_of_who_is_there()
    {
        var error = Assert.Single(Plan(OneRack.Ledger(), T1, new FleetEdit.Move(Tray, "site/hall/r01/01/06", null)).Errors);
        Assert.Equal("place-taken", error.Rule);
    }

    [Fact]
    public void A_retired_tray_loses_its_place_and_can_get_none_again()
    {
        var id = At(OneRack.Ledger(), T1).Id;
        var ledger = Do(OneRack.Ledger(), T1, new FleetEdit.Retire(Tray, false, null));
        var asset = Graph(ledger, T1).Assets.Find(id)!;
        Assert.Equal((LifecycleState.Retired, null), (asset.State, asset.Place));
        Assert.NotNull(asset[IdentifierKind.Serial]);
        var again = Plan(ledger, T2, new FleetEdit.Move($"asset:{id.Number}", Tray, null));
        Assert.Equal("retired-asset", Assert.Single(again.Errors).Rule);
    }

    [Fact]
    public void An_illegal_step_is_refused_and_nothing_of_the_request_is_kept()
    {
        var ledger = Do(OneRack.Ledger(), T1, new FleetEdit.State(Tray, LifecycleState.Failed, null));
        var plan = Plan(ledger, T2, new FleetEdit.Change(Tray, "note", "x", null), new FleetEdit.State(Tray, LifecycleState.Live, null));
        Assert.Equal(("lifecycle-step", 2), (Assert.Single(plan.Errors).Rule, plan.Errors[0].Line));
    }

    [Fact]
    public void A_split_and_a_merge_keep_both_histories()
    {
        var whole = At(OneRack.Ledger(), T1).Id;
        var split = Do(OneRack.Ledger(), T1, new FleetEdit.Split(Tray, ["serial", "placement"], null));
        var made = At(split, T1);
        Assert.Equal(whole, made.SplitFrom);
        Assert.NotEqual(whole, made.Id);
        Assert.Null(Graph(split, T1).Assets.Find(whole)![IdentifierKind.Serial]);
        var merged = Do(split, T2, new FleetEdit.Merge($"asset:{made.Id.Number}", $"asset:{whole.Number}", null, null));
        Assert.Equal(whole, At(merged, T2).Id);
        Assert.Equal(whole, Graph(merged, T2).Assets.Find(made.Id)!.MergedInto);
        Assert.Equal(made.Id, At(merged, T2 - 1).Id);
    }

    [Fact]
    public void A_moved_rack_keeps_its_ordinal_and_its_trays()
    {
        var before = Rack(OneRack.Ledger(), T1);
        var ledger = Do(OneRack.Ledger(), T1, new FleetEdit.Move("site/hall/r01/01", "site/hall/r01/09", null));
        var graph = Graph(ledger, T1);
        Assert.Equal(before, graph.FindPath("site/hall/r01/09"));
        Assert.Equal(-1, graph.FindPath("site/hall/r01/01"));
        Assert.Equal(before, Graph(ledger, T1 - 1).FindPath("site/hall/r01/01"));
        Assert.Equal(18, graph.Assets.In(before).Count);
        Assert.Equal("already-there", Assert.Single(Plan(ledger, T2, new FleetEdit.Move("site/hall/r01/09", "site/hall/r01/09", null)).Errors).Rule);
    }

    [Fact]
    public void Random_edits_keep_one_fact_a_slot_and_one_asset_a_place() => Gen.Int[0, 5].Select(Gen.Int[5, 12], Gen.Int[5, 12], Gen.Int[0, 9]).Array[1, 12].Sample(
        steps =>
        {
            var ledger = OneRack.Ledger();
            foreach (var (verb, from, to, atStep) in steps)
            {
                var (what, atMs) = ($"site/hall/r01/01/{from:00}", OneRack.BeganMs + ((1 + atStep) * 100_000L));
                var plan = Plan(ledger, T1, verb switch
                {
                    0 => new FleetEdit.Move(what, $"site/hall/r01/01/{to:00}", atMs) { Swap = true },
                    1 => new FleetEdit.Move(what, $"site/hall/r01/01/{to:00}", atMs) { ToStock = true },
                    2 => new FleetEdit.Change(what, "serial", $"S-{to}", atMs),
                    3 => new FleetEdit.Correct(what, "serial", $"S-{to}", atMs, null),
                    4 => new FleetEdit.Retire(what, false, atMs),
                    _ => new FleetEdit.Split(what, ["mac"], atMs),
                });
                if (plan.Errors.Count > 0 || plan.Draft.IsEmpty)
                {
                    continue;
                }

                ledger = ledger.Table.Append(plan.Draft, new ChangeSetId(ledger.Revision.Number + 1));
                for (var step = 0; step <= 11; step++)
                {
                    var holding = ledger.HoldingAt(OneRack.BeganMs + (step * 100_000L)).ToArray();
                    Assert.Equal(holding.Length, holding.Select(fact => fact.Slot).Distinct().Count());
                    var places = holding.Select(fact => fact.Value).OfType<PlacementFact>().ToArray();
                    Assert.Equal(places.Length, places.Distinct().Count());
                    var serials = holding.Select(fact => fact.Value).OfType<IdentifierFact>().ToArray();
                    Assert.Equal(serials.Length, serials.Distinct().Count());
                }
            }
        }, iter: 60);

    private static FactLedger Do(FactLedger ledger, long nowMs, params FleetEdit[] edits)
    {
        var plan = Plan(ledger, nowMs, edits);
        Assert.Empty(plan.Errors);
        var after = ledger.Table.Append(plan.Draft, new ChangeSetId(ledger.Revision.Number + 1));

        // Grown and built are one graph.
        var grown = FleetGraphBuilder.After(Graph(ledger, nowMs), ledger, plan.Draft, after.Revision, nowMs, OneRack.Catalogue);
        var built = Graph(after, nowMs);
        Assert.Equal(built.Within(PlaceScope.Whole).Nodes().Select(built.PathOf), grown.Within(PlaceScope.Whole).Nodes().Select(grown.PathOf));
        return after;
    }

    private static ChangePlan Plan(FactLedger ledger, long nowMs, params FleetEdit[] edits) =>
        EditPlanner.Plan(ledger, at => Graph(ledger, at), OneRack.Catalogue, edits, "test", "", nowMs);

    private static FleetGraph Graph(FactLedger ledger, long atMs) => FleetGraphBuilder.Build(ledger, atMs, OneRack.Catalogue);

    private static int Rack(FactLedger ledger, long atMs) => Graph(ledger, atMs).FindPath("site/hall/r01/01");

    private static FleetAsset At(FactLedger ledger, long atMs)
    {
        var graph = Graph(ledger, atMs);
        Assert.True(graph.Within(PlaceScope.Whole).TryFind(Tray, out var key));
        return graph.Assets.At(key)!;
    }
}

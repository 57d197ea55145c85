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
    public void Feeds_are_corrected_over_the_span_in_which_they_were_the_same()
    {
        var ledger = Do(OneRack.Ledger(), T1, new FleetEdit.Change("site/hall/r01/01", "feeds", "bw-1b", null));
        ledger = Do(ledger, T2, new FleetEdit.Change("site/hall/r01/01", "feeds", "bw-1a, bw-1b", null));
        ledger = Do(ledger, T3, new FleetEdit.Correct("site/hall/r01/01", "feeds", "bw-1a", T1 + 1, null));
        Assert.Equal("bw-1a+bw-1b | bw-1a | bw-1a+bw-1b", string.Join(" | ", new[] { T1 - 1, T1, T2 }.Select(at => Feeds(ledger, at))));

        // Without a time it is what holds now that was wrong, from when that began.
        ledger = Do(ledger, T3, new FleetEdit.Correct("site/hall/r01/01", "feeds", "bw-1b", null, null));
        Assert.Equal("bw-1a | bw-1b | bw-1b", string.Join(" | ", new[] { T1, T2, T3 }.Select(at => Feeds(ledger, at))));
        ledger = Do(ledger, T3, new FleetEdit.Correct("site/hall/r01/01", "cdus", null, null, null));
        Assert.Empty(Graph(ledger, T2).NodeOf(Rack(ledger, T2))!.Coolers);
        Assert.Equal("nothing-to-correct", Rule(ledger, new FleetEdit.Correct("site/hall/r01/01", "cdus", "cdu-1", null, null)));
        ledger = Do(ledger, T3, new FleetEdit.Correct("site/hall/r01/01", "cdus", "cdu-1", null, new Validity(T1, T2)));
        Assert.Equal([0, 1, 0], new[] { T1 - 1, T1, T2 }.Select(at => Graph(ledger, at).NodeOf(Rack(ledger, at))!.Coolers.Length));
        Assert.Equal("unknown-feed", Rule(ledger, new FleetEdit.Correct("site/hall/r01/01", "feeds", "bw-9", null, null)));
        Assert.Equal("unknown-feed", Rule(ledger, new FleetEdit.Correct("site/hall/r01/01", "feeds", "bw-1a", null, new Validity(5, T2))));
        Assert.Equal("named-twice", Rule(ledger, new FleetEdit.Correct("site/hall/r01/01", "feeds", "bw-1a bw-1a", null, null)));
    }

    [Fact]
    public void A_position_that_is_set_is_in_the_hall_and_beside_the_others()
    {
        var ledger = OneRack.Apply(FactLedger.Empty, OneRack.Declared(text => text.Replace("racks: 1", "racks: 2")), OneRack.BeganMs).Ledger;
        Assert.Equal("racks-overlap", Rule(ledger, new FleetEdit.Change("site/hall/r01/01", "position", "[2.3 m, 3 m]", null)));
        Assert.Equal("off-the-floor", Rule(ledger, new FleetEdit.Change("site/hall/r01/01", "position", "[11.9 m, 3 m]", null)));
        Assert.Empty(Plan(ledger, T1, new FleetEdit.Change("site/hall/r01/01", "position", "[3.2 m, 3 m]", null)).Errors);
    }

    [Fact]
    public void What_stays_among_the_feeds_keeps_its_share_and_whip()
    {
        var ledger = OneRack.Apply(FactLedger.Empty, OneRack.Declared(text => text.Replace(
            "feeds: [bw-1a, bw-1b]", "feeds: [{from: bw-1a, share: 3, rating: 100 A at 415 V}, bw-1b]")), OneRack.BeganMs).Ledger;
        ledger = Do(ledger, T1, new FleetEdit.Change("site/hall/r01/01", "feeds", "bw-1b,bw-1a", null));
        var feeds = Graph(ledger, T1).NodeOf(Rack(ledger, T1))!.Feeds;
        Assert.Equal([(0, (double?)null, (double?)null), (1, 3, 100)], feeds.Select(feed => (feed.Order, feed.Weight, feed.Rating?.Amperes)));
    }

    [Fact]
    public void Tranches_domains_and_links_are_set_changed_and_ended()
    {
        var ledger = OneRack.Apply(FactLedger.Empty, OneRack.Declared(text => text.Replace("racks: 1", "racks: 2")
            + "fabric: {planes: {out: {kind: scale-out}, store: {kind: storage}}, switches: {leaf-1: {}}}\n"), OneRack.BeganMs).Ledger;
        ledger = Do(
            ledger, T1, new FleetEdit.Change("site/hall", "tranche.t1", "25 MW, energised: 2027-01-01", null), new FleetEdit.Change("site/hall/r01/01", "domain", "d1", null),
            new FleetEdit.Change("site/hall/r01/02", "domain.05", "d1", null),
            new FleetEdit.Change("site/hall/r01/01", "link.leaf-1@out", "{count: 4, rate: 400 Gbit/s, optic: dr4, length: 30 m}", null),
            new FleetEdit.Change("site/hall/leaf-1", "link.r01/02", "2", null));
        ledger = Do(ledger, T2, new FleetEdit.Change("site/hall", "tranche.t1", "contracted: 2026-01-01", null), new FleetEdit.Change("site/hall/r01/01", "link.leaf-1", "count: 8, optic:", null));
        var graph = Graph(ledger, T2);
        var hall = graph.NodeOf(graph.FindPath("site/hall"))!;
        Assert.Equal(("t1", new TrancheFact(25e6, 1_767_225_600_000, 1_798_761_600_000)), (hall.Tranches[0].Name, hall.Tranches[0].Tranche));
        var link = Assert.Single(graph.NodeOf(graph.FindPath("site/hall/r01/01"))!.Links);
        Assert.Equal((graph.FindPath("site/hall/leaf-1"), graph.FindPath("site/hall/out"), 8, 400e9, null, 30.0),
            (link.Peer, link.Plane, link.Count, link.BitsPerSecond, link.Optic, link.LengthMeters));
        Assert.Equal("05", Assert.Single(graph.NodeOf(graph.FindPath("site/hall/r01/02"))!.Domains).Part);
        ledger = Do(ledger, T3, new FleetEdit.End("site/hall", "tranche.t1", null), new FleetEdit.End("site/hall/r01/01", "domain", null), new FleetEdit.End("site/hall/r01/01", "link.leaf-1", null));
        graph = Graph(ledger, T3);
        Assert.Empty(graph.NodeOf(graph.FindPath("site/hall"))!.Tranches);
        Assert.Empty(graph.NodeOf(graph.FindPath("site/hall/r01/01"))!.Links);
        Assert.Empty(graph.NodeOf(graph.FindPath("site/hall/r01/01"))!.Domains);

        string Of(string what, string field, string value) => Rule(ledger, new FleetEdit.Change(what, field, value, null));
        Assert.Equal("missing-key", Of("site/hall", "tranche.t2", "energised: 2027-01-01"));
        Assert.Equal("bad-quantity", Of("site/hall", "tranche.t2", "25"));
        Assert.Equal("bad-date", Of("site/hall", "tranche.t2", "25 MW, energised: soon"));
        Assert.Equal("tranche-order", Of("site/hall", "tranche.t2", "25 MW, energised: 2026-01-01, contracted: 2027-01-01"));
        Assert.Equal("unknown-key", Of("site/hall", "tranche.t2", "25 MW, colour: red"));
        Assert.Equal("bad-name", Of("site/hall", "tranche.", "25 MW"));
        Assert.Equal("unknown-field", Of("site/hall/r01/01", "tranche.t1", "25 MW"));
        Assert.Equal("unknown-slot", Of("site/hall/r01/01", "domain.99", "d1"));
        Assert.Equal("unknown-end", Of("site/hall/r01/01", "link.leaf-9", "1"));
        Assert.Equal("link-to-itself", Of("site/hall/r01/01", "link.r01/01", "1"));
        Assert.Equal("unknown-plane", Of("site/hall/r01/01", "link.leaf-1@none", "1"));
        Assert.Equal("duplicate-link", Of("site/hall/r01/02", "link.leaf-1", "1"));
        Assert.Equal("bad-quantity", Of("site/hall/r01/01", "link.leaf-1", "0"));
        ledger = Do(ledger, T3, new FleetEdit.Change("site/hall/r01/01", "link.leaf-1@out", "1", null), new FleetEdit.Change("site/hall/r01/01", "link.leaf-1@store", "1", null));
        Assert.Equal("which-plane", Of("site/hall/r01/01", "link.leaf-1", "2"));
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

    private static string Rule(FactLedger ledger, FleetEdit edit) => Assert.Single(Plan(ledger, T3, edit).Errors).Rule;

    private static string Feeds(FactLedger ledger, long atMs)
    {
        var graph = Graph(ledger, atMs);
        return string.Join('+', graph.NodeOf(Rack(ledger, atMs))!.Feeds.Select(feed => graph.NameOf(feed.Source)));
    }

    private static FleetGraph Graph(FactLedger ledger, long atMs) => FleetGraphBuilder.Build(ledger, atMs, OneRack.Catalogue);

    private static int Rack(FactLedger ledger, long atMs) => Graph(ledger, atMs).FindPath("site/hall/r01/01");

    private static FleetAsset At(FactLedger ledger, long atMs)
    {
        var graph = Graph(ledger, atMs);
        Assert.True(graph.Within(PlaceScope.Whole).TryFind(Tray, out var key));
        return graph.Assets.At(key)!;
    }
}

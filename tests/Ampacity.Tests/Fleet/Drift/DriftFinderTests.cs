using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class DriftFinderTests
{
    private static readonly SeededRack Rack = SeededRack.Shipped;

    private static DriftReport Compare(PlaceScope scope, Func<List<SurveyedBmc>, IEnumerable<SurveyedBmc>> edit, params SurveyError[] errors) =>
        DriftFinder.Compare(Rack.Graph.Within(scope), Rack.Survey(edit([.. Rack.Bmcs]), errors));

    private static SurveyedValue Serial(string value) => new(value, "/redfish/v1/Chassis/Chassis_0#/SerialNumber");

    [Fact]
    public void A_rack_that_is_as_declared_has_no_drift()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs);
        Assert.Empty(drift.Rows);
        Assert.Equal(18, drift.Matched);
    }

    [Fact]
    public void The_one_tray_whose_serial_was_changed_is_found()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) => i == 4 ? bmc with { Serial = Serial("CHANGED-1") } : bmc));
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.SerialDiffers, "site/hall/r01/01/09"), (row.Kind, row.Place));
        Assert.Equal(("serial EXAMPLE-CT-0005", "serial CHANGED-1"), (row.Expected, row.Seen));
        Assert.Equal(17, drift.Matched);
    }

    [Fact]
    public void Two_trays_whose_boards_stayed_are_one_swap_and_say_where_each_belongs()
    {
        var drift = Compare(PlaceScope.Whole, bmcs =>
        {
            (bmcs[0], bmcs[1]) = (bmcs[0] with { Serial = bmcs[1].Serial }, bmcs[1] with { Serial = bmcs[0].Serial });
            return bmcs;
        });
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.Swapped, "site/hall/r01/01/05", "site/hall/r01/01/06"), (row.Kind, row.Place, row.OtherPlace));
        Assert.Contains("EXAMPLE-CT-0002", row.Expected);
        Assert.Equal(DriftCertainty.Certain, row.Certainty);
        Assert.Equal(16, drift.Matched);
    }

    [Fact]
    public void Two_trays_that_changed_slots_with_their_boards_are_one_swap_by_what_their_firmware_says()
    {
        var drift = Compare(PlaceScope.Whole, bmcs =>
        {
            (bmcs[0], bmcs[7]) = (bmcs[0] with { Position = bmcs[7].Position }, bmcs[7] with { Position = bmcs[0].Position });
            return bmcs;
        });
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.Swapped, "site/hall/r01/01/05", "site/hall/r01/01/12"), (row.Kind, row.Place, row.OtherPlace));
        Assert.True(row.KnownBy.HasFlag(DriftEvidence.Position | DriftEvidence.Mac));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(7, false)]
    public void A_numbering_that_the_whole_rack_follows_is_no_finding_whatever_it_is(int first, bool fromTop)
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) => bmc with { Position = new SurveyedPosition(null, null, first + (fromTop ? bmcs.Count - 1 - i : i), "p") }));
        Assert.Empty(drift.Rows);
    }

    [Fact]
    public void A_numbering_with_a_gap_is_not_a_row_of_moved_trays()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) => bmc with { Position = new SurveyedPosition(null, null, i < 13 ? i : i + 1, "p") }));
        Assert.Empty(drift.Rows);
    }

    [Fact]
    public void A_tray_that_was_never_seen_is_missing_and_the_survey_says_what_it_could_not_look_at()
    {
        var drift = Compare(
            PlaceScope.Whole, bmcs => bmcs.Skip(1), new SurveyError("a", SurveyErrorKind.Timeout, "", ""), new SurveyError("b", SurveyErrorKind.NobodyThere, "", ""));
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.Missing, "site/hall/r01/01/05"), (row.Kind, row.Place));
        Assert.EndsWith("of 19 addresses asked, nobody listened at 1 and 1 could not be read", row.Why);
        Assert.Equal(DriftCertainty.Suspected, row.Certainty);
    }

    [Fact]
    public void What_a_tray_does_not_report_is_neither_confirmed_nor_denied()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) => i == 0 ? bmc with { Serial = null, Components = [] } : bmc));
        Assert.All(drift.Rows.Where(row => row.Kind != DriftKind.DetectorBlind), row => Assert.Equal(DriftKind.NotVerifiable, row.Kind));
        Assert.Equal(["Accelerator", "Processor", "serial"], drift.Rows.Where(row => row.Kind == DriftKind.NotVerifiable).Select(row => row.Detail));
        Assert.Equal(17, drift.Matched);
    }

    [Fact]
    public void A_missing_accelerator_is_named()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) =>
            i == 0 ? bmc with { Components = [.. bmc.Components.Where(c => c.Id != "gpu2")] } : bmc));
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.ComponentMissing, "gpu2", "gpu2"), (row.Kind, row.Detail, row.Expected));
    }

    [Fact]
    public void A_place_that_is_listed_as_absent_holds_no_accelerator()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) =>
            i == 0 ? bmc with { Components = [.. bmc.Components.Select(c => c.Id == "gpu2" ? c with { State = "Absent" } : c)] } : bmc));
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.ComponentMissing, "gpu2"), (row.Kind, row.Detail));
        Assert.Contains("Absent", row.Why);
    }

    [Fact]
    public void Accelerators_that_a_bmc_names_its_own_way_are_counted()
    {
        List<SurveyedComponent> Named(SurveyedBmc bmc, int count) =>
            [.. bmc.Components.Where(c => c.Kind != SurveyedKind.Accelerator), .. Enumerable.Range(1, count).Select(n => new SurveyedComponent($"GPU_SXM_{n}", SurveyedKind.Accelerator, "/r", null, null, null, null))];
        Assert.Empty(Compare(PlaceScope.Whole, bmcs => bmcs.Select(bmc => bmc with { Components = Named(bmc, 4) })).Rows);
        var row = Assert.Single(Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) => bmc with { Components = Named(bmc, i == 3 ? 3 : 4) })).Rows);
        Assert.Equal(("4 accelerators", "3 accelerators"), (row.Expected, row.Seen));
    }

    [Fact]
    public void Strangers_twins_and_the_nameless_are_told_apart()
    {
        var drift = Compare(PlaceScope.Whole, bmcs =>
            [
                .. bmcs, bmcs[0] with { Address = "twin" }, bmcs[1] with { Mac = "02:00:00:ff:ff:ff", Address = "stranger", Serial = Serial("NEW-1"), Components = [], Position = null },
                bmcs[2] with { Mac = null, Address = "nameless", Serial = null },
            ]);
        Assert.Equal([DriftKind.Unexpected, DriftKind.UnusableIdentity, DriftKind.MacTwice], drift.Rows.Select(row => row.Kind));
        Assert.Contains("twin", drift.Rows[2].Seen);
    }

    [Fact]
    public void A_second_bmc_with_the_serial_of_one_that_answers_is_a_serial_twice()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => [.. bmcs, bmcs[0] with { Mac = "02:00:00:ff:ff:ff", Address = "clone" }]);
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.SerialTwice, "site/hall/r01/01/05"), (row.Kind, row.Place));
    }

    [Fact]
    public void A_new_board_in_a_known_tray_is_no_unknown_tray()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) => i == 0 ? bmc with { Mac = "02:00:00:ff:ff:ff", Address = "elsewhere" } : bmc));
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.BoardSwapped, "site/hall/r01/01/05", "02:00:00:ff:ff:ff"), (row.Kind, row.Place, row.FoundMac));
    }

    [Fact]
    public void A_new_board_that_lost_the_trays_serial_is_known_by_the_serials_of_its_accelerators()
    {
        var before = Rack.Survey(Rack.Bmcs);
        var after = Rack.Survey([.. Rack.Bmcs.Select((bmc, i) => i == 0 ? bmc with { Mac = "02:00:00:ff:ff:ff", Serial = null } : bmc)], minute: 10);
        var row = Assert.Single(DriftFinder.Compare(IntendedHardware.Of(Rack.Graph.Within(PlaceScope.Whole)), HardwareLooks.Of([before, after])).Rows);
        Assert.Equal(DriftKind.BoardSwapped, row.Kind);
        Assert.True(row.KnownBy.HasFlag(DriftEvidence.ComponentSerials | DriftEvidence.Address));
    }

    [Fact]
    public void Another_tray_at_the_address_of_one_that_fell_silent_is_one_finding()
    {
        var before = Rack.Survey(Rack.Bmcs);
        var after = Rack.Survey(
            [.. Rack.Bmcs.Select((bmc, i) => i == 0 ? bmc with { Mac = "02:00:00:ff:ff:ff", Serial = Serial("OTHER"), Position = null, Components = [.. bmc.Components.Select(c => c with { Serial = $"other-{c.Id}" })] } : bmc)], minute: 10);
        var row = Assert.Single(DriftFinder.Compare(IntendedHardware.Of(Rack.Graph.Within(PlaceScope.Whole)), HardwareLooks.Of([before, after])).Rows);
        Assert.Equal((DriftKind.TrayReplaced, "site/hall/r01/01/05", "OTHER"), (row.Kind, row.Place, row.FoundSerial));
    }

    [Fact]
    public void A_bmc_that_answered_before_and_does_not_now_is_dead_and_one_whose_account_is_refused_is_not()
    {
        var before = Rack.Survey(Rack.Bmcs);
        var after = Rack.Survey(
            [.. Rack.Bmcs.Skip(2), Rack.Bmcs[1] with { Mac = null, Serial = null, Components = [] }],
            [new SurveyError(Rack.Bmcs[0].Address, SurveyErrorKind.NobodyThere, "", "no answer"), new SurveyError(Rack.Bmcs[1].Address, SurveyErrorKind.Unauthorized, "", "401")], minute: 10);
        var rows = DriftFinder.Compare(IntendedHardware.Of(Rack.Graph.Within(PlaceScope.Whole)), HardwareLooks.Of([before, after])).Rows;
        Assert.Equal([(DriftKind.Dead, "site/hall/r01/01/05"), (DriftKind.Unreadable, "site/hall/r01/01/06")], rows.Select(row => (row.Kind, row.Place)));
        Assert.Contains("NobodyThere", rows[0].Seen);
    }

    [Fact]
    public void A_scope_without_the_rack_sees_no_drift_of_it()
    {
        var drift = Compare(PlaceScope.Subtrees("site/other"), bmcs => bmcs.Skip(1));
        Assert.Empty(drift.Rows);
    }

    [Fact]
    public void A_scope_without_the_rack_learns_nothing_of_its_trays_and_counts_none()
    {
        var drift = Compare(PlaceScope.Subtrees("site/other"), bmcs => [.. bmcs, bmcs[0] with { Mac = null, Address = "nameless" }]);
        Assert.Empty(drift.Rows);
        Assert.Equal(0, drift.Matched);
    }

    [Fact]
    public void A_serial_of_another_scope_is_another_serial_and_its_place_is_not_told()
    {
        var two = OneRack.Declared(text => text.Replace("racks: 1", "racks: 2").Replace("r01/01/06: {", "r01/02/06: {"));
        var graph = FleetGraphBuilder.Build(OneRack.Apply(FactLedger.Empty, two, OneRack.BeganMs).Ledger, OneRack.BeganMs, OneRack.Catalogue);
        var survey = Rack.Survey([Rack.Bmcs[0] with { Serial = Serial("EXAMPLE-CT-0002") }]);
        DriftRow Found(PlaceScope scope) => DriftFinder.Compare(graph.Within(scope), survey).Rows.Single(row => row.Address is not null);
        Assert.Equal(DriftKind.WrongSlot, Found(PlaceScope.Whole).Kind);
        Assert.Equal(("site/hall/r01/02/06", "site/hall/r01/01/05"), (Found(PlaceScope.Whole).Place, Found(PlaceScope.Whole).OtherPlace));
        var narrowed = Found(PlaceScope.Subtrees("site/hall/r01/01"));
        Assert.Equal(DriftKind.SerialDiffers, narrowed.Kind);
        Assert.DoesNotContain("r01/02", narrowed.Why);
    }

    [Fact]
    public void Drift_has_held_since_the_first_survey_that_showed_it_and_keeps_its_name()
    {
        var wrong = Rack.Bmcs[4] with { Serial = Serial("CHANGED-1") };
        Survey[] surveys =
        [
            Rack.Survey(Rack.Bmcs), Rack.Survey([.. Rack.Bmcs.Select((bmc, i) => i == 4 ? wrong : bmc)], minute: 10),
            Rack.Survey([.. Rack.Bmcs.Take(2)], minute: 20), Rack.Survey([wrong], minute: 30),
        ];
        var intent = IntendedHardware.Of(Rack.Graph.Within(PlaceScope.Whole));
        var report = DriftFinder.Compare(intent, HardwareLooks.Of(surveys));
        var dated = Assert.Single(DriftHistory.Date(report, intent, surveys).Rows);
        Assert.Equal(surveys[1].BeganAt.ToUnixTimeMilliseconds(), dated.SinceMs);
        var again = DriftHistory.Date(report, intent, surveys, new Dictionary<string, DriftRow> { [dated.Id] = dated });
        Assert.Equal(dated, Assert.Single(again.Rows));
    }
}

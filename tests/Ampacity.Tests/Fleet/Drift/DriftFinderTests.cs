using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class DriftFinderTests
{
    private static readonly FleetGraph Graph = OneRack.Graph();
    private static readonly string[] Components = ["cpu0", "cpu1", "gpu0", "gpu1", "gpu2", "gpu3"];

    private static SurveyedBmc Bmc(FleetAsset asset) => new(
        $"http://127.80.1.{Graph.PathOf(asset.Place!.Value)[^2..].TrimStart('0')}:8000", asset[IdentifierKind.Mac], "NVIDIA", "GB200 NVL", "1.17.0", null,
        "test", Serial(asset[IdentifierKind.Serial]!), null, null,
        [.. Components.Select(name => new SurveyedComponent(
            name, name.StartsWith('g') ? SurveyedKind.Accelerator : SurveyedKind.Processor, "/redfish/v1", null, null, null, null))],
        [], []);

    private static SurveyedValue Serial(string value) => new(value, "/redfish/v1/Chassis/Chassis_0#/SerialNumber");

    private static DriftReport Compare(PlaceScope scope, Func<List<SurveyedBmc>, IEnumerable<SurveyedBmc>> edit, params SurveyError[] errors)
    {
        var bmcs = Graph.Assets.All.Select(Bmc).OrderBy(bmc => bmc.Mac, StringComparer.Ordinal).ToList();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(OneRack.BeganMs);
        return DriftFinder.Compare(Graph.Within(scope), new Survey("test", at, at.AddSeconds(1), 30, [.. edit(bmcs)], errors));
    }

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
    public void Two_trays_that_changed_places_say_where_each_belongs()
    {
        var drift = Compare(PlaceScope.Whole, bmcs =>
        {
            (bmcs[0], bmcs[1]) = (bmcs[0] with { Serial = bmcs[1].Serial }, bmcs[1] with { Serial = bmcs[0].Serial });
            return bmcs;
        });
        Assert.Equal([DriftKind.Misplaced, DriftKind.Misplaced], drift.Rows.Select(row => row.Kind));
        Assert.Contains("declared for site/hall/r01/01/06", drift.Rows[0].Evidence);
    }

    [Fact]
    public void A_tray_that_did_not_answer_is_not_seen_and_the_survey_says_what_it_could_not_look_at()
    {
        var drift = Compare(
            PlaceScope.Whole, bmcs => bmcs.Skip(1), new SurveyError("a", SurveyErrorKind.Timeout, "", ""), new SurveyError("b", SurveyErrorKind.NobodyThere, "", ""));
        var row = Assert.Single(drift.Rows);
        Assert.Equal((DriftKind.NotSeen, "site/hall/r01/01/05"), (row.Kind, row.Place));
        Assert.Equal("of 30 addresses asked, nobody listened at 1 and 1 could not be read", row.Evidence);
    }

    [Fact]
    public void What_a_tray_does_not_report_is_neither_confirmed_nor_denied()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) => i == 0 ? bmc with { Serial = null, Components = [] } : bmc));
        Assert.Equal([DriftKind.NotVerifiable, DriftKind.NotVerifiable], drift.Rows.Select(row => row.Kind));
        Assert.Equal(17, drift.Matched);
    }

    [Fact]
    public void A_missing_accelerator_is_named()
    {
        var drift = Compare(PlaceScope.Whole, bmcs => bmcs.Select((bmc, i) =>
            i == 0 ? bmc with { Components = [.. bmc.Components.Where(c => c.Id != "gpu2")] } : bmc));
        var row = Assert.Single(drift.Rows);
        Assert.Equal(DriftKind.ComponentsDiffer, row.Kind);
        Assert.Contains("missing: gpu2", row.Expected);
    }

    [Fact]
    public void Strangers_twins_and_the_nameless_are_told_apart()
    {
        var drift = Compare(PlaceScope.Whole, bmcs =>
            [.. bmcs, bmcs[0] with { Address = "twin" }, bmcs[0] with { Mac = "02:00:00:ff:ff:ff" }, bmcs[0] with { Mac = null }]);
        Assert.Equal(
            [DriftKind.Undeclared, DriftKind.Unidentified, DriftKind.MacTwice, DriftKind.MacTwice], drift.Rows.Select(row => row.Kind));
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
        var asset = graph.Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0001")!;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(OneRack.BeganMs);
        var survey = new Survey("test", at, at, 1, [Bmc(asset) with { Serial = Serial("EXAMPLE-CT-0002") }], []);
        DriftRow Found(PlaceScope scope) => DriftFinder.Compare(graph.Within(scope), survey).Rows.Single(row => row.Address is not null);
        Assert.Equal(DriftKind.Misplaced, Found(PlaceScope.Whole).Kind);
        Assert.Contains("site/hall/r01/02/06", Found(PlaceScope.Whole).Evidence);
        var narrowed = Found(PlaceScope.Subtrees("site/hall/r01/01"));
        Assert.Equal(DriftKind.SerialDiffers, narrowed.Kind);
        Assert.DoesNotContain("r01/02", narrowed.Evidence);
    }
}

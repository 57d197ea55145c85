using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class BringUpInspectionTests
{
    private const double DesignWatts = 132_000;
    private static readonly SeededRack Rack = SeededRack.Of(text => DriftSeeds.Declare(text).Replace(
        "model: GB200 NVL}", "model: GB200 NVL}\n  nvidia/nvlink5-switch-tray: {HGX_FW_BMC_0: 25.01-7}\n  nvidia/power-shelf-33kw: {HGX_FW_BMC_0: 25.01-7}", StringComparison.Ordinal));

    private static BringUpReport Report(IReadOnlyList<Survey> surveys, double? drawWatts = 100_000)
    {
        var intent = IntendedHardware.Of(Rack.Graph.Within(PlaceScope.Whole));
        var seen = HardwareLooks.Of(surveys);
        return BringUpInspection.Of(intent.Devices[0].At.Node, intent, seen, DriftFinder.Compare(intent, seen), drawWatts, DesignWatts);
    }

    private static BringUpCheck Check(BringUpReport report, string name) => report.Checks.Single(check => check.Name == name);

    [Fact]
    public void A_rack_of_which_everything_was_seen_and_is_right_passes_each_check_but_the_serial_that_nobody_declared()
    {
        var report = Report([Rack.Survey(Rack.Bmcs)]);
        Assert.All(report.Checks.Where(check => check.Name != "serials"), check => Assert.Equal((check.Name, CheckState.Pass), (check.Name, check.State)));
        var open = Assert.Single(Check(report, "serials").Evidence, line => line.State != CheckState.Pass);
        Assert.Equal(("site/hall/r01/01/35", CheckState.NotVerifiable), (open.Place, open.State));
        Assert.Equal(CheckState.NotVerifiable, report.State);
    }

    [Fact]
    public void What_was_not_seen_is_never_a_pass()
    {
        var report = Report([Rack.Survey([])], drawWatts: null);
        Assert.DoesNotContain(report.Checks, check => check.State == CheckState.Pass);
        Assert.DoesNotContain(report.Checks.SelectMany(check => check.Evidence), line => line.State == CheckState.Pass);
        Assert.Equal(CheckState.Fail, Check(report, "complete").State);
        Assert.Equal(CheckState.NotVerifiable, Check(report, "leakDetectors").State);
    }

    [Theory]
    [InlineData(DriftKind.Dead, "complete")]
    [InlineData(DriftKind.SerialDiffers, "serials")]
    [InlineData(DriftKind.ComponentMissing, "components")]
    [InlineData(DriftKind.WrongFirmware, "firmware")]
    [InlineData(DriftKind.LinkDown, "links")]
    [InlineData(DriftKind.Leak, "leakDetectors")]
    [InlineData(DriftKind.DetectorBlind, "leakDetectors")]
    public void A_drift_fails_its_check_with_the_tray_that_has_it(DriftKind kind, string check)
    {
        var seeds = DriftSeeds.Draw(Rack, 60, new Random(3)).Where(seed => seed.Kind == kind).Take(1).ToArray();
        var report = Report(DriftSeeds.Surveys(Rack, seeds));
        Assert.Equal(CheckState.Fail, Check(report, check).State);
        Assert.Contains(Check(report, check).Evidence, line => line.State == CheckState.Fail && line.Place == seeds[0].Place);
        Assert.Equal(CheckState.Fail, report.State);
    }

    [Theory]
    [InlineData(100_000, CheckState.Pass)]
    [InlineData(2_000, CheckState.Fail)]
    [InlineData(140_000, CheckState.Fail)]
    public void Power_is_held_against_the_design_draw(double watts, CheckState state) => Assert.Equal(state, Check(Report([Rack.Survey(Rack.Bmcs)], watts), "power").State);
}

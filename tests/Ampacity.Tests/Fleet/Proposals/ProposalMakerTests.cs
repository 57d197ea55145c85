using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class ProposalMakerTests
{
    private const long NowMs = OneRack.BeganMs + 3_600_000;
    private static readonly SeededRack Rack = SeededRack.Of(DriftSeeds.Declare);

    public static TheoryData<DriftKind> Acceptable =>
        [DriftKind.Swapped, DriftKind.BoardSwapped, DriftKind.RecordedTwice, DriftKind.TrayReplaced, DriftKind.SerialDiffers, DriftKind.WrongPart, DriftKind.LinkDown, DriftKind.Recabled, DriftKind.WrongFirmware];

    [Theory]
    [MemberData(nameof(Acceptable))]
    public void What_is_accepted_is_no_drift_any_more_and_nothing_else_becomes_one(DriftKind kind)
    {
        // Many drawings: a swap with boards that stayed and one without, firmware of one entry and of several.
        for (var seed = 0; seed < 12; seed++)
        {
            var seeds = DriftSeeds.Draw(Rack, 40, new Random(seed));
            var surveys = DriftSeeds.Surveys(Rack, seeds);
            var before = Compare(Rack.Graph, surveys);
            DriftRow[] rows = [.. before.Rows.Where(row => row.Kind == kind && ProposalMaker.For(row).CanBeAccepted)];
            if (rows.Length == 0)
            {
                continue;
            }

            var after = Compare(Accept(rows), surveys);
            Assert.Empty(after.Rows.Where(row => rows.Any(accepted => accepted.Id == row.Id)).Select(row => $"seed {seed}: {row}"));
            Assert.Empty(after.Rows.Where(row => before.Rows.All(old => old.Id != row.Id)).Select(row => $"seed {seed}: {row}"));
        }
    }

    [Fact]
    public void Everything_that_can_be_accepted_is_accepted_in_one_change_set()
    {
        var surveys = DriftSeeds.Surveys(Rack, DriftSeeds.Draw(Rack, 30, new Random(7)));
        DriftRow[] rows = [.. Compare(Rack.Graph, surveys).Rows.Where(row => ProposalMaker.For(row).CanBeAccepted)];
        Assert.True(rows.Length > 8);
        Assert.DoesNotContain(Compare(Accept(rows), surveys).Rows, row => ProposalMaker.For(row).CanBeAccepted && row.Kind != DriftKind.Missing);
    }

    [Fact]
    public void A_stranger_is_recorded_where_a_person_says_it_stands()
    {
        var surveys = new[] { Rack.Survey([.. Rack.Bmcs.Where(bmc => bmc.Mac != "02:00:00:01:01:05"), Rack.Bmcs[4] with { Mac = "02:99:00:00:00:09", Serial = new("NEW-9", "p"), Address = "http://x", Position = null, Components = [] }]) };
        var row = Assert.Single(Compare(Rack.Graph, surveys).Rows, row => row.Kind == DriftKind.Unexpected);
        Assert.False(ProposalMaker.For(row).CanBeAccepted);
        var proposal = ProposalMaker.For(row, "site/hall/r01/01/u41");
        var plan = Plan(Rack, proposal.Edits);
        Assert.Empty(plan.Errors);
    }

    [Fact]
    public void Every_kind_of_drift_has_a_proposal()
    {
        foreach (var kind in Enum.GetValues<DriftKind>())
        {
            var row = new DriftRow(kind, "site/hall/r01/01/05", "a", "b", "http://x", DriftEvidence.Mac, "why")
            {
                At = new StableKey(3, 1),
                Asset = new AssetId(1),
                OtherAsset = new AssetId(2),
                FoundMac = "02:00:00:00:00:01",
                FoundSerial = "S",
                FoundText = "t",
                OtherPlace = "site/hall/r01/01/06",
            };
            Assert.NotEmpty(ProposalMaker.For(row).Text);
        }
    }

    private static DriftReport Compare(FleetGraph graph, IReadOnlyList<Survey> surveys) =>
        DriftFinder.Compare(IntendedHardware.Of(graph.Within(PlaceScope.Whole)), HardwareLooks.Of(surveys));

    private static ChangePlan Plan(SeededRack rack, IReadOnlyList<FleetEdit> edits) =>
        EditPlanner.Plan(rack.Ledger, at => FleetGraphBuilder.Build(rack.Ledger, at, OneRack.Catalogue), OneRack.Catalogue, edits, "test", "", NowMs);

    // A table is appended to, so each acceptance has a ledger of its own.
    private static FleetGraph Accept(IEnumerable<DriftRow> rows)
    {
        var rack = SeededRack.Of(DriftSeeds.Declare);
        var plan = Plan(rack, [.. rows.SelectMany(row => ProposalMaker.For(row).Edits)]);
        Assert.Empty(plan.Errors);
        var ledger = rack.Ledger.Table.Append(plan.Draft, new ChangeSetId(rack.Ledger.Revision.Number + 1));
        return FleetGraphBuilder.Build(ledger, NowMs, OneRack.Catalogue);
    }
}

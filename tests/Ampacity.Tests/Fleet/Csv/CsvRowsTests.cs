using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>Racks, feeds and placements.</summary>
public sealed class CsvRowsTests
{
    private const string R = CsvFleet.Rack;

    public static TheoryData<string, string, string, string> Wrong => new()
    {
        { "racks", "path,sku\nsite/hall/r01/02,nvidia/no-such@1\n", "sku", "unknown-sku" },
        { "racks", $"path,sku\n{R},nvidia/gb200-compute-tray@1\n", "sku", "not-a-rack" },
        { "racks", "path\nsite/no-hall/r01/02\n", "path", "unknown-hall" },
        { "racks", "path\nsite/hall/R 1/02\n", "path", "bad-name" },
        { "racks", $"path,tenant\n{R},a\n{R},b\n", "path", "duplicate-path" },
        { "racks", $"path,x_m\n{R},2\n", "y_m", "half-a-position" },
        { "racks", $"path,x_m,y_m\n{R},13,2\n", "x_m", "outside-hall" },
        { "racks", "path,sku,x_m,y_m\nsite/hall/r01/02,nvidia/gb200-nvl72@1,2.3,3\n", "x_m", "racks-overlap" },
        { "racks", "path,sku,x_m,y_m\nsite/hall/r02/01,nvidia/gb200-nvl72@1,2,5\nsite/hall/r02/02,nvidia/gb200-nvl72@1,2.5,5\n", "x_m", "racks-overlap" },
        { "racks", $"path,x_m,y_m\n{R},2 m,2\n", "x_m", "bad-number" },
        { "racks", $"path,feeds\n{R},bw-1a+bw-9\n", "feeds", "unknown-feed" },
        { "racks", $"path,feeds\n{R},bw-1a+bw-1a\n", "feeds", "named-twice" },
        { "racks", $"path,feeds\n{R},bw-1a++bw-1b\n", "feeds", "bad-list" },
        { "racks", $"path,cdus\n{R},bw-1a\n", "cdus", "unknown-cdu" },
        { "racks", $"path,mode\n{R},both\n", "mode", "unknown-mode" },
        { "racks", $"path,state\n{R},shiny\n", "state", "unknown-state" },
        { "feeds", $"node,source\n{R},site/hall/bw-9\n", "source", "unknown-node" },
        { "feeds", $"node,source\n{R},site/hall/cdu-1\n", "source", "wrong-node" },
        { "feeds", "node,source\nsite/hall/ups-a,site/hall/ups-a\n", "source", "feed-loop" },
        { "feeds", $"node,source\n{R},site/hall/bw-1a\n{R},site/hall/bw-1a\n", "source", "duplicate-feed" },
        { "feeds", $"node,source,rating_a,voltage_v\n{R},site/hall/bw-1a,10,33000\n", "voltage_v", "feed-voltage" },
        { "feeds", $"node,source,rating_a\n{R},site/hall/bw-1a,10\n", "rating_a", "half-a-rating" },
        { "feeds", $"node,source,rating_a,voltage_v,phases\n{R},site/hall/bw-1a,10,415,2\n", "phases", "bad-phases" },
        { "feeds", $"node,source,weight\n{R},site/hall/bw-1a,-1\n", "weight", "out-of-range" },
        { "feeds", $"node,source,order\n{R},site/hall/bw-1a,0.5\n", "order", "bad-number" },
        { "placements", $"asset,place\nSW-9,{R}/13\n", "asset", "unknown-asset" },
        { "placements", $"asset,place\nasset_1,{R}/99\n", "place", "unknown-slot" },
        { "placements", $"asset,place\nasset_1,{R}/06\n", "place", "slot-taken" },
        { "placements", $"asset,place,from,to\nasset_1,{R}/13,2026-03-01,2026-02-01\n", "to", "ends-before-it-begins" },
        { "placements", $"asset,place,from,to\nasset_1,{R}/13,2026-03-01,2026-05-01\nasset_1,{R}/14,2026-04-01,\n", "from", "placement-overlaps" },
        { "placements", $"asset,place,from\nasset_1,{R}/13,2026-03-01\nasset_1,{R}/13,2026-03-01\n", "from", "stated-twice" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_broken_rule_is_told_with_its_column(string kind, string text, string column, string rule)
    {
        Assert.True(CsvKinds.TryParse(kind, out var rows));
        var error = Assert.Single(CsvFleet.Plan(rows, text).Errors);
        Assert.Equal((column, rule), (error.Path, error.Rule));
    }

    [Fact]
    public void A_rack_that_is_not_there_is_made_with_its_row()
    {
        var graph = CsvFleet.Graph(CsvFleet.Import(
            CsvKind.Racks,
            "path,sku,x_m,y_m,feeds,mode,cdus,programme,state,tenant,owner,tags\n"
            + "site/hall/r02/a1,nvidia/gb200-nvl72@1,2,6,bw-1b+site/hall/bw-1a,preferred,cdu-1,p-1,Landed,them,us,new+hot\n"));
        var rack = graph.NodeOf(graph.FindPath("site/hall/r02/a1"))!;
        Assert.Equal(["bw-1b", "bw-1a"], rack.Feeds.Select(feed => graph.NameOf(feed.Source)));
        Assert.Equal((FeedMode.Preferred, "p-1", LifecycleState.Landed), (rack.Power!.Mode, rack.Programme, rack.State));
        Assert.Equal(new PartiesFact(null, "them", "us"), rack.Parties);
        Assert.Equal(["hot", "new"], rack.Tags.AsEnumerable());
        Assert.NotNull(rack.Build);
    }

    [Fact]
    public void A_list_in_a_cell_is_the_whole_list_and_an_empty_cell_says_nothing()
    {
        var one = CsvFleet.Import(CsvKind.Racks, $"path,feeds,tags\n{R},bw-1b,\n");
        var rack = CsvFleet.Graph(one).NodeOf(CsvFleet.Graph(one).FindPath(R))!;
        Assert.Equal("bw-1b", CsvFleet.Graph(one).NameOf(Assert.Single(rack.Feeds).Source));
        Assert.Single(rack.Coolers);
        Assert.True(CsvFleet.Plan(CsvKind.Racks, $"path,feeds,sku,x_m,y_m\n{R},,,,\n", one).Draft.IsEmpty);
    }

    [Fact]
    public void A_feed_gets_its_rating_and_keeps_what_no_column_says()
    {
        var rated = CsvFleet.Import(CsvKind.Feeds, $"node,source,order,weight,rating_a,voltage_v,phases\n{R},site/hall/bw-1a,1,2,200,415,3\n");
        var graph = CsvFleet.Graph(rated);
        var feed = graph.NodeOf(graph.FindPath(R))!.Feeds.Single(feed => graph.NameOf(feed.Source) == "bw-1a");
        Assert.Equal((1, 2d, 200d, 415d), (feed.Order, feed.Weight!.Value, feed.Rating!.Amperes!.Value, feed.Rating.Volts!.Value));
        Assert.True(CsvFleet.Plan(CsvKind.Feeds, $"node,source\n{R},site/hall/bw-1a\n", rated).Draft.IsEmpty);
    }

    [Fact]
    public void Feeds_in_a_circle_are_refused_before_they_are_recorded()
    {
        var ledger = OneRack.Ledger();
        var plan = CsvFleet.Plan(CsvKind.Feeds, "node,source\nsite/hall/utility,site/hall/bw-1a\n", ledger);
        Assert.Empty(plan.Errors);
        Assert.Throws<FeedLoopException>(() => FleetGraphBuilder.After(
            CsvFleet.Graph(ledger), ledger, plan.Draft, new ChangeSetId(2), CsvFleet.NowMs, OneRack.Catalogue));
    }

    [Fact]
    public void A_stay_is_dated_and_ends_where_the_next_begins()
    {
        var nowMs = CsvFleet.NowMs + (200 * TimeSpan.MillisecondsPerDay);
        var ledger = CsvFleet.Import(
            CsvKind.Placements, $"asset,place,from,to\nEXAMPLE-CT-0001,{R}/13,2026-02-01,\nEXAMPLE-CT-0001,{R}/14,2026-03-01,2026-04-01\n", null, nowMs);
        Assert.Equal($"{R}/05", At("2026-01-20"));
        Assert.Equal($"{R}/13", At("2026-02-20"));
        Assert.Equal($"{R}/14", At("2026-03-20"));
        Assert.Null(At("2026-04-20"));

        string? At(string day)
        {
            var atMs = DateTimeOffset.Parse(day + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
            var graph = CsvFleet.Graph(ledger, atMs);
            return graph.Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0001")!.Place is { } place ? graph.PathOf(place) : null;
        }
    }
}

using Ampacity.Fleet;

namespace Ampacity.Tests;

public sealed class CsvAssetRowsTests
{
    private const string R = CsvFleet.Rack;
    private static readonly long DayMs = TimeSpan.MillisecondsPerDay;

    public static TheoryData<string, int, string, string> Wrong => new()
    {
        { $"place,serial\n{R}/13,SW-1\n{R}/14,SW-1\n", 3, "serial", "duplicate-serial" },
        { $"place,serial\n{R}/13,EXAMPLE-CT-0001\n{R}/05,SW-1\n", 3, "$", "" },
        { $"id,serial\nasset_2,EXAMPLE-CT-0001\n", 2, "serial", "duplicate-serial" },
        { $"place,mac\n{R}/13,02:00:00:01:01:05\n{R}/14,0200.0001.0105\n", 3, "mac", "duplicate-mac" },
        { $"place,serial,mac\n{R}/13,EXAMPLE-CT-0001,02:00:00:01:01:06\n", 2, "mac", "duplicate-mac" },
        { $"place,serial\n{R}/13,NA\n", 2, "serial", "no-identifier" },
        { $"place,serial\n{R}/13,00000000\n", 2, "serial", "no-identifier" },
        { $"place,serial\n{R}/13,To be filled by O.E.M.\n", 2, "serial", "no-identifier" },
        { $"place,mac\n{R}/13,ff:ff:ff:ff:ff:ff\n", 2, "mac", "no-identifier" },
        { $"place,uuid\n{R}/13,12\n", 2, "uuid", "no-identifier" },
        { $"place,serial\nsite/hall/r01/02/13,SW-1\n", 2, "place", "unknown-rack" },
        { $"place,serial\nsite/hall/r01,SW-1\n", 2, "place", "unknown-rack" },
        { $"place,serial\n{R}/99,SW-1\n", 2, "place", "unknown-slot" },
        { $"place,serial\n{R}/05/gpu99,SW-1\n", 2, "place", "unknown-slot" },
        { $"place,serial\n{R}/13,SW-1\n{R}/13,SW-2\n", 3, "place", "slot-taken" },
        { $"place,serial\n{R}/05,SW-1\n", 2, "place", "slot-taken" },
        { $"place,serial,ordered,placed_from\n{R}/13,SW-1,2026-03-02,2026-03-01\n", 2, "placed_from", "placed-before-ordered" },
        { $"place,serial,ordered\n{R}/13,SW-1,2036-03-02\n", 2, "place", "placed-before-ordered" },
        { $"place,serial,ordered\n{R}/13,SW-1,02.03.2026\n", 2, "ordered", "bad-time" },
        { $"place,serial,state\n{R}/13,SW-1,shiny\n", 2, "state", "unknown-state" },
        { $"place,serial,state\n{R}/13,SW-1,Retired\n", 2, "state", "retired-asset" },
        { $"place,serial,sku\n{R}/13,SW-1,nvidia/no-such@1\n", 2, "sku", "unknown-sku" },
        { $"id,serial\nasset_99,SW-1\n", 2, "id", "unknown-asset" },
        { $"serial,placed_from\nSW-1,2026-01-01\n", 2, "placed_from", "no-place" },
        { $"serial,part_number\n,P-1\n", 2, "$", "nothing-named" },
        { $"id,hostname\nasset_1,host-1\nasset_1,host-2\n", 3, "$", "stated-twice" },
        { $"serial,placed_from,place\nEXAMPLE-CT-0001,2020-01-01,{R}/05\n", 2, "placed_from", "placed-from-differs" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_broken_rule_is_told_with_line_and_column(string text, int line, string column, string rule)
    {
        var plan = CsvFleet.Plan(CsvKind.Assets, text);
        if (rule.Length == 0)
        {
            // EXAMPLE-CT-0001 leaves slot 05 in this very file: it is free for another.
            Assert.Empty(plan.Errors);
            return;
        }

        var error = Assert.Single(plan.Errors);
        Assert.Equal((line, column, rule), (error.Line, error.Path, error.Rule));
        Assert.NotEmpty(error.Hint);
    }

    [Fact]
    public void A_lifecycle_step_that_is_not_legal_is_refused_and_a_legal_one_is_taken()
    {
        var live = CsvFleet.Import(CsvKind.Assets, "serial,state\nEXAMPLE-CT-0001,Live\n");
        var error = Assert.Single(CsvFleet.Plan(CsvKind.Assets, "serial,state\nEXAMPLE-CT-0001,ordered\n", live, CsvFleet.NowMs + 1).Errors);
        Assert.Equal("lifecycle-step", error.Rule);
        var draining = CsvFleet.Import(CsvKind.Assets, "serial,state\nEXAMPLE-CT-0001,draining\n", live, CsvFleet.NowMs + 1);
        Assert.Equal(LifecycleState.Draining, CsvFleet.Graph(draining, CsvFleet.NowMs + 1).Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0001")!.State);
        Assert.Equal(LifecycleState.Live, CsvFleet.Graph(draining).Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0001")!.State);
    }

    [Fact]
    public void Every_column_becomes_a_fact_with_its_time()
    {
        var nowMs = CsvFleet.NowMs + (100 * DayMs);
        var ledger = CsvFleet.Import(
            CsvKind.Assets,
            "place,serial,mac,uuid,hostname,asset_tag,part_number,sku,state,owner,tenant,firmware.bmc,ordered,placed_from\n"
            + $"{R}/13,SW-1,02-00-00-02-00-01,3F2504E0-4F89-41D3-9A0C-0305E82C3301,Host-1,TAG-1,P-1,nvidia/gb200-nvl72@1,burn-in,us,them,1.2,2026-01-02,2026-02-03T04:05:06Z\n",
            null,
            nowMs);
        var asset = CsvFleet.Graph(ledger, nowMs).Assets.By(IdentifierKind.Serial, "SW-1")!;
        Assert.Equal("02:00:00:02:00:01", asset[IdentifierKind.Mac]);
        Assert.Equal("3f2504e0-4f89-41d3-9a0c-0305e82c3301", asset[IdentifierKind.Uuid]);
        Assert.Equal("host-1", asset[IdentifierKind.Hostname]);
        Assert.Equal("TAG-1", asset[IdentifierKind.AssetTag]);
        Assert.Equal(("P-1", "nvidia/gb200-nvl72@1", LifecycleState.BurnIn), (asset.PartNumber, asset.Sku, asset.State));
        Assert.Equal(new PartiesFact(null, "them", "us"), asset.Parties);
        Assert.Equal([new FirmwareFact("bmc", "1.2")], asset.Firmware.AsEnumerable());
        var ordered = DateTimeOffset.Parse("2026-01-02T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        var then = CsvFleet.Graph(ledger, ordered).Assets.By(IdentifierKind.Serial, "SW-1")!;
        Assert.Equal((LifecycleState.Ordered, null), (then.State, then.Place));
    }

    [Fact]
    public void A_thing_without_a_serial_gains_the_one_that_is_named_at_its_place()
    {
        var planned = CsvFleet.Import(CsvKind.Assets, $"place,part_number\n{R}/13,P-1\n");
        var named = CsvFleet.Import(CsvKind.Assets, $"place,serial\n{R}/13,SW-1\n", planned, CsvFleet.NowMs + 1);
        var assets = CsvFleet.Graph(named, CsvFleet.NowMs + 1).Assets;
        Assert.Equal("P-1", assets.By(IdentifierKind.Serial, "SW-1")!.PartNumber);
        Assert.Equal(19, assets.Count);
    }

    [Fact]
    public void Two_things_may_change_places_in_one_file()
    {
        var swapped = CsvFleet.Import(CsvKind.Assets, $"serial,place\nEXAMPLE-CT-0001,{R}/06\nEXAMPLE-CT-0002,{R}/05\n");
        var graph = CsvFleet.Graph(swapped);
        Assert.Equal($"{R}/06", graph.PathOf(graph.Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0001")!.Place!.Value));
        Assert.Equal($"{R}/05", graph.PathOf(graph.Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0002")!.Place!.Value));
        var before = CsvFleet.Graph(swapped, CsvFleet.NowMs - 1);
        Assert.Equal($"{R}/05", before.PathOf(before.Assets.By(IdentifierKind.Serial, "EXAMPLE-CT-0001")!.Place!.Value));
    }

    [Fact]
    public void A_free_position_and_a_rack_itself_are_places()
    {
        var graph = CsvFleet.Graph(CsvFleet.Import(CsvKind.Assets, $"place,serial\n{R}/u47,PDU-1\n{R},RACK-1\n{R}/side-1,STRIP-1\n"));
        Assert.Equal($"{R}/u47", graph.PathOf(graph.Assets.By(IdentifierKind.Serial, "PDU-1")!.Place!.Value));
        Assert.Equal(R, graph.PathOf(graph.Assets.By(IdentifierKind.Serial, "RACK-1")!.Place!.Value));
    }

    [Fact]
    public void The_owner_of_an_import_is_nobody_or_who_is_named()
    {
        var ledger = OneRack.Ledger();
        var plan = CsvFleet.Plan(CsvKind.Assets, "serial,part_number\nEXAMPLE-CT-0001,P-1\n", ledger);
        Assert.Equal("", Assert.Single(plan.Draft.Record).DeclaredBy);
        plan = CsvFleet.Plan(CsvKind.Assets, "serial,part_number\nEXAMPLE-CT-0001,P-1\n", ledger, owner: "site/hall");
        Assert.Equal("site/hall", Assert.Single(plan.Draft.Record).DeclaredBy);
    }
}

using System.Text.Json;
using Ampacity.Fleet;
using Ampacity.Simulator;

namespace Ampacity.Tests;

/// <summary>Trees of every kind of BMC in the catalogue's racks: whole, told apart, and in agreement with each other.</summary>
public sealed class GeneratedTreeTests
{
    private static readonly Lazy<SkuCatalogue> Catalogue = new(() => SkuCatalogue.Load(
        [.. Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "catalogue"), "*.yaml", SearchOption.AllDirectories).Select(path => (path, File.ReadAllText(path)))]).OrThrow());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IReadOnlyList<SimulatedTray> Bmcs(string sku)
    {
        var text = $$"""
            ampacity: 1
            owns: site/hall
            power:
              utility: {kind: Utility, rating: 2 MVA}
              ups-a: {kind: Ups, fedBy: utility, rating: 500 kW}
              ups-b: {kind: Ups, fedBy: utility, rating: 500 kW}
            cooling:
              fws-1: {kind: Loop}
              cdu-1: {kind: Cdu, loop: fws-1, capacity: 250 kW at 5 K}
            rows:
              r01: {sku: {{sku}}@1, racks: 1, feeds: [ups-a, ups-b], mode: active-active, cdus: [cdu-1]}
            """;
        var file = FleetFile.Parse("test.yaml", text, Catalogue.Value).OrThrow();
        var plan = ChangePlanner.Plan(FactLedger.Empty, FleetGraph.Empty, [file], "test", "test", 0);
        var ledger = new FactTable().Append(plan.Draft, new ChangeSetId(1));
        return SimulatedRacks.Of(FleetGraphBuilder.Build(ledger, 1, Catalogue.Value), Catalogue.Value, BmcSelection.Everything);
    }

    private static async Task<SimulatorHost> StartAsync(IReadOnlyList<SimulatedTray> bmcs) => await SimulatorHost.StartAsync(
        SimulatedRack.Options(1) with { Trays = bmcs, OwnListeners = 0 }, TimeProvider.System, Token);

    [Theory]
    [InlineData("nvidia/gb200-nvl72", 71)]
    [InlineData("nvidia/gb300-nvl72", 71)]
    public void A_rack_has_seventy_one_bmcs_and_its_trays_keep_their_addresses(string sku, int count)
    {
        var bmcs = Bmcs(sku).Where(bmc => bmc.Kind != SimulatedKind.CoolantUnit).ToList();

        Assert.Equal(count, bmcs.Count);
        Assert.Equal((18, 36, 9, 8), (
            bmcs.Count(bmc => bmc.Kind == SimulatedKind.NvidiaComputeTray), bmcs.Count(bmc => bmc.Kind == SimulatedKind.Dpu),
            bmcs.Count(bmc => bmc.Kind == SimulatedKind.NvSwitchTray), bmcs.Count(bmc => bmc.Kind == SimulatedKind.PowerShelf)));
        Assert.All(bmcs.Where(bmc => bmc.Kind == SimulatedKind.PowerShelf), shelf => Assert.Equal((6, 5_500.0), (shelf.Supplies, shelf.RatedWatts)));
        Assert.Equal("127.80.1.5", bmcs.First(bmc => bmc.Kind == SimulatedKind.NvidiaComputeTray).Address.ToString());
        Assert.Equal(count, bmcs.Select(bmc => (bmc.Mac, bmc.Serial)).Distinct().Count());
    }

    [Theory]
    [InlineData("nvidia/gb200-nvl72")]
    [InlineData("amd/mi300x-rack-4")]
    [InlineData("amd/helios-mi450")]
    [InlineData("broadcom/custom-ethernet-rack")]
    public async Task Every_link_of_every_kind_leads_to_a_resource_that_names_itself(string sku)
    {
        await using var rack = await StartAsync(Bmcs(sku));
        foreach (var bmc in rack.Endpoints.DistinctBy(endpoint => endpoint.Tray.Kind))
        {
            using var probe = new BmcProbe(bmc.Address);
            var seen = new HashSet<string> { "/redfish/v1" };
            var pending = new Queue<string>(seen);
            while (pending.TryDequeue(out var path))
            {
                var body = await probe.GetAsync(path);
                Assert.Equal(path, body.GetProperty("@odata.id").GetString());
                Assert.StartsWith("#", body.GetProperty("@odata.type").GetString(), StringComparison.Ordinal);
                foreach (var link in Links(body).Where(seen.Add))
                {
                    pending.Enqueue(link);
                }
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{sku} {bmc.Tray.Kind}: {seen.Count} resources");
            Assert.True(seen.Count > 30, $"{bmc.Tray.Kind}: {seen.Count} resources");
            Assert.Contains(seen, path => path.Contains("/EthernetInterfaces/", StringComparison.Ordinal));
            Assert.All(seen.Where(path => path.Contains("/Sensors/", StringComparison.Ordinal)), path => Assert.Matches("[A-Za-z0-9_]+$", path));
        }
    }

    [Fact]
    public async Task A_board_of_accelerators_has_the_reports_by_amds_names()
    {
        await using var rack = await StartAsync(Bmcs("amd/mi300x-rack-4"));
        var node = rack.Endpoints.First(bmc => bmc.Tray.Kind == SimulatedKind.UbbTray);
        using var probe = new BmcProbe(node.Address);

        var reports = (await probe.GetAsync("/redfish/v1/TelemetryService/MetricReports")).GetProperty("Members").EnumerateArray()
            .Select(member => member.GetProperty("@odata.id").GetString()!.Split('/')[^1]).Order(StringComparer.Ordinal);
        Assert.Equal(["All", "HealthRollup", "OAM_MemoryMetrics_0", "OAM_ProcessorMetrics_0", "OAM_ProcessorPortMetrics_0", "PlatformSensorsMetrics_0"], reports);
        Assert.Equal(8, (await probe.GetAsync("/redfish/v1/Systems/UBB/Processors")).GetProperty("Members@odata.count").GetInt32());
        Assert.Equal((4, 2), (rack.Endpoints.Count(bmc => bmc.Tray.Kind == SimulatedKind.UbbTray), rack.Endpoints.Count(bmc => bmc.Tray.Kind == SimulatedKind.RackPdu)));
    }

    [Fact]
    public async Task What_the_supplies_of_a_rack_give_is_what_its_trays_take_and_no_supply_gives_more_than_it_takes()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        await using var rack = await SimulatorHost.StartAsync(SimulatedRack.Options(1) with { Trays = Bmcs("nvidia/gb200-nvl72"), OwnListeners = 0 }, time, Token);
        var (given, taken, input) = (0.0, 0.0, 0.0);
        foreach (var bmc in rack.Endpoints)
        {
            using var probe = new BmcProbe(bmc.Address);
            switch (bmc.Tray.Kind)
            {
                case SimulatedKind.PowerShelf:
                    given += Reading(await probe.GetAsync("/redfish/v1/Chassis/PowerShelf_0/Sensors/total_power_out"));
                    input += Reading(await probe.GetAsync("/redfish/v1/Chassis/PowerShelf_0/Sensors/total_power_in"));
                    break;
                case SimulatedKind.NvidiaComputeTray:
                    taken += (await probe.GetAsync("/redfish/v1/Chassis/Chassis_0/EnvironmentMetrics")).GetProperty("PowerWatts").GetProperty("Reading").GetDouble();
                    break;
                case SimulatedKind.NvSwitchTray:
                    taken += 1_400 * (0.6 + (0.3 * 0.97)); // at the height of a step, as the instant was chosen
                    break;
            }
        }

        Assert.InRange(given / taken, 0.97, 1.03);
        Assert.InRange(given / input, 0.94, 0.98);
    }

    [Fact]
    public async Task A_supply_that_trips_leaves_its_share_to_the_others_of_the_rack()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        var bmcs = Bmcs("nvidia/gb200-nvl72");
        var shelf = bmcs.First(bmc => bmc.Kind == SimulatedKind.PowerShelf);
        async Task<(double Tripped, double Neighbour, string? Health)> ReadAsync(params FaultRule[] rules)
        {
            await using var rack = await SimulatorHost.StartAsync(
                SimulatedRack.Options(1) with { Trays = bmcs, OwnListeners = 0, FaultRules = rules }, time, Token);
            using var probe = new BmcProbe(rack.Endpoints.First(bmc => bmc.Tray.Place == shelf.Place).Address);
            var health = (await probe.GetAsync("/redfish/v1/Chassis/PowerShelf_0/PowerSubsystem/PowerSupplies/3")).GetProperty("Status").GetProperty("Health").GetString();
            return (Reading(await probe.GetAsync("/redfish/v1/Chassis/PowerShelf_0/Sensors/psu3_power_out")),
                Reading(await probe.GetAsync("/redfish/v1/Chassis/PowerShelf_0/Sensors/psu4_power_out")), health);
        }

        var whole = await ReadAsync();
        var tripped = await ReadAsync(new FaultRule { Do = FaultKind.PsuTrip, Place = shelf.Place, Part = 2 });

        Assert.Equal(whole.Neighbour, whole.Tripped, 0.001);
        Assert.Equal((0.0, "Critical"), (tripped.Tripped, tripped.Health));
        Assert.Equal(whole.Neighbour * 48 / 47, tripped.Neighbour, 0.01);
    }

    [Fact]
    public async Task A_coolant_unit_keeps_its_heat_balance()
    {
        await using var rack = await StartAsync(Bmcs("nvidia/gb200-nvl72"));
        using var probe = new BmcProbe(rack.Endpoints.Single(bmc => bmc.Tray.Kind == SimulatedKind.CoolantUnit).Address);
        var unit = await probe.GetAsync("/redfish/v1/ThermalEquipment/CDUs/1");
        var connector = await probe.GetAsync("/redfish/v1/ThermalEquipment/CDUs/1/SecondaryCoolantConnectors/1");
        double Of(string name) => connector.GetProperty(name).GetProperty("Reading").GetDouble();

        var coolant = unit.GetProperty("Coolant");
        var carried = Of("FlowLitersPerMinute") / 60 / 1_000 * coolant.GetProperty("DensityKgPerCubicMeter").GetDouble()
            * coolant.GetProperty("SpecificHeatkJoulesPerKgK").GetDouble() * (Of("ReturnTemperatureCelsius") - Of("SupplyTemperatureCelsius"));
        Assert.InRange(Of("HeatRemovedkW"), 20, 130);
        Assert.Equal(Of("HeatRemovedkW"), carried, 0.05);
    }

    private static double Reading(JsonElement sensor) => sensor.GetProperty("Reading").GetDouble();

    private static IEnumerable<string> Links(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == "@odata.id" ? [property.Value.GetString()!] : Links(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Links),
        _ => [],
    };
}

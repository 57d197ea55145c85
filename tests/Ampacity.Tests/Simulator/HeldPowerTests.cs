using System.Net;
using System.Text.Json;
using Ampacity.Simulator;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests;

/// <summary>Power that is held down, lost or carried by fewer supplies: seen at every level above, and energy stays the integral of power.</summary>
public sealed class HeldPowerTests
{
    private const string Gpu = "/redfish/v1/Systems/HGX_Baseboard_0/Processors/GPU_1";
    private const string Environment = Gpu + "/EnvironmentMetrics";
    private const string Control = "/redfish/v1/Chassis/HGX_GPU_1/Controls/GPU_1_PowerLimit_0";
    private const string Shelf = "/redfish/v1/Chassis/PowerShelf_0";
    private const double StepSeconds = 0.1; // power is straight within it

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(57));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A rack of two trays of four accelerators, a shelf of six supplies, a PDU of another rack beside it, and the coolant unit.
    private async Task<(SimulatorHost Rack, BmcProbe Tray, BmcProbe Shelf, BmcProbe Cdu)> StartAsync(params FaultRule[] rules)
    {
        var options = SimulatedRack.Options(4);
        SimulatedTray[] trays =
        [
            options.Trays[0] with { Rack = "rack" }, options.Trays[1] with { Rack = "rack" },
            options.Trays[2] with { Rack = "rack", Kind = SimulatedKind.PowerShelf, Supplies = 6, RatedWatts = 5_500, Accelerators = 0, Processors = 0 },
            options.Trays[3] with { Racks = ["rack"], Rack = "rack", Kind = SimulatedKind.CoolantUnit, RatedWatts = 20_000, Accelerators = 0, Processors = 0 },
        ];
        var rack = await SimulatorHost.StartAsync(options with { Trays = trays, FaultRules = [.. rules.Select(rule => rule with { Place = trays[rule.Do == FaultKind.GpuGone ? 0 : 2].Place })] }, _time, Token);
        return (rack, new BmcProbe(rack.Endpoints[0].Address), new BmcProbe(rack.Endpoints[2].Address), new BmcProbe(rack.Endpoints[3].Address));
    }

    [Fact]
    public async Task A_power_limit_holds_the_accelerator_and_all_above_it_and_both_of_its_resources_show_it()
    {
        var (rack, tray, shelf, cdu) = await StartAsync();
        await using var running = rack;
        using var asking = tray;
        using var shelves = shelf;
        using var cooling = cdu;
        while (Reading((await tray.GetAsync(Environment)).GetProperty("PowerWatts")) < 900)
        {
            _time.Advance(TimeSpan.FromSeconds(1)); // to the height of a step
        }

        var before = await LevelsAsync(tray, shelf);
        var heatBefore = await HeatAsync(cdu);

        using (var set = await tray.SendAsync(HttpMethod.Patch, Environment, """{"PowerLimitWatts": {"SetPoint": 400}}"""))
        {
            Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        }

        var held = await LevelsAsync(tray, shelf);
        Assert.InRange(held.Gpu, 390, 400);
        Assert.Equal(before.Gpu - held.Gpu, before.Tray - held.Tray, 0.01);
        Assert.Equal(before.Gpu - held.Gpu, before.Output - held.Output, 0.01);
        Assert.True(held.Input < before.Input - (before.Gpu - held.Gpu), "losses fall with the load");
        Assert.True(held.Clock < 0.7 * before.Clock, $"{held.Clock} MHz of {before.Clock}");
        Assert.Equal(400, (await tray.GetAsync(Control)).GetProperty("SetPoint").GetDouble());
        var report = await tray.GetAsync("/redfish/v1/TelemetryService/MetricReports/HGX_ProcessorMetrics_0");
        Assert.Contains(report.GetProperty("MetricValues").EnumerateArray(), value =>
            value.GetProperty("MetricProperty").GetString() == Environment + "#/PowerLimitWatts/SetPoint" && double.Parse(value.GetProperty("MetricValue").GetString()!, System.Globalization.CultureInfo.InvariantCulture) == 400);

        // It cools down by and by, and the coolant takes less; the other way round by its Control.
        _time.Advance(TimeSpan.FromSeconds(440));
        Assert.True(await HeatAsync(cdu) < heatBefore - 0.2, "the coolant takes less");
        using (var lifted = await tray.SendAsync(HttpMethod.Patch, Control, """{"ControlMode": "Disabled"}"""))
        {
            Assert.Equal(HttpStatusCode.OK, lifted.StatusCode);
        }

        Assert.Equal("Disabled", (await tray.GetAsync(Environment)).GetProperty("PowerLimitWatts").GetProperty("ControlMode").GetString());
        Assert.Equal(before.Gpu, (await LevelsAsync(tray, shelf)).Gpu, 0.01);
    }

    [Fact]
    public async Task Energy_is_the_integral_of_power_through_limits_losses_and_trips_at_every_level()
    {
        var (rack, tray, shelf, _) = await StartAsync(
            new FaultRule { Do = FaultKind.GpuGone, Part = 2, AtSeconds = 5, ForSeconds = 9 },
            new FaultRule { Do = FaultKind.PsuTrip, Part = 0, AtSeconds = 3, ForSeconds = 8 },
            new FaultRule { Do = FaultKind.FeedLoss, Part = 1, AtSeconds = 7, ForSeconds = 10 });
        await using var running = rack;
        using var asking = tray;
        using var shelves = shelf;
        var first = await EnergiesAsync(tray, shelf);
        var sums = new Dictionary<string, double>();
        var last = await PowersAsync(tray, shelf);
        for (var step = 1; step <= 220; step++)
        {
            // A change falls between two looks: right after the first of them, at the instant of the second.
            _time.Advance(TimeSpan.FromSeconds(StepSeconds));
            if (step is 60 or 150)
            {
                var watts = step == 60 ? 500 : 1_000;
                var earlier = await PowersAsync(tray, shelf);
                Add(sums, last, earlier);
                using var set = await tray.SendAsync(HttpMethod.Patch, Environment, $$"""{"PowerLimitWatts": {"SetPoint": {{watts}} } }""");
                Assert.Equal(HttpStatusCode.OK, set.StatusCode);
                last = await PowersAsync(tray, shelf);
                continue;
            }

            var now = await PowersAsync(tray, shelf);
            Add(sums, last, now);
            last = now;
        }

        var second = await EnergiesAsync(tray, shelf);
        foreach (var (what, joules) in sums)
        {
            // The rest is what jumps of conditions within a step leave to the trapezium.
            var counted = second[what] - first[what];
            Assert.True(Math.Abs(counted - joules) <= 0.004 * Math.Max(joules, 1_000), $"{what}: the counter moved by {counted:0.0} J, power makes {joules:0.0} J");
        }
    }

    private static void Add(Dictionary<string, double> sums, Dictionary<string, double> from, Dictionary<string, double> to)
    {
        foreach (var (what, watts) in to)
        {
            sums[what] = sums.GetValueOrDefault(what) + (StepSeconds * (from[what] + watts) / 2);
        }
    }

    private static async Task<Dictionary<string, double>> PowersAsync(BmcProbe tray, BmcProbe shelf)
    {
        var sensors = await SensorsAsync(shelf);
        return new()
        {
            ["gpu1"] = Reading((await tray.GetAsync(Environment)).GetProperty("PowerWatts")),
            ["tray"] = Reading((await tray.GetAsync("/redfish/v1/Chassis/Chassis_0/EnvironmentMetrics")).GetProperty("PowerWatts")),
            ["psu1"] = sensors["psu1_power_in"],
            ["psu2"] = sensors["psu2_power_in"],
            ["psu3"] = sensors["psu3_power_in"],
            ["shelf"] = sensors["total_power_in"],
        };
    }

    private static async Task<Dictionary<string, double>> EnergiesAsync(BmcProbe tray, BmcProbe shelf)
    {
        const double JoulesPerKilowattHour = 3_600_000;
        var sensors = await SensorsAsync(shelf);
        return new()
        {
            ["gpu1"] = Reading((await tray.GetAsync(Environment)).GetProperty("EnergyJoules")),
            ["tray"] = Reading((await tray.GetAsync("/redfish/v1/Chassis/Chassis_0/EnvironmentMetrics")).GetProperty("EnergyJoules")),
            ["psu1"] = sensors["psu1_energy_in"] * JoulesPerKilowattHour,
            ["psu2"] = sensors["psu2_energy_in"] * JoulesPerKilowattHour,
            ["psu3"] = sensors["psu3_energy_in"] * JoulesPerKilowattHour,
            ["shelf"] = Reading((await shelf.GetAsync("/redfish/v1/PowerEquipment/PowerShelves/1/Metrics")).GetProperty("EnergykWh")) * JoulesPerKilowattHour,
        };
    }

    private static async Task<Dictionary<string, double>> SensorsAsync(BmcProbe shelf) =>
        (await shelf.GetAsync(Shelf + "/Sensors?$expand=.")).GetProperty("Members").EnumerateArray()
            .Where(sensor => sensor.GetProperty("Reading").ValueKind == JsonValueKind.Number)
            .ToDictionary(sensor => sensor.GetProperty("Id").GetString()!, Reading, StringComparer.Ordinal);

    private static async Task<(double Gpu, double Tray, double Output, double Input, double Clock)> LevelsAsync(BmcProbe tray, BmcProbe shelf)
    {
        var sensors = await SensorsAsync(shelf);
        return (Reading((await tray.GetAsync(Environment)).GetProperty("PowerWatts")),
            Reading((await tray.GetAsync("/redfish/v1/Chassis/Chassis_0/EnvironmentMetrics")).GetProperty("PowerWatts")),
            sensors["total_power_out"], sensors["total_power_in"],
            (await tray.GetAsync(Gpu + "/ProcessorMetrics")).GetProperty("OperatingSpeedMHz").GetDouble());
    }

    private static async Task<double> HeatAsync(BmcProbe cdu) =>
        Reading((await cdu.GetAsync("/redfish/v1/ThermalEquipment/CDUs/1/SecondaryCoolantConnectors/1")).GetProperty("HeatRemovedkW"));

    private static double Reading(JsonElement holder) => holder.GetProperty("Reading").GetDouble();
}

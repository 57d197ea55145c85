using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ampacity.Scenarios;

/// <summary>
/// Racks of AMD MI300X, AMD Helios and Broadcom end to end, over whole processes: simulated by OCP's universal base board, discovered, read, asked
/// by PromQL, held against intent with one fault each, and with a supply of each that loses its feed.
/// </summary>
public sealed class VendorRacksScenarioTests : IAsyncLifetime
{
    // Idle accelerators draw 0.12 of their design power and processors 0.30 + 0.25 of that load (the simulator's physics); silicon differs by 2 % either way.
    private const double Load = 0.12;
    private const double ProcessorShare = 0.30 + (0.25 * Load);
    private const double Tolerance = 0.02;

    // A board, adapters and fans: 8 % of the accelerators' design power. A switch tray of 1,400 W: 0.6 of it, and 0.3 with the load.
    private const double Overhead = 0.08;
    private const double SwitchTrayWatts = 1_400 * (0.6 + (0.3 * Load));

    private const string OtherMac = "02:5a:00:00:00:99";

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-vendors-").FullName;
    private readonly string _port = Checkout.FreePort().ToString(CultureInfo.InvariantCulture);
    private AmpacityProcess? _simulator;
    private AmpacityProcess? _server;
    private string _url = "";

    private sealed record VendorRack(string Row, string Sku, string[] Slots, int Accelerators, double AcceleratorWatts, int Processors, double ProcessorWatts, int SwitchTrays)
    {
        public string Name => $"{Row}/01";

        public string Path => $"site/hall/{Row}/01";

        public double AcceleratorsWatts => Accelerators * AcceleratorWatts * Load;

        public double OutputWatts => AcceleratorsWatts + (Processors * ProcessorWatts * ProcessorShare) + (Accelerators * AcceleratorWatts * Overhead) + (SwitchTrays * SwitchTrayWatts);
    }

    private static readonly VendorRack[] Racks =
    [
        new("r01", "amd/mi300x-rack-4@1", ["01", "09", "17", "25"], 32, 750, 0, 0, 0),
        new("r02", "amd/helios-mi450@1", [.. Units(1, 22), .. Units(41, 44)], 72, 2_000, 18, 500, 0),
        new("r03", "broadcom/custom-ethernet-rack@1", [.. Units(1, 31), .. Units(41, 44)], 72, 1_350, 0, 0, 9),
    ];

    private static int Bmcs => Racks.Sum(rack => rack.Slots.Length);

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "racks.yaml"), FleetText());
        _server = AmpacityProcess.Start(_folder, "serve", "--data", "data", "--listen", "http://127.0.0.1:0");
        _url = (await _server.WaitForLineAsync("Ampacity serves")).Split(' ')[^1].Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_simulator?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Racks_of_three_vendors_are_discovered_read_compared_and_tripped()
    {
        await SimulateAsync();
        Assert.Equal(0, (await RunAsync("apply", "racks.yaml")).ExitCode);
        Assert.Equal(0, (await AmpacityProcess.RunAsync(_folder, "ampacity-sim\n", "credentials", "set", "root", "--password-stdin", "--url", _url)).ExitCode);
        await DiscoverAsync(Bmcs);
        var right = await RunAsync("drift");
        Assert.True(right.ExitCode == 0, right.Output);
        Assert.Contains($"{Bmcs} BMCs are as declared", right.Output);

        foreach (var rack in Racks)
        {
            // Every accelerator, with topology that no BMC ever sent, within the spread of silicon. (Processors beside a universal base board are
            // sensors of it.)
            await ValueAsync($"count(hw_power_watts{{rack=\"{rack.Name}\"}}) == {rack.Accelerators.ToString(CultureInfo.InvariantCulture)}");
            var watts = await ValueAsync($"sum by (rack) (hw_power_watts{{rack=\"{rack.Name}\"}})");
            Assert.InRange(watts / rack.AcceleratorsWatts, 1 - Tolerance, 1 + Tolerance);

            // What the supplies give is what all of the rack takes.
            await ValueAsync($"count(hw_power_supply_output_watts{{rack=\"{rack.Name}\"}}) == {Supplies(rack)}");
            Assert.InRange(await ValueAsync($"sum by (rack) (hw_power_supply_output_watts{{rack=\"{rack.Name}\"}})") / rack.OutputWatts, 1 - Tolerance, 1 + Tolerance);
        }

        await FaultsAsync();
    }

    // The same racks again: in each something is wrong with a BMC, and a supply has lost its input.
    private async Task FaultsAsync()
    {
        (string Bmc, string Drift)[] wrong =
        [
            ("site/hall/r01/01/09", "boardSwapped"), ("site/hall/r02/01/07", "serialDiffers"), ("site/hall/r03/01/12", "dead"),
        ];
        string[] tripped = ["site/hall/r01/01/01", "site/hall/r02/01/41", "site/hall/r03/01/02"];
        var before = await EachAsync(tripped, SupplyAsync);
        await SimulateAsync(
            ["--serial", $"{wrong[1].Bmc}=OTHER-1", "--offline", wrong[2].Bmc, "--fault", $"do=mac,place={wrong[0].Bmc},text={OtherMac}",
                .. tripped.SelectMany(place => (string[])["--fault", $"do=feed-loss,place={place},part=0"])]);
        await DiscoverAsync(Bmcs - 1);
        var drift = await RunAsync("drift", "--json");
        Assert.Equal(1, drift.ExitCode);
        Assert.Equal(
            wrong.Select(one => $"{one.Bmc} {one.Drift}"),
            JsonSerializer.Deserialize<JsonElement>(drift.Output).GetProperty("rows").EnumerateArray()
                .Select(row => $"{row.GetProperty("place").GetString()} {row.GetProperty("kind").GetString()}").Order(StringComparer.Ordinal));

        foreach (var (place, supply) in tripped.Zip(before))
        {
            // The one gives nothing, its neighbour more than before, an event says that its feed is gone, and the rack's bring-up names it.
            await ValueAsync($"{Supply(place, supply.First)} == 0");
            Assert.True(await ValueAsync($"{Supply(place, supply.Second)} > {supply.Watts.ToString("R", CultureInfo.InvariantCulture)}") > supply.Watts, place);
            await LossOfInputAsync(place);
            var bringUp = await RunAsync("bring-up", string.Join('/', place.Split('/')[..^1]));
            Assert.Contains("health is critical of", bringUp.Output, StringComparison.Ordinal);
        }
    }

    private async Task SimulateAsync(params string[] more)
    {
        await (_simulator?.DisposeAsync() ?? ValueTask.CompletedTask);
        _simulator = AmpacityProcess.Start(_folder, ["simulate", "racks.yaml", "--port", _port, "--workload", "idle", .. more]);
        await _simulator.WaitForLineAsync("BMCs answer");
    }

    private async Task DiscoverAsync(int bmcs)
    {
        var found = await RunAsync("discover", "127.80.1.1-127.80.3.60", "--scheme", "http", "--port", _port);
        Assert.Contains($"{bmcs} BMCs of ", found.Output, StringComparison.Ordinal);
    }

    // The first two supplies of a thing, and what the second gives.
    private async Task<(string First, string Second, double Watts)> SupplyAsync(string place)
    {
        var result = await RunningFleet.QueryAsync(_url, Supply(place, ".*"));
        string[] names = [.. result.EnumerateArray().Select(one => one.GetProperty("metric").GetProperty("component").GetString()!).Order(StringComparer.Ordinal)];
        Assert.True(names.Length >= 2, $"{place}: {string.Join(", ", names)}");
        return (names[0], names[1], await ValueAsync(Supply(place, names[1])));
    }

    private static string Supply(string place, string component)
    {
        var parts = place.Split('/');
        return $"hw_power_supply_output_watts{{rack=\"{parts[2]}/{parts[3]}\",slot=\"{parts[4]}\",component=~\"{component}\"}}";
    }

    private async Task<double> ValueAsync(string expression)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var result = await RunningFleet.QueryAsync(_url, expression);
            if (result.GetArrayLength() > 0)
            {
                return double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{expression} gave nothing");
            await Task.Delay(500);
        }
    }

    private async Task LossOfInputAsync(string place)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var events = await RunAsync("events", place, "--kind", "SupplyInput", "--severity", "Critical", "--json");
            Assert.Equal(0, events.ExitCode);
            if (JsonSerializer.Deserialize<JsonElement>(events.Output).GetProperty("items").GetArrayLength() > 0)
            {
                Assert.Contains("LossOfInput", events.Output, StringComparison.Ordinal);
                return;
            }

            Assert.True(waited.Elapsed < AmpacityProcess.Patience, $"{place}: no event says that a supply lost its input");
            await Task.Delay(500);
        }
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => AmpacityProcess.RunAsync(_folder, null, [.. arguments, "--url", _url]);

    private static async Task<T[]> EachAsync<T>(IEnumerable<string> places, Func<string, Task<T>> ask)
    {
        var answers = new List<T>();
        foreach (var place in places)
        {
            answers.Add(await ask(place));
        }

        return [.. answers];
    }

    private static string Supplies(VendorRack rack) => (rack.Row == "r01" ? 4 * 6 : 8 * 6).ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Units(int first, int last) => Enumerable.Range(first, last - first + 1).Select(unit => unit.ToString("00", CultureInfo.InvariantCulture));

    private static string FleetText()
    {
        var text = new StringBuilder("""
            ampacity: 1
            owns: site/hall
            hall: {size: [30 m, 20 m]}
            power:
              utility: {kind: Utility, rating: 4 MVA}
              ups-a: {kind: Ups, fedBy: utility, rating: 900 kW}
              ups-b: {kind: Ups, fedBy: utility, rating: 900 kW}
              pdu-a: {kind: Pdu, fedBy: ups-a, rating: 100 kW}
              pdu-b: {kind: Pdu, fedBy: ups-b, rating: 100 kW}
            rows:

            """);
        foreach (var (rack, n) in Racks.Select((rack, n) => (rack, n)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {rack.Row}: {{sku: {rack.Sku}, racks: 1, at: [2 m, {2 + (4 * n)} m], pitch: 1200 mm, feeds: {(n == 0 ? "[pdu-a, pdu-b]" : "[ups-a, ups-b]")}}}\n");
        }

        text.Append("assets:\n");
        foreach (var rack in Racks)
        {
            foreach (var slot in rack.Slots)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {rack.Row}/01/{slot}: {{serial: {rack.Row.ToUpperInvariant()}-{slot}, bmc: '02:00:00:00:{rack.Row[1..]}:{slot}'}}\n");
            }
        }

        return text.ToString();
    }
}

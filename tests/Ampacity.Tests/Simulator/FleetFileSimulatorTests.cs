using System.Text.Json;
using Ampacity.Simulator;

namespace Ampacity.Tests;

public sealed class FleetFileSimulatorTests
{
    private static readonly FileSimulation Example = new(
        Path.Combine(RepositoryFolder.Root, "examples", "one-rack.yaml"),
        Path.Combine(RepositoryFolder.Root, "catalogue"),
        null, 0, "root", "secret:word", 7, new Dictionary<string, string>(), []);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_one_rack_example_gives_eighteen_bmcs_with_the_names_of_its_assets_and_a_changed_serial_shows()
    {
        await using var simulator = await FleetFileSimulator.StartAsync(
            Example with
            {
                SerialChanges = new Dictionary<string, string> { ["site/hall/r01/01/06"] = "SWAPPED-1" },
                OfflinePlaces = ["site/hall/r01/01/31"],
            },
            Token);

        Assert.Equal(18, simulator.Endpoints.Count);
        var first = simulator.Endpoints[0];
        Assert.Equal(("site/hall/r01/01/05", "127.80.1.5", "02:00:00:01:01:05", "EXAMPLE-CT-0001"), (first.Tray.Place, first.Address.Host, first.Tray.Mac, first.Tray.Serial));
        Assert.Equal("site/hall/r01/01/31", Assert.Single(simulator.Endpoints, endpoint => endpoint.Offline).Tray.Place);
        using var client = new HttpClient { BaseAddress = simulator.Endpoints[1].Address };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("root:secret:word"u8));
        using var chassis = JsonDocument.Parse(await client.GetStringAsync("redfish/v1/Chassis/Chassis_0", Token));
        Assert.Equal("SWAPPED-1", chassis.RootElement.GetProperty("SerialNumber").GetString());
    }

    [Fact]
    public async Task All_of_the_example_rack_are_seventy_one_bmcs_that_show_what_the_delivery_note_says()
    {
        await using var simulator = await FleetFileSimulator.StartAsync(Example with { Selection = BmcSelection.Racks }, Token);

        Assert.Equal(71, simulator.Endpoints.Count);
        Assert.Equal(
            [(SimulatedKind.NvidiaComputeTray, 18), (SimulatedKind.Dpu, 36), (SimulatedKind.NvSwitchTray, 9), (SimulatedKind.PowerShelf, 8)],
            simulator.Endpoints.CountBy(endpoint => endpoint.Tray.Kind).OrderBy(one => one.Key).Select(one => (one.Key, one.Value)));
        Assert.All(simulator.Endpoints, endpoint =>
        {
            Assert.StartsWith("EXAMPLE-", endpoint.Tray.Serial, StringComparison.Ordinal);
            Assert.StartsWith("02:00:00:01:", endpoint.Tray.Mac, StringComparison.Ordinal);
        });
        var dpu = Assert.Single(simulator.Endpoints, endpoint => endpoint.Tray.Place == "site/hall/r01/01/31/dpu1");
        Assert.Equal(("127.80.1.159", "02:00:00:01:03:31", "EXAMPLE-DPU-0036"), (dpu.Address.Host, dpu.Tray.Mac, dpu.Tray.Serial));
    }

    [Fact]
    public async Task A_place_that_is_not_there_and_files_that_are_not_there_or_wrong_are_said()
    {
        await Refused(Example with { SerialChanges = new Dictionary<string, string> { ["r01/01/06"] = "X" } }, "site/hall/r01/01/05");
        await Refused(Example with { OfflinePlaces = ["site/hall/r01/01/99"] }, "site/hall/r01/01/99");
        await Refused(Example with { FleetFilePath = "nowhere.yaml" }, "nowhere.yaml");
        await Refused(Example with { CatalogueFolder = "nowhere" }, "nowhere");
        await Refused(Example with { FleetFilePath = Path.Combine(Example.CatalogueFolder, "nvidia", "b200.yaml") }, "b200.yaml:");
        await Refused(Example with { TreeFile = Example.FleetFilePath }, "one-rack.yaml");
    }

    private static async Task Refused(FileSimulation simulation, string says)
    {
        var error = await Assert.ThrowsAsync<SimulatorStartException>(() => FleetFileSimulator.StartAsync(simulation, Token));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}

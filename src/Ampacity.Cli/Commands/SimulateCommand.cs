using System.CommandLine;
using Ampacity.Simulator;

namespace Ampacity.Cli;

/// <summary><c>simulate</c>: the BMCs of the compute trays that a fleet file declares, over real Redfish on loopback.</summary>
internal static class SimulateCommand
{
    /// <summary>Password of simulated BMCs unless AMPACITY_SIM_PASSWORD says otherwise: it guards nothing.</summary>
    public const string DefaultPassword = "ampacity-sim";

    /// <summary>Password of simulated BMCs.</summary>
    public static string Password => Environment.GetEnvironmentVariable("AMPACITY_SIM_PASSWORD") ?? DefaultPassword;

    public static Command Make()
    {
        var file = new Argument<string>("file") { Description = "Fleet file whose compute trays are simulated." };
        var port = new Option<int>("--port") { Description = "Port of every simulated BMC.", DefaultValueFactory = _ => 8000 };
        var serial = new Option<string[]>("--serial")
        {
            Description = "Let a tray report another serial: place=serial.",
            HelpName = "place=serial",
            AllowMultipleArgumentsPerToken = true,
        };
        var offline = new Option<string[]>("--offline")
        {
            Description = "Trays whose BMC does not listen.",
            HelpName = "place",
            AllowMultipleArgumentsPerToken = true,
        };
        var tree = new Option<string?>("--tree")
        {
            Description = "A captured Redfish tree (.ndjson.gz), or `generated`; by default the captured GB200 tray of the test data if it is there.",
            HelpName = "file",
        };
        var user = new Option<string>("--user") { Description = "Account of every BMC.", DefaultValueFactory = _ => "root" };
        var seed = new Option<int>("--seed") { Description = "Seed of everything that looks random.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "simulate",
            "Serve simulated BMCs on 127.80.<rack>.<slot>, until stopped. The password is AMPACITY_SIM_PASSWORD, or "
            + $"{DefaultPassword}.\n\nExample:  ampacity simulate examples/one-rack.yaml --serial site/hall/r01/01/09=SWAPPED-1")
        {
            file, port, serial, offline, tree, user, seed,
        };
        command.SetAction(async (arguments, cancel) =>
        {
            await using var simulator = await StartAsync(
                arguments.GetValue(file)!,
                arguments.GetValue(port),
                arguments.GetValue(user)!,
                arguments.GetValue(seed),
                arguments.GetValue(tree),
                arguments.GetValue(serial) ?? [],
                arguments.GetValue(offline) ?? [],
                cancel);
            Screen.Fitted(
                [("place", 0, false), ("bmc", 0, false), ("mac", 2, false), ("serial", 1, false)],
                simulator.Endpoints.Select(bmc => new[] { bmc.Tray.Place, bmc.Address.ToString(), bmc.Tray.Mac, bmc.Tray.Serial }));
            Screen.Line($"{simulator.Endpoints.Count} BMCs answer as user {arguments.GetValue(user)}; stop with Ctrl+C.");
            await Task.Delay(Timeout.Infinite, cancel).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return CommandRun.Done;
        });
        return command;
    }

    /// <summary>Starts simulated BMCs of a fleet file.</summary>
    /// <exception cref="RefusedException">A file is wrong, a place unknown, or an address taken.</exception>
    public static async Task<SimulatorHost> StartAsync(
        string file, int port, string user, int seed, string? tree, string[] serials, string[] offline, CancellationToken cancel)
    {
        var changes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in serials)
        {
            var equals = text.IndexOf('=');
            if (equals <= 0 || equals == text.Length - 1)
            {
                throw new RefusedException($"--serial {text}: write place=serial, such as site/hall/r01/01/09=SWAPPED-1.", null);
            }

            changes[text[..equals]] = text[(equals + 1)..];
        }

        try
        {
            return await FleetFileSimulator.StartAsync(
                new FileSimulation(
                    file,
                    Path.Combine(AppContext.BaseDirectory, "catalogue"),
                    TreeFile(tree),
                    port,
                    user,
                    Password,
                    seed,
                    changes,
                    offline),
                cancel);
        }
        catch (SimulatorStartException error)
        {
            throw new RefusedException(error.Message, null);
        }
    }

    private static string? TreeFile(string? asked)
    {
        if (asked is not null)
        {
            return asked == "generated" ? null : asked;
        }

        var data = Environment.GetEnvironmentVariable("AMPACITY_TEST_DATA") ?? Path.Combine("..", "shared", "data");
        var captured = Path.Combine(data, "redfish", "nvidia-gb200-compute-tray.ndjson.gz");
        return File.Exists(captured) ? captured : null;
    }
}

using System.CommandLine;
using System.Globalization;
using Ampacity.Simulator;

namespace Ampacity.Cli;

/// <summary><c>simulate</c>: the BMCs that a fleet file declares, or those of captured trees, over real Redfish on loopback.</summary>
internal static class SimulateCommand
{
    /// <summary>Password of simulated BMCs unless AMPACITY_SIM_PASSWORD says otherwise: it guards nothing.</summary>
    public const string DefaultPassword = "ampacity-sim";

    private const string TreeSuffix = ".ndjson.gz";
    private const int MostListed = 200;

    /// <summary>Password of simulated BMCs.</summary>
    public static string Password => Environment.GetEnvironmentVariable("AMPACITY_SIM_PASSWORD") ?? DefaultPassword;

    public static Command Make()
    {
        var file = new Argument<string[]>("file")
        {
            Description = "A fleet file, or captured trees (.ndjson.gz, one resource a line).",
            Arity = ArgumentArity.OneOrMore,
        };
        var port = new Option<int>("--port") { Description = "Port of every simulated BMC.", DefaultValueFactory = _ => 8000 };
        port.Within(0, 65_535);
        var bmcs = new Option<string>("--bmcs")
        {
            Description = "Of a fleet file: trays alone, racks with DPUs, switch trays and power shelves, or all with the halls' PDUs and CDUs.",
            DefaultValueFactory = _ => "racks",
        };
        bmcs.AcceptOnlyFromAmong("trays", "racks", "all");
        var count = new Option<int>("--count") { Description = "BMCs of each captured tree.", DefaultValueFactory = _ => 1 };
        count.Within(1, 100_000);
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
            Description = "A captured Redfish tree (.ndjson.gz) for compute trays; by default they are `generated`.",
            HelpName = "file",
        };
        var user = new Option<string>("--user") { Description = "Account of every BMC.", DefaultValueFactory = _ => "root" };
        var seed = new Option<int>("--seed") { Description = "Seed of everything that looks random.", DefaultValueFactory = _ => 1 };
        var serving = new ServingFlags();
        var command = new Command(
            "simulate",
            "Serve simulated BMCs on 127.80.<rack>.<slot>, until stopped. The password is AMPACITY_SIM_PASSWORD, or "
            + $"{DefaultPassword}.\n\nExample:  ampacity simulate examples/one-rack.yaml --serial site/hall/r01/01/09=SWAPPED-1")
        {
            file, port, bmcs, count, serial, offline, tree, user, seed,
        };
        serving.AddTo(command);
        command.TakesNot(CommonOptions.Url, CommonOptions.Data, CommonOptions.Json);
        command.SetAction(async (arguments, cancel) =>
        {
            var files = arguments.GetValue(file)!;
            await using var simulator = files.All(name => name.EndsWith(TreeSuffix, StringComparison.Ordinal))
                ? await StartTreesAsync(
                    new PackedTreeSimulation(files, arguments.GetValue(count), arguments.GetValue(port), arguments.GetValue(user)!, Password, arguments.GetValue(seed))
                    {
                        Serving = serving.Read(arguments),
                    },
                    cancel)
                : await StartAsync(
                    One(files), arguments.GetValue(port), arguments.GetValue(user)!, arguments.GetValue(seed), arguments.GetValue(tree),
                    arguments.GetValue(serial) ?? [], arguments.GetValue(offline) ?? [], cancel,
                    arguments.GetValue(bmcs) switch { "trays" => BmcSelection.ComputeTrays, "racks" => BmcSelection.Racks, _ => BmcSelection.Everything }, serving.Read(arguments));
            Show(simulator, arguments.GetValue(user)!);
            await Task.Delay(Timeout.Infinite, cancel).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return CommandRun.Done;
        });
        return command;
    }

    /// <summary>Starts simulated BMCs of a fleet file.</summary>
    /// <exception cref="RefusedException">A file is wrong, a place unknown, or an address taken.</exception>
    public static async Task<SimulatorHost> StartAsync(
        string file, int port, string user, int seed, string? tree, string[] serials, string[] offline, CancellationToken cancel,
        BmcSelection selection = BmcSelection.Racks, ServingChoices? serving = null)
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
                    offline)
                {
                    Selection = selection,
                    Serving = serving ?? new ServingChoices(),
                },
                cancel);
        }
        catch (SimulatorStartException error)
        {
            throw new RefusedException(error.Message, null);
        }
    }

    private static async Task<SimulatorHost> StartTreesAsync(PackedTreeSimulation simulation, CancellationToken cancel)
    {
        try
        {
            return await PackedTreeSimulator.StartAsync(simulation, cancel);
        }
        catch (SimulatorStartException error)
        {
            throw new RefusedException(error.Message, null);
        }
    }

    private static string One(string[] files) => files.Length == 1
        ? files[0]
        : throw new RefusedException($"{files.Length} files: name one fleet file, or captured trees alone, whose names end with {TreeSuffix}.", null);

    private static void Show(SimulatorHost simulator, string user)
    {
        var endpoints = simulator.Endpoints;
        if (endpoints.Count <= MostListed)
        {
            Screen.Fitted(
                [("place", 0, false), ("bmc", 0, false), ("mac", 2, false), ("serial", 1, false)],
                endpoints.Select(bmc => new[] { bmc.Tray.Place, bmc.Address.ToString(), bmc.Tray.Mac, bmc.Tray.Serial }));
        }
        else
        {
            Screen.Fitted(
                [("kind", 0, false), ("bmcs", 0, true), ("first", 0, false), ("last", 1, false)],
                endpoints.GroupBy(bmc => bmc.Tray.Kind).Select(kind => new[]
                {
                    kind.Key.ToString(), kind.Count().ToString(CultureInfo.InvariantCulture), kind.First().Address.ToString(), kind.Last().Address.ToString(),
                }));
        }

        Screen.Line($"{endpoints.Count} BMCs answer as user {user}; stop with Ctrl+C.");
    }

    private static string? TreeFile(string? asked) => asked is null or "generated" ? null : asked;
}

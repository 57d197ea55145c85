using System.Globalization;
using System.Net;

namespace Ampacity.Simulator;

/// <summary>A simulation of captured trees, in plain values.</summary>
/// <param name="TreeFiles">Packed trees (<c>.ndjson.gz</c>, one <c>{"path","body"}</c> a line).</param>
/// <param name="Count">BMCs of each tree; the first shows the captured identifiers, the others their own.</param>
/// <param name="Port">TCP port of every BMC.</param>
/// <param name="Username">User that every BMC knows.</param>
/// <param name="Password">Its password.</param>
/// <param name="Seed">Same seed, same values.</param>
public sealed record PackedTreeSimulation(IReadOnlyList<string> TreeFiles, int Count, int Port, string Username, string Password, int Seed)
{
    /// <summary>How they are served.</summary>
    public ServingChoices Serving { get; init; } = new();
}

/// <summary>Simulates BMCs of captured trees, on 127.80.1.1 and up in the order of files.</summary>
public static class PackedTreeSimulator
{
    /// <summary>Most BMCs: the addresses 127.80.1.1 to 127.80.254.254.</summary>
    public const int MaxBmcs = 254 * 254;

    /// <summary>Reads the trees and starts the BMCs; they answer when this returns.</summary>
    /// <exception cref="SimulatorStartException">A file is missing or no tree, there are too many BMCs, or an address cannot be bound.</exception>
    public static async Task<SimulatorHost> StartAsync(PackedTreeSimulation simulation, CancellationToken cancellationToken)
    {
        var total = (long)simulation.TreeFiles.Count * simulation.Count;
        if (simulation.Count < 1 || total is < 1 or > MaxBmcs)
        {
            throw new SimulatorStartException($"{simulation.TreeFiles.Count} trees of {simulation.Count} BMCs each: 1 to {MaxBmcs} in all can be simulated.");
        }

        try
        {
            var trays = new List<SimulatedTray>((int)total);
            foreach (var file in simulation.TreeFiles)
            {
                // Read here for its identity; the host keeps a template of its own by file.
                var tree = await CapturedTree.LoadAsync(file, cancellationToken);
                var name = Path.GetFileName(file).Replace(".ndjson.gz", "", StringComparison.Ordinal);
                for (var copy = 0; copy < simulation.Count; copy++)
                {
                    trays.Add(Tray(file, $"{name}/{copy.ToString(CultureInfo.InvariantCulture)}", copy, trays.Count, tree));
                }
            }

            return await SimulatorHost.StartAsync(
                new SimulatorOptions
                {
                    Trays = trays,
                    Port = simulation.Port,
                    Username = simulation.Username,
                    Password = simulation.Password,
                    Seed = simulation.Seed,
                    Tls = simulation.Serving.Tls,
                    Speed = simulation.Serving.Speed,
                    Behaviour = simulation.Serving.Behaviour,
                    UsualBehaviours = simulation.Serving.UsualBehaviours,
                    MeasuredLatency = simulation.Serving.MeasuredLatency,
                    Exporters = simulation.Serving.Exporters,
                    FaultRules = await simulation.Serving.RulesAsync(cancellationToken),
                    Workload = simulation.Serving.Workload,
                },
                TimeProvider.System, cancellationToken);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SimulatorStartException(error.Message, error);
        }
    }

    private static SimulatedTray Tray(string file, string place, int copy, int number, TreeTemplate tree)
    {
        var (high, low) = (1 + (number / 254), 1 + (number % 254));
        return new SimulatedTray(
            place, new IPAddress([127, 80, (byte)high, (byte)low]),
            (copy == 0 ? tree.Mac : null) ?? MadeIdentity.Mac(place, high, low),
            (copy == 0 ? tree.Serial : null) ?? MadeIdentity.Serial(place), 4, 2, SimulatedRacks.AssumedAcceleratorWatts, SimulatedRacks.AssumedProcessorWatts)
        {
            TreeFile = file,
            KeepsIdentity = copy == 0,
        };
    }
}

using Ampacity.Fleet;

namespace Ampacity.Simulator;

/// <summary>Simulates the BMCs of the trays that a fleet file declares.</summary>
public static class FleetFileSimulator
{
    private const int MaxCatalogueFiles = 10_000;
    private const long MaxFileBytes = 64L << 20;

    /// <summary>Reads the files and starts the BMCs; they answer when this returns.</summary>
    /// <param name="simulation">What to simulate.</param>
    /// <param name="cancellationToken">Gives up the start; it does not stop what runs.</param>
    /// <exception cref="SimulatorStartException">A file is missing or wrong, a place is unknown, or an address cannot be bound.</exception>
    public static async Task<SimulatorHost> StartAsync(FileSimulation simulation, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var trays = await TraysAsync(simulation, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        var options = new SimulatorOptions
        {
            Trays = trays,
            Port = simulation.Port,
            Username = simulation.Username,
            Password = simulation.Password,
            TreeFile = simulation.TreeFile,
            Seed = simulation.Seed,
            Tls = simulation.Serving.Tls,
            Speed = simulation.Serving.Speed,
            Behaviour = simulation.Serving.Behaviour,
            UsualBehaviours = simulation.Serving.UsualBehaviours,
            MeasuredLatency = simulation.Serving.MeasuredLatency,
            Exporters = simulation.Serving.Exporters,
            FaultRules = await simulation.Serving.RulesAsync(cancellationToken),
            Workload = simulation.Serving.Workload,
            Faults =
            [
                .. simulation.OfflinePlaces.Select(place => new TrayFault(place, Offline: true)),
                .. simulation.SerialChanges.Select(change => new TrayFault(change.Key, Serial: change.Value)),
            ],
        };
        try
        {
            return await SimulatorHost.StartAsync(options, time, cancellationToken);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SimulatorStartException(error.Message, error);
        }
    }

    private static async Task<IReadOnlyList<SimulatedTray>> TraysAsync(FileSimulation simulation, long nowMs, CancellationToken cancellationToken)
    {
        var catalogue = Good(SkuCatalogue.Load(await CatalogueAsync(simulation.CatalogueFolder, cancellationToken)), "the catalogue");
        var text = await TextAsync(simulation.FleetFilePath, cancellationToken);
        var file = Good(FleetFile.Parse(simulation.FleetFilePath, text, catalogue), "the fleet file");
        var plan = ChangePlanner.Plan(FactLedger.Empty, FleetGraph.Empty, [file], "simulator", "simulate what the file declares", nowMs);
        var ledger = new FactTable().Append(plan.Draft, new ChangeSetId(1));
        IReadOnlyList<SimulatedTray> trays;
        try
        {
            trays = SimulatedRacks.Of(FleetGraphBuilder.Build(ledger, nowMs, catalogue), catalogue, simulation.Selection);
        }
        catch (FeedLoopException error)
        {
            throw new SimulatorStartException($"{simulation.FleetFilePath}: {error.Message} Break the loop of feeds.", error);
        }

        foreach (var place in simulation.SerialChanges.Keys.Concat(simulation.OfflinePlaces))
        {
            if (trays.All(tray => tray.Place != place))
            {
                throw new SimulatorStartException(trays.Count == 0
                    ? $"{simulation.FleetFilePath} declares no compute tray, so none can have a fault."
                    : $"no compute tray is at '{place}'; write the whole path, such as '{trays[0].Place}'.");
            }
        }

        return trays;
    }

    private static async Task<List<(string Name, string Text)>> CatalogueAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new SimulatorStartException($"there is no catalogue folder {folder}; name the one that holds the SKU files.");
        }

        var files = new List<(string, string)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(MaxCatalogueFiles + 1))
        {
            files.Add((path, await TextAsync(path, cancellationToken)));
        }

        return files.Count <= MaxCatalogueFiles
            ? files
            : throw new SimulatorStartException($"{folder} has more than {MaxCatalogueFiles} files; name the folder of the SKUs alone.");
    }

    private static async Task<string> TextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(path).Length <= MaxFileBytes
                ? await File.ReadAllTextAsync(path, cancellationToken)
                : throw new SimulatorStartException($"{path} is larger than {MaxFileBytes >> 20} MiB; split it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SimulatorStartException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private static T Good<T>(FileResult<T> read, string what)
        where T : class => read.Value ?? throw new SimulatorStartException(
            $"{what} has {read.Errors.Count} errors; mend them:\n{string.Join('\n', read.Errors)}");
}

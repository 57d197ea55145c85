namespace Ampacity.Simulator;

/// <summary>Templates by kind: made once, shared by all BMCs of the kind.</summary>
internal sealed class TemplateShelf(SimulatorOptions options)
{
    private readonly Dictionary<string, TreeTemplate> _captured = new(StringComparer.Ordinal);
    private readonly Dictionary<TreeShape, TreeTemplate> _generated = [];

    public IReadOnlyCollection<TreeTemplate> All => [.. _captured.Values, .. _generated.Values];

    private readonly record struct TreeShape(
        SimulatedKind Kind, int Accelerators, int Processors, double AcceleratorWatts, double ProcessorWatts, string? Product, string? Model, string? Part,
        string? AcceleratorModel, int Supplies, double RatedWatts, int Served);

    /// <exception cref="InvalidDataException">The tree file is none.</exception>
    /// <exception cref="IOException">The tree file cannot be read.</exception>
    public async Task<TreeTemplate> OfAsync(SimulatedTray tray, CancellationToken cancellationToken)
    {
        // A captured tree stands for compute trays; what else a rack has is generated.
        var file = tray.TreeFile ?? (tray.Kind == SimulatedKind.NvidiaComputeTray ? options.TreeFile : null);
        if (file is not null)
        {
            return _captured.TryGetValue(file, out var known) ? known : _captured[file] = Quirky(await CapturedTree.LoadAsync(file, cancellationToken), tray.Kind);
        }

        var shape = new TreeShape(
            tray.Kind, tray.Accelerators, tray.Processors, tray.AcceleratorDesignWatts, tray.ProcessorDesignWatts, tray.Product, tray.Model, tray.Part,
            tray.AcceleratorModel, tray.Supplies, tray.RatedWatts, tray.Racks.Count);
        return _generated.TryGetValue(shape, out var made) ? made : _generated[shape] = Quirky(GeneratedTree.Of(tray), tray.Kind);
    }

    private TreeTemplate Quirky(TreeTemplate tree, SimulatedKind kind) => options.BehaviourOf(kind).WithoutUnits ? tree.WithoutUnits() : tree;
}

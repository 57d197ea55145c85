namespace Ampacity.Simulator;

/// <summary>A simulation of what a fleet file declares, in plain values.</summary>
/// <param name="FleetFilePath">The fleet file.</param>
/// <param name="CatalogueFolder">Folder whose <c>*.yaml</c>, at any depth, are the SKUs.</param>
/// <param name="TreeFile">A captured tree, or null: a small one is generated.</param>
/// <param name="Port">TCP port of every BMC.</param>
/// <param name="Username">User that every BMC knows.</param>
/// <param name="Password">Its password.</param>
/// <param name="Seed">Same seed, same values.</param>
/// <param name="SerialChanges">Place path to the serial that the hardware reports instead of the declared one: drift to be found.</param>
/// <param name="OfflinePlaces">Places whose BMC does not listen.</param>
public sealed record FileSimulation(
    string FleetFilePath,
    string CatalogueFolder,
    string? TreeFile,
    int Port,
    string Username,
    string Password,
    int Seed,
    IReadOnlyDictionary<string, string> SerialChanges,
    IReadOnlyList<string> OfflinePlaces)
{
    /// <summary>Which BMCs of the fleet.</summary>
    public BmcSelection Selection { get; init; } = BmcSelection.ComputeTrays;

    /// <summary>How they are served.</summary>
    public ServingChoices Serving { get; init; } = new();
}

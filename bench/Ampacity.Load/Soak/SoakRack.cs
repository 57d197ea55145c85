using Ampacity.Fleet;
using Ampacity.Simulator;

namespace Ampacity.Load;

/// <summary>The rack of <c>examples/one-rack.yaml</c> as BMCs to simulate.</summary>
internal static class SoakRack
{
    public const string FleetFileName = "examples/one-rack.yaml";

    /// <summary>BMCs of a GB200 NVL72 rack: 18 compute trays, 36 DPUs, 9 switch trays, 8 power shelves.</summary>
    public const int Bmcs = 71;

    /// <summary>The rack's BMCs; not that of the CDU beside it.</summary>
    /// <exception cref="SoakException">The example does not declare one such rack.</exception>
    public static IReadOnlyList<SimulatedTray> Trays(SkuCatalogue catalogue)
    {
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var declared = FleetFile.Parse(FleetFileName, File.ReadAllText(FleetFileName), catalogue).OrThrow();
        var plan = ChangePlanner.Plan(FactLedger.Empty, FleetGraph.Empty, [declared], "soak", "", nowMs);
        var graph = FleetGraphBuilder.Build(new FactTable().Append(plan.Draft, new ChangeSetId(1)), nowMs, catalogue);
        var trays = SimulatedRacks.Of(graph, catalogue, BmcSelection.Racks);
        return trays.Count == Bmcs ? trays : throw new SoakException($"{FleetFileName} gives {trays.Count} BMCs, not the {Bmcs} of a rack");
    }
}

using Ampacity.Fleet;

namespace Ampacity.Simulator;

/// <summary>
/// Gives the BMCs of a fleet their addresses: a tray has 127.80.(rack, from 1).(slot); the DPUs of the tray in slot s have s + 64 and s + 128;
/// the PDUs of a rack without power shelves 241 and up; PDUs and CDUs that stand for themselves 127.81.x.y in the fleet's order.
/// </summary>
public static class SimulatedRacks
{
    /// <summary>Design power of an accelerator whose SKU claims none, watts: an assumption.</summary>
    public const double AssumedAcceleratorWatts = 1000;

    /// <summary>Design power of a processor whose SKU claims none, watts: an assumption.</summary>
    public const double AssumedProcessorWatts = 250;

    private const int MaxOctet = 254;

    /// <summary>The trays of all racks that have a build, racks in depth-first order, slots from the bottom.</summary>
    /// <param name="graph">The fleet. Serial and MAC are those of the named asset in the slot; where nobody named them, they are made from
    /// the place: <c>SIM-…</c> and 02:5a:….</param>
    /// <param name="catalogue">What the builds are made of.</param>
    /// <exception cref="SimulatorStartException">A fleet has more than 254 racks with compute trays, or a tray above slot 254.</exception>
    public static IReadOnlyList<SimulatedTray> Of(FleetGraph graph, SkuCatalogue catalogue) => Of(graph, catalogue, BmcSelection.ComputeTrays);

    /// <summary>The BMCs of all racks that have a build, and of all PDUs and CDUs, as far as they are selected.</summary>
    /// <param name="graph">The fleet.</param>
    /// <param name="catalogue">What the builds are made of.</param>
    /// <param name="selection">Compute trays alone, all of the racks, or everything that has a BMC.</param>
    /// <exception cref="SimulatorStartException">A fleet has more racks, or a rack more slots, than there are addresses.</exception>
    public static IReadOnlyList<SimulatedTray> Of(FleetGraph graph, SkuCatalogue catalogue, BmcSelection selection)
    {
        var bmcs = new List<SimulatedTray>();
        var rackNumber = 0;
        foreach (var node in graph.Places.Order)
        {
            if (graph.KindOf(node) != NodeKind.Rack || graph.BuildOf(node) is not { } build)
            {
                continue;
            }

            rackNumber++;
            foreach (var part in build.Parts)
            {
                if (part.Kind == PartKind.Slot && (part.SkuKind is SkuKind.ComputeTray or SkuKind.Node
                    || (selection != BmcSelection.ComputeTrays && part.SkuKind is SkuKind.SwitchTray or SkuKind.PowerShelf)))
                {
                    bmcs.AddRange(SlotBmcs.Of(graph, catalogue, build, part, node, Octet(graph, node, rackNumber), selection));
                }
            }

            if (selection != BmcSelection.ComputeTrays)
            {
                bmcs.AddRange(FacilityBmcs.OfRack(graph, build, node, rackNumber));
            }
        }

        if (selection == BmcSelection.Everything)
        {
            bmcs.AddRange(FacilityBmcs.OfHalls(graph));
        }

        return bmcs;
    }

    private static int Octet(FleetGraph graph, int rack, int rackNumber) => rackNumber <= MaxOctet
        ? rackNumber
        : throw new SimulatorStartException(
            $"{graph.PathOf(rack)} is rack {rackNumber} of the fleet; addresses 127.80.x.y hold {MaxOctet} racks. Simulate a part of the fleet.");
}

using System.Globalization;
using System.Net;
using Ampacity.Fleet;

namespace Ampacity.Simulator;

/// <summary>Gives every compute tray of a fleet a BMC: 127.80.(rack, from 1).(slot).</summary>
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
    public static IReadOnlyList<SimulatedTray> Of(FleetGraph graph, SkuCatalogue catalogue)
    {
        var trays = new List<SimulatedTray>();
        var rackNumber = 0;
        foreach (var node in graph.Places.Order)
        {
            if (graph.KindOf(node) != NodeKind.Rack || graph.BuildOf(node) is not { } build)
            {
                continue;
            }

            rackNumber++;
            foreach (var part in build.Parts.Where(part => part.SkuKind == SkuKind.ComputeTray && part.Kind == PartKind.Slot))
            {
                trays.Add(Tray(graph, catalogue, build, part, node, rackNumber));
            }
        }

        return trays;
    }

    private static SimulatedTray Tray(FleetGraph graph, SkuCatalogue catalogue, RackBuild build, RackPart part, int rack, int rackNumber)
    {
        var key = new StableKey(rack, part.Ordinal);
        var place = graph.PathOf(key);
        if (rackNumber > MaxOctet)
        {
            throw new SimulatorStartException(
                $"{place} is in rack {rackNumber} of the fleet; addresses 127.80.x.y hold {MaxOctet} racks. Simulate a part of the fleet.");
        }

        if (!int.TryParse(part.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var slot) || slot is < 1 or > MaxOctet)
        {
            throw new SimulatorStartException($"{place}: slot '{part.Name}' has no address 127.80.x.1 to 127.80.x.{MaxOctet}; number slots so.");
        }

        var inside = build.Parts.AsSpan(part.Ordinal, part.End - part.Ordinal).ToArray();
        var accelerators = inside.Where(p => p.SkuKind == SkuKind.Accelerator).ToList();
        var processors = inside.Where(p => p.SkuKind == SkuKind.Processor).ToList();
        var asset = graph.Assets.At(key);
        var hash = Hash(place);
        return new SimulatedTray(
            place,
            new IPAddress([127, 80, (byte)rackNumber, (byte)slot]),
            asset?[IdentifierKind.Mac] ?? string.Create(CultureInfo.InvariantCulture,
                $"02:5a:{hash >> 56:x2}:{hash >> 48 & 0xFF:x2}:{rackNumber:x2}:{slot:x2}"),
            asset?[IdentifierKind.Serial] ?? string.Create(CultureInfo.InvariantCulture, $"SIM-{hash % 10_000_000_000:D10}"),
            accelerators.Count,
            processors.Count,
            Watts(accelerators, catalogue, AssumedAcceleratorWatts),
            Watts(processors, catalogue, AssumedProcessorWatts));
    }

    // FNV-1a: the same place has the same made-up identity in every run.
    private static ulong Hash(string place)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in place)
        {
            hash = unchecked((hash ^ letter) * 1_099_511_628_211UL);
        }

        return hash;
    }

    // All accelerators of a tray are of one SKU in practice; the first speaks for them.
    private static double Watts(List<RackPart> parts, SkuCatalogue catalogue, double assumed) =>
        parts.Count > 0 ? catalogue[parts[0].Sku].DesignWatts?.Value ?? assumed : assumed;
}

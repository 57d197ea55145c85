using System.Globalization;
using System.Net;
using Ampacity.Fleet;

namespace Ampacity.Simulator;

/// <summary>The BMCs in a slot of a rack.</summary>
internal static class SlotBmcs
{
    private const int MaxOctet = 254;
    private const int DpuStep = 64;
    private const int MaxDpus = 2; // there are addresses for so many beside a tray
    private const double AssumedSwitchTrayWatts = 1_400; // two NVSwitches of 200 to 500 W with their optics and board: an assumption

    public static IEnumerable<SimulatedTray> Of(
        FleetGraph graph, SkuCatalogue catalogue, RackBuild build, RackPart part, int rack, int rackNumber, BmcSelection selection)
    {
        var key = new StableKey(rack, part.Ordinal);
        var place = graph.PathOf(key);
        if (!int.TryParse(part.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var slot) || slot is < 1 or > MaxOctet)
        {
            throw new SimulatorStartException($"{place}: slot '{part.Name}' has no address 127.80.x.1 to 127.80.x.{MaxOctet}; number slots so.");
        }

        var inside = build.Parts.AsSpan(part.Ordinal, part.End - part.Ordinal).ToArray();
        var accelerators = inside.Where(p => p.SkuKind == SkuKind.Accelerator).ToList();
        var processors = inside.Where(p => p.SkuKind == SkuKind.Processor).ToList();
        var asset = graph.Assets.At(key);
        var sku = catalogue[part.Sku];
        var vendor = part.Sku.Id.ToString().Split('/')[0];
        var shelf = catalogue.FindShelf(part.Sku);
        var kind = KindOf(part.SkuKind, vendor);
        var tray = new SimulatedTray(
            place,
            new IPAddress([127, 80, (byte)rackNumber, (byte)slot]),
            asset?[IdentifierKind.Mac] ?? MadeIdentity.Mac(place, rackNumber, slot),
            asset?[IdentifierKind.Serial] ?? MadeIdentity.Serial(place),
            accelerators.Count,
            processors.Count,
            Watts(accelerators, catalogue, SimulatedRacks.AssumedAcceleratorWatts),
            Watts(processors, catalogue, SimulatedRacks.AssumedProcessorWatts))
        {
            Kind = kind,
            Rack = graph.PathOf(rack),
            Slot = slot,
            Hostname = asset?[IdentifierKind.Hostname],
            Product = ProductOf(kind, part.Sku.Id.ToString(), sku.Title),
            Supplies = shelf?.Supplies ?? (part.SkuKind == SkuKind.Node && kind == SimulatedKind.UbbTray ? 6 : 0),
            RatedWatts = kind switch
            {
                SimulatedKind.PowerShelf => shelf?.SupplyRating?.Value ?? 5_500,
                SimulatedKind.NvSwitchTray or SimulatedKind.SwitchTray => sku.DesignWatts?.Value ?? AssumedSwitchTrayWatts,
                _ => part.SkuKind == SkuKind.Node ? 3_000 : 0,
            },
        };
        yield return tray;
        if (selection != BmcSelection.ComputeTrays && kind == SimulatedKind.NvidiaComputeTray && part.SkuKind == SkuKind.ComputeTray)
        {
            foreach (var dpu in Dpus(graph, inside, tray, rack, rackNumber))
            {
                yield return dpu;
            }
        }
    }

    private static IEnumerable<SimulatedTray> Dpus(FleetGraph graph, RackPart[] inside, SimulatedTray tray, int rack, int rackNumber)
    {
        if (tray.Slot >= DpuStep)
        {
            throw new SimulatorStartException($"{tray.Place}: DPUs of slots above {DpuStep - 1} have no address; simulate compute trays alone.");
        }

        // Builds of before they listed adapters: a GB200 tray has two BlueField-3 (NVIDIA's reference rack: 36 in 18 trays).
        var adapters = inside.Where(part => part.SkuKind == SkuKind.Adapter).Take(MaxDpus).Select(part => new StableKey(rack, part.Ordinal)).ToArray();
        for (var n = 0; n < (adapters.Length > 0 ? adapters.Length : MaxDpus); n++)
        {
            var place = adapters.Length > 0 ? graph.PathOf(adapters[n]) : $"{tray.Place}/dpu{n.ToString(CultureInfo.InvariantCulture)}";
            var asset = adapters.Length > 0 ? graph.Assets.At(adapters[n]) : null;
            var octet = tray.Slot + ((n + 1) * DpuStep);
            yield return new SimulatedTray(
                place, new IPAddress([127, 80, (byte)rackNumber, (byte)octet]), asset?[IdentifierKind.Mac] ?? MadeIdentity.Mac(place, rackNumber, octet),
                asset?[IdentifierKind.Serial] ?? MadeIdentity.Serial(place), 0, 0, 0, 0)
            {
                Kind = SimulatedKind.Dpu,
                Rack = tray.Rack,
                Slot = tray.Slot,
            };
        }
    }

    private static SimulatedKind KindOf(SkuKind kind, string vendor) => (kind, vendor) switch
    {
        (SkuKind.PowerShelf, _) => SimulatedKind.PowerShelf,
        (SkuKind.SwitchTray, "nvidia") => SimulatedKind.NvSwitchTray,
        (SkuKind.SwitchTray, _) => SimulatedKind.SwitchTray,
        (_, "amd") => SimulatedKind.UbbTray,
        (_, "nvidia") => SimulatedKind.NvidiaComputeTray,
        _ => SimulatedKind.EthernetTray,
    };

    // What a service root of the product says; a GB200's is what its profile knows it by.
    private static string? ProductOf(SimulatedKind kind, string sku, string title) => kind switch
    {
        SimulatedKind.NvidiaComputeTray when sku.Contains("gb200", StringComparison.Ordinal) => "GB200 NVL",
        SimulatedKind.NvidiaComputeTray when sku.Contains("gb300", StringComparison.Ordinal) => "GB300 NVL",
        SimulatedKind.NvidiaComputeTray or SimulatedKind.UbbTray or SimulatedKind.EthernetTray => title,
        _ => null,
    };

    // All accelerators of a tray are of one SKU in practice; the first speaks for them.
    private static double Watts(List<RackPart> parts, SkuCatalogue catalogue, double assumed) =>
        parts.Count > 0 ? catalogue[parts[0].Sku].DesignWatts?.Value ?? assumed : assumed;
}

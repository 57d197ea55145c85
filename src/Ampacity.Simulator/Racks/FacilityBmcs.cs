using System.Globalization;
using System.Net;
using Ampacity.Fleet;

namespace Ampacity.Simulator;

/// <summary>The BMCs beside the racks' builds: PDUs and coolant units.</summary>
internal static class FacilityBmcs
{
    private const int FirstPduOctet = 241;
    private const double AssumedPduWatts = 17_700; // the catalogue's strip of 32 A at 400 V
    private const double AssumedCduWatts = 2_000_000; // the catalogue's row CDU
    private const int Outlets = 24;

    /// <summary>A strip for each feed of a rack that has no shelves, where the feed is no PDU itself.</summary>
    public static IEnumerable<SimulatedTray> OfRack(FleetGraph graph, RackBuild build, int rack, int rackNumber)
    {
        if (build.Parts.Any(part => part.SkuKind == SkuKind.PowerShelf))
        {
            yield break;
        }

        var feeds = graph.Power.FeedsOf(rack).ToArray();
        for (var n = 0; n < feeds.Length; n++)
        {
            if (graph.KindOf(feeds[n]) != NodeKind.Pdu)
            {
                var place = $"{graph.PathOf(rack)}/pdu{n.ToString(CultureInfo.InvariantCulture)}";
                yield return Unit(place, SimulatedKind.RackPdu, [127, 80, (byte)rackNumber, (byte)(FirstPduOctet + n)], Outlets, AssumedPduWatts, [graph.PathOf(rack)]);
            }
        }
    }

    /// <summary>PDUs and CDUs that the fleet declares as nodes.</summary>
    public static IEnumerable<SimulatedTray> OfHalls(FleetGraph graph)
    {
        var number = 0;
        foreach (var node in graph.Places.Order.ToArray())
        {
            var kind = graph.KindOf(node);
            if (kind is not (NodeKind.Pdu or NodeKind.Cdu))
            {
                continue;
            }

            byte[] address = [127, 81, (byte)(number / 254), (byte)(1 + (number % 254))];
            number++;
            var racks = (kind == NodeKind.Pdu ? graph.Power.LoadsOf(node) : graph.CooledBy(node)).ToArray()
                .Where(load => graph.KindOf(load) == NodeKind.Rack).Select(graph.PathOf).ToList();
            yield return kind == NodeKind.Pdu
                ? Unit(graph.PathOf(node), SimulatedKind.RackPdu, address, Outlets, graph.Power.RatingOf(node)?.Limit.Value ?? AssumedPduWatts, racks)
                : Unit(graph.PathOf(node), SimulatedKind.CoolantUnit, address, 0, graph.NodeOf(node)?.Cooling?.CapacityWatts ?? AssumedCduWatts, racks);
        }
    }

    private static SimulatedTray Unit(string place, SimulatedKind kind, byte[] address, int supplies, double ratedWatts, List<string> racks) =>
        new(place, new IPAddress(address), MadeIdentity.Mac(place, address[2], address[3]), MadeIdentity.Serial(place), 0, 0, 0, 0)
        {
            Kind = kind,
            Supplies = supplies,
            RatedWatts = ratedWatts,
            Racks = racks,
            Rack = racks.Count > 0 ? racks[0] : null, // in step with the first rack that it serves
        };
}

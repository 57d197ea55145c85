using System.Net;

namespace Ampacity.Simulator;

/// <summary>All BMCs of a simulator, by address.</summary>
/// <remarks>Any thread, once it is made.</remarks>
internal sealed class BmcBoard
{
    private readonly Dictionary<uint, SimulatedBmc> _byAddress;
    private readonly Dictionary<string, SimulatedBmc> _byPlace;

    private BmcBoard(List<SimulatedBmc> bmcs, IReadOnlyCollection<TreeTemplate> templates)
    {
        Bmcs = bmcs;
        Templates = (templates.Sum(template => template.Bytes), templates.Count);
        _byAddress = bmcs.ToDictionary(bmc => Number(bmc.Tray.Address));
        _byPlace = bmcs.ToDictionary(bmc => bmc.Tray.Place, StringComparer.Ordinal);
    }

    public IReadOnlyList<SimulatedBmc> Bmcs { get; }

    public (long Bytes, int Kinds) Templates { get; }

    /// <summary>The BMC at an address, or null.</summary>
    public SimulatedBmc? At(IPAddress? address) => address is not null && _byAddress.TryGetValue(Number(address), out var bmc) ? bmc : null;

    /// <summary>The BMC at a place.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public SimulatedBmc At(string place) =>
        _byPlace.TryGetValue(place, out var bmc) ? bmc : throw new ArgumentException($"no simulated tray at '{place}'", nameof(place));

    /// <exception cref="InvalidDataException">A tree file is none.</exception>
    /// <exception cref="IOException">A tree file cannot be read.</exception>
    public static async Task<BmcBoard> OfAsync(SimulatorOptions options, BmcSurroundings around, CancellationToken cancellationToken)
    {
        var kinds = new TemplateShelf(options);
        var racks = new Dictionary<string, RackLoad>(StringComparer.Ordinal);
        var bmcs = new List<SimulatedBmc>(options.Trays.Count);
        foreach (var tray in options.Trays)
        {
            var self = new BmcSelf(tray, options.Seed, options.Username, options.BehaviourOf(tray.Kind).SessionSeconds ?? options.SessionTimeout.TotalSeconds);
            var rules = options.FaultRules.Select((rule, number) => (rule, number)).Where(entry => Glob.Matches(entry.rule.Place, tray.Place)).ToList();
            var template = await kinds.OfAsync(tray, cancellationToken);
            bmcs.Add(new SimulatedBmc(new BmcResources(template, self), around) { Faults = rules.Count > 0 ? new BmcFaults(rules, self) : null });
            if (tray.Rack is not null && tray.Racks.Count == 0)
            {
                if (!racks.TryGetValue(tray.Rack, out var rack))
                {
                    racks[tray.Rack] = rack = new RackLoad();
                }

                self.Rack = rack;
                rack.Add(self);
            }
        }

        foreach (var bmc in bmcs.Where(bmc => bmc.Tray.Racks.Count > 0))
        {
            var served = bmc.Tray.Racks.Where(racks.ContainsKey).Select(path => racks[path]).ToArray();
            bmc.Resources.Self.Served = served;
            foreach (var rack in served)
            {
                (rack.Feeds, rack.Coolers) = bmc.Tray.Kind == SimulatedKind.RackPdu ? (rack.Feeds + 1, rack.Coolers) : (rack.Feeds, rack.Coolers + 1);
            }
        }

        foreach (var self in bmcs.Select(bmc => bmc.Resources.Self).Where(self => self.Tray.Supplies > 0 && self.Tray.Racks.Count == 0))
        {
            self.Bus = self.Rack is { Supplies: > 0 } rack ? rack : OwnBus(self);
        }

        var board = new BmcBoard(bmcs, kinds.All);
        foreach (var fault in options.Faults)
        {
            var bmc = board.At(fault.Place);
            bmc.Offline |= fault.Offline;
            bmc.Resources.Self.Conditions = bmc.Resources.Self.Conditions with { Serial = fault.Serial ?? bmc.Resources.Self.Conditions.Serial };
        }

        foreach (var rule in options.FaultRules)
        {
            if (!bmcs.Exists(bmc => Glob.Matches(rule.Place, bmc.Tray.Place)))
            {
                throw new ArgumentException($"a fault is about '{rule.Place}', where no BMC is simulated; the first is at '{bmcs[0].Tray.Place}'");
            }
        }

        return board;
    }

    // A node that has its supplies in itself, or a shelf without a rack.
    private static RackLoad OwnBus(BmcSelf self)
    {
        var bus = new RackLoad();
        bus.Add(self);
        if (self.Tray.Kind != SimulatedKind.PowerShelf)
        {
            bus.AddSupplies(self.Tray);
        }

        return bus;
    }

    private static uint Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.TryWriteBytes(bytes, out var length) && length == 4 ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
    }
}

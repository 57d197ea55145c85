namespace Ampacity.Redfish;

/// <summary>What a tray is and where it stands: serial, part, model, kind and position, by the profile's word and else by what firmware says.</summary>
internal sealed class TrayIdentity(WalkTools tools)
{
    private static readonly string[] Whole = ["RackMount", "Shelf", "Sled", "Blade", "StandAlone", "Enclosure", "StorageEnclosure", "Drawer", "SideCar", "HeatExchanger"];

    private readonly WalkedHardware _found = tools.Found;

    public async Task RunAsync(IReadOnlyList<ResourceReader> systems, CancellationToken cancellationToken)
    {
        var identity = tools.Profile.Identity;
        _found.Mac = await FirstAsync(identity.ManagerMac, IdentityText.CleanMac, cancellationToken) ?? _found.Mac;
        var whole = WholeChassis();
        _found.Serial = await FirstAsync(identity.Serial, IdentityText.Clean, cancellationToken) ?? Of("SerialNumber", IdentityText.Clean, whole, systems);
        _found.Part = await FirstAsync(identity.Part, IdentityText.Clean, cancellationToken)
            ?? Of("PartNumber", IdentityText.Clean, whole, systems) ?? Of("SKU", IdentityText.Clean, whole, systems);
        _found.Model = await FirstAsync(identity.Model, IdentityText.CleanName, cancellationToken) ?? Of("Model", IdentityText.CleanName, whole, systems);
        if (_found.ManagerChassis is { } board && _found.Chassis.TryGetValue(board, out var on) && Array.IndexOf(Whole, on.Text("ChassisType")) < 0
            && IdentityText.Clean(on.Text("SerialNumber")) is { } serial && serial != _found.Serial?.Value)
        {
            _found.BoardSerial = new WalkedValue(serial, board + "#/SerialNumber");
        }

        _found.Position = Position(whole);
    }

    // The first place that gives something that identifies.
    private async Task<WalkedValue?> FirstAsync(IReadOnlyList<string> places, Func<string?, string?> clean, CancellationToken cancellationToken)
    {
        foreach (var place in places)
        {
            var hash = place.IndexOf('#', StringComparison.Ordinal);
            foreach (var path in await tools.Walk.PathsAsync(place[..hash], cancellationToken))
            {
                if (await tools.Walk.ReadAsync(path, cancellationToken) is { } reader && clean(reader.Text(place[(hash + 2)..])) is { } value)
                {
                    return new WalkedValue(value, path + place[hash..]);
                }
            }
        }

        return null;
    }

    // Chassis that are a whole thing and in no other, those of the shape of a tray first.
    private List<ResourceReader> WholeChassis() => [.. _found.Chassis.Values
        .Where(chassis => !chassis.Has("Links/ContainedBy"))
        .OrderBy(chassis => Array.IndexOf(Whole, chassis.Text("ChassisType")) is var rank and >= 0 ? rank : Whole.Length)
        .ThenByDescending(chassis => chassis.Has("Links/ComputerSystems"))
        .ThenBy(chassis => chassis.Uri, StringComparer.Ordinal)];

    private WalkedValue? Of(string property, Func<string?, string?> clean, List<ResourceReader> whole, IReadOnlyList<ResourceReader> systems)
    {
        // The one system of a server, then what has the shape of a tray, then systems, then whatever is left: a case, a board or a root of trust
        // is not the tray.
        // Of two systems of one tray the one that the answering manager manages.
        var physical = systems.Where(system => system.Text("SystemType") is not ("Virtual" or "OS"))
            .OrderByDescending(system => system.Has("Links/ManagedBy") && system.Links("Links/ManagedBy", 8).Contains(_found.Manager, ResourcePaths.Comparer))
            .ToList();
        var shaped = whole.Where(chassis => Array.IndexOf(Whole, chassis.Text("ChassisType")) >= 0);
        var server = physical.Count == 1 ? physical : [];
        foreach (var body in server.Concat(shaped).Concat(physical).Concat(whole.Where(chassis => chassis.Text("ChassisType") is null)))
        {
            if (body.Has(property) && clean(body.Text(property)) is { } value)
            {
                return new WalkedValue(value, $"{body.Uri}#/{property}");
            }
        }

        return null;
    }

    private WalkedPosition? Position(List<ResourceReader> whole)
    {
        foreach (var chassis in whole.Concat(_found.Chassis.Values))
        {
            var rack = chassis.Has("Location/Placement/Rack") ? chassis.Name("Location/Placement/Rack") : null;
            var offset = chassis.Has("Location/Placement/RackOffset") ? Whole32(chassis.Number("Location/Placement/RackOffset")) : null;
            if (rack is not null || offset is not null)
            {
                return new WalkedPosition(rack, offset, null, chassis.Uri + "#/Location/Placement");
            }
        }

        // NVIDIA's trays say their slot and index on chassis of cable cartridges, all of them the same.
        foreach (var (property, what) in new[] { ("Oem/Nvidia/ChassisPhysicalSlotNumber", "slot"), ("Oem/Nvidia/ComputeTrayIndex", "index") })
        {
            foreach (var chassis in _found.Chassis.Values)
            {
                if (chassis.Has(property) && Whole32(chassis.Number(property)) is { } slot)
                {
                    return new WalkedPosition(null, null, slot, $"{chassis.Uri}#/{property}");
                }
            }
        }

        return null;
    }

    private static int? Whole32(double? number) => number is { } value && value == Math.Floor(value) && Math.Abs(value) < int.MaxValue ? (int)value : null;

    /// <summary>What the BMC manages, by the parts that were found.</summary>
    public WalkedBmcKind KindOf(IReadOnlyList<ResourceReader> systems)
    {
        var accelerators = _found.Parts.Any(part => part.Kind == WalkedKind.Accelerator);
        var hosts = systems.Where(system => system.Text("SystemType") is null or "Physical" or "PhysicallyPartitioned" or "Composed").ToList();
        var processors = _found.Parts.Any(part => part.Kind == WalkedKind.Processor);
        var isDpu = systems.Any(system => system.Text("SystemType") is "DPU")
            || _found.Hints.Product?.Contains("BlueField", StringComparison.OrdinalIgnoreCase) == true
            || _found.Hints.Models.Any(model => model.Contains("BlueField", StringComparison.OrdinalIgnoreCase) && _found.Chassis.Count <= 4);
        if (isDpu && !accelerators)
        {
            return WalkedBmcKind.Dpu;
        }

        if (accelerators)
        {
            return WalkedBmcKind.ComputeTray;
        }

        if (_found.NetworkSwitches > 0)
        {
            return WalkedBmcKind.SwitchTray;
        }

        if (hosts.Count > 0 && (processors || _found.Equipment.Count == 0))
        {
            return WalkedBmcKind.ComputeTray;
        }

        return _found.Equipment.Contains("PowerShelves") ? WalkedBmcKind.PowerShelf
            : _found.Equipment.Any(kind => kind is "CDUs" or "HeatExchangers" or "ImmersionUnits" or "RPUs" or "CoolingLoops") ? WalkedBmcKind.Cdu
            : _found.Equipment.Count > 0 ? WalkedBmcKind.Pdu
            : IsShelf() ? WalkedBmcKind.PowerShelf
            : WalkedBmcKind.Other;
    }

    // ORv3 shelves have supplies, and no power equipment or an empty one; enclosures with drives have supplies too.
    private bool IsShelf() =>
        _found.Parts.Any(part => part.Kind == WalkedKind.PowerSupply)
        && (_found.HasPowerEquipment || _found.Chassis.Keys.Any(path => WalkTools.LastSegment(path).Contains("Shelf", StringComparison.OrdinalIgnoreCase)));
}

namespace Ampacity.Fleet;

// Declared trays in other places than declared.
internal sealed partial class DriftMatch
{
    // Who stands in another's place, by serials that boards report and by positions that firmware believes; then pairs of them.
    private void ComparePlaces()
    {
        var moved = new List<Misplaced>();
        foreach (var (device, bmc) in Found.ToList())
        {
            if (device.Mac is not null && device.Mac == bmc.Mac && CompareSerial(device, bmc) is { } other)
            {
                moved.Add(other);
            }
            else if (!_otherTray.Contains(device) && PositionOf(device, bmc) is { } place && place != device.At && !ClaimsOwn(place))
            {
                moved.Add(new Misplaced(device, place, bmc,
                    DriftEvidence.Mac | DriftEvidence.Position | (device.Serial is not null && Same(device.Serial, bmc.Serial?.Value) ? DriftEvidence.Serial : DriftEvidence.None),
                    $"its BMC says {Text(bmc.Position!)} ({bmc.Position!.Source}); most trays of the rack number their slots so"));
            }
        }

        foreach (var one in moved)
        {
            var back = moved.Find(other => other != one && other.Place == one.Device.At && one.Place == other.Device.At);
            if (back is not null && back.Device.At.CompareTo(one.Device.At) < 0)
            {
                continue;
            }

            _rows.Add(new DriftRow(
                back is null ? DriftKind.WrongSlot : DriftKind.Swapped, _graph.PathOf(one.Device.At),
                back is null ? $"{Text(one.Device)} here" : $"{Text(one.Device)} here, {Text(back.Device)} at {_graph.PathOf(back.Device.At)}",
                back is null ? $"it is at {_graph.PathOf(one.Place)}" : "each is in the other's place", one.Bmc.Address, one.KnownBy | (back?.KnownBy ?? DriftEvidence.None),
                back is null ? one.Why : $"{one.Why}; and the other: {back.Why}")
            {
                At = one.Device.At,
                Asset = one.Device.Asset,
                OtherAt = one.Place,
                OtherPlace = _graph.PathOf(one.Place),
                OtherAsset = back?.Device.Asset,
                FoundMac = one.Bmc.Mac,
                FoundSerial = one.Bmc.Serial?.Value,
                Detail = one.KnownBy.HasFlag(DriftEvidence.Position) ? "" : DriftRow.BoardsStayed,
            });
            _settled.Add(one.Device);
            if (back is not null)
            {
                _settled.Add(back.Device);
            }
        }
    }

    private StableKey? PositionOf(IntendedDevice device, SurveyedBmc bmc) =>
        bmc.Position is { } position && device.Kind is { } kind ? _numbering!.PlaceOf(position, kind, device.At.Node) : null;

    // Two that claim one place: firmware contradicts itself, and neither is a finding.
    private bool ClaimsOwn(StableKey place) =>
        _byPlace.TryGetValue(place, out var there) && _found.TryGetValue(there, out var bmc) && PositionOf(there, bmc) == place;

    // What the tray's serial says of it; a tray of another place is given back.
    private Misplaced? CompareSerial(IntendedDevice device, SurveyedBmc bmc)
    {
        if (bmc.Serial is not { } read)
        {
            if (device.Serial is { } silent)
            {
                Row(device, bmc, DriftKind.NotVerifiable, "serial", $"serial {silent}", null, DriftEvidence.Mac, "the BMC reports no usable serial of the tray");
            }

            return null;
        }

        if (Same(device.Serial, read.Value))
        {
            return null;
        }

        _bySerial.TryGetValue(read.Value, out var owner);
        if (device.Serial is null)
        {
            if ((owner is not null && !_found.ContainsKey(owner)) || (owner is null && _intent.LooseSerials.ContainsKey(read.Value)))
            {
                RecordedTwice(device.Asset, owner?.Asset ?? _intent.LooseSerials[read.Value], $"the BMC {bmc.Mac} of the first reports serial {read.Value} of the second ({read.Source})", DriftEvidence.Mac | DriftEvidence.Serial, bmc.Address);
                if (owner is not null)
                {
                    _settled.Add(owner);
                }
            }

            return null;
        }

        if (owner is not null && _found.TryGetValue(owner, out var own) && Same(own.Serial?.Value, read.Value))
        {
            SerialTwice(owner, own, bmc);
            return null;
        }

        _otherTray.Add(device);
        if (owner is not null && owner.At != device.At)
        {
            return new Misplaced(owner, device.At, bmc, DriftEvidence.Mac | DriftEvidence.Serial, $"the BMC of {_graph.PathOf(device.At)} reports serial {read.Value} ({read.Source})");
        }

        var loose = _intent.LooseSerials.TryGetValue(read.Value, out var inStock) ? inStock : (AssetId?)null;
        var parts = PartsChanged(device, bmc);
        Row(device, bmc, DriftKind.SerialDiffers, "", $"serial {device.Serial}", $"serial {read.Value}", DriftEvidence.Mac | (parts ? DriftEvidence.ComponentSerials : DriftEvidence.None),
            loose is { } asset ? $"{read.Source}; recorded as {asset}, for which no BMC is declared" : parts ? $"{read.Source}; its components have other serials too" : read.Source,
            row => row with { FoundSerial = read.Value, FoundText = bmc.Part?.Value, OtherAsset = loose });
        return null;
    }

    private bool PartsChanged(IntendedDevice device, SurveyedBmc bmc)
    {
        var before = device.Parts.Select(part => part.Serial)
            .Concat(_seen.LooksAt(bmc.Mac!).Where(look => Same(look.Bmc.Serial?.Value, device.Serial)).TakeLast(1).SelectMany(look => look.Bmc.Components).Select(component => component.Serial))
            .OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        return before.Count > 0 && bmc.Components.Any(component => component.Serial is not null) && !bmc.Components.Any(component => component.Serial is { } serial && before.Contains(serial));
    }

    private sealed record Misplaced(IntendedDevice Device, StableKey Place, SurveyedBmc Bmc, DriftEvidence KnownBy, string Why);
}

using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Says which BMC speaks for which declared tray, and what is wrong with who is where: missing, dead, strangers, swaps, double records. One
/// pass over both sides with dictionaries; a pair is one finding, and what follows from a finding is not another.
/// </summary>
internal sealed partial class DriftMatch
{
    private readonly IntendedHardware _intent;
    private readonly HardwareLooks _seen;
    private readonly List<DriftRow> _rows;
    private readonly FleetGraph _graph;
    private readonly Dictionary<string, IntendedDevice> _byMac = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IntendedDevice> _bySerial = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<StableKey, IntendedDevice> _byPlace = [];
    private readonly Dictionary<IntendedDevice, SurveyedBmc> _found = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<IntendedDevice> _settled = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<IntendedDevice> _otherTray = new(ReferenceEqualityComparer.Instance);
    private readonly List<SurveyedBmc> _strangers = [];
    private RackNumbering? _numbering;

    public DriftMatch(IntendedHardware intent, HardwareLooks seen, List<DriftRow> rows)
    {
        (_intent, _seen, _rows, _graph) = (intent, seen, rows, intent.View.Graph);
        foreach (var device in intent.Devices)
        {
            _byPlace[device.At] = device;
            if (device.Mac is { } mac)
            {
                _byMac.TryAdd(mac, device);
            }

            if (device.Serial is { } serial)
            {
                _bySerial.TryAdd(serial, device);
            }
        }
    }

    /// <summary>Declared trays and the BMC that speaks for each, in order of place.</summary>
    public IEnumerable<(IntendedDevice Device, SurveyedBmc Bmc)> Found =>
        _intent.Devices.Where(_found.ContainsKey).Select(device => (device, _found[device]));

    /// <summary>Whether the BMC of a place speaks for another tray than the declared one.</summary>
    public bool IsOtherTray(IntendedDevice device) => _otherTray.Contains(device);

    public void Run()
    {
        foreach (var (first, second, what) in _intent.RecordedTwice)
        {
            RecordedTwice(first, second, $"both records have the {what}", DriftEvidence.Serial);
        }

        TakeByMac();
        TakeBySerial();
        _numbering = new RackNumbering(_graph, [.. Found]);
        ComparePlaces();
        NameStrangers();
        NameSilent();
    }

    private void TakeByMac()
    {
        foreach (var group in _seen.Picture.Bmcs.GroupBy(bmc => bmc.Mac, StringComparer.Ordinal))
        {
            SurveyedBmc[] bmcs = [.. group];
            if (group.Key is not { } mac)
            {
                foreach (var bmc in bmcs)
                {
                    Nameless(bmc);
                }
            }
            else if (bmcs.Length > 1)
            {
                MacTwice(mac, bmcs);
            }
            else if (_byMac.TryGetValue(mac, out var device))
            {
                _found.Add(device, bmcs[0]);
            }
            else
            {
                _strangers.Add(bmcs[0]);
            }
        }
    }

    private void MacTwice(string mac, SurveyedBmc[] bmcs)
    {
        var device = _byMac.GetValueOrDefault(mac);
        if (device is null && !SeesStrangers)
        {
            return;
        }

        var same = bmcs.Select(bmc => bmc.ServiceUuid).Distinct().Count() == 1 && bmcs[0].ServiceUuid is not null;
        _rows.Add(new DriftRow(
            DriftKind.MacTwice, device is null ? "" : _graph.PathOf(device.At), $"one BMC with {mac}", $"{bmcs.Length} addresses: {string.Join(", ", bmcs.Select(bmc => bmc.Address))}",
            bmcs[0].Address, DriftEvidence.Mac,
            same ? "all report one service UUID: one BMC at several addresses, or a cloned image" : "they report different service UUIDs: two BMCs with one MAC")
        {
            At = device?.At,
            Asset = device?.Asset,
            FoundMac = mac,
        });
        if (device is not null)
        {
            _settled.Add(device);
        }
    }

    // Answers as Redfish and names no MAC: refused, broken off, or a profile that does not know where this platform keeps it.
    private void Nameless(SurveyedBmc bmc)
    {
        var device = _seen.LastMacAt(bmc.Address) is { } mac ? _byMac.GetValueOrDefault(mac)
            : bmc.Serial is { } serial ? _bySerial.GetValueOrDefault(serial.Value) : null;
        if (device is null && !SeesStrangers)
        {
            return;
        }

        var error = _seen.ErrorsAt(bmc.Address).FirstOrDefault();
        _rows.Add(new DriftRow(
            error is null ? DriftKind.UnusableIdentity : DriftKind.Unreadable, device is null ? "" : _graph.PathOf(device.At), device is null ? null : Text(device),
            bmc.Serial is { } read ? $"serial {read.Value}, no MAC" : "no MAC and no serial", bmc.Address, device is null ? DriftEvidence.None : DriftEvidence.Address,
            error is null ? "its manager's interfaces name no usable MAC" : $"{error.Kind}: {error.Message}")
        {
            At = device?.At,
            Asset = device?.Asset,
            FoundSerial = bmc.Serial?.Value,
        });
        if (device is not null)
        {
            _settled.Add(device);
        }
    }

    private void TakeBySerial()
    {
        for (var at = _strangers.Count - 1; at >= 0; at--)
        {
            var bmc = _strangers[at];
            var (device, knownBy) = BySerials(bmc);
            if (device is null)
            {
                continue;
            }

            _strangers.RemoveAt(at);
            if (_found.TryGetValue(device, out var own))
            {
                SerialTwice(device, own, bmc);
                continue;
            }

            _found.Add(device, bmc);
            if (device.Mac is not null)
            {
                _rows.Add(new DriftRow(
                    DriftKind.BoardSwapped, _graph.PathOf(device.At), $"BMC {device.Mac}", $"BMC {bmc.Mac}", bmc.Address, knownBy,
                    $"{device.Mac} no longer answers, and the new BMC reports the {(knownBy.HasFlag(DriftEvidence.Serial) ? $"tray's serial {bmc.Serial!.Value} ({bmc.Serial.Source})" : "serials of this tray's components")}")
                {
                    At = device.At,
                    Asset = device.Asset,
                    FoundMac = bmc.Mac,
                    FoundSerial = bmc.Serial?.Value,
                });
            }
        }
    }

    private (IntendedDevice? Device, DriftEvidence KnownBy) BySerials(SurveyedBmc bmc)
    {
        var byParts = ByComponentSerials(bmc);
        if (bmc.Serial is { } serial && _bySerial.TryGetValue(serial.Value, out var device) && IsKind(device, bmc))
        {
            return (device, DriftEvidence.Serial | (byParts == device ? DriftEvidence.ComponentSerials : DriftEvidence.None) | At(device, bmc));
        }

        return byParts is not null && !_found.ContainsKey(byParts) && (bmc.Serial is null || byParts.Serial is null)
            ? (byParts, DriftEvidence.ComponentSerials | At(byParts, bmc))
            : (null, DriftEvidence.None);
    }

    private DriftEvidence At(IntendedDevice device, SurveyedBmc bmc) =>
        device.Mac is { } mac && _seen.LooksAt(mac) is [.., var last] && last.Bmc.Address == bmc.Address ? DriftEvidence.Address : DriftEvidence.None;

    // The tray whose declared components, or those of its last look, are most of what this BMC lists.
    private IntendedDevice? ByComponentSerials(SurveyedBmc bmc)
    {
        var owners = new Dictionary<IntendedDevice, int>(ReferenceEqualityComparer.Instance);
        var serials = bmc.Components.Select(component => component.Serial).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        foreach (var serial in serials)
        {
            if (OwnerOf(serial) is { } owner)
            {
                owners[owner] = owners.GetValueOrDefault(owner) + 1;
            }
        }

        return owners.Count > 0 && owners.MaxBy(pair => pair.Value) is { Value: >= 2 } most && most.Value * 2 > serials.Length ? most.Key : null;
    }

    private Dictionary<string, IntendedDevice>? _componentOwners;

    private IntendedDevice? OwnerOf(string componentSerial)
    {
        if (_componentOwners is null)
        {
            _componentOwners = new(StringComparer.OrdinalIgnoreCase);
            foreach (var device in _intent.Devices)
            {
                foreach (var part in device.Parts.Where(part => part.Serial is not null))
                {
                    _componentOwners.TryAdd(part.Serial!, device);
                }

                if (!_found.ContainsKey(device) && device.Mac is { } mac && _seen.LooksAt(mac) is [.., var last])
                {
                    foreach (var component in last.Bmc.Components.Where(component => component.Serial is not null))
                    {
                        _componentOwners.TryAdd(component.Serial!, device);
                    }
                }
            }
        }

        return _componentOwners.GetValueOrDefault(componentSerial);
    }

    private void SerialTwice(IntendedDevice device, SurveyedBmc own, SurveyedBmc other) => _rows.Add(new DriftRow(
        DriftKind.SerialTwice, _graph.PathOf(device.At), $"serial {device.Serial} once", $"at {own.Address} ({own.Mac}) and {other.Address} ({other.Mac})", other.Address,
        DriftEvidence.Serial | DriftEvidence.Mac, "two BMCs of different MAC report it: one of them was programmed wrongly")
    {
        At = device.At,
        Asset = device.Asset,
        FoundMac = other.Mac,
        FoundSerial = other.Serial?.Value,
    });

    private void RecordedTwice(AssetId first, AssetId second, string why, DriftEvidence knownBy, string? address = null)
    {
        var place = _graph.Assets.PlaceOf(first) ?? _graph.Assets.PlaceOf(second);
        _rows.Add(new DriftRow(
            DriftKind.RecordedTwice, place is { } at ? _graph.PathOf(at) : "", $"{first} and {second} are two things", "one thing", address, knownBy, why)
        {
            At = place,
            Asset = first,
            OtherAsset = second,
            Detail = second.ToString(),
        });
    }

    private void NameStrangers()
    {
        foreach (var bmc in _strangers)
        {
            // Where a declared one fell silent and a stranger answers in its stead, a tray was replaced: one finding, not two.
            var here = StrangersPlace(bmc, out var knownBy);
            if (here is { } place && _byPlace.TryGetValue(place, out var device) && !_found.ContainsKey(device) && _settled.Add(device))
            {
                _rows.Add(new DriftRow(
                    DriftKind.TrayReplaced, _graph.PathOf(place), Text(device), Text(bmc), bmc.Address, knownBy | (bmc.Serial is null ? DriftEvidence.None : DriftEvidence.Serial),
                    knownBy.HasFlag(DriftEvidence.Address) ? "another BMC with another serial answers at its address" : $"another BMC says that it is in this slot ({bmc.Position!.Source})")
                {
                    At = place,
                    Asset = device.Asset,
                    FoundMac = bmc.Mac,
                    FoundSerial = bmc.Serial?.Value,
                    FoundText = bmc.Part?.Value,
                });
                continue;
            }

            if (!SeesStrangers)
            {
                continue;
            }

            var stocked = bmc.Mac is { } mac && _intent.LooseMacs.TryGetValue(mac, out var boarded) ? boarded : (AssetId?)null;
            var loose = stocked ?? (bmc.Serial is { } serial && _intent.LooseSerials.TryGetValue(serial.Value, out var known) ? known : null);
            var free = here is { } spot && !_byPlace.ContainsKey(spot) ? here : null;
            _rows.Add(new DriftRow(
                DriftKind.Unexpected, "", null, Text(bmc), bmc.Address, DriftEvidence.Mac | (loose is null || stocked is not null ? DriftEvidence.None : DriftEvidence.Serial) | (free is null ? DriftEvidence.None : knownBy),
                (stocked is { } whose ? $"its MAC is that of {whose}, which is recorded in no place" : loose is { } asset ? $"its serial is that of {asset}, for which no BMC is declared" : "no declared asset has this MAC or this serial") + (free is { } at ? $"; it seems to be at {_graph.PathOf(at)}" : ""))
            {
                OtherAt = free,
                OtherPlace = free is { } where ? _graph.PathOf(where) : "",
                OtherAsset = loose,
                FoundMac = bmc.Mac,
                FoundSerial = bmc.Serial?.Value,
                FoundText = bmc.Part?.Value,
            });
        }
    }

    private StableKey? StrangersPlace(SurveyedBmc bmc, out DriftEvidence knownBy)
    {
        knownBy = DriftEvidence.Address;
        foreach (var mac in _seen.MacsAt(bmc.Address))
        {
            if (_byMac.TryGetValue(mac, out var before) && !_found.ContainsKey(before) && IsKind(before, bmc))
            {
                return before.At;
            }
        }

        knownBy = DriftEvidence.Position;
        return bmc.Position is { } position && SkuKindOf(bmc.Kind) is { } kind ? _numbering!.PlaceOf(position, kind, null) : null;
    }

    private void NameSilent()
    {
        foreach (var device in _intent.Devices)
        {
            if (_found.ContainsKey(device) || _settled.Contains(device) || !device.ShouldAnswer)
            {
                continue;
            }

            // A tray that is known by its serial alone, and that no survey ever saw, may have a BMC that nobody pointed us at.
            if (device.Mac is not { } mac)
            {
                continue;
            }

            if (_seen.LooksAt(mac) is not [.., var last])
            {
                _rows.Add(new DriftRow(DriftKind.Missing, _graph.PathOf(device.At), Text(device), null, null, DriftEvidence.None, $"no survey ever saw it; {Asked()}") { At = device.At, Asset = device.Asset });
                continue;
            }

            var error = _seen.ErrorsAt(last.Bmc.Address).FirstOrDefault();
            var unread = error is { Kind: not (SurveyErrorKind.NobodyThere or SurveyErrorKind.Refused or SurveyErrorKind.Timeout or SurveyErrorKind.ConnectionLost) };
            _rows.Add(new DriftRow(
                unread ? DriftKind.Unreadable : DriftKind.Dead, _graph.PathOf(device.At), Text(device), error is null ? null : $"{error.Kind} at {error.Address}", last.Bmc.Address,
                DriftEvidence.EarlierSurvey | DriftEvidence.Mac,
                string.Create(CultureInfo.InvariantCulture, $"it answered at {last.Bmc.Address} until {DateTimeOffset.FromUnixTimeMilliseconds(last.AtMs):yyyy-MM-dd HH:mm:ss'Z'}; {(error is null ? "now another answers there" : error.Message)}"))
            {
                At = device.At,
                Asset = device.Asset,
            });
        }
    }

    private bool SeesStrangers => _intent.View.Scope is PlaceScope.WholeFleet;

    private string Asked()
    {
        var errors = _seen.Picture.Errors;
        var blind = errors.Count(error => error.Kind is not (SurveyErrorKind.NobodyThere or SurveyErrorKind.Refused));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"of {_seen.Picture.TargetsAsked} addresses asked, nobody listened at {errors.Count - blind} and {blind} could not be read");
    }

    private void Row(IntendedDevice device, SurveyedBmc bmc, DriftKind kind, string detail, string? expected, string? found, DriftEvidence knownBy, string why, Func<DriftRow, DriftRow>? more = null)
    {
        var row = new DriftRow(kind, _graph.PathOf(device.At), expected, found, bmc.Address, knownBy, why) { At = device.At, Asset = device.Asset, Detail = detail, FoundMac = bmc.Mac };
        _rows.Add(more is null ? row : more(row));
    }

    private static bool IsKind(IntendedDevice device, SurveyedBmc bmc) => device.Kind is not { } kind || ProductDrift.Fits(kind, bmc.Kind);

    private static SkuKind? SkuKindOf(SurveyedBmcKind kind) => kind switch
    {
        SurveyedBmcKind.ComputeTray => SkuKind.ComputeTray,
        SurveyedBmcKind.SwitchTray => SkuKind.SwitchTray,
        SurveyedBmcKind.PowerShelf => SkuKind.PowerShelf,
        _ => null,
    };

    private static bool Same(string? left, string? right) => string.Equals(left?.Trim(), right?.Trim(), StringComparison.OrdinalIgnoreCase);

    private static string Text(IntendedDevice device) => (device.Serial, device.Mac) switch
    {
        ({ } serial, { } mac) => $"serial {serial}, BMC {mac}",
        ({ } serial, null) => $"serial {serial}",
        (null, { } mac) => $"BMC {mac}",
        _ => device.Asset.ToString(),
    };

    private static string Text(SurveyedBmc bmc) => $"BMC {bmc.Mac}, serial {bmc.Serial?.Value ?? "not reported"}{(bmc.Product is { } product ? $", {product}" : "")}";

    private static string Text(SurveyedPosition position) => string.Join(", ", new[]
    {
        position.Rack is { } rack ? $"rack {rack}" : null,
        position.Offset is { } unit ? string.Create(CultureInfo.InvariantCulture, $"unit {unit}") : null,
        position.Slot is { } slot ? string.Create(CultureInfo.InvariantCulture, $"slot {slot}") : null,
    }.OfType<string>());
}

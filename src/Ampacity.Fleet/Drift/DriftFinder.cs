namespace Ampacity.Fleet;

/// <summary>Compares intent with what surveys show. Pure: loaded in bulk, compared in memory, nothing written.</summary>
/// <remarks>
/// A BMC is known by its MAC (two GPUs of a superchip can report one serial, and serials of different sources are disjoint on some
/// platforms); its serial is then evidence of which tray it sits in, and its position of where that tray is.
/// </remarks>
public static class DriftFinder
{
    /// <summary>Finds every disagreement that a view may see with a single survey.</summary>
    public static DriftReport Compare(FleetView view, Survey survey) => Compare(IntendedHardware.Of(view), HardwareLooks.Of([survey]));

    /// <summary>Finds every disagreement.</summary>
    /// <param name="intent">What should be there.</param>
    /// <param name="seen">What was seen.</param>
    public static DriftReport Compare(IntendedHardware intent, HardwareLooks seen)
    {
        var rows = new List<DriftRow>();
        var match = new DriftMatch(intent, seen, rows);
        match.Run();
        var typical = new TypicalTrays(match.Found);
        var matched = 0;
        var wrong = rows.SelectMany(row => (StableKey?[])[row.At, row.OtherAt]).OfType<StableKey>().ToHashSet();
        foreach (var (device, bmc) in match.Found)
        {
            var before = rows.Count;

            // What sits in a tray that is not the declared one says nothing about the declared one.
            if (!match.IsOtherTray(device))
            {
                var sight = new TraySight(intent.View.Graph, device, bmc, seen, rows);
                ProductDrift.Compare(sight, intent.Baselines);
                ComponentDrift.Compare(sight, intent.ComponentSerials);
                FirmwareDrift.Compare(sight, intent.Baselines);
                PortDrift.Compare(sight);
                DetectorDrift.Compare(sight, intent.Baselines, typical);
            }

            matched += rows.Count == before && !wrong.Contains(device.At) ? 1 : 0;
        }

        return new DriftReport(
            seen.Picture.BeganAt.ToUnixTimeMilliseconds(), seen.Picture.EndedAt.ToUnixTimeMilliseconds(), matched,
            [.. rows.OrderBy(row => row.Kind == DriftKind.Leak ? 0 : 1).ThenBy(row => row.Place, NaturalOrder.Comparer).ThenBy(row => row.Kind).ThenBy(row => row.Detail, NaturalOrder.Comparer)]);
    }
}

/// <summary>One declared tray and the BMC that speaks for it, with room for what is found.</summary>
internal readonly record struct TraySight(FleetGraph Graph, IntendedDevice Device, SurveyedBmc Bmc, HardwareLooks Seen, List<DriftRow> Rows)
{
    /// <summary>Adds a finding about the tray.</summary>
    public void Add(DriftKind kind, string detail, string? expected, string? found, DriftEvidence knownBy, string why, Func<DriftRow, DriftRow>? more = null)
    {
        var row = new DriftRow(kind, Graph.PathOf(Device.At), expected, found, Bmc.Address, knownBy | DriftEvidence.Mac, why)
        {
            At = Device.At,
            Asset = Device.Asset,
            Detail = detail,
            FoundMac = Bmc.Mac,
        };
        Rows.Add(more is null ? row : more(row));
    }

    /// <summary>Earlier looks at this BMC, newest first, the present one apart.</summary>
    public IEnumerable<BmcLookBack> Earlier
    {
        get
        {
            var now = Bmc;
            return Bmc.Mac is { } mac ? Seen.LooksAt(mac).Where(look => !ReferenceEquals(look.Bmc, now)).Reverse() : [];
        }
    }
}

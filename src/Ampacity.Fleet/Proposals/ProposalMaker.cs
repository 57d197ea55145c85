namespace Ampacity.Fleet;

/// <summary>Says for each drift what would close it, and what accepting that records. Pure.</summary>
public static class ProposalMaker
{
    private const string Stock = "stock";

    /// <summary>The proposal for a drift.</summary>
    /// <param name="row">The drift.</param>
    /// <param name="place">Where a stranger is to be recorded; null takes the place that the drift guesses, if it guesses one.</param>
    public static Proposal For(DriftRow row, string? place = null)
    {
        var (kind, text, edits) = Make(row, place);
        return new Proposal(row.Id, row.Fingerprint, kind, text, edits);
    }

    private static (ProposalKind Kind, string Text, FleetEdit[] Edits) Make(DriftRow row, string? place) => row.Kind switch
    {
        DriftKind.Missing => (ProposalKind.LookAgain, "look again at its address; accepted, it is recorded as taken out, to stock", ToStock(row.Asset)),
        DriftKind.Dead => (ProposalKind.LookAgain, "look at the BMC and its port, then look again", []),
        DriftKind.Unreadable => (ProposalKind.LookAgain, "mend the account, the certificate or the network, then look again", []),
        DriftKind.UnusableIdentity => (ProposalKind.Replace, "program the BMC's MAC, or add the place where this platform keeps it to its profile", []),
        DriftKind.Unexpected => Unexpected(row, place ?? (row.OtherPlace.Length > 0 ? row.OtherPlace : null)),
        DriftKind.SerialDiffers => row.OtherAsset is { } known
            ? (ProposalKind.Move, $"record {known} here and {row.Asset} in stock, or change the trays back", [.. ToStock(row.Asset), .. EndMac(row), new FleetEdit.Move(Text(known), row.Place, null), Set(Text(known), "mac", row.FoundMac!)])
            : (ProposalKind.AcceptAsFound, "record the serial that was read, or put the declared tray back", [Set(Text(row.Asset!.Value), "serial", row.FoundSerial!)]),
        DriftKind.WrongSlot => (ProposalKind.Move, $"record it at {row.OtherPlace}, or carry it back", Moved(row, swap: false)),
        DriftKind.Swapped => (ProposalKind.Move, $"record both where they are, or change {row.Place} and {row.OtherPlace} back", Moved(row, swap: true)),
        DriftKind.TrayReplaced => (ProposalKind.AcceptAsFound, "record the tray that is there and the declared one in stock, or put that back",
            [.. ToStock(row.Asset), Set(row.Place, "mac", row.FoundMac!), .. row.FoundSerial is { } serial ? (FleetEdit[])[Set(row.Place, "serial", serial)] : []]),
        DriftKind.BoardSwapped => (ProposalKind.AcceptAsFound, "record the new BMC board", [new FleetEdit.SwapBmc(Text(row.Asset!.Value), row.FoundMac!, null)]),
        DriftKind.WrongSku => (ProposalKind.Replace, "put the declared product there, or declare the one that is there in the fleet file", []),
        DriftKind.WrongPart => (ProposalKind.AcceptAsFound, "record the part number that was read, or replace the part", row.Asset is { } part ? [Set(Text(part), "partNumber", row.FoundText!)] : []),
        DriftKind.WrongFirmware => (ProposalKind.Update, row.FoundText is null ? "bring it to the baseline" : "bring it to the baseline, or record for this tray what it runs",
            row is { Asset: { } tray, FoundText: { } version } && row.Detail.Length <= 70 && !row.Detail.Contains('*', StringComparison.Ordinal) ? [Set(Text(tray), $"firmware.{row.Detail}", version)] : []),
        DriftKind.MacTwice => (ProposalKind.Replace, "program one of the two BMCs with its own MAC; until then neither is compared or read", []),
        DriftKind.SerialTwice => (ProposalKind.Replace, "program one of the two with its own serial", []),
        DriftKind.RecordedTwice => (ProposalKind.Merge, $"merge {row.OtherAsset} into {row.Asset}", [new FleetEdit.Merge(Text(row.OtherAsset!.Value), Text(row.Asset!.Value), MergeKeep.Into, null)]),
        DriftKind.NotVerifiable => (ProposalKind.LookAgain, "look again; if the firmware never says it, read it in the hall", []),
        DriftKind.ComponentMissing => (ProposalKind.Replace, row.OtherAsset is { } gone ? $"reseat or replace it, and look again; accepted, {gone} is recorded in stock" : "reseat or replace it, and look again", ToStock(row.OtherAsset)),
        DriftKind.ComponentExtra => (ProposalKind.Replace, "take it out, or pin the build that has it", []),
        DriftKind.ComponentReplaced => (ProposalKind.AcceptAsFound, "record the serial that was read, or put the declared component back",
            row.OtherAt is null ? [.. ToStock(row.Asset), Set(row.Place, "serial", row.FoundSerial!)] : [new FleetEdit.Move($"serial:{row.FoundSerial}", row.Place, null) { Swap = true }]),
        DriftKind.LinkDown => (ProposalKind.Recable, "reseat or replace the cable; accepted, no link is expected there", row.Asset is { } end ? [Set(Text(end), EditFields.Cable + row.Detail, CableFact.Nothing)] : []),
        DriftKind.Recabled => (ProposalKind.Recable, "plug it where it belongs, or record where it leads", row.Asset is { } from ? [Set(Text(from), EditFields.Cable + row.Detail, row.FoundText!)] : []),
        DriftKind.DetectorBlind => (ProposalKind.Replace, "connect or replace the detector, then look again", []),
        DriftKind.Leak => (ProposalKind.LookAgain, "treat it as a leak: see to the tray and its manifold first", []),
        _ => throw new InvalidOperationException($"Bug: no proposal for {row.Kind}"),
    };

    private static (ProposalKind, string, FleetEdit[]) Unexpected(DriftRow row, string? place)
    {
        if (place is null)
        {
            return (ProposalKind.AcceptAsFound, "say where it is (--place), or take it out", []);
        }

        return row.OtherAsset is { } known
            ? (ProposalKind.Move, $"record {known} at {place}",
                [new FleetEdit.Move(Text(known), place, null), .. row.KnownBy.HasFlag(DriftEvidence.Serial) ? (FleetEdit[])[Set(Text(known), "mac", row.FoundMac!)] : []])
            : (ProposalKind.AcceptAsFound, $"record it at {place}",
                [Set(place, "mac", row.FoundMac!), .. row.FoundSerial is { } serial ? (FleetEdit[])[Set(place, "serial", serial)] : []]);
    }

    // Whole trays that changed places take their boards along; where the boards stayed, each board is the other tray's from now on.
    private static FleetEdit[] Moved(DriftRow row, bool swap)
    {
        if (row.Asset is not { } asset)
        {
            return [];
        }

        var move = new FleetEdit.Move(Text(asset), row.OtherPlace, null) { Swap = swap, ToStock = !swap };
        if (row.Detail != DriftRow.BoardsStayed)
        {
            return [move];
        }

        return swap && row.OtherAsset is { } other
            ? [move, new FleetEdit.ExchangeBmcs(Text(asset), Text(other), null)]
            : [new FleetEdit.End(row.OtherPlace, "mac", null), move, Set(Text(asset), "mac", row.FoundMac!)];
    }

    private static FleetEdit[] ToStock(AssetId? asset) => asset is { } id ? [new FleetEdit.Move(Text(id), Stock, null)] : [];

    private static FleetEdit[] EndMac(DriftRow row) => [new FleetEdit.End(Text(row.Asset!.Value), "mac", null)];

    private static FleetEdit.Change Set(string what, string field, string value) => new(what, field, value, null);

    private static string Text(AssetId asset) => $"asset:{asset.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}

using System.Globalization;
using System.Text;
using Ampacity.Fleet;

namespace Ampacity.Load;

/// <summary>
/// A made-up fleet of the size of the 10 GW programme: 257 halls of 300 GB200 NVL72 racks are 77,100 racks, and named down to trays and
/// accelerators 7.6 million things. The same arguments give the same bytes.
/// </summary>
internal static class SyntheticFleet
{
    public const int RowsOfHall = 20;
    public const int RacksOfRow = 15;
    public const int HallsOfSite = 20;
    public const string RackSku = "nvidia/gb200-nvl72@1";

    public static string SiteOf(int hall) => string.Create(CultureInfo.InvariantCulture, $"s{(hall / HallsOfSite) + 1:00}");

    public static string NameOf(int hall) => string.Create(CultureInfo.InvariantCulture, $"h{(hall % HallsOfSite) + 1:00}");

    /// <summary>The fleet file of one hall: four UPS blocks, two busways a row, eight CDUs.</summary>
    public static string HallText(int hall)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        text.Append(culture, $"ampacity: 1\nowns: {SiteOf(hall)}/{NameOf(hall)}\n");
        text.Append("hall: {size: [60 m, 50 m], operator: oracle, tenant: openai}\npower:\n  utility: {kind: Utility, rating: 60 MVA}\n");
        for (var ups = 0; ups < 4; ups++)
        {
            text.Append(culture, $"  ups-{(char)('a' + ups)}: {{kind: Ups, fedBy: utility, rating: 14 MW, efficiency: 0.96}}\n");
        }

        for (var row = 1; row <= RowsOfHall; row++)
        {
            text.Append(culture, $"  bw-{row:00}a: {{kind: Busway, fedBy: ups-{(char)('a' + (row % 4))}, rating: 4000 A at 415 V, continuous: 0.8}}\n");
            text.Append(culture, $"  bw-{row:00}b: {{kind: Busway, fedBy: ups-{(char)('a' + ((row + 1) % 4))}, rating: 4000 A at 415 V, continuous: 0.8}}\n");
        }

        text.Append("cooling:\n");
        for (var cdu = 1; cdu <= 20; cdu++)
        {
            text.Append(culture, $"  cdu-{cdu:00}: {{kind: Cdu, capacity: 2 MW at 5 K}}\n");
        }

        text.Append("rows:\n");
        for (var row = 1; row <= RowsOfHall; row++)
        {
            text.Append(culture, $"  r{row:00}: {{sku: {RackSku}, racks: {RacksOfRow}, at: [2 m, {row * 2.4} m], pitch: 600 mm, feeds: [bw-{row:00}a, bw-{row:00}b], ");
            text.Append(culture, $"mode: active-active, cdus: [cdu-{row:00}], programme: broadcom-10gw}}\n");
        }

        return text.ToString();
    }

    /// <summary>Parts of a rack that bear a serial: trays and accelerators.</summary>
    public static RackPart[] SerialParts(SkuCatalogue catalogue) => [.. catalogue.FindBuild(RackSku)!.Parts
        .Where(part => part.SkuKind is SkuKind.ComputeTray or SkuKind.SwitchTray or SkuKind.Accelerator)];

    /// <summary>The draft that names every tray and accelerator of every rack, as the CSV does.</summary>
    public static ChangeDraft NamedDraft(FleetGraph graph, FactLedger ledger, SkuCatalogue catalogue, long atMs)
    {
        var batch = new FactBatch();
        var parts = SerialParts(catalogue);
        var asset = ledger.NextAsset;
        var valid = Validity.Since(atMs);
        Span<char> serial = stackalloc char[14];
        "SN".CopyTo(serial);
        for (var node = 0; node < graph.NodeCount; node++)
        {
            if (graph.BuildOf(node) is null)
            {
                continue;
            }

            foreach (var part in parts)
            {
                batch.AddPlacement(new AssetId(asset), new StableKey(node, part.Ordinal), valid, "");
                (asset * 7919).TryFormat(serial[2..], out _, "D12", CultureInfo.InvariantCulture);
                batch.AddIdentifier(new AssetId(asset), IdentifierKind.Serial, serial, valid, "");
                asset++;
            }
        }

        return new ChangeDraft(ledger.Revision, "load", "named", [], batch, ledger.NextNode, asset);
    }

    /// <summary>Writes the CSV of every tray and accelerator of every rack.</summary>
    public static void WriteAssets(TextWriter csv, int halls, SkuCatalogue catalogue)
    {
        csv.Write("place,serial\n");
        var parts = SerialParts(catalogue);
        long serial = 0;
        for (var hall = 0; hall < halls; hall++)
        {
            for (var rack = 0; rack < RowsOfHall * RacksOfRow; rack++)
            {
                var place = string.Create(CultureInfo.InvariantCulture,
                    $"{SiteOf(hall)}/{NameOf(hall)}/r{(rack / RacksOfRow) + 1:00}/{(rack % RacksOfRow) + 1:00}/");
                foreach (var part in parts)
                {
                    csv.Write(place);
                    csv.Write(part.Path);
                    csv.Write(",SN");
                    csv.Write((++serial * 7919).ToString("D12", CultureInfo.InvariantCulture));
                    csv.Write('\n');
                }
            }
        }
    }
}

using System.Text;
using System.Text.RegularExpressions;

namespace Ampacity.Fleet;

/// <summary>Turns what a NetBox instance says into fleet files and SKU files (docs/operating/netbox.md). Pure; safe from any thread.</summary>
public static partial class NetBoxConversion
{
    /// <summary>
    /// Converts an export. The same export and catalogue give the same bytes; names and places hang on NetBox's ids and names alone, so
    /// that a change in NetBox changes no more than its own lines.
    /// </summary>
    /// <param name="export">What the instance says.</param>
    /// <param name="catalogue">SKUs that are known: a device type that is among them gets no file of its own.</param>
    /// <returns>Files to apply together, and everything that could not be carried over.</returns>
    public static NetBoxImport Convert(NetBoxExport export, SkuCatalogue catalogue)
    {
        var work = new NetBoxWork(export, catalogue);
        foreach (var unread in export.Unread)
        {
            work.Report.Add(NetBoxRemark.NotRead, unread.Collection, "not-read", unread.Why, null, Math.Max(1, unread.Count ?? 1));
        }

        if (export.Version is { } version && !KnownVersion().IsMatch(version))
        {
            work.Report.Add(NetBoxRemark.Assumed, "netbox", "version",
                "its shapes are known for NetBox 4.0 to 4.7; what another version writes otherwise stands in this report as unknown fields", version);
        }

        var places = new NetBoxPlaces(work);
        places.Tenants();
        places.Sites();
        places.Racks();
        new NetBoxPower(work).Read();
        var skus = new NetBoxSkus(work);
        skus.Read();
        new NetBoxDevices(work, skus).Read();
        if (work.Racks.Count > 0)
        {
            work.Report.Add(NetBoxRemark.LeftOut, NetBoxCollections.Racks, "no-floor",
                "NetBox does not say where a rack stands on the floor; write at: [x, y] where it matters", null, work.Racks.Count);
        }

        var origins = NetBoxOrigins.Of(work);
        var former = new NetBoxFormerNames(work, origins);
        var files = work.Sites.Select(site => NetBoxFleetText.Site(site, former)).ToList();
        if (NetBoxFleetText.Tenants(work) is { } tenants)
        {
            files.Add(tenants);
        }

        foreach (var file in files.Where(file => Encoding.UTF8.GetByteCount(file.Text) > DataFile.MaxBytes))
        {
            work.Report.Add(NetBoxRemark.LeftOut, NetBoxCollections.Sites, "too-big",
                $"the file is over {DataFile.MaxBytes >> 20} MiB and cannot be applied; import the devices by CSV", file.Name);
        }

        return new(
            [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)], skus.Files, work.Report.Lines, [.. work.Counts], origins);
    }

    [GeneratedRegex(@"^v?4\.[0-7](\.|-|\z)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KnownVersion();
}

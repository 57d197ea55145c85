using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>
/// Imports many files of NetBox's device-type library into a catalogue. A file that was imported before and has not changed adds
/// nothing; one that has changed becomes the next revision of its SKU, because racks may pin the one before. What ships with the command
/// is refused: it says more than a device type can.
/// </summary>
public static class DeviceTypeLibrary
{
    /// <summary>Reads files; a refused file keeps no other from being imported.</summary>
    /// <param name="files">Name and text of every file; at most <see cref="SkuAddition.MaxFiles"/> are read, the rest is refused.</param>
    /// <param name="catalogue">What there is already.</param>
    /// <param name="readOn">The date that claims bear: when the library was read.</param>
    public static DeviceTypeReport Read(IEnumerable<(string Name, string Text)> files, SkuCatalogue catalogue, DateOnly readOn)
    {
        var reports = ImmutableArray.CreateBuilder<DeviceTypeImport>();
        var skus = new List<Sku>();
        var by = new Dictionary<SkuId, string>();
        foreach (var (name, text) in files)
        {
            if (reports.Count >= SkuAddition.MaxFiles)
            {
                reports.Add(DeviceTypeFile.Refused(name, new FileError(name, 1, "$", "too-many",
                    FormattableString.Invariant($"more than {SkuAddition.MaxFiles} files; import the library in parts"))));
                continue;
            }

            var read = DeviceTypeFile.Read(name, text, readOn);
            if (read.Sku is { } sku)
            {
                read = by.TryAdd(sku.Revision.Id, name)
                    ? Renumbered(read, sku, catalogue)
                    : DeviceTypeFile.Refused(name, new FileError(name, sku.Line, "$", "duplicate-sku",
                        $"it becomes {sku.Revision.Id}, as {by[sku.Revision.Id]} does; import one of the two"));
            }

            reports.Add(read);
            if (read.Sku is { } imported)
            {
                skus.Add(imported);
            }
        }

        // They contain nothing of one another and their revisions are free, so they fit the catalogue, or the importer is wrong.
        var addition = catalogue.Add(skus, []);
        return addition.Value is { } value
            ? new(reports.ToImmutable(), value)
            : throw new InvalidOperationException($"Bug: imported device types do not fit the catalogue: {addition.Errors[0]}");
    }

    private static DeviceTypeImport Renumbered(DeviceTypeImport read, Sku sku, SkuCatalogue catalogue)
    {
        if (catalogue.FindNewest(sku.Revision.Id) is not { } there)
        {
            return read;
        }

        // The same but for the day on which it was read: then it is the one that is there.
        var date = there.Claims.IsEmpty ? default(DateOnly?) : there.Claims[0].Date;
        var same = sku with
        {
            Revision = there.Revision,
            Claims = date is { } day ? [.. sku.Claims.Select(claim => claim with { Date = day })] : sku.Claims,
        };
        if (SkuText.Write(same) == SkuText.Write(there))
        {
            return read with { Sku = there, SkuText = SkuText.Write(there) };
        }

        if (catalogue.Ships(there.Revision.Id))
        {
            // As its newest revision it would hide a build and claims with sources behind a list of ports.
            return DeviceTypeFile.Refused(read.File, new FileError(read.File, sku.Line, "slug", "shipped-sku",
                $"{there.Revision} ships with this program and says otherwise; pin that one, or import this file under another slug"));
        }

        if (there.Revision.Revision >= 9999)
        {
            return DeviceTypeFile.Refused(read.File, new FileError(read.File, 1, "$", "too-many-revisions",
                $"{there.Revision} is the last revision that there can be; import it under another slug"));
        }

        var next = sku with { Revision = new(sku.Revision.Id, there.Revision.Revision + 1) };
        var notes = read.Notes.Add(new(1, "$", "next-revision", $"{there.Revision} is there and differs; this is {next.Revision}, and racks that pin the former keep it"));
        return read with { Sku = next, SkuText = SkuText.Write(next), Notes = notes };
    }
}

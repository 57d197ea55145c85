using System.Collections.Immutable;
using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>Reads one SKU file (<c>schemas/sku.schema.json</c>).</summary>
public static class SkuFile
{
    /// <summary>Reads a file; what it says of other SKUs is checked by <see cref="SkuCatalogue.Load"/>.</summary>
    public static FileResult<Sku> Parse(string name, string text, CheckedTexts? known = null)
    {
        var file = DataFile.Read(name, text, FileSchema.Sku, known);
        if (file.Value is null)
        {
            return new(file.Errors);
        }

        var errors = new FileErrors(name);
        var root = file.Value.Root;
        // The schema has checked the form of the height and of the id, and the revision's range.
        var height = root["height"] is { } h && RackHeight.TryParse(h.Text, out var units) ? units : (RackHeight?)null;
        Meters? width = root["width"] is { } w
            ? errors.Quantity(w, QuantityText.TryMeters(w.Text, out var meters, out var hint), meters, hint)
            : null;
        var claims = root["claims"]?.Items.Select(c => Claim(c, errors)).OfType<Claim>().ToImmutableArray() ?? [];
        var build = root["build"]?.Items.Select(b => Item(b, errors)).OfType<BuildItem>().ToImmutableArray() ?? [];
        _ = SkuId.TryParse(root["id"]!.Text, out var id);
        var sku = new Sku(new(id, (int)root["revision"]!.Number), Enum.Parse<SkuKind>(root["kind"]!.Text), root["title"]!.Text,
            height, width, claims, build, name, root.Line)
        {
            PartNumber = root["partNumber"]?.Text ?? "",
            Airflow = root["airflow"]?.Text ?? "",
            IsFullDepth = root["fullDepth"] is { } full ? full.Text == "true" : null,
            Note = root["note"]?.Text ?? "",
            Sidecar = root["sidecar"] is { } sidecar ? Revision(sidecar, errors) : null,
            Ports = SkuPorts.Read(root["ports"], errors),
            ScaleUp = root["scaleUp"] is { } scaleUp ? ScaleUp(scaleUp, errors) : [],
        };
        return errors.Any ? new(errors.Sorted) : new(sku);
    }

    private static Claim? Claim(DataNode node, FileErrors errors)
    {
        var value = node["value"]!;
        if (!ClaimFigure.TryRead(node["of"]!.Text, value.Text, out var amount, out var hint))
        {
            errors.Add(value, "bad-quantity", hint);
        }

        if (!DateOnly.TryParseExact(node["date"]!.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            errors.Add(node["date"]!, "bad-date", "there is no such day; write one such as 2026-03-31");
        }

        var kind = Enum.Parse<ClaimKind>(node["kind"]!.Text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        return new(node["of"]!.Text, value.Text, kind, node["source"]!.Text, date) { Amount = amount };
    }

    private static BuildItem? Item(DataNode node, FileErrors errors)
    {
        if ((node["slots"] is null) == (node["sockets"] is null))
        {
            errors.Add(node, "slots-or-sockets", "write either slots or sockets");
            return null;
        }

        var range = node["slots"] ?? node["sockets"]!;
        var dash = range.Text.IndexOf('-', StringComparison.Ordinal);
        if (!int.TryParse(dash < 0 ? range.Text : range.Text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(range.Text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || last < first || last > 999)
        {
            errors.Add(range, "bad-range", $"'{range.Text}' is no range; write the lower number first, such as 1-10");
            return null;
        }

        if (Revision(node["sku"]!, errors) is not { } child)
        {
            return null;
        }

        var kind = node["slots"] is null ? PartKind.Socket : PartKind.Slot;
        if (kind == PartKind.Slot && node["name"] is { } name)
        {
            errors.Add(name, "slot-name", "slots are named by their rack unit; leave name out");
        }

        return new(kind, first, last, child, node["name"]?.Text ?? "{n}", node["component"]?.Text, node.Line);
    }

    private static SkuRevision? Revision(DataNode node, FileErrors errors)
    {
        if (SkuRevision.TryParse(node.Text, out var revision))
        {
            return revision;
        }

        errors.Add(node, "bad-sku", $"'{node.Text}' is no SKU revision; write one such as nvidia/b200@1");
        return null;
    }

    private static ImmutableArray<ScaleUpDomain> ScaleUp(DataNode node, FileErrors errors)
    {
        if ((node["accelerators"] is null) == (node["domains"] is null) || (node["racks"] is not null && node["accelerators"] is null))
        {
            errors.Add(node, "scale-up-form", "write either accelerators and racks of the one domain, or domains over parts of the rack");
            return [];
        }

        if (node["accelerators"] is { } accelerators)
        {
            return [new("", (int)accelerators.Number, (int)(node["racks"]?.Number ?? 1), [], node.Line)];
        }

        var domains = node["domains"]!.Items
            .Select(d => new ScaleUpDomain(d["name"]!.Text, (int)d["accelerators"]!.Number, 1, [.. d["parts"]!.Items.Select(p => p.Text)], d.Line))
            .ToImmutableArray();
        if (domains.Select(d => d.Name).Distinct(StringComparer.Ordinal).Count() < domains.Length)
        {
            errors.Add(node["domains"]!, "duplicate-name", "two domains have one name; give each its own");
        }

        return domains;
    }
}

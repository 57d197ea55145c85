using System.Collections.Immutable;
using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>Reads one SKU file (<c>schemas/sku.schema.json</c>).</summary>
public static class SkuFile
{
    /// <summary>Reads a file; what it says of other SKUs is checked by <see cref="SkuCatalogue.Load"/>.</summary>
    public static FileResult<Sku> Parse(string name, string text)
    {
        var file = DataFile.Read(name, text, FileSchema.Sku);
        if (file.Value is null)
        {
            return new(file.Errors);
        }

        var errors = new FileErrors(name);
        var root = file.Value.Root;
        var height = root["height"] is { } h ? Height(h.Text) : (RackHeight?)null;
        Meters? width = root["width"] is { } w
            ? errors.Quantity(w, QuantityText.TryMeters(w.Text, out var meters, out var hint), meters, hint)
            : null;
        var claims = root["claims"]?.Items.Select(c => Claim(c, errors)).OfType<Claim>().ToImmutableArray() ?? [];
        var build = root["build"]?.Items.Select(b => Item(b, errors)).OfType<BuildItem>().ToImmutableArray() ?? [];
        // The schema has checked the id's form and the revision's range.
        _ = SkuId.TryParse(root["id"]!.Text, out var id);
        var sku = new Sku(new(id, (int)root["revision"]!.Number), Enum.Parse<SkuKind>(root["kind"]!.Text), root["title"]!.Text,
            height, width, claims, build, name, root.Line);
        return errors.Any ? new(errors.Sorted) : new(sku);
    }

    private static RackHeight Height(string text) =>
        new(int.Parse(text.AsSpan(0, text.Length - 2).Trim(), NumberStyles.None, CultureInfo.InvariantCulture), Enum.Parse<RackUnit>(text[^2..]));

    private static Claim? Claim(DataNode node, FileErrors errors)
    {
        var value = node["value"]!;
        if (node["of"]!.Text == Sku.PowerClaim && !QuantityText.TryWatts(value.Text, out _, out var hint))
        {
            errors.Add(value, "bad-quantity", hint);
        }

        if (!DateOnly.TryParseExact(node["date"]!.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            errors.Add(node["date"]!, "bad-date", "there is no such day; write one such as 2026-03-31");
        }

        var kind = Enum.Parse<ClaimKind>(node["kind"]!.Text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
        return new(node["of"]!.Text, value.Text, kind, node["source"]!.Text, date);
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

        if (!SkuRevision.TryParse(node["sku"]!.Text, out var child))
        {
            errors.Add(node["sku"]!, "bad-sku", $"'{node["sku"]!.Text}' is no SKU revision; write one such as nvidia/b200@1");
            return null;
        }

        var kind = node["slots"] is null ? PartKind.Socket : PartKind.Slot;
        if (kind == PartKind.Slot && node["name"] is { } name)
        {
            errors.Add(name, "slot-name", "slots are named by their rack unit; leave name out");
        }

        return new(kind, first, last, child, node["name"]?.Text ?? "{n}", node["component"]?.Text, node.Line);
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>SKUs of the device types that devices have: from the catalogue where it has them, else as small files of their own.</summary>
internal sealed class NetBoxSkus(NetBoxWork work)
{
    private readonly Dictionary<long, ImportedSku> _skus = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, NetBoxFile> _files = new(StringComparer.Ordinal);
    private readonly ILookup<string, SkuRevision> _known = work.Catalogue.Skus.ToLookup(sku => sku.Revision.Id.Text, sku => sku.Revision, StringComparer.Ordinal);
    private ILookup<long, NetBoxObject>? _templates;
    private ILookup<long, NetBoxObject>? _devices;
    private ILookup<long, NetBoxObject>? _ports;
    private HashSet<long>? _withOutlets;

    /// <summary>The files of SKUs that the catalogue lacks.</summary>
    public ImmutableArray<NetBoxFile> Files => [.. _files.Values];

    /// <summary>Types in the order of ids, so that a collision of names ends the same way every time.</summary>
    public void Read()
    {
        _devices = work.Export[NetBoxCollections.Devices].ToLookup(device => device.Reference("device_type")!.Value);
        _templates = work.Export[NetBoxCollections.PowerPortTemplates].Where(port => port.Reference("device_type") is not null)
            .ToLookup(port => port.Reference("device_type")!.Value);
        _ports = work.Export[NetBoxCollections.PowerPorts].ToLookup(port => port.Reference("device")!.Value);
        _withOutlets = [.. work.Export[NetBoxCollections.PowerOutlets].Select(outlet => outlet.Reference("device")!.Value)];
        foreach (var template in work.Export[NetBoxCollections.PowerPortTemplates].Where(port => _devices.Contains(port.Reference("device_type") ?? 0)))
        {
            work.Report.Fields(template);
            work.Carry(template);
        }

        foreach (var type in work.Export[NetBoxCollections.DeviceTypes])
        {
            if (!_devices.Contains(type.Id))
            {
                work.Report.LeftOut(type, "unused-type", "no device is of this type; import the type library for a catalogue");
                continue;
            }

            work.Report.Fields(type);
            work.Carry(type);
            _skus[type.Id] = Declare(type, type, type.Json, type.Number("u_height"));
        }
    }

    /// <summary>The SKU of a device.</summary>
    public ImportedSku Of(NetBoxObject device)
    {
        var id = device.Reference("device_type")!.Value;
        if (!_skus.TryGetValue(id, out var sku))
        {
            work.Report.Assumed(device, "unknown-type", "its device type is not in the export: its SKU has no height, mass or power");
            _skus[id] = sku = Declare(device, null, device.Nested("device_type"), null);
        }

        return sku;
    }

    // The id is spelled as an import of the type's file in the community library spells it, so that both mean one SKU.
    private ImportedSku Declare(NetBoxObject owner, NetBoxObject? type, JsonElement? json, decimal? height)
    {
        var typeId = type?.Id ?? owner.Reference("device_type") ?? owner.Id;
        var maker = json is { } whole && whole.TryGetProperty("manufacturer", out var made) && made.ValueKind == JsonValueKind.Object
            ? NetBoxObject.Text(made, "name") ?? NetBoxObject.Text(made, "slug")
            : null;
        var model = (json is { } named ? NetBoxObject.Text(named, "model") : null) ?? FormattableString.Invariant($"device type {typeId}");
        var vendor = Word(maker ?? "", "unknown");
        var product = Word((json is { } spelled ? NetBoxObject.Text(spelled, "slug") : null) ?? model, FormattableString.Invariant($"device-type-{typeId}"));
        var id = $"{vendor}/{(product.StartsWith(vendor + "-", StringComparison.Ordinal) ? product[(vendor.Length + 1)..] : product)}";
        if (!_ids.Add(id))
        {
            // Both parts have at most 63 characters, so the suffix fits into an id's 128 but for the longest.
            id = FormattableString.Invariant($"{id[..Math.Min(id.Length, 107)]}-{typeId}");
            _ids.Add(id);
            work.Report.Changed(owner, "renamed-type", "another type has the same name in our spelling", id);
        }

        var revision = _known[id].OrderBy(known => known.Revision).LastOrDefault();
        var text = File(id, type, maker, model, height);
        if (revision.Revision == 0)
        {
            _files[id] = new($"skus/{id}.yaml", text);
            return new($"{id}@1", height);
        }

        if (type is not null && SkuFile.Parse(id, text).Value is { } said && work.Catalogue[revision] is var known && !SaysSame(said, known))
        {
            work.Report.LeftOut(type, "other-sku", "the catalogue says otherwise of this product; the catalogue counts", revision.ToString());
        }

        return new(revision.ToString(), height);
    }

    private static bool SaysSame(Sku said, Sku known) => (said.Height is null || said.Height == known.Height)
        && said.Claims.All(claim => known.Claims.Any(other => (other.Of, other.Kind, other.Value) == (claim.Of, claim.Kind, claim.Value)));

    private string File(string id, NetBoxObject? type, string? maker, string model, decimal? height)
    {
        var text = new StringBuilder();
        text.Append("# From a NetBox device type. NetBox does not say what kind of thing it is.\nampacity: 1\n");
        text.Append(CultureInfo.InvariantCulture, $"id: {id}\nrevision: 1\nkind: Other\n");
        text.Append(CultureInfo.InvariantCulture, $"title: {NetBoxText.Scalar(NetBoxText.Printable($"{maker} {model}".Trim(), 200))}\n");
        if (height is { } units && type is not null)
        {
            if (units * 2 == Math.Truncate(units * 2) && units is >= 0.5m and <= 100)
            {
                text.Append(CultureInfo.InvariantCulture, $"height: {units:0.#} RU\n");
            }
            else if (units != 0)
            {
                work.Report.LeftOut(type, "no-height", "its height is no half unit from 0.5 to 100", units.ToString(CultureInfo.InvariantCulture));
            }
        }

        var claims = type is null ? [] : Claims(type);
        if (claims.Count > 0)
        {
            text.Append("claims:\n");
            foreach (var (of, value, kind, source) in claims)
            {
                text.Append(CultureInfo.InvariantCulture, $"  - {{of: {of}, value: {value}, kind: {kind}, source: {NetBoxText.Scalar(source)}, date: {DateOf(type!)}}}\n");
            }
        }

        return text.ToString();
    }

    private List<(string Of, string Value, string Kind, string Source)> Claims(NetBoxObject type)
    {
        var claims = new List<(string, string, string, string)>();
        if (DateOf(type) is null)
        {
            work.Report.LeftOut(type, "no-date", "its figures have no date (last_updated, created), and a claim needs one");
            return claims;
        }

        // What a strip takes in is what it passes on, not what it draws.
        var passes = _devices![type.Id].Any(device => _withOutlets!.Contains(device.Id));
        var of = passes ? "power-throughput" : Sku.PowerClaim;
        foreach (var (field, kind, says) in new[] { ("maximum_draw", "nameplate", "maximum"), ("allocated_draw", "design", "allocated") })
        {
            var (watts, ports) = Draw(type, field);
            if (watts > 0)
            {
                claims.Add((of, FormattableString.Invariant($"{watts:0.###} W"), kind, FormattableString.Invariant(
                    $"NetBox device type {type.Id}: {says} draw of {ports} power {(ports == 1 ? "port" : "ports, redundant ones included")}")));
            }
        }

        if (type.Number("weight") is { } mass and > 0)
        {
            var unit = type.Choice("weight_unit");
            var kilograms = unit switch { "kg" => mass, "g" => mass / 1000, "lb" => mass * 0.45359237m, "oz" => mass * 0.028349523125m, _ => 0 };
            if (kilograms > 0)
            {
                claims.Add(("mass", FormattableString.Invariant($"{kilograms:0.####} kg"), "nameplate", FormattableString.Invariant(
                    $"NetBox device type {type.Id}: {mass:0.###} {unit}")));
            }
            else
            {
                work.Report.LeftOut(type, "bad-mass", "its weight has no unit that we know (kg, g, lb, oz)");
            }
        }

        return claims;
    }

    // The type's own ports where they were read, else the ports of its devices: the highest sum, for a device may lack a supply.
    private (decimal Watts, int Ports) Draw(NetBoxObject type, string field)
    {
        if (_templates!.Contains(type.Id))
        {
            return Sum(_templates[type.Id]);
        }

        var sums = _devices![type.Id].Select(device => Sum(_ports![device.Id])).Where(sum => sum.Watts > 0).Distinct()
            .OrderByDescending(sum => sum.Watts).ThenBy(sum => sum.Ports).ToList();
        if (sums.Count > 1)
        {
            work.Report.Assumed(type, "many-draws", $"its devices differ in {field}; the highest sum is taken for the type");
        }

        return sums.FirstOrDefault();

        (decimal Watts, int Ports) Sum(IEnumerable<NetBoxObject> ports)
        {
            var draws = ports.Select(port => port.Number(field) ?? 0).Where(draw => draw > 0).ToList();
            return (draws.Sum(), draws.Count);
        }
    }

    private static string? DateOf(NetBoxObject type) =>
        (type.Text("last_updated") ?? type.Text("created")) is { Length: >= 10 } text
        && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : null;

    // A SKU's id knows no underscore.
    private static string Word(string text, string otherwise) =>
        NetBoxText.Slug(text.Replace("+", "-plus", StringComparison.Ordinal), ".-") is { Length: > 0 } slug ? slug : otherwise;
}

/// <summary>The SKU that devices of one type pin.</summary>
/// <param name="Revision">Such as <c>dell/poweredge-r760@1</c>.</param>
/// <param name="Units">Its height in rack units, halves included; null if not known.</param>
internal sealed record ImportedSku(string Revision, decimal? Units);

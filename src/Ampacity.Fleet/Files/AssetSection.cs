using System.Collections.Immutable;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>The <c>assets</c> section: things with names of their own, in places that the builds have.</summary>
internal sealed class AssetSection
{
    private static readonly (string Key, IdentifierKind Kind)[] Identifiers =
    [
        ("serial", IdentifierKind.Serial), ("bmc", IdentifierKind.Mac), ("uuid", IdentifierKind.Uuid), ("hostname", IdentifierKind.Hostname),
    ];

    private readonly Dictionary<string, DeclaredRack> _racks;
    private readonly SkuCatalogue _catalogue;
    private readonly FileErrors _errors;
    private readonly Dictionary<(IdentifierKind, string), DataNode> _seen = [];

    public AssetSection(List<DeclaredRack> racks, SkuCatalogue catalogue, FileErrors errors)
    {
        _racks = racks.ToDictionary(r => r.Path, StringComparer.Ordinal);
        _catalogue = catalogue;
        _errors = errors;
    }

    public ImmutableArray<DeclaredAsset> Read(DataNode? section) =>
        section is null ? [] : [.. section.Select(Asset).OfType<DeclaredAsset>()];

    private DeclaredAsset? Asset(DataNode node)
    {
        var segments = node.Name.Split('/', 3);
        if (!_racks.TryGetValue($"{segments[0]}/{segments[1]}", out var rack))
        {
            _errors.Add(node, "unknown-rack", $"no rack is at '{segments[0]}/{segments[1]}'; write row/rack, such as r01/01, then the slot");
            return null;
        }

        var path = segments.Length == 3 ? segments[2] : "";
        var build = _catalogue.FindBuild(rack.Sku.ToString())
            ?? throw new InvalidOperationException($"Bug: {rack.Sku} was accepted as a rack and has no build.");
        if (!build.TryFind(path, out var part))
        {
            var slots = build.Parts.Where(p => p.Kind == PartKind.Slot).Select(p => p.Name).ToList();
            var have = slots.Count == 0 ? "it has no slots" : $"its filled slots are {Ranges(slots)}";
            _errors.Add(node, "unknown-slot", $"{rack.Sku} has nothing at '{path}'; {have}");
            return null;
        }

        return new(rack.Row, rack.Name, part, path, [.. IdentifiersOf(node)], node["part"]?.Text, node.KeyLine);
    }

    private List<DeclaredIdentifier> IdentifiersOf(DataNode node)
    {
        var identifiers = new List<DeclaredIdentifier>();
        foreach (var (key, kind) in Identifiers)
        {
            if (node[key] is not { } text)
            {
                continue;
            }

            if (!IdentifierText.TryNormalise(kind, text.Text, out var normal, out var hint))
            {
                _errors.Add(text, "no-identifier", hint);
            }
            else if (!_seen.TryAdd((kind, normal), text))
            {
                _errors.Add(text, $"duplicate-{key}", string.Create(CultureInfo.InvariantCulture,
                    $"'{normal}' is already that of {_seen[(kind, normal)].Path} on line {_seen[(kind, normal)].KeyLine}; one of them is wrong"));
            }
            else
            {
                identifiers.Add(new(kind, normal));
            }
        }

        return identifiers;
    }

    // 01, 02, 03, 07 → "01–03, 07". Slots that are higher than one unit show as single ones, which is right.
    private static string Ranges(List<string> slots)
    {
        var ranges = new List<string>();
        for (var i = 0; i < slots.Count; i++)
        {
            var first = i;
            while (i + 1 < slots.Count && int.Parse(slots[i + 1], CultureInfo.InvariantCulture) == int.Parse(slots[i], CultureInfo.InvariantCulture) + 1)
            {
                i++;
            }

            ranges.Add(first == i ? slots[i] : $"{slots[first]}–{slots[i]}");
        }

        return string.Join(", ", ranges);
    }
}

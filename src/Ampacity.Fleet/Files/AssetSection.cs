using System.Collections.Immutable;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>The <c>assets</c> section: things with names of their own, in places that the builds have or in free positions.</summary>
internal sealed class AssetSection(RowSection rows, BodyReading body)
{
    private static readonly (string Key, IdentifierKind Kind)[] Identifiers =
    [
        ("serial", IdentifierKind.Serial), ("bmc", IdentifierKind.Mac), ("uuid", IdentifierKind.Uuid), ("hostname", IdentifierKind.Hostname),
        ("assetTag", IdentifierKind.AssetTag),
    ];

    private readonly MountCheck _mounts = new(body);

    public ImmutableArray<DeclaredAsset> Read(DataNode? section) =>
        section is null ? [] : [.. section.Select(Asset).OfType<DeclaredAsset>()];

    private DeclaredAsset? Asset(DataNode node)
    {
        var segments = node.Name.Split('/', 3);
        if (!rows.Index.TryGetValue($"{segments[0]}/{segments[1]}", out var index))
        {
            body.Errors.Add(node, "unknown-rack", $"no rack is at '{segments[0]}/{segments[1]}'; write row/rack, such as r01/01, then the slot");
            return null;
        }

        var rack = rows.Racks[index];
        var path = segments.Length == 3 ? segments[2] : "";
        var sku = node["sku"] is { } text ? body.Revision(text) : null;
        var part = 0;
        var build = rack.Sku is { } pinned ? body.Catalogue.FindBuild(pinned.ToString()) : null;
        if (path.Length > 0 && (build is null || !build.TryFind(path, out part)))
        {
            if (!RackPosition.TryParse(path, out var position))
            {
                if (body.HasWrongSku(rack))
                {
                    return null;
                }

                body.Errors.Add(node, "unknown-slot", UnknownSlot(rack, build, path));
                return null;
            }

            part = position.Ordinal;
            _mounts.Mount(node, index, rack, position, sku);
        }

        return new(rack.Row, rack.Name, index, part, path, [.. IdentifiersOf(node)], node["part"]?.Text, node.KeyLine)
        {
            Sku = sku?.Revision,
            Firmware = [.. (node["firmware"] ?? Enumerable.Empty<DataNode>()).Select(version => new FirmwareFact(version.Name, version.Text))],
            BmcAddress = node["address"]?.Text,
            Cables = [.. (node["cables"] ?? Enumerable.Empty<DataNode>()).Select(peer => new CableFact(peer.Name, peer.Text))],
            Parties = ItemText.Parties(node),
            State = ItemText.State(node["state"]),
            Tags = ItemText.Texts(node["tags"]),
            Note = node["note"]?.Text,
        };
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
                body.Errors.Add(text, "no-identifier", hint);
            }
            else if (!body.Identifiers.TryAdd((kind, normal), text) && body.Identifiers[(kind, normal)] != text)
            {
                var other = body.Identifiers[(kind, normal)];
                body.Errors.Add(text, $"duplicate-{key.ToLowerInvariant()}", string.Create(CultureInfo.InvariantCulture,
                    $"'{normal}' is already that of {other.Path} on line {other.KeyLine}; one of them is wrong"));
            }
            else
            {
                identifiers.Add(new(kind, normal));
            }
        }

        return identifiers;
    }

    private static string UnknownSlot(DeclaredRack rack, RackBuild? build, string path)
    {
        if (build is null)
        {
            return $"{rack.Path} pins no SKU, so it has nothing at '{path}'; write a free position such as u12, u12-rear or side-1";
        }

        var slots = build.Parts.Where(p => p.Kind == PartKind.Slot).Select(p => p.Name).ToList();
        var have = slots.Count == 0 ? "it has no slots" : $"its filled slots are {Ranges(slots)}";
        return $"{rack.Sku} has nothing at '{path}'; {have}, and a free position is written u40, u40-rear or side-1";
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

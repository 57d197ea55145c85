using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>What an edit is about: a node, a place inside a rack, or an asset.</summary>
/// <param name="Place">The node or the place; null for an asset.</param>
/// <param name="Asset">The asset; null for a place.</param>
internal readonly record struct EditTarget(StableKey? Place, AssetId? Asset)
{
    private static readonly (string Prefix, IdentifierKind Kind)[] Prefixes =
    [
        ("serial:", IdentifierKind.Serial), ("mac:", IdentifierKind.Mac), ("uuid:", IdentifierKind.Uuid),
        ("hostname:", IdentifierKind.Hostname), ("assetTag:", IdentifierKind.AssetTag),
    ];

    /// <summary>Finds what a text names at an instant.</summary>
    /// <exception cref="EditRefusal">Nothing, or more than one thing.</exception>
    public static EditTarget Find(EditDraft draft, string text, long atMs)
    {
        if (text.StartsWith("asset:", StringComparison.Ordinal) || text.StartsWith("asset_", StringComparison.Ordinal))
        {
            return long.TryParse(text.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                && number < draft.NextAsset && draft.SlotsOf(Subject.Asset(new AssetId(number))).Count > 0
                ? Whole(draft, new AssetId(number), atMs)
                : throw Missing(text, "`ampacity find` searches by serial, name, MAC and tag");
        }

        foreach (var (prefix, kind) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return IdentifierText.TryNormalise(kind, text[prefix.Length..], out var normal, out var hint)
                    ? draft.AssetBy(kind, normal, atMs) is { } asset ? Whole(draft, asset, atMs) : throw Missing(text, "no asset has it at that time")
                    : throw new EditRefusal("no-identifier", hint);
            }
        }

        if (text.StartsWith("programme:", StringComparison.Ordinal) || text.StartsWith("organisation:", StringComparison.Ordinal))
        {
            var kind = text[0] == 'p' ? NodeKind.Programme : NodeKind.Organisation;
            var node = draft.GraphAt(atMs).RegisterOf(kind, text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            return node >= 0 ? new EditTarget(StableKey.Of(node), null) : throw Missing(text, "GET /api/fleet/v1/programmes lists the programmes");
        }

        return TryPlace(draft, text, atMs, out var place) ? new EditTarget(place, null) : ByAnyIdentifier(draft, text, atMs);
    }

    /// <summary>The place of a path at an instant, inside racks too.</summary>
    public static bool TryPlace(EditDraft draft, string path, long atMs, out StableKey place)
    {
        place = default;
        var node = -1;
        var segments = path.Split('/');
        for (var at = 0; at < segments.Length; at++)
        {
            var child = draft.ChildOf(node, segments[at], atMs);
            if (child >= 0)
            {
                node = child;
                continue;
            }

            if (node < 0 || draft.NodeAt(node, atMs)?.Kind != NodeKind.Rack)
            {
                return false;
            }

            var part = -1;
            if (draft.GraphAt(atMs).BuildOf(node)?.TryFind(string.Join('/', segments[at..]), out part) != true)
            {
                if (at != segments.Length - 1 || !RackPosition.TryParse(segments[at], out var position))
                {
                    return false;
                }

                part = position.Ordinal;
            }

            place = new StableKey(node, part);
            return true;
        }

        place = StableKey.Of(node);
        return node >= 0;
    }

    /// <summary>The asset that is meant, be it named itself or by its place; null where nothing is recorded in the place.</summary>
    public AssetId? AssetIn(EditDraft draft, long atMs) => Asset ?? draft.AssetAt(Place!.Value, atMs);

    /// <summary>A node itself, not a place inside it.</summary>
    public int? Node => Place is { Part: 0 } place ? place.Node : null;

    /// <exception cref="EditRefusal">No asset is recorded there.</exception>
    public AssetId RequireAsset(EditDraft draft, string text, long atMs) => AssetIn(draft, atMs)
        ?? throw new EditRefusal("unknown-asset", $"no asset is recorded at {text} at that time; give it a serial first: ampacity set {text} serial=…");

    internal static EditRefusal Missing(string text, string hint) => new("unknown-subject", $"'{Shown(text)}' is not there at that time; {hint}");

    private static EditTarget Whole(EditDraft draft, AssetId asset, long atMs) =>
        draft.Holding<MergedIntoFact>(Subject.Asset(asset), atMs) is { } merged
            ? throw new EditRefusal("merged-asset", $"{asset} turned out to be {new AssetId(merged.Asset)}; edit that one")
            : new EditTarget(null, asset);

    private static EditTarget ByAnyIdentifier(EditDraft draft, string text, long atMs)
    {
        var found = new HashSet<AssetId>();
        foreach (var (_, kind) in Prefixes)
        {
            if (IdentifierText.TryNormalise(kind, text, out var normal, out _) && draft.AssetBy(kind, normal, atMs) is { } asset)
            {
                found.Add(asset);
            }
        }

        return found.Count switch
        {
            1 => Whole(draft, found.Single(), atMs),
            0 => throw Missing(text, "write a path as `ampacity tree` prints it, asset:12, or an identifier such as serial:…"),
            _ => throw new EditRefusal("ambiguous-subject", $"'{Shown(text)}' is an identifier of {string.Join(", ", found)}; write one of them"),
        };
    }

    private static string Shown(string text) => text.Length <= 200 ? text : text[..199] + "…";
}

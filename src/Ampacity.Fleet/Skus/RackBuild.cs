using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// A rack SKU's build laid out flat: the rack is part 0, then depth first, slots from the bottom up, sockets in declared order. The
/// order is the order of local ordinals in stable keys, so it may never change for a revision. Immutable; one per revision.
/// </summary>
public sealed class RackBuild
{
    /// <summary>Most parts of one rack: ordinals from <see cref="RackPosition.FirstOrdinal"/> are free positions, and all stay below 2¹⁶.</summary>
    public const int MaxParts = RackPosition.FirstOrdinal;

    /// <summary>Deepest nesting: rack, tray, board, package, and room to spare.</summary>
    public const int MaxDepth = 8;

    private readonly FrozenDictionary<string, int> _byPath;

    private RackBuild(Sku sku, ImmutableArray<RackPart> parts)
    {
        Sku = sku.Revision;
        Parts = parts;
        _byPath = parts.ToFrozenDictionary(p => p.Path, p => p.Ordinal, StringComparer.Ordinal);
        AcceleratorCount = parts.Count(part => part.SkuKind == SkuKind.Accelerator);
        Domains = [.. sku.ScaleUp.Select(d => new RackDomain(d.Name, d.Accelerators, d.Racks, d.Parts.IsEmpty ? [0] : [.. d.Parts.SelectMany(FindParts)]))];
    }

    /// <summary>The revision that this is.</summary>
    public SkuRevision Sku { get; }

    /// <summary>All parts by local ordinal.</summary>
    public ImmutableArray<RackPart> Parts { get; }

    /// <summary>Accelerators among the parts; 0 where the build does not go down to them.</summary>
    public int AcceleratorCount { get; }

    /// <summary>Its scale-up domains in declared order, laid over the parts; empty if its SKU declares none.</summary>
    public ImmutableArray<RackDomain> Domains { get; }

    /// <summary>Index in <see cref="Domains"/> of the domain that a part belongs to; −1 if none. Allocates nothing.</summary>
    /// <param name="ordinal">A local ordinal of <see cref="Parts"/>.</param>
    public int DomainOf(int ordinal)
    {
        for (var i = 0; i < Domains.Length; i++)
        {
            foreach (var part in Domains[i].Parts)
            {
                if (ordinal >= part && ordinal < Parts[part].End)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    /// <summary>Lays a rack out.</summary>
    /// <param name="rack">A revision of the catalogue; usually a rack, but any SKU can be laid out.</param>
    /// <param name="catalogue">Where it and all its children are found; it has refused cycles and builds over the limits.</param>
    /// <exception cref="KeyNotFoundException">The catalogue has no such revision.</exception>
    public static RackBuild Flatten(SkuRevision rack, SkuCatalogue catalogue)
    {
        var parts = new List<RackPart>();
        Append(parts, catalogue, catalogue[rack], -1, PartKind.Rack, "", "", null, 0);
        return new(catalogue[rack], [.. parts]);
    }

    /// <summary>The part of a local ordinal, or null: a free position, or a part of an earlier build of the rack.</summary>
    public RackPart? PartAt(int ordinal) => (uint)ordinal < (uint)Parts.Length ? Parts[ordinal] : null;

    /// <summary>Local ordinal of a path relative to the rack, such as <c>05/0</c>; empty is the rack. Allocates nothing.</summary>
    public bool TryFind(ReadOnlySpan<char> path, out int ordinal) =>
        _byPath.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out ordinal);

    /// <summary>Local ordinal of a component inside a part, such as <c>gpu0</c> in slot <c>05</c>. Allocates nothing.</summary>
    public bool TryFindComponent(int within, ReadOnlySpan<char> component, out int ordinal)
    {
        for (ordinal = within; ordinal < Parts[within].End; ordinal++)
        {
            if (Parts[ordinal].Component is { } name && component.SequenceEqual(name))
            {
                return true;
            }
        }

        ordinal = -1;
        return false;
    }

    /// <summary>Ordinals of what a path such as <c>05/0</c> names, or of all slots whose lowest unit is in a range such as <c>05-12</c>.</summary>
    internal IEnumerable<int> FindParts(string pathOrRange)
    {
        if (TryFind(pathOrRange, out var ordinal))
        {
            return [ordinal];
        }

        return pathOrRange.Split('-') is [var first, var last]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var low)
            && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var high)
            ? Parts.Where(part => part is { Kind: PartKind.Slot, Parent: 0 }
                && int.Parse(part.Name, NumberStyles.None, CultureInfo.InvariantCulture) is var unit && unit >= low && unit <= high)
                .Select(part => part.Ordinal)
            : [];
    }

    private static void Append(
        List<RackPart> parts, SkuCatalogue catalogue, Sku sku, int parent, PartKind kind, string name, string path, string? component, int depth)
    {
        if (parts.Count >= MaxParts || depth > MaxDepth)
        {
            throw new InvalidOperationException($"Bug: the catalogue let a build over the limits pass: {sku.Revision}");
        }

        var ordinal = parts.Count;
        parts.Add(default);
        foreach (var item in sku.Build.OrderBy(i => i.Kind).ThenBy(i => i.Kind == PartKind.Slot ? i.First : 0))
        {
            var child = catalogue[item.Child];
            var step = item.Kind == PartKind.Slot ? child.Height!.Value.Count : 1;
            for (var n = item.First; n <= item.Last; n += step)
            {
                var number = n.ToString(CultureInfo.InvariantCulture);
                var childName = item.Kind == PartKind.Slot ? number.PadLeft(2, '0') : Named(item.NamePattern, number);
                Append(parts, catalogue, child, ordinal, item.Kind, childName, path.Length == 0 ? childName : $"{path}/{childName}",
                    item.ComponentPattern is { } pattern ? Named(pattern, number) : null, depth + 1);
            }
        }

        parts[ordinal] = new(ordinal, parent, parts.Count, kind, name, path, sku.Revision, sku.Kind, component);
    }

    private static string Named(string pattern, string number) => pattern.Replace("{n}", number, StringComparison.Ordinal);
}

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Ampacity.Fleet;

/// <summary>All SKU revisions that a fleet may pin, checked against one another. Immutable; safe from any thread.</summary>
public sealed class SkuCatalogue
{
    /// <summary>A catalogue without any SKU.</summary>
    public static readonly SkuCatalogue Empty = new([]);

    private readonly FrozenDictionary<SkuRevision, Sku> _skus;
    private readonly FrozenDictionary<string, RackBuild> _builds;

    private SkuCatalogue(IEnumerable<Sku> skus)
    {
        _skus = skus.ToFrozenDictionary(s => s.Revision);
        _builds = _skus.Values.Where(s => s.Kind == SkuKind.Rack)
            .ToFrozenDictionary(s => s.Revision.ToString(), s => RackBuild.Flatten(s.Revision, this), StringComparer.Ordinal);
    }

    /// <summary>All revisions, by id and revision.</summary>
    public IEnumerable<Sku> Skus => _skus.Values.OrderBy(s => s.Revision.Id.Text, StringComparer.Ordinal).ThenBy(s => s.Revision.Revision);

    /// <summary>The SKU of a revision.</summary>
    /// <exception cref="KeyNotFoundException">There is none; what comes from outside is asked by <see cref="TryFind"/>.</exception>
    public Sku this[SkuRevision revision] => _skus.TryGetValue(revision, out var sku)
        ? sku
        : throw new KeyNotFoundException($"the catalogue has no SKU {revision}");

    /// <summary>The SKU of a revision, if the catalogue has it.</summary>
    public bool TryFind(SkuRevision revision, [NotNullWhen(true)] out Sku? sku) => _skus.TryGetValue(revision, out sku);

    /// <summary>The flattened build of a rack by its revision's text, or null if the catalogue has no such rack.</summary>
    /// <param name="revision">Such as <c>nvidia/gb200-nvl72@1</c>; all racks of a revision share one build.</param>
    public RackBuild? FindBuild(string revision) => _builds.GetValueOrDefault(revision);

    /// <summary>Reads SKU files, one SKU each, and checks that their builds fit together.</summary>
    /// <param name="files">Name and text of every file.</param>
    /// <returns>The catalogue, or every error in every file.</returns>
    public static FileResult<SkuCatalogue> Load(IEnumerable<(string Name, string Text)> files)
    {
        var errors = new List<FileError>();
        var skus = new Dictionary<SkuRevision, Sku>();
        foreach (var (name, text) in files)
        {
            var read = SkuFile.Parse(name, text);
            errors.AddRange(read.Errors);
            if (read.Value is { } sku && !skus.TryAdd(sku.Revision, sku))
            {
                errors.Add(new(name, sku.Line, "revision", "duplicate-sku",
                    $"{sku.Revision} is already in {skus[sku.Revision].File}; a new build is a new revision"));
            }
        }

        if (errors.Count == 0)
        {
            errors.AddRange(BuildCheck.Check(skus));
        }

        return errors.Count == 0 ? new(new SkuCatalogue(skus.Values)) : new(errors);
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Ampacity.Fleet;

/// <summary>All SKU revisions that a fleet may pin, checked against one another. Immutable; safe from any thread.</summary>
public sealed class SkuCatalogue
{
    /// <summary>A catalogue without any SKU.</summary>
    public static readonly SkuCatalogue Empty = new([], [], []);

    private readonly FrozenDictionary<SkuRevision, Sku> _skus;
    private readonly FrozenDictionary<string, RackBuild> _builds;
    private readonly FrozenDictionary<SkuId, Sku> _newest;
    private readonly FrozenSet<SkuId> _shipped;

    private SkuCatalogue(IEnumerable<Sku> skus, IEnumerable<SkuRevision> shadowed, IEnumerable<SkuId> shipped)
    {
        _shipped = shipped.ToFrozenSet();
        Shadowed = [.. shadowed];
        _skus = skus.ToFrozenDictionary(s => s.Revision);
        _newest = _skus.Values.GroupBy(s => s.Revision.Id).ToFrozenDictionary(g => g.Key, g => g.MaxBy(s => s.Revision.Revision)!);
        _builds = _skus.Values.Where(s => s.StandsOnFloor)
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

    /// <summary>Shipped revisions that own files of the same name stand before; see <see cref="LoadBoth"/>.</summary>
    public ImmutableArray<SkuRevision> Shadowed { get; }

    /// <summary>The newest revision of a SKU, or null if the catalogue has none.</summary>
    public Sku? FindNewest(SkuId id) => _newest.GetValueOrDefault(id);

    /// <summary>Whether some revision of a SKU ships with the command: what it says then comes with the next release, not with an import.</summary>
    public bool Ships(SkuId id) => _shipped.Contains(id);

    /// <summary>What programs need of a power shelf; null if it is none, or if nobody claims what it puts out.</summary>
    /// <exception cref="KeyNotFoundException">The catalogue has no such revision.</exception>
    public PowerShelfFacts? FindShelf(SkuRevision revision) =>
        this[revision] is { Kind: SkuKind.PowerShelf } shelf ? PowerShelfFacts.Of(shelf, this) : null;

    /// <summary>The flattened build of a rack (or sidecar) by its revision's text, or null if the catalogue has no such rack.</summary>
    /// <param name="revision">Such as <c>nvidia/gb200-nvl72@1</c>; all racks of a revision share one build.</param>
    public RackBuild? FindBuild(string revision) => _builds.GetValueOrDefault(revision);

    /// <summary>Reads SKU files, one SKU each, and checks that their builds fit together.</summary>
    /// <param name="files">Name and text of every file.</param>
    /// <returns>The catalogue, or every error in every file.</returns>
    public static FileResult<SkuCatalogue> Load(IEnumerable<(string Name, string Text)> files) => LoadBoth(files, []);

    /// <summary>
    /// Reads the SKUs that ship with the command and those that a site keeps in its data folder. A revision that both have is the
    /// site's: racks there pin it, and its build may not change under them because a later release ships the same id; it is listed in
    /// <see cref="Shadowed"/>.
    /// </summary>
    /// <param name="shipped">Name and text of every shipped file.</param>
    /// <param name="own">Name and text of every file of the site's own.</param>
    /// <param name="known">Texts that need not be held to the schema again.</param>
    /// <returns>The catalogue, or every error in every file.</returns>
    public static FileResult<SkuCatalogue> LoadBoth(
        IEnumerable<(string Name, string Text)> shipped, IEnumerable<(string Name, string Text)> own, CheckedTexts? known = null)
    {
        var errors = new List<FileError>();
        var skus = Read(own, known, errors);
        var shadowed = new List<SkuRevision>();
        var ids = new HashSet<SkuId>();
        foreach (var (revision, sku) in Read(shipped, known, errors))
        {
            ids.Add(revision.Id);
            if (!skus.TryAdd(revision, sku))
            {
                shadowed.Add(revision);
            }
        }

        return Checked(skus, shadowed, ids, errors);
    }

    /// <summary>
    /// Adds SKU files to the catalogue: what an import does. A revision that is there already must be the same, word for word; another
    /// build or figure needs a new revision.
    /// </summary>
    /// <param name="files">Name and text of every file.</param>
    /// <returns>The catalogue with them and what to write, or every error; then nothing is added.</returns>
    public FileResult<SkuAddition> Add(IEnumerable<(string Name, string Text)> files)
    {
        var errors = new List<FileError>();
        var given = Read(files, null, errors);
        return Add(given.Values, errors);
    }

    /// <summary>The same with SKUs that were read before, no two of one revision.</summary>
    internal FileResult<SkuAddition> Add(IReadOnlyCollection<Sku> given, List<FileError> errors)
    {
        if (given.Count > SkuAddition.MaxFiles)
        {
            errors.Add(new(given.First().File, 1, "$", "too-many",
                FormattableString.Invariant($"{given.Count} files; import at most {SkuAddition.MaxFiles} at once")));
        }

        var all = new Dictionary<SkuRevision, Sku>(_skus);
        var added = new List<Sku>();
        var unchanged = new List<SkuRevision>();
        foreach (var sku in given)
        {
            if (all.TryAdd(sku.Revision, sku))
            {
                added.Add(sku);
            }
            else if (SkuText.Write(all[sku.Revision]) == SkuText.Write(sku))
            {
                unchanged.Add(sku.Revision);
            }
            else
            {
                errors.Add(Duplicate(sku, all[sku.Revision]));
            }
        }

        var read = Checked(all, Shadowed, _shipped, errors);
        return read.Value is { } catalogue
            ? new(new SkuAddition(catalogue, [.. added.Select(s => s.Revision)], [.. unchanged],
                [.. added.Select(s => new SkuFileText(SkuAddition.PathOf(s.Revision), SkuText.Write(s)))]))
            : new(read.Errors);
    }

    private static Dictionary<SkuRevision, Sku> Read(
        IEnumerable<(string Name, string Text)> files, CheckedTexts? known, List<FileError> errors)
    {
        var skus = new Dictionary<SkuRevision, Sku>();
        foreach (var (name, text) in files)
        {
            var read = SkuFile.Parse(name, text, known);
            errors.AddRange(read.Errors);
            if (read.Value is { } sku && !skus.TryAdd(sku.Revision, sku))
            {
                errors.Add(Duplicate(sku, skus[sku.Revision]));
            }
        }

        return skus;
    }

    private static FileError Duplicate(Sku sku, Sku there) => new(sku.File, sku.Line, "revision", "duplicate-sku",
        $"{sku.Revision} is already in {there.File}; a new build is a new revision");

    private static FileResult<SkuCatalogue> Checked(
        Dictionary<SkuRevision, Sku> skus, IEnumerable<SkuRevision> shadowed, IEnumerable<SkuId> shipped, List<FileError> errors)
    {
        if (errors.Count == 0)
        {
            errors.AddRange(BuildCheck.Check(skus));
        }

        if (errors.Count > 0)
        {
            return new(errors);
        }

        var catalogue = new SkuCatalogue(skus.Values, shadowed, shipped);
        errors.AddRange(ScaleUpCheck.Check(catalogue));
        return errors.Count == 0 ? new(catalogue) : new(errors);
    }
}

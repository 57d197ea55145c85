using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>A SKU file to keep in the data folder.</summary>
/// <param name="Path">Relative to the folder of own SKUs, with '/': <c>vendor/product@1.yaml</c>; safe as a path on any system.</param>
/// <param name="Text">What to write, UTF-8.</param>
public sealed record SkuFileText(string Path, string Text);

/// <summary>What adding SKU files to a catalogue gives. Nothing has been written yet.</summary>
/// <param name="Catalogue">The catalogue with them.</param>
/// <param name="Added">Revisions that it did not have.</param>
/// <param name="Unchanged">Revisions that it had already, word for word.</param>
/// <param name="Files">What to write so that the next start has them too, one for each that was added.</param>
public sealed record SkuAddition(
    SkuCatalogue Catalogue, ImmutableArray<SkuRevision> Added, ImmutableArray<SkuRevision> Unchanged, ImmutableArray<SkuFileText> Files)
{
    /// <summary>Most SKU files of one import, and of a data folder: the community's library has about 6,000 device types.</summary>
    public const int MaxFiles = 20_000;

    /// <summary>Where a revision's file is kept, relative to the folder of own SKUs.</summary>
    public static string PathOf(SkuRevision revision) => $"{revision}.yaml";
}

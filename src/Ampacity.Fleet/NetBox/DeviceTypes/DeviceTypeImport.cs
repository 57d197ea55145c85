using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>Something to tell the person who imports a device type: what was not kept, or what looks wrong in it.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Path">Where in the file's tree.</param>
/// <param name="Rule">Short stable name, such as <c>sum-of-supplies</c>.</param>
/// <param name="Text">What it is and what follows, for people.</param>
public sealed record DeviceTypeNote(int Line, string Path, string Rule, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"line {Line}: {Path}: {Text} [{Rule}]");
}

/// <summary>What became of one file of NetBox's device-type library: a SKU, or a refusal; never neither.</summary>
/// <param name="File">The file's name as given.</param>
/// <param name="Sku">The SKU; null if the file was refused.</param>
/// <param name="SkuText">Its text as a SKU file, which <see cref="SkuFile.Parse"/> reads back as this SKU; empty if refused.</param>
/// <param name="KindReason">Why it was taken for the kind that it has; empty if refused.</param>
/// <param name="Refusals">Why it was refused, with line, path, rule and hint; empty if it was not.</param>
/// <param name="UnknownKeys">Keys that the format does not have, such as <c>module-slots</c>: their content is not in the SKU.</param>
/// <param name="LeftOut">Keys that the format has and that are not kept, such as <c>front_image</c>.</param>
/// <param name="Notes">What looks wrong in it, or means something else than it seems to.</param>
public sealed record DeviceTypeImport(
    string File,
    Sku? Sku,
    string SkuText,
    string KindReason,
    IReadOnlyList<FileError> Refusals,
    ImmutableArray<DeviceTypeNote> UnknownKeys,
    ImmutableArray<DeviceTypeNote> LeftOut,
    ImmutableArray<DeviceTypeNote> Notes);

/// <summary>What an import of many device types gives. Nothing has been written yet.</summary>
/// <param name="Files">One for each file that was given, in that order.</param>
/// <param name="Addition">The catalogue with those that were read, and what to write.</param>
public sealed record DeviceTypeReport(ImmutableArray<DeviceTypeImport> Files, SkuAddition Addition)
{
    /// <summary>How many files became a SKU.</summary>
    public int ImportedCount => Files.Count(file => file.Sku is not null);

    /// <summary>How many were refused.</summary>
    public int RefusedCount => Files.Length - ImportedCount;
}

using System.Collections.Immutable;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What became of the files of an import of device types.</summary>
/// <param name="DryRun">Whether it was only worked out.</param>
/// <param name="Added">SKU revisions that are new.</param>
/// <param name="Unchanged">Files whose SKU was there already, word for word.</param>
/// <param name="Refused">Files of which nothing was taken.</param>
/// <param name="Files">One for each file, in the order in which they came.</param>
public sealed record DeviceTypeAnswer(bool DryRun, int Added, int Unchanged, int Refused, IReadOnlyList<DeviceTypeRow> Files)
{
    internal static DeviceTypeAnswer Of(DeviceTypeReport report, bool dryRun)
    {
        var added = report.Addition.Added.ToHashSet();
        return new(dryRun, added.Count, report.ImportedCount - added.Count, report.RefusedCount, [.. report.Files.Select(file => DeviceTypeRow.Of(file, added))]);
    }
}

/// <summary>What became of one file. Absent lists are empty.</summary>
/// <param name="File">Its name.</param>
/// <param name="Outcome">added, unchanged or refused.</param>
/// <param name="Sku">The SKU revision that it is; left out where it was refused.</param>
/// <param name="Kind">What it was taken for.</param>
/// <param name="KindReason">Why.</param>
/// <param name="Refusals">Why it was refused.</param>
/// <param name="UnknownKeys">Keys that the format does not have: their content is not in the SKU.</param>
/// <param name="LeftOut">Keys that the format has and that are not kept.</param>
/// <param name="Notes">What looks wrong in it, or means something else than it seems to.</param>
public sealed record DeviceTypeRow(
    string File,
    string Outcome,
    string? Sku,
    string? Kind,
    string? KindReason,
    IReadOnlyList<FileErrorRow>? Refusals,
    IReadOnlyList<DeviceTypeNoteRow>? UnknownKeys,
    IReadOnlyList<DeviceTypeNoteRow>? LeftOut,
    IReadOnlyList<DeviceTypeNoteRow>? Notes)
{
    internal static DeviceTypeRow Of(DeviceTypeImport file, IReadOnlySet<SkuRevision> added) => file.Sku is { } sku
        ? new(file.File, added.Contains(sku.Revision) ? "added" : "unchanged", sku.Revision.ToString(), sku.Kind.ToString(), file.KindReason,
            null, Rows(file.UnknownKeys), Rows(file.LeftOut), Rows(file.Notes))
        : new(file.File, "refused", null, null, null,
            [.. file.Refusals.Select(error => new FileErrorRow(error.File, error.Line, error.Path, error.Rule, error.Hint))], null, null, null);

    private static DeviceTypeNoteRow[]? Rows(ImmutableArray<DeviceTypeNote> notes) => notes.IsEmpty
        ? null
        : [.. notes.Select(note => new DeviceTypeNoteRow(note.Line, note.Path, note.Rule, note.Text))];
}

/// <summary>A remark on a file.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Path">Where in the file's tree.</param>
/// <param name="Rule">Short stable name.</param>
/// <param name="Text">What it is and what follows.</param>
public sealed record DeviceTypeNoteRow(int Line, string Path, string Rule, string Text);

using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>What a NetBox instance says, as declarations that a plan can be made of. Immutable; safe from any thread.</summary>
/// <param name="Import">Files, report and names there.</param>
/// <param name="Files">The fleet files, read.</param>
public sealed record NetBoxDeclaration(NetBoxImport Import, ImmutableArray<DeclaredFile> Files)
{
    /// <summary>Name and text of the SKU files that the catalogue lacks.</summary>
    public IReadOnlyList<(string Name, string Text)> Skus => [.. Import.SkuFiles.Select(file => (file.Name, file.Text))];

    /// <summary>Converts an export and reads the result as a person's files are read, with every check.</summary>
    /// <param name="export">What the instance says.</param>
    /// <param name="catalogue">SKUs that are known.</param>
    /// <param name="instance">Name of the instance where the export's own is not to count; null for its own.</param>
    /// <returns>The declarations, or the errors of a file that breaks a rule: too many devices in one site, for one.</returns>
    public static FileResult<NetBoxDeclaration> Of(NetBoxExport export, SkuCatalogue catalogue, string? instance = null)
    {
        var import = NetBoxConversion.Convert(export, catalogue);
        if (instance is not null)
        {
            import = import with { Origins = import.Origins with { Source = NetBoxInstance.SourceOf(instance) } };
        }

        var added = catalogue.Add(import.SkuFiles.Select(file => (file.Name, file.Text)));
        if (added.Value is not { } addition)
        {
            return new(added.Errors);
        }

        var errors = new List<FileError>();
        var files = ImmutableArray.CreateBuilder<DeclaredFile>(import.FleetFiles.Length);
        foreach (var file in import.FleetFiles)
        {
            var read = FleetFile.Parse(file.Name, file.Text, addition.Catalogue);
            errors.AddRange(read.Errors);
            if (read.Value is { } declared)
            {
                files.Add(declared);
            }
        }

        return errors.Count > 0 ? new([.. errors.Take(DataFile.MaxErrors)]) : new(new NetBoxDeclaration(import, files.ToImmutable()));
    }
}

namespace Ampacity.Fleet;

/// <summary>
/// Works out what a CSV file changes: its rows against the facts that hold now. A row states facts; what no row states is left alone.
/// Pure, so that a dry run and an import cannot differ.
/// </summary>
public static class CsvImport
{
    /// <summary>Largest file, bytes.</summary>
    public const long MaxBytes = CsvTable.MaxBytes;

    /// <summary>Plans the import of one file as one change set.</summary>
    /// <param name="source">The file.</param>
    /// <param name="ground">What it is held against.</param>
    /// <param name="author">Who imports.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancel">Ends the reading, which takes some seconds for millions of rows.</param>
    /// <returns>The plan, with the first errors where the file is not right: then its draft is of no use.</returns>
    public static ChangePlan Plan(CsvSource source, CsvGround ground, string author, string reason, CancellationToken cancel)
    {
        var errors = new CsvErrors(source.Name);
        using var table = CsvTable.Open(source.Content, source.Kind, errors, cancel);
        if (table is null)
        {
            var nothing = new DraftWriter(ground.Ledger, ground.Graph, ground.NowMs);
            return new ChangePlan(nothing.ToDraft(author, reason), [], nothing.Tally, errors.Sorted);
        }

        return source.Kind switch
        {
            CsvKind.Racks => new CsvRackRows(table, errors, ground).Plan(author, reason),
            CsvKind.Feeds => new CsvFeedRows(table, errors, ground).Plan(author, reason),
            CsvKind.Assets => new CsvAssetRows(table, errors, ground).Plan(author, reason),
            CsvKind.Placements => new CsvPlacementRows(table, errors, ground).Plan(author, reason),
            _ => throw new InvalidOperationException($"Bug: no reader of {source.Kind}"),
        };
    }
}

/// <summary>A CSV file to import.</summary>
/// <param name="Name">Its name, for errors.</param>
/// <param name="Kind">What its rows are about.</param>
/// <param name="Content">Its bytes; read once, from where it stands to the end.</param>
public sealed record CsvSource(string Name, CsvKind Kind, Stream Content);

/// <summary>What a CSV file is held against.</summary>
/// <param name="Ledger">What is believed.</param>
/// <param name="Graph">The graph of <paramref name="Ledger"/> at <paramref name="NowMs"/>.</param>
/// <param name="Catalogue">SKUs.</param>
/// <param name="NowMs">When facts begin to hold whose row names no other time, UTC milliseconds.</param>
/// <param name="Owner">The subtree on whose behalf facts are stated; empty for a person.</param>
public sealed record CsvGround(FactLedger Ledger, FleetGraph Graph, SkuCatalogue Catalogue, long NowMs, string Owner = "");

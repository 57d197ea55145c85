using Ampacity.Collect;

namespace Ampacity.Server;

/// <summary>What became of a file of samples, as JSON.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="Samples">Samples in them.</param>
/// <param name="Stored">Kept and durable.</param>
/// <param name="Duplicates">There already.</param>
/// <param name="TooOld">More than 30 minutes behind their series' newest sample, or behind the retention.</param>
/// <param name="TooNew">More than 10 minutes ahead of the server's clock.</param>
/// <param name="OfRefusedSeries">Of series refused for their labels, or because the store was full.</param>
/// <param name="FirstRefusal">Why the first series was refused, or null.</param>
/// <param name="RowsWrong">Rows that could not be read.</param>
/// <param name="Errors">The first 20 of them, with line and column.</param>
/// <param name="Stopped">Whether reading ended early because 1,000 rows were wrong.</param>
public sealed record SampleImportAnswer(
    long Rows,
    long Samples,
    long Stored,
    long Duplicates,
    long TooOld,
    long TooNew,
    long OfRefusedSeries,
    string? FirstRefusal,
    long RowsWrong,
    IReadOnlyList<string> Errors,
    bool Stopped)
{
    /// <summary>Whether every sample of the file is in the store now.</summary>
    public bool IsWhole => RowsWrong == 0 && Stored + Duplicates == Samples;

    internal static SampleImportAnswer Of(SampleFileReport report) => new(
        report.Rows, report.Samples, report.Stored, report.Duplicates, report.TooOld, report.TooNew, report.OfRefusedSeries, report.FirstRefusal,
        report.RowsWrong, report.Errors, report.Stopped);
}

namespace Ampacity.Sql;

/// <summary>The answer of a statement.</summary>
/// <param name="Columns">Name and DuckDB's type of each column.</param>
/// <param name="RowsJson">The rows as JSON: an array of arrays, UTF-8.</param>
/// <param name="RowCount">How many rows.</param>
/// <param name="IsCut">Whether there were more rows than were asked for.</param>
/// <param name="ElapsedMs">How long it took, milliseconds.</param>
public sealed record SqlAnswer(IReadOnlyList<(string Name, string Type)> Columns, ReadOnlyMemory<byte> RowsJson, int RowCount, bool IsCut, double ElapsedMs);

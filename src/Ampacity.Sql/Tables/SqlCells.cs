using DuckDB.NET.Data.DataChunk.Writer;

namespace Ampacity.Sql;

/// <summary>Where a row's cells are written, one column after the other. One thread.</summary>
public sealed class SqlCells
{
    private IDuckDBDataWriter[] _columns = [];
    private ulong _row;
    private int _next;

    internal SqlCells()
    {
    }

    /// <summary>A text; null is NULL.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            _columns[_next++].WriteNull(_row);
        }
        else
        {
            _columns[_next++].WriteValue(text, _row);
        }
    }

    /// <summary>A number; NaN stays NaN.</summary>
    public void Number(double value) => _columns[_next++].WriteValue(value, _row);

    /// <summary>A number; null is NULL.</summary>
    public void Number(double? value)
    {
        if (value is { } known)
        {
            Number(known);
        }
        else
        {
            _columns[_next++].WriteNull(_row);
        }
    }

    /// <summary>A whole number; null is NULL.</summary>
    public void Whole(long? value)
    {
        if (value is { } known)
        {
            _columns[_next++].WriteValue(known, _row);
        }
        else
        {
            _columns[_next++].WriteNull(_row);
        }
    }

    /// <summary>An instant, UTC milliseconds; null is NULL.</summary>
    public void Instant(long? atMs)
    {
        if (atMs is { } known)
        {
            _columns[_next++].WriteValue(DateTimeOffset.FromUnixTimeMilliseconds(known), _row);
        }
        else
        {
            _columns[_next++].WriteNull(_row);
        }
    }

    internal void Write(SqlRow row, IDuckDBDataWriter[] columns, ulong number)
    {
        (_columns, _row, _next) = (columns, number, 0);
        row.Write(this);
        if (_next != columns.Length)
        {
            throw new InvalidOperationException($"Bug: a row wrote {_next} of {columns.Length} cells");
        }
    }
}

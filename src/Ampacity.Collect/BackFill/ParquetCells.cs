using System.Globalization;
using ParquetSharp;

namespace Ampacity.Collect;

/// <summary>A slice of one column of a row group.</summary>
internal abstract class ParquetCells : IDisposable
{
    /// <summary>Rows of a slice.</summary>
    public const int SliceRows = 16_384;

    /// <summary>Cells of a column by its logical type; a type that is neither text, number nor time is refused.</summary>
    public static ParquetCells Of(ColumnReader column, string name)
    {
        var reader = column.LogicalReader();
        return reader switch
        {
            LogicalColumnReader<double> of => new ParquetCells<double>(of, value => value, value => value),
            LogicalColumnReader<double?> of => new ParquetCells<double?>(of, value => value, value => value),
            LogicalColumnReader<float> of => new ParquetCells<float>(of, value => value, value => value),
            LogicalColumnReader<float?> of => new ParquetCells<float?>(of, value => value, value => value),
            LogicalColumnReader<long> of => new ParquetCells<long>(of, value => value, value => value),
            LogicalColumnReader<long?> of => new ParquetCells<long?>(of, value => value, value => value),
            LogicalColumnReader<int> of => new ParquetCells<int>(of, value => value, value => value),
            LogicalColumnReader<int?> of => new ParquetCells<int?>(of, value => value, value => value),
            LogicalColumnReader<ulong> of => new ParquetCells<ulong>(of, value => value, value => value),
            LogicalColumnReader<ulong?> of => new ParquetCells<ulong?>(of, value => value, value => value),
            LogicalColumnReader<uint> of => new ParquetCells<uint>(of, value => value, value => value),
            LogicalColumnReader<uint?> of => new ParquetCells<uint?>(of, value => value, value => value),
            LogicalColumnReader<short> of => new ParquetCells<short>(of, value => value, value => value),
            LogicalColumnReader<short?> of => new ParquetCells<short?>(of, value => value, value => value),
            LogicalColumnReader<bool> of => new ParquetCells<bool>(of, value => value ? "true" : "false", value => value ? 1 : 0),
            LogicalColumnReader<bool?> of => new ParquetCells<bool?>(
                of, value => value is null ? null : value.Value ? "true" : "false", value => value is null ? null : value.Value ? 1 : 0),
            LogicalColumnReader<DateTime> of => new ParquetCells<DateTime>(of, value => value, _ => null, value => Ms(value)),
            LogicalColumnReader<DateTime?> of => new ParquetCells<DateTime?>(of, value => value, _ => null, value => value is { } time ? Ms(time) : null),
            LogicalColumnReader<DateTimeNanos> of => new ParquetCells<DateTimeNanos>(of, value => value.DateTime, _ => null, value => Ms(value.DateTime)),
            LogicalColumnReader<DateTimeNanos?> of => new ParquetCells<DateTimeNanos?>(
                of, value => value?.DateTime, _ => null, value => value is { } time ? Ms(time.DateTime) : null),
            LogicalColumnReader<string> of => new ParquetCells<string?>(of!, value => value, _ => null),
            _ => throw new NotSupportedException($"column {name} is of a type that is neither text, number nor time: leave it out of the file"),
        };
    }

    /// <summary>Reads the next rows.</summary>
    public abstract void Read(int rows);

    public abstract ReadOnlySpan<char> Text(int row);

    public abstract bool TryNumber(int row, out double value);

    public abstract bool TryTime(int row, TimeUnit unit, out long timestampMs);

    public abstract void Dispose();

    // Times without a zone are taken as UTC.
    private static long Ms(DateTime time) => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)).ToUnixTimeMilliseconds();
}

/// <summary>Cells of one type.</summary>
/// <param name="reader">The column.</param>
/// <param name="text">What is written for it; null for a cell without a value.</param>
/// <param name="number">The cell as a number, or null.</param>
/// <param name="timeMs">The cell as a time when it is one by type.</param>
internal sealed class ParquetCells<T>(
    LogicalColumnReader<T> reader, Func<T, object?> text, Func<T, double?> number, Func<T, long?>? timeMs = null) : ParquetCells
{
    private readonly T[] _values = new T[SliceRows];

    public override void Read(int rows)
    {
        for (var read = 0; read < rows;)
        {
            var count = reader.ReadBatch(_values, read, rows - read);
            read += count > 0 ? count : throw new NotSupportedException("a column has fewer rows than its row group");
        }
    }

    public override ReadOnlySpan<char> Text(int row) => _values[row] is string word ? word : Convert.ToString(text(_values[row]), CultureInfo.InvariantCulture);

    public override bool TryNumber(int row, out double value)
    {
        var found = number(_values[row]);
        value = found ?? 0;
        return found is not null;
    }

    public override bool TryTime(int row, TimeUnit unit, out long timestampMs)
    {
        if (timeMs?.Invoke(_values[row]) is { } ms)
        {
            timestampMs = ms;
            return true;
        }

        timestampMs = 0;
        return _values[row] is long whole && unit.TryConvert(whole, out timestampMs);
    }

    public override void Dispose() => reader.Dispose();
}

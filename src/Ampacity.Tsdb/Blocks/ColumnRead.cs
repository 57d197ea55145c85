using System.Runtime.InteropServices;
using ParquetSharp;

namespace Ampacity.Tsdb;

/// <summary>Reads columns of a row group into spans.</summary>
internal static class ColumnRead
{
    /// <summary>Reads rows of a required column.</summary>
    public static void Required<T>(RowGroupReader group, int column, int from, Span<T> into)
        where T : unmanaged
    {
        using var reader = Open<T>(group, column);
        Skip(reader, from);
        for (var got = 0; got < into.Length;)
        {
            // Without levels: for an optional column too, when all its rows are there.
            reader.ReadBatch(into.Length - got, default, default, into[got..], out var read);
            got += read > 0 ? checked((int)read) : throw new ParquetException("Bug", $"column {column} ends {into.Length - got} values early");
        }
    }

    /// <summary>Reads rows of an optional column: levels of all, values of those that are there, packed. Returns how many are.</summary>
    public static int Optional<T>(RowGroupReader group, int column, int from, Span<short> levels, Span<T> packed)
        where T : unmanaged
    {
        using var reader = Open<T>(group, column);
        Skip(reader, from);
        var values = 0;
        for (var got = 0; got < levels.Length;)
        {
            var rows = reader.ReadBatch(levels.Length - got, levels[got..], default, packed[values..], out var read);
            got += rows > 0 ? checked((int)rows) : throw new ParquetException("Bug", $"column {column} ends {levels.Length - got} rows early");
            values += checked((int)read);
        }

        return values;
    }

    /// <summary>Reads a required column of byte arrays; each batch is given out before the next is decoded, since they point into its page.</summary>
    public static void Bytes(RowGroupReader group, int column, int rows, Action<ReadOnlySpan<ByteArray>> take)
    {
        using var reader = Open<ByteArray>(group, column);
        var batch = new ByteArray[Math.Min(rows, 1024)];
        for (var got = 0; got < rows;)
        {
            reader.ReadBatch(Math.Min(batch.Length, rows - got), batch, out var read);
            got += read > 0 ? checked((int)read) : throw new ParquetException("Bug", $"column {column} ends {rows - got} values early");
            take(batch.AsSpan(0, (int)read));
        }
    }

    /// <summary>Copies what a byte array of Parquet's library points at.</summary>
    public static void Copy(ByteArray from, byte[] to, int at)
    {
        if (from.Length > 0)
        {
            Marshal.Copy(from.Pointer, to, at, from.Length);
        }
    }

    private static ColumnReader<T> Open<T>(RowGroupReader group, int column)
        where T : unmanaged
    {
        var opened = group.Column(column);
        if (opened is ColumnReader<T> reader)
        {
            return reader;
        }

        opened.Dispose();
        throw new ParquetException("Schema", $"column {column} is no column of {typeof(T).Name}");
    }

    private static void Skip<T>(ColumnReader<T> reader, int rows)
        where T : unmanaged
    {
        if (rows > 0 && reader.Skip(rows) != rows)
        {
            throw new ParquetException("Bug", $"{rows} rows cannot be skipped");
        }
    }
}

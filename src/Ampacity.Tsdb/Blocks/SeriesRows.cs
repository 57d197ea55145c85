using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using ParquetSharp;
using Encoding = System.Text.Encoding;

namespace Ampacity.Tsdb;

/// <summary>Where a series' rows lie in the values file, and how they are scaled.</summary>
/// <param name="Rows">Rows, at least one.</param>
/// <param name="FirstPoll">Poll of the first row.</param>
/// <param name="Contiguous">Whether the polls of the rows are one run.</param>
/// <param name="Divisor">A power of ten.</param>
internal readonly record struct SeriesEntry(int Rows, int FirstPoll, bool Contiguous, double Divisor);

/// <summary>Rows of the series file until they fill a row group.</summary>
internal sealed class SeriesRows(long hashSeed)
{
    /// <summary>Series of a row group: what is decoded to read the labels of one.</summary>
    public const int Capacity = 8192;

    /// <summary>Most bytes of a row in one column: all labels of a series, and lengths and levels of each.</summary>
    public const int MaxRowBytes = 2 * SampleStoreOptions.MaxLabelBytes;

    private readonly List<int> _numbers = new(Capacity);
    private readonly List<SeriesEntry> _entries = new(Capacity);
    private readonly List<int> _hashes = new(Capacity);
    private readonly List<(int At, int Length)> _canonical = new(Capacity);
    private readonly List<(int At, int Length)> _names = new(Capacity);
    private readonly List<(int At, int Length)> _keys = new(Capacity * 8);
    private readonly List<(int At, int Length)> _values = new(Capacity * 8);
    private readonly List<short> _defined = new(Capacity * 8);
    private readonly List<short> _repeated = new(Capacity * 8);

    // Pinned: Parquet's library takes addresses.
    private byte[] _text = GC.AllocateUninitializedArray<byte>(1 << 20, pinned: true);
    private int _used;

    public int Count => _numbers.Count;

    /// <summary>The hash of canonical labels, as the file has it.</summary>
    public static int HashOf(ReadOnlySpan<byte> canonical, long seed) => unchecked((int)XxHash3.HashToUInt64(canonical, seed));

    public void Add(int number, ReadOnlySpan<byte> canonical, in SeriesEntry entry)
    {
        _numbers.Add(number);
        _entries.Add(entry);
        _hashes.Add(HashOf(canonical, hashSeed));
        _canonical.Add(Keep(canonical));
        var (name, first) = ((At: 0, Length: 0), true);
        for (var rest = canonical; !rest.IsEmpty;)
        {
            var key = BlockOrder.Take(ref rest);
            var value = BlockOrder.Take(ref rest);
            if (key.SequenceEqual("__name__"u8))
            {
                name = KeepText(value);
                continue;
            }

            _keys.Add(KeepText(key));
            _values.Add(KeepText(value));
            _defined.Add(1);
            _repeated.Add(first ? (short)0 : (short)1);
            first = false;
        }

        _names.Add(name);
        if (first)
        {
            _defined.Add(0);
            _repeated.Add(0);
        }
    }

    /// <summary>Writes the rows as a row group and empties the buffer.</summary>
    public void Write(ParquetPart part)
    {
        if (Count == 0)
        {
            return;
        }

        part.AddGroup(Count, GroupNotes.None, group =>
        {
            Write<int>(group, CollectionsMarshal.AsSpan(_numbers));
            Write<ByteArray>(group, Arrays(_names));
            WriteMap(group, _keys);
            WriteMap(group, _values);
            Write<ByteArray>(group, Arrays(_canonical));
            Write<int>(group, CollectionsMarshal.AsSpan(_hashes));
            Write<int>(group, _entries.Select(entry => entry.Rows).ToArray());
            Write<int>(group, _entries.Select(entry => entry.FirstPoll).ToArray());
            Write<bool>(group, _entries.Select(entry => entry.Contiguous).ToArray());
            Write<double>(group, _entries.Select(entry => entry.Divisor).ToArray());
        });
        _numbers.Clear();
        _entries.Clear();
        _hashes.Clear();
        _canonical.Clear();
        _names.Clear();
        _keys.Clear();
        _values.Clear();
        _defined.Clear();
        _repeated.Clear();
        _used = 0;
    }

    private static void Write<T>(RowGroupWriter group, ReadOnlySpan<T> column)
        where T : unmanaged
    {
        using var writer = (ColumnWriter<T>)group.NextColumn();
        writer.WriteBatch(column);
    }

    private void WriteMap(RowGroupWriter group, List<(int At, int Length)> column)
    {
        using var writer = (ColumnWriter<ByteArray>)group.NextColumn();
        writer.WriteBatch(_defined.Count, CollectionsMarshal.AsSpan(_defined), CollectionsMarshal.AsSpan(_repeated), Arrays(column));
    }

    private ByteArray[] Arrays(List<(int At, int Length)> column) =>
        [.. column.Select(text => new ByteArray(Marshal.UnsafeAddrOfPinnedArrayElement(_text, text.At), text.Length))];

    // Readers of Parquet refuse a whole file for one label that is no UTF-8; the canonical bytes keep it as it is.
    private (int At, int Length) KeepText(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text) ? Keep(text) : Keep(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)));

    private (int At, int Length) Keep(ReadOnlySpan<byte> text)
    {
        if (_text.Length - _used < text.Length + 1)
        {
            var larger = GC.AllocateUninitializedArray<byte>(Math.Max(_text.Length * 2, _used + text.Length + 1), pinned: true);
            _text.AsSpan(0, _used).CopyTo(larger);
            _text = larger;
        }

        var at = _used;
        text.CopyTo(_text.AsSpan(at));
        _used += text.Length;
        return (at, text.Length);
    }
}

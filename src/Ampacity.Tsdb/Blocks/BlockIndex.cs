using ParquetSharp;

namespace Ampacity.Tsdb;

/// <summary>A family of a block: all series of one metric name, which lie together.</summary>
/// <param name="Name">UTF-8; empty for series without a name.</param>
/// <param name="First">Number of its first series.</param>
/// <param name="Count">Its series.</param>
internal readonly record struct BlockFamily(ReadOnlyMemory<byte> Name, int First, int Count);

/// <summary>What a block's reader keeps in memory: 17 bytes a series, and 8 more once series have been looked for by their labels.</summary>
internal sealed class BlockIndex
{
    private const byte ContiguousBit = 0x80;

    private readonly long[] _firstRows;
    private readonly int[] _firstPolls;
    private readonly byte[] _scales;
    private readonly int[] _hashes;
    private readonly List<BlockFamily> _families = [];
    private readonly Lock _lock = new();
    private int[]? _slots;

    /// <summary>Reads the index columns of the series file.</summary>
    public BlockIndex(BlockFile file, int series, int polls, long rows)
    {
        if (file.Rows != series)
        {
            throw file.Damage($"has {file.Rows} series, not {series}");
        }

        file.EnsureOpened();
        _firstRows = new long[series + 1];
        _firstPolls = new int[series];
        _scales = new byte[series];
        _hashes = new int[series];
        var reader = file.Rent();
        try
        {
            for (var group = 0; group < file.GroupCount; group++)
            {
                Load(file, reader, group, polls);
            }
        }
        catch (ParquetException error)
        {
            throw file.Undecodable(reader, error);
        }
        finally
        {
            file.Return(reader);
        }

        EndFamily(series);
        if (_firstRows[series] != rows)
        {
            throw file.Damage($"speaks of {_firstRows[series]} rows of values, where there are {rows}");
        }
    }

    /// <summary>Series.</summary>
    public int Count => _firstPolls.Length;

    /// <summary>Families in order of name.</summary>
    public IReadOnlyList<BlockFamily> Families => _families;

    /// <summary>First row of a series; of the series behind the last one: all rows.</summary>
    public long FirstRowOf(int series) => _firstRows[series];

    /// <summary>Poll of the first row.</summary>
    public int FirstPollOf(int series) => _firstPolls[series];

    /// <summary>Whether its rows' polls are one run.</summary>
    public bool IsContiguous(int series) => (_scales[series] & ContiguousBit) != 0;

    /// <summary>Divisor of its scaled values.</summary>
    public double DivisorOf(int series) => DecimalScale.DivisorOf(_scales[series] & ~ContiguousBit);

    /// <summary>The series with this hash that a test holds to be the right one, or −1.</summary>
    public int Find(int hash, Func<int, bool> isIt)
    {
        var slots = Slots();
        var mask = slots.Length - 1;
        for (var at = hash & mask; slots[at] != 0; at = (at + 1) & mask)
        {
            var series = slots[at] - 1;
            if (_hashes[series] == hash && isIt(series))
            {
                return series;
            }
        }

        return -1;
    }

    // Open addressing, at most half full; made when first needed.
    private int[] Slots()
    {
        lock (_lock)
        {
            if (_slots is not null)
            {
                return _slots;
            }

            var length = 16;
            while (length < Count * 2L)
            {
                length *= 2;
            }

            var slots = new int[length];
            for (var series = 0; series < Count; series++)
            {
                var at = _hashes[series] & (length - 1);
                while (slots[at] != 0)
                {
                    at = (at + 1) & (length - 1);
                }

                slots[at] = series + 1;
            }

            return _slots = slots;
        }
    }

    private void Load(BlockFile file, OpenBlockFile reader, int group, int polls)
    {
        var (first, count) = ((int)file.FirstRowOf(group), file.Group(group).Rows);
        using var opened = file.Open(reader, group);
        var rows = new int[count];
        var contiguous = new bool[count];
        var divisors = new double[count];
        ColumnRead.Required<int>(opened, (int)SeriesColumn.Rows, 0, rows);
        ColumnRead.Required(opened, (int)SeriesColumn.FirstPoll, 0, _firstPolls.AsSpan(first, count));
        ColumnRead.Required<bool>(opened, (int)SeriesColumn.Contiguous, 0, contiguous);
        ColumnRead.Required<double>(opened, (int)SeriesColumn.Divisor, 0, divisors);
        ColumnRead.Required(opened, (int)SeriesColumn.Hash, 0, _hashes.AsSpan(first, count));
        for (var i = 0; i < count; i++)
        {
            var exponent = DecimalScale.ExponentOf(divisors[i]);
            if (exponent < 0 || rows[i] <= 0 || _firstPolls[first + i] < 0 || (long)_firstPolls[first + i] + (contiguous[i] ? rows[i] : 1) > polls)
            {
                throw file.Damage($"has an entry that cannot be: series {first + i}");
            }

            _scales[first + i] = (byte)(exponent | (contiguous[i] ? ContiguousBit : 0));
            _firstRows[first + i + 1] = _firstRows[first + i] + rows[i];
        }

        var at = first;
        ColumnRead.Bytes(opened, (int)SeriesColumn.Name, count, names =>
        {
            foreach (var name in names)
            {
                NoteFamily(name, at++);
            }
        });
    }

    private void NoteFamily(ByteArray name, int series)
    {
        if (_families.Count > 0 && _families[^1].Name.Length == name.Length)
        {
            Span<byte> copy = name.Length <= 256 ? stackalloc byte[256] : new byte[name.Length];
            for (var i = 0; i < name.Length; i++)
            {
                copy[i] = System.Runtime.InteropServices.Marshal.ReadByte(name.Pointer, i);
            }

            if (copy[..name.Length].SequenceEqual(_families[^1].Name.Span))
            {
                return;
            }
        }

        EndFamily(series);
        var bytes = new byte[name.Length];
        ColumnRead.Copy(name, bytes, 0);
        _families.Add(new BlockFamily(bytes, series, 0));
    }

    private void EndFamily(int series)
    {
        if (_families.Count > 0)
        {
            _families[^1] = _families[^1] with { Count = series - _families[^1].First };
        }
    }
}

using System.Runtime.InteropServices;
using ParquetSharp;

namespace Ampacity.Tsdb;

/// <summary>Some rows of one row group of values, decoded; a window that moves forward over the file. One thread at a time.</summary>
internal sealed class ValueWindow(BlockFile file) : IDisposable
{
    private readonly long[] _scaled = new long[ValueRows.Capacity];
    private double[]? _exact;
    private int[]? _polls;
    private int[]? _qualities;
    private long[]? _packed;
    private double[]? _packedExact;
    private short[]? _levels;
    private OpenBlockFile? _reader;
    private int _group = -1;
    private int _from;
    private int _to;
    private bool _hasPolls;

    /// <summary>Whether some rows of the window are kept as they are.</summary>
    public bool HasExact { get; private set; }

    /// <summary>Whether some rows of the window's row group are not good.</summary>
    public bool HasQualities { get; private set; }

    /// <summary>The first row of the window's row group, in the file.</summary>
    public long GroupBegin { get; private set; }

    /// <summary>The row behind the row group's last, in the file.</summary>
    public long GroupEnd { get; private set; }

    /// <summary>Whether rows <c>[row, end)</c> of the file are in the window, those behind its row group apart.</summary>
    public bool Has(long row, long end) =>
        _group >= 0 && row - GroupBegin >= _from && row < GroupEnd && Math.Min(end, GroupEnd) - GroupBegin <= _to;

    /// <summary>Moves the window to rows <c>[row, ahead)</c> of a row group.</summary>
    public void Move(int group, long row, long ahead)
    {
        _group = -1;
        _hasPolls = false;
        (GroupBegin, GroupEnd) = (file.FirstRowOf(group), file.FirstRowOf(group + 1));
        (_from, _to) = ((int)(row - GroupBegin), (int)(ahead - GroupBegin));
        Guard(() => Load(group));
        _group = group;
    }

    /// <summary>Whether <see cref="Scaled"/> gives the bits of biased doubles.</summary>
    public bool IsBiased { get; private set; }

    /// <summary>Scaled values; <see cref="DecimalScale.Misfit"/> where the exact one counts.</summary>
    public ReadOnlySpan<long> Scaled(int from, int count) => _scaled.AsSpan(from - _from, count);

    /// <summary>Values kept as they are.</summary>
    public ReadOnlySpan<double> Exact(int from, int count) => _exact.AsSpan(from - _from, count);

    /// <summary>Qualities.</summary>
    public ReadOnlySpan<int> Qualities(int from, int count) => _qualities.AsSpan(from - _from, count);

    /// <summary>Polls; decoded when first asked for, since most series do not need them.</summary>
    public ReadOnlySpan<int> Polls(int from, int count)
    {
        if (!_hasPolls)
        {
            _polls ??= new int[ValueRows.Capacity];
            Guard(() =>
            {
                using var opened = file.Open(_reader!, _group);
                ColumnRead.Required(opened, (int)ValueColumn.Poll, _from, _polls.AsSpan(0, _to - _from));
            });
            _hasPolls = true;
        }

        return _polls.AsSpan(from - _from, count);
    }

    public void Dispose()
    {
        if (_reader is not null)
        {
            file.Return(_reader);
            _reader = null;
        }
    }

    private void Load(int group)
    {
        _reader ??= file.Rent();
        var (notes, rows) = (file.Group(group).Notes, _to - _from);
        using var opened = file.Open(_reader, group);
        IsBiased = !notes.HasFlag(GroupNotes.Delta);
        HasExact = notes.HasFlag(GroupNotes.Exact);
        if (!HasExact)
        {
            LoadScaled(opened, rows);
        }
        else
        {
            LoadMixed(opened, rows);
        }

        HasQualities = notes.HasFlag(GroupNotes.Qualities);
        if (HasQualities)
        {
            _qualities ??= new int[ValueRows.Capacity];
            ColumnRead.Required(opened, (int)ValueColumn.Quality, _from, _qualities.AsSpan(0, rows));
        }
    }

    private void LoadScaled(RowGroupReader opened, int rows)
    {
        if (IsBiased)
        {
            ColumnRead.Required(opened, (int)ValueColumn.Biased, _from, MemoryMarshal.Cast<long, double>(_scaled.AsSpan(0, rows)));
        }
        else
        {
            ColumnRead.Required(opened, (int)ValueColumn.Scaled, _from, _scaled.AsSpan(0, rows));
        }
    }

    private void LoadMixed(RowGroupReader opened, int rows)
    {
        _exact ??= new double[ValueRows.Capacity];
        _packed ??= new long[ValueRows.Capacity];
        _packedExact ??= new double[ValueRows.Capacity];
        _levels ??= new short[ValueRows.Capacity];
        var levels = _levels.AsSpan(0, rows);
        ColumnRead.Optional<double>(opened, (int)ValueColumn.Exact, _from, levels, _packedExact);
        if (IsBiased)
        {
            ColumnRead.Optional(opened, (int)ValueColumn.Biased, _from, levels, MemoryMarshal.Cast<long, double>(_packed.AsSpan()));
        }
        else
        {
            ColumnRead.Optional<long>(opened, (int)ValueColumn.Scaled, _from, levels, _packed);
        }

        for (int i = 0, scaled = 0, exact = 0; i < rows; i++)
        {
            if (levels[i] != 0)
            {
                _scaled[i] = _packed[scaled++];
            }
            else
            {
                _scaled[i] = DecimalScale.Misfit;
                _exact[i] = _packedExact[exact++];
            }
        }
    }

    private void Guard(Action read)
    {
        try
        {
            read();
        }
        catch (ParquetException error)
        {
            var failed = _reader;
            Dispose();
            throw file.Undecodable(failed, error);
        }
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Rows of a slice of series on their way into a fold: place and group of each, and steps as one column. Used again; one thread at a time.</summary>
internal sealed class ColumnRows : IDisposable
{
    // Kept for the next query: each is some MB, which would be garbage of the large object heap after every query.
    private const int MaxKept = 8;
    private const int MaxKeptSamples = 512 * 1024;

    private static readonly ConcurrentBag<ColumnRows> Kept = [];

    private int _steps;
    private double[] _cells = [];
    private int[] _groups = [];
    private int[] _places = [];
    private long[] _times = [];
    private double[] _values = [];

    public int Count { get; private set; }

    /// <summary>Samples of the slice.</summary>
    public SeriesBatch Batch { get; } = new();

    public ReadOnlySpan<int> Groups => _groups.AsSpan(0, Count);

    /// <summary>Where each row's series stands in the selection.</summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, Count);

    /// <summary>All rows, row after row.</summary>
    public Span<double> Cells => _cells.AsSpan(0, Count * _steps);

    public Span<double> Row(int row) => _cells.AsSpan(row * _steps, _steps);

    public void Clear()
    {
        Count = 0;
        Batch.Clear();
    }

    /// <summary>Makes room for rows.</summary>
    public void Reserve(int rows)
    {
        if (_groups.Length < rows || _places.Length < rows || _cells.Length < rows * _steps)
        {
            Return();
            _groups = ArrayPool<int>.Shared.Rent(rows);
            _places = ArrayPool<int>.Shared.Rent(rows);
            _cells = ArrayPool<double>.Shared.Rent(rows * _steps);
        }
    }

    /// <summary>The next row, absent; it counts once taken.</summary>
    public Span<double> Next()
    {
        var row = _cells.AsSpan(Count * _steps, _steps);
        row.Fill(Absent.Value);
        return row;
    }

    public void Take(int group, int place)
    {
        (_groups[Count], _places[Count]) = (group, place);
        Count++;
    }

    /// <summary>The samples of a series of <see cref="Batch"/> without stale markers; valid until the next call.</summary>
    public void Samples(int series, out ReadOnlySpan<long> timestampsMs, out ReadOnlySpan<double> values)
    {
        var range = Batch.Offsets[series]..Batch.Offsets[series + 1];
        timestampsMs = Batch.TimestampsMs[range];
        values = Batch.Values[range];
        if (!MemoryMarshal.Cast<double, long>(values).Contains(StaleMarker.Bits))
        {
            return;
        }

        if (_values.Length < values.Length)
        {
            (_times, _values) = (new long[values.Length], new double[values.Length]);
        }

        var kept = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!StaleMarker.Is(values[i]))
            {
                (_times[kept], _values[kept]) = (timestampsMs[i], values[i]);
                kept++;
            }
        }

        timestampsMs = _times.AsSpan(0, kept);
        values = _values.AsSpan(0, kept);
    }

    /// <summary>Rows of so many steps, used before or new.</summary>
    public static ColumnRows Rent(int steps)
    {
        var rows = Kept.TryTake(out var kept) ? kept : new ColumnRows();
        rows._steps = steps;
        rows.Clear();
        return rows;
    }

    /// <summary>Gives them back.</summary>
    public void Dispose()
    {
        if (Batch.Capacity > MaxKeptSamples || Kept.Count >= MaxKept)
        {
            Return();
        }
        else
        {
            Kept.Add(this);
        }
    }

    private void Return()
    {
        if (_groups.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_groups);
            ArrayPool<int>.Shared.Return(_places);
            ArrayPool<double>.Shared.Return(_cells);
            (_groups, _places, _cells) = ([], [], []);
        }
    }
}

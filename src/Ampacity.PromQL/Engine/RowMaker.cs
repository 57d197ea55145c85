using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Fills the cells of one series; false when none has a value.</summary>
internal delegate bool RowFilling(ColumnRows rows, int series, Span<double> cells);

/// <summary>What is done to the value of a cell, of which the step is given.</summary>
/// <param name="Map">Gives <see cref="Absent.Value"/> to take the value away.</param>
/// <param name="DropsName">Whether rows that have lost all their values are left out here, as they are where names are dropped.</param>
internal sealed record RowChange(Func<double, int, double> Map, bool DropsName);

/// <summary>Makes rows of the samples of a slice. Any thread, each with rows of its own.</summary>
internal sealed class RowMaker(RowFilling filling, IReadOnlyList<RowChange> changes, SeriesGroups groups, double[] arguments)
{
    private bool _any;

    /// <summary>Whether any series had a value before the changes.</summary>
    public bool Any => Volatile.Read(ref _any);

    /// <summary>Scalar arguments of the function, step after step.</summary>
    public double[] Arguments => arguments;

    /// <summary>Makes rows of the batch.</summary>
    public void Fill(ColumnRows rows)
    {
        var batch = rows.Batch;
        rows.Reserve(batch.SeriesCount);
        var any = false;
        for (var series = 0; series < batch.SeriesCount; series++)
        {
            var cells = rows.Next();
            if (filling(rows, series, cells))
            {
                any = true;
                if (changes.Count == 0 || Change(cells))
                {
                    rows.Take(groups[batch.SeriesNumbers[series]]);
                }
            }
        }

        if (any)
        {
            Volatile.Write(ref _any, true);
        }
    }

    private bool Change(Span<double> cells)
    {
        foreach (var change in changes)
        {
            var left = false;
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    cells[i] = change.Map(cells[i], i);
                    left |= !Absent.Is(cells[i]);
                }
            }

            if (!left && change.DropsName)
            {
                return false;
            }
        }

        return true;
    }
}

using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Fills the cells of one series; false when none has a value.</summary>
internal delegate bool RowFilling(ColumnRows rows, int series, Span<double> cells);

/// <summary>Makes rows of the samples of a slice. Any thread, each with rows of its own.</summary>
internal sealed class RowMaker(RowFilling filling, IReadOnlyList<RowChange> changes, SeriesGroups? groups, double[] arguments)
{
    private bool _any;

    /// <summary>Whether any series had a value before the changes.</summary>
    public bool Any => Volatile.Read(ref _any);

    /// <summary>Scalar arguments of the function, step after step.</summary>
    public double[] Arguments => arguments;

    /// <summary>Makes rows of the batch; all of one group when there are no groups.</summary>
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
                var place = batch.SeriesNumbers[series];
                if (IsLeft(place, cells))
                {
                    rows.Take(groups is null ? 0 : groups[place], place);
                }
            }
        }

        if (any)
        {
            Volatile.Write(ref _any, true);
        }
    }

    private bool IsLeft(int place, Span<double> cells)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (!changes[i].Apply(place, cells))
            {
                return false;
            }
        }

        return true;
    }
}

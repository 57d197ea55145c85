using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Gathers rows whose label sets may be equal: they become one series, and two samples of it at one step are an error.</summary>
internal sealed class BlockMerger(VectorBlock into)
{
    private readonly Dictionary<LabelSet, int> _rows = new(CanonicalComparer.Instance);

    public VectorBlock Block { get; } = into;

    /// <exception cref="QueryException">Two samples of one label set at one step.</exception>
    public void Add(LabelSet labels, bool dropsName, ReadOnlySpan<double> values)
    {
        if (values.IndexOfAnyPresent() < 0)
        {
            return;
        }

        var row = RowOf(labels, dropsName);
        var cells = Block.Row(row);
        for (var i = 0; i < values.Length; i++)
        {
            if (!Absent.Is(values[i]))
            {
                Set(cells, i, values[i]);
            }
        }
    }

    /// <exception cref="QueryException">There is a sample already.</exception>
    public void Set(LabelSet labels, bool dropsName, int step, double value) => Set(Block.Row(RowOf(labels, dropsName)), step, value);

    private static void Set(Span<double> cells, int step, double value)
    {
        if (!Absent.Is(cells[step]))
        {
            throw new QueryException("vector cannot contain metrics with the same labelset");
        }

        cells[step] = value;
    }

    private int RowOf(LabelSet labels, bool dropsName)
    {
        if (!_rows.TryGetValue(labels, out var row))
        {
            row = Block.AddRow(labels, dropsName);
            _rows.Add(labels, row);
        }

        return row;
    }
}

internal static class ColumnExtensions
{
    public static int IndexOfAnyPresent(this ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!Absent.Is(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}

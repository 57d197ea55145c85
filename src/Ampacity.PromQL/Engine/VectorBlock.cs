using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Series × steps as one column of values, row after row; <see cref="Absent"/> marks a step without sample.</summary>
internal sealed class VectorBlock(int steps, QueryCost cost)
{
    private double[] _values = [];

    public int Steps { get; } = steps;

    public int Count => Labels.Count;

    public List<LabelSet> Labels { get; } = [];

    /// <summary>Of each row, whether its name is to be dropped from the final result.</summary>
    public List<bool> DropsName { get; } = [];

    public Span<double> Row(int row) => _values.AsSpan(row * Steps, Steps);

    /// <summary>Adds a row without samples.</summary>
    /// <exception cref="QueryException">The block would have more cells than it may.</exception>
    public int AddRow(LabelSet labels, bool dropsName = false)
    {
        var row = Count;
        var needed = (row + 1L) * Steps;
        if (needed > cost.MaxCells)
        {
            throw new QueryException($"query processing would load too many samples into memory: more than {cost.MaxCells} (series times steps); "
                + "ask for fewer series or a longer step");
        }

        cost.Work(Steps);
        if (needed > _values.Length)
        {
            var grown = (int)Math.Min(Math.Max(needed, _values.Length * 2L), Math.Min(cost.MaxCells, Array.MaxLength));
            cost.Take((grown - _values.Length) * (long)sizeof(double));
            Array.Resize(ref _values, grown);
        }

        Labels.Add(labels);
        DropsName.Add(dropsName);
        Row(row).Fill(Absent.Value);
        return row;
    }

    public void RemoveLastRow()
    {
        Labels.RemoveAt(Count - 1);
        DropsName.RemoveAt(DropsName.Count - 1);
    }

    /// <summary>An empty block of the same width and limit.</summary>
    public VectorBlock Like() => new(Steps, cost);
}

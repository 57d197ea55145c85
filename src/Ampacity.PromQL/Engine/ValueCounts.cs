using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Counts how often each value is there in a group at each step: a row a group and value, called by the value. One thread.</summary>
/// <param name="label">The label that bears the value.</param>
/// <param name="into">Takes the rows, as they come.</param>
internal sealed class ValueCounts(string label, VectorBlock into)
{
    private readonly Dictionary<(int Group, double Value), int> _rows = [];

    /// <summary>Takes a row of a group that is called so.</summary>
    public void Add(int group, LabelSet key, bool dropsName, ReadOnlySpan<double> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (Absent.Is(cells[i]))
            {
                continue;
            }

            if (!_rows.TryGetValue((group, cells[i]), out var row))
            {
                row = into.AddRow(key.With(label, GoFloat.Format(cells[i])), label != LabelSet.MetricName && dropsName);
                _rows.Add((group, cells[i]), row);
            }

            ref var count = ref into.Row(row)[i];
            count = Absent.Is(count) ? 1 : count + 1;
        }
    }
}

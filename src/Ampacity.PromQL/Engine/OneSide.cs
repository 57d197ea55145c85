using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>The side of a join that has at most one series in each group at each step.</summary>
internal sealed class OneSide
{
    private readonly int[] _onlyRow;
    private readonly int[]?[] _rowAt;
    private readonly VectorBlock _block;

    /// <exception cref="QueryException">Two series of a group have a sample at one step.</exception>
    public OneSide(VectorBlock block, int[] groupOfRow, int groupCount, string side, Func<int, LabelSet> keyOf)
    {
        _block = block;
        _onlyRow = new int[groupCount];
        _rowAt = new int[groupCount][];
        Array.Fill(_onlyRow, -1);
        for (var row = 0; row < groupOfRow.Length; row++)
        {
            var group = groupOfRow[row];
            if (_onlyRow[group] < 0)
            {
                _onlyRow[group] = row;
                continue;
            }

            var rows = _rowAt[group] ??= Spread(_onlyRow[group]);
            var cells = block.Row(row);
            for (var i = 0; i < cells.Length; i++)
            {
                if (Absent.Is(cells[i]))
                {
                    continue;
                }

                if (rows[i] >= 0)
                {
                    throw new QueryException(
                        $"found duplicate series for the match group {Braced(keyOf(group))} on the {side} hand-side of the operation: "
                        + $"[{Braced(block.Labels[rows[i]])}, {Braced(block.Labels[row])}];many-to-many matching not allowed: "
                        + "matching labels must be unique on one side");
                }

                rows[i] = row;
            }
        }
    }

    /// <summary>The row that has the group's sample at a step, or -1.</summary>
    public int RowAt(int group, int step)
    {
        if (_rowAt[group] is { } rows)
        {
            return rows[step];
        }

        var row = _onlyRow[group];
        return row >= 0 && !Absent.Is(_block.Row(row)[step]) ? row : -1;
    }

    private int[] Spread(int row)
    {
        var rows = new int[_block.Steps];
        var cells = _block.Row(row);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = Absent.Is(cells[i]) ? -1 : row;
        }

        return rows;
    }

    // As Go prints a label set: the name is a label like any other.
    private static string Braced(LabelSet labels)
    {
        var parts = new List<string>();
        foreach (var label in labels)
        {
            parts.Add($"{label.Name}=\"{label.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }

        return "{" + string.Join(", ", parts) + "}";
    }
}

/// <summary>Labels of what two joined series give. One thread at a time.</summary>
internal sealed class JoinedLabels(BinaryOperation node, bool dropsName)
{
    private readonly VectorMatching _matching = node.Matching!;
    private readonly LabelKeys _droppingName = LabelSetChanges.DroppingName();
    private readonly LabelKeys? _keys = node.Matching!.Cardinality != MatchCardinality.OneToOne ? null
        : new LabelKeys(node.Matching.Labels, node.Matching.On);

    public LabelSet Of(LabelSet many, LabelSet one)
    {
        var labels = _keys is null ? many : LabelSet.FromCanonical(_keys.Of(many));
        labels = dropsName ? labels.WithoutName(_droppingName) : labels;
        foreach (var name in _matching.Include)
        {
            labels = labels.With(name, one[name]);
        }

        return labels;
    }
}

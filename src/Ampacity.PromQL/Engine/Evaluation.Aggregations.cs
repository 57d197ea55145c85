using System.Globalization;
using Ampacity.Samples;

namespace Ampacity.PromQL;

internal sealed partial class Evaluation
{
    private async ValueTask<VectorBlock> AggregateAsync(Aggregation node, TimeSteps steps)
    {
        var parameters = node.Parameter is { Kind: ExpressionKind.Scalar } ? await ScalarAsync(node.Parameter, steps) : [];
        var most = node.Operator is AggregationOperator.Topk or AggregationOperator.Bottomk ? RanksOf(parameters) : [];
        if (node.Operator is AggregationOperator.CountValues && TextOf(node.Parameter!).Length == 0)
        {
            throw new QueryException("invalid label name \"\"");
        }

        if (await TryAggregateColumnsAsync(node, steps, parameters, most) is { } folded)
        {
            return folded;
        }

        var block = await VectorAsync(node.Inner, steps);
        var groups = new RowGroups(KeysOf(node));
        var groupOfRow = groups.Of(block);
        return node.Operator switch
        {
            AggregationOperator.Topk or AggregationOperator.Bottomk => Ranked(node, block, groupOfRow, groups.Count, most),
            AggregationOperator.CountValues => CountedValues(node, block, groupOfRow, groups),
            _ => Folded(node, block, groupOfRow, groups, parameters),
        };
    }

    private static LabelKeys KeysOf(Aggregation node) =>
        new(node.Without ? [.. node.Labels, LabelSet.MetricName] : node.Labels, keeps: !node.Without);

    private VectorBlock Folded(Aggregation node, VectorBlock block, int[] groupOfRow, RowGroups groups, double[] parameters)
    {
        var result = block.Like();
        var names = new bool[groups.Count];
        for (var row = block.Count - 1; row >= 0; row--)
        {
            names[groupOfRow[row]] |= block.DropsName[row];
        }

        for (var group = 0; group < groups.Count; group++)
        {
            result.AddRow(groups.KeyOf(group), names[group]);
        }

        if (node.Operator == AggregationOperator.Quantile && block.Count > 0)
        {
            WarnOfQuantiles(parameters, node.Parameter!.Span);
        }

        _cost.Take((long)groups.Count * block.Steps * GroupFold.CellBytes(node.Operator));
        var fold = GroupFold.Of(node.Operator, groups.Count, block.Steps, parameters);
        for (var row = 0; row < block.Count; row++)
        {
            _cost.Work(block.Steps);
            fold.Add(groupOfRow[row], block.Row(row));
        }

        for (var group = 0; group < groups.Count; group++)
        {
            fold.Write(group * block.Steps, result.Row(group));
        }

        return result;
    }

    private void WarnOfQuantiles(double[] quantiles, SourceSpan span)
    {
        foreach (var quantile in quantiles.Distinct().Where(q => double.IsNaN(q) || q < 0 || q > 1))
        {
            Warn($"quantile value should be between 0 and 1, got {quantile.ToString("R", CultureInfo.InvariantCulture)}", span);
        }
    }

    // How many are asked for at each step.
    private static int[] RanksOf(double[] parameters) => Array.ConvertAll(parameters, k =>
        double.IsNaN(k) ? throw new QueryException("Parameter value is NaN")
        : k > long.MaxValue || k < long.MinValue ? throw new QueryException(FormattableString.Invariant($"Scalar value {k} overflows int64"))
        : (int)Math.Clamp(Math.Truncate(k), 0, int.MaxValue));

    /// <summary>The k greatest or least of each group; at an instant in that order.</summary>
    private VectorBlock Ranked(Aggregation node, VectorBlock block, int[] groupOfRow, int groupCount, int[] most)
    {
        var members = Members(groupOfRow, groupCount);
        var keep = new System.Collections.BitArray(Math.Max(1, block.Count * block.Steps));
        var order = new List<int>();
        var sign = node.Operator == AggregationOperator.Topk ? -1 : 1;
        for (var step = 0; step < block.Steps; step++)
        {
            foreach (var rows in members)
            {
                _cost.Work(rows.Count * 16L);
                // NaN is last in both directions; OrderBy keeps the order of equals.
                var best = rows.Where(row => !Absent.Is(block.Row(row)[step]))
                    .OrderBy(row => double.IsNaN(block.Row(row)[step]) ? 1 : 0)
                    .ThenBy(row => sign * block.Row(row)[step])
                    .Take(most[step]);
                foreach (var row in best)
                {
                    keep[(row * block.Steps) + step] = true;
                    order.Add(row);
                }
            }
        }

        var result = block.Like();
        foreach (var row in order.Distinct())
        {
            var cells = result.Row(result.AddRow(block.Labels[row], block.DropsName[row]));
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = keep[(row * block.Steps) + i] ? block.Row(row)[i] : Absent.Value;
            }
        }

        return result;
    }

    private static List<int>[] Members(int[] groupOfRow, int groupCount)
    {
        var members = new List<int>[groupCount];
        for (var group = 0; group < groupCount; group++)
        {
            members[group] = [];
        }

        for (var row = 0; row < groupOfRow.Length; row++)
        {
            members[groupOfRow[row]].Add(row);
        }

        return members;
    }

    private VectorBlock CountedValues(Aggregation node, VectorBlock block, int[] groupOfRow, RowGroups groups)
    {
        var result = block.Like();
        var counts = new ValueCounts(TextOf(node.Parameter!), result);
        for (var row = 0; row < block.Count; row++)
        {
            _cost.Work(block.Steps * 16L);
            counts.Add(groupOfRow[row], groups.KeyOf(groupOfRow[row]), block.DropsName[row], block.Row(row));
        }

        return result;
    }
}

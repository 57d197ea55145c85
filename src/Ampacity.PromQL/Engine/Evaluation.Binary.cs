using Ampacity.Samples;

namespace Ampacity.PromQL;

internal sealed partial class Evaluation
{
    private async ValueTask<VectorBlock> VectorWithScalarAsync(BinaryOperation node, TimeSteps steps)
    {
        var scalarOnLeft = node.Left.Kind == ExpressionKind.Scalar;
        var scalars = await ScalarAsync(scalarOnLeft ? node.Left : node.Right, steps);
        var block = await VectorAsync(scalarOnLeft ? node.Right : node.Left, steps);
        for (var row = 0; row < block.Count; row++)
        {
            _cost.Work(block.Steps);
            var cells = block.Row(row);
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    var (left, right) = scalarOnLeft ? (scalars[i], cells[i]) : (cells[i], scalars[i]);
                    cells[i] = Applied(node, left, right, kept: cells[i]);
                }
            }
        }

        return DropsName(node) ? WithoutNames(block) : block;
    }

    private static bool DropsName(BinaryOperation node) => !node.Operator.IsComparison() || node.ReturnsBool;

    private static double Applied(BinaryOperation node, double left, double right, double kept)
    {
        if (!node.Operator.IsComparison())
        {
            return Arithmetic.Apply(node.Operator, left, right);
        }

        var holds = Arithmetic.Holds(node.Operator, left, right);
        return node.ReturnsBool ? (holds ? 1 : 0) : holds ? kept : Absent.Value;
    }

    private VectorBlock Combine(BinaryOperation node, VectorBlock left, VectorBlock right)
    {
        var keys = new LabelKeys(node.Matching!.On ? node.Matching.Labels : [.. node.Matching.Labels, LabelSet.MetricName], node.Matching.On);
        return node.Operator.IsSet() ? SetOperation(node.Operator, left, right, keys) : Joined(node, left, right, keys);
    }

    private static VectorBlock SetOperation(BinaryOperator op, VectorBlock left, VectorBlock right, LabelKeys keys)
    {
        var groups = new RowGroups(keys);
        var leftGroups = groups.Of(left);
        var rightGroups = groups.Of(right);
        var merger = new BlockMerger(left.Like());
        var presence = new GroupPresence(groups.Count, left.Steps);
        var (kept, others, keptGroups, otherGroups) = op == BinaryOperator.Or
            ? (right, left, rightGroups, leftGroups)
            : (left, right, leftGroups, rightGroups);
        for (var row = 0; row < others.Count; row++)
        {
            presence.Mark(otherGroups[row], others.Row(row));
        }

        if (op == BinaryOperator.Or)
        {
            for (var row = 0; row < left.Count; row++)
            {
                merger.Add(left.Labels[row], left.DropsName[row], left.Row(row));
            }
        }

        for (var row = 0; row < kept.Count; row++)
        {
            var cells = kept.Row(row);
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = presence.Has(keptGroups[row], i) == (op == BinaryOperator.And) ? cells[i] : Absent.Value;
            }

            merger.Add(kept.Labels[row], kept.DropsName[row], cells);
        }

        return merger.Block;
    }

    private VectorBlock Joined(BinaryOperation node, VectorBlock left, VectorBlock right, LabelKeys keys)
    {
        var matching = node.Matching!;
        var swapped = matching.Cardinality == MatchCardinality.OneToMany;
        var (many, one) = swapped ? (right, left) : (left, right);
        var groups = new RowGroups(keys);
        var oneGroups = groups.Of(one);
        var manyGroups = groups.Of(many);
        var ones = new OneSide(one, oneGroups, groups.Count, swapped ? "left" : "right", groups.KeyOf);
        var labels = new JoinedLabels(node, DropsName(node) && !options.DelayedNameRemoval);
        var merger = new BlockMerger(many.Like());
        var taken = matching.Cardinality == MatchCardinality.OneToOne ? new GroupPresence(groups.Count, many.Steps) : null;
        for (var row = 0; row < many.Count; row++)
        {
            _cost.Work(many.Steps);
            var cells = many.Row(row);
            var lastOne = -1;
            var result = LabelSet.Empty;
            for (var i = 0; i < cells.Length; i++)
            {
                var oneRow = Absent.Is(cells[i]) ? -1 : ones.RowAt(manyGroups[row], i);
                if (oneRow < 0)
                {
                    continue;
                }

                // Before the comparison filters, as upstream: whether matching is ambiguous must not depend on values.
                if (taken is not null && !taken.Take(manyGroups[row], i))
                {
                    throw new QueryException("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
                }

                var (a, b) = swapped ? (one.Row(oneRow)[i], cells[i]) : (cells[i], one.Row(oneRow)[i]);
                var value = Applied(node, a, b, kept: a);
                if (Absent.Is(value))
                {
                    continue;
                }

                if (oneRow != lastOne)
                {
                    result = labels.Of(many.Labels[row], one.Labels[oneRow]);
                    lastOne = oneRow;
                }

                SetJoined(merger, result, many.DropsName[row] || (DropsName(node) && options.DelayedNameRemoval), i, value, taken is null);
            }
        }

        return merger.Block;
    }

    private static void SetJoined(BlockMerger merger, LabelSet labels, bool dropsName, int step, double value, bool grouped)
    {
        try
        {
            merger.Set(labels, dropsName, step, value);
        }
        catch (QueryException) when (grouped)
        {
            throw new QueryException("multiple matches for labels: grouping labels must ensure unique matches");
        }
    }
}

using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>One query's run. One thread at a time.</summary>
internal sealed partial class Evaluation(
    ISeriesReader reader, QueryEngineOptions options, QueryContext context, string text, TimeSteps whole, CancellationToken cancellationToken)
{
    private readonly List<string> _warnings = [];
    private readonly List<string> _infos = [];
    private readonly QueryCost _cost = new(options, context.Budget, cancellationToken);

    private long LookbackMs => (long)(context.LookbackDelta ?? options.LookbackDelta).TotalMilliseconds;

    public async ValueTask<QueryResult> RunAsync(Expression expression, bool isRange)
    {
        switch (expression.Kind)
        {
            case ExpressionKind.Text:
                return new QueryResult(QueryResultKind.Text) { Text = TextOf(expression), TimestampsMs = new[] { whole.StartMs } };
            case ExpressionKind.Scalar:
                var column = await ScalarAsync(expression, whole);
                return Columns(isRange ? QueryResultKind.Matrix : QueryResultKind.Scalar, OneRow(column), isRange);
            case ExpressionKind.RangeVector:
                return await RunRangeVectorAsync(expression);
            default:
                var block = WithFinalNames(await VectorAsync(expression, whole));
                return Columns(isRange ? QueryResultKind.Matrix : QueryResultKind.Vector, block, isRange);
        }
    }

    /// <summary>Evaluates a scalar at every step.</summary>
    private async ValueTask<double[]> ScalarAsync(Expression expression, TimeSteps steps)
    {
        switch (expression)
        {
            case NumberLiteral number:
                return Filled(steps, number.Value);
            case Parenthesis node:
                return await ScalarAsync(node.Inner, steps);
            case Negation node:
                var negated = await ScalarAsync(node.Operand, steps);
                for (var i = 0; i < negated.Length; i++)
                {
                    negated[i] = -negated[i];
                }

                return negated;
            case BinaryOperation node:
                var left = await ScalarAsync(node.Left, steps);
                var right = await ScalarAsync(node.Right, steps);
                for (var i = 0; i < left.Length; i++)
                {
                    left[i] = node.Operator.IsComparison()
                        ? Arithmetic.Holds(node.Operator, left[i], right[i]) ? 1 : 0
                        : Arithmetic.Apply(node.Operator, left[i], right[i]);
                }

                return left;
            case FunctionCall call:
                return await ScalarCallAsync(call, steps);
            default:
                throw new InvalidOperationException($"Bug: {expression.GetType().Name} is not a scalar");
        }
    }

    private async ValueTask<double[]> ScalarCallAsync(FunctionCall call, TimeSteps steps)
    {
        switch (call.Function.Name)
        {
            case "pi":
                return Filled(steps, Math.PI);
            case "time":
                var times = new double[steps.Count];
                for (var i = 0; i < times.Length; i++)
                {
                    times[i] = steps[i] / 1000.0;
                }

                return times;
            case "scalar":
                return OnlySample(await VectorAsync(call.Arguments[0], steps), steps);
            default:
                throw new InvalidOperationException($"Bug: no code for the scalar function {call.Function.Name}");
        }
    }

    // The value where exactly one series has a sample, else NaN.
    private static double[] OnlySample(VectorBlock block, TimeSteps steps)
    {
        var values = Filled(steps, double.NaN);
        var counts = new int[steps.Count];
        for (var row = 0; row < block.Count; row++)
        {
            var cells = block.Row(row);
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    values[i] = ++counts[i] == 1 ? cells[i] : double.NaN;
                }
            }
        }

        return values;
    }

    /// <summary>Evaluates an instant vector at every step.</summary>
    private async ValueTask<VectorBlock> VectorAsync(Expression expression, TimeSteps steps)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return expression switch
        {
            Parenthesis node => await VectorAsync(node.Inner, steps),
            VectorSelector node => await SelectAsync(node, steps, timestamps: false),
            Negation node => Mapped(await VectorAsync(node.Operand, steps), static value => -value),
            BinaryOperation { Matching: null } node => await VectorWithScalarAsync(node, steps),
            BinaryOperation node => await TryJoinColumnsAsync(node, steps) ?? Combine(
                node, await VectorAsync(node.Left, steps), await VectorAsync(node.Right, steps)),
            Aggregation node => await AggregateAsync(node, steps),
            FunctionCall node => await CallAsync(node, steps),
            _ => throw new InvalidOperationException($"Bug: {expression.GetType().Name} is not an instant vector"),
        };
    }

    private static string TextOf(Expression expression) => expression switch
    {
        Parenthesis node => TextOf(node.Inner),
        StringLiteral literal => literal.Value,
        _ => throw new InvalidOperationException($"Bug: {expression.GetType().Name} is not a string"),
    };

    private VectorBlock Mapped(VectorBlock block, Func<double, double> map)
    {
        for (var row = 0; row < block.Count; row++)
        {
            _cost.Work(block.Steps);
            foreach (ref var value in block.Row(row))
            {
                value = Absent.Is(value) ? value : map(value);
            }
        }

        return WithoutNames(block);
    }

    /// <summary>Drops the names now, or marks them to be dropped at the end.</summary>
    private VectorBlock WithoutNames(VectorBlock block)
    {
        if (options.DelayedNameRemoval)
        {
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(block.DropsName).Fill(true);
            return block;
        }

        var merger = new BlockMerger(block.Like());
        var droppingName = LabelSetChanges.DroppingName();
        for (var row = 0; row < block.Count; row++)
        {
            merger.Add(block.Labels[row].WithoutName(droppingName), false, block.Row(row));
        }

        return merger.Block;
    }

    private static VectorBlock WithFinalNames(VectorBlock block)
    {
        if (!block.DropsName.Contains(true))
        {
            return block;
        }

        var merger = new BlockMerger(block.Like());
        var droppingName = LabelSetChanges.DroppingName();
        for (var row = 0; row < block.Count; row++)
        {
            merger.Add(block.DropsName[row] ? block.Labels[row].WithoutName(droppingName) : block.Labels[row], false, block.Row(row));
        }

        return merger.Block;
    }

    private VectorBlock NewBlock(TimeSteps steps) => new(steps.Count, _cost);

    private VectorBlock OneRow(double[] column)
    {
        var block = new VectorBlock(column.Length, _cost);
        column.CopyTo(block.Row(block.AddRow(LabelSet.Empty)));
        return block;
    }

    private static double[] Filled(TimeSteps steps, double value)
    {
        var column = new double[steps.Count];
        Array.Fill(column, value);
        return column;
    }

    private QueryResult Columns(QueryResultKind kind, VectorBlock block, bool isRange)
    {
        var samples = new SampleColumns();
        for (var row = 0; row < block.Count; row++)
        {
            var cells = block.Row(row);
            samples.Begin(block.Labels[row]);
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    samples.Append(isRange ? whole[i] : whole.StartMs, cells[i]);
                }
            }

            samples.DropIfEmpty();
        }

        return samples.ToResult(kind, _warnings, _infos);
    }

    private void Warn(string problem, SourceSpan span) => Note(_warnings, $"PromQL warning: {problem} ({span.In(text)})");

    private void Inform(string problem, SourceSpan span) => Note(_infos, $"PromQL info: {problem} ({span.In(text)})");

    // A hundred different ones are enough to see what is wrong; more would be noise and memory.
    private static void Note(List<string> notes, string note)
    {
        if (notes.Count < 100 && !notes.Contains(note))
        {
            notes.Add(note);
        }
    }
}

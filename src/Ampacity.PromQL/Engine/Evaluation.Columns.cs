using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>
/// Aggregations without an object for each series: the reader says which series there are and how they are grouped, rows are made slice by
/// slice on several threads, and folded in order by the same folds as everywhere. What does not fit goes the general way, with the same answer.
/// </summary>
internal sealed partial class Evaluation
{
    // Cells and samples of a slice: 1 MB of cells stay in a core's cache, a million samples are 17 MB.
    private const int MaxSliceCells = 128 * 1024;
    private const int MaxSliceSamples = 1_000_000;

    // For the guess of how many samples a series has; polls are rarely closer.
    private const int LeastPollMs = 5000;

    /// <summary>The aggregation, or null where the general way has to be taken.</summary>
    private async ValueTask<VectorBlock?> TryAggregateColumnsAsync(Aggregation node, TimeSteps steps, double[] parameters)
    {
        if (reader is not ISelectionReader selections || options.DelayedNameRemoval || !GroupFold.Folds(node.Operator)
            || ColumnSource.Of(node.Inner) is not { } source || (source.DropsName && source.Name is null)
            || (steps.Count > 1 && FixedTime(source.Selector.Shift) is not null))
        {
            return null;
        }

        var ends = EndsOf(source.Selector.Shift, steps);
        var query = QueryOf(source.Selector, ends.StartMs - (source.Range?.RangeMs ?? LookbackMs), ends.EndMs) with
        {
            Shape = source.Range is null && steps.Count == 1 ? ReadShape.Newest : ReadShape.All,
        };
        var selection = await selections.SelectAsync(query, cancellationToken);
        if (selection is null || (source.DropsName && selection.MayRepeatLabels))
        {
            return null;
        }

        var groups = selection.GroupBy(KeysOf(node, source.DropsName), cancellationToken);
        if ((long)groups.Count * steps.Count > options.MaxCells)
        {
            return null;
        }

        // Series that turn out to have no sample count too, which the general way does not see.
        _cost.Read(selection.Count, 0);
        _cost.Take((long)groups.Count * steps.Count * GroupFold.CellBytes(node.Operator));
        var fold = GroupFold.Of(node.Operator, groups.Count, steps.Count, parameters);
        var maker = await MakerAsync(source, steps, ends, groups);
        var order = new GroupOrder(groups.Count);
        var length = SliceLength(query, steps.Count);
        await new OrderedSlices(
            (selection.Count + length - 1) / length,
            options.MaxWorkers,
            () => ColumnRows.Rent(steps.Count),
            async (slice, rows) =>
            {
                await selection.ReadAsync(slice * length, Math.Min(selection.Count, (slice + 1) * length), rows.Batch, cancellationToken);
                _cost.Read(0, rows.Batch.SampleCount);
                maker.Fill(rows);
            },
            rows =>
            {
                order.Note(rows.Groups);
                if (node.Operator == AggregationOperator.Quantile)
                {
                    _cost.Take(rows.Cells.Length * (long)sizeof(double));
                }

                for (var row = 0; row < rows.Count; row++)
                {
                    fold.Add(rows.Groups[row], rows.Row(row));
                }
            }).RunAsync(cancellationToken);
        Note(source, maker);
        if (node.Operator == AggregationOperator.Quantile && order.Groups.Count > 0)
        {
            WarnOfQuantiles(parameters, node.Parameter!.Span);
        }

        var result = NewBlock(steps);
        foreach (var group in order.Groups)
        {
            fold.Write(group * steps.Count, result.Row(result.AddRow(groups.KeyOf(group))));
        }

        return result;
    }

    private int SliceLength(SeriesQuery query, int steps)
    {
        var samples = query.Shape is ReadShape.Newest ? 1 : Math.Max(1, (query.ThroughMs - query.FromMs) / LeastPollMs);
        return (int)Math.Clamp(Math.Min(MaxSliceCells / steps, MaxSliceSamples / samples), 1, options.MaxSliceSeries);
    }

    // A name that is dropped before the aggregation groups nothing.
    private static LabelKeys KeysOf(Aggregation node, bool dropsName) => dropsName && !node.Without
        ? new LabelKeys(node.Labels.Where(label => label != LabelSet.MetricName), keeps: true)
        : KeysOf(node);

    private async ValueTask<RowMaker> MakerAsync(ColumnSource source, TimeSteps steps, TimeSteps ends, SeriesGroups groups)
    {
        var changes = new List<RowChange>();
        foreach (var step in source.Steps)
        {
            changes.Add(await ChangeOfAsync(step, steps));
        }

        if (source.Window is null)
        {
            var lookbackMs = LookbackMs;
            return new RowMaker(
                (rows, series, cells) =>
                {
                    var range = rows.Batch.Offsets[series]..rows.Batch.Offsets[series + 1];
                    return FillRow(cells, rows.Batch.TimestampsMs[range], rows.Batch.Values[range], ends, lookbackMs, timestamps: false);
                },
                changes,
                groups,
                []);
        }

        var arguments = await ArgumentsAsync(source.Window, steps);
        var body = (WindowFunction)source.Window.Function.Body;
        var rangeMs = source.Range!.RangeMs;
        return new RowMaker(
            (rows, series, cells) =>
            {
                rows.Samples(series, out var timestampsMs, out var values);
                return FillWindows(cells, timestampsMs, values, body, rangeMs, ends, steps, arguments, source.Window.Arguments.Count - 1);
            },
            changes,
            groups,
            arguments);
    }

    private async ValueTask<RowChange> ChangeOfAsync(Expression step, TimeSteps steps)
    {
        switch (step)
        {
            case Negation:
                return new RowChange(static (cell, _) => -cell, DropsName: true);
            case BinaryOperation node:
                var scalarOnLeft = node.Left.Kind == ExpressionKind.Scalar;
                var scalars = await ScalarAsync(scalarOnLeft ? node.Left : node.Right, steps);
                return new RowChange(
                    scalarOnLeft ? (cell, i) => Applied(node, scalars[i], cell, kept: cell) : (cell, i) => Applied(node, cell, scalars[i], kept: cell),
                    DropsName(node));
            case FunctionCall { Function.Body: ValueFunction body } call:
                var arguments = await ArgumentsAsync(call, steps);
                var count = call.Arguments.Count - 1;
                return new RowChange((cell, i) => body.Map(cell, arguments.AsSpan(i * count, count)), DropsName: true);
            default:
                throw new InvalidOperationException($"Bug: {step.GetType().Name} does not change values one by one");
        }
    }

    // What the general way says of functions of windows.
    private void Note(ColumnSource source, RowMaker maker)
    {
        if (source.Window is not { } call || !maker.Any)
        {
            return;
        }

        if (call.Function.Body is WindowFunction { IsCounter: true } && !LooksLikeCounter(source.Name!))
        {
            Inform($"metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"{source.Name}\"", call.Arguments.First(argument => argument.Kind == ExpressionKind.RangeVector).Span);
        }

        if (call.Function.Name == "quantile_over_time")
        {
            WarnOfQuantiles(maker.Arguments, call.Arguments[0].Span);
        }
    }

    /// <summary>The groups that have a row, in the order of their first one.</summary>
    private sealed class GroupOrder(int count)
    {
        private readonly bool[] _seen = new bool[count];

        public List<int> Groups { get; } = [];

        public void Note(ReadOnlySpan<int> rows)
        {
            foreach (var group in rows)
            {
                if (!_seen[group])
                {
                    _seen[group] = true;
                    Groups.Add(group);
                }
            }
        }
    }
}

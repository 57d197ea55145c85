using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>
/// Aggregations and joins without an object for each series: the reader says which series there are and how they are grouped, rows are made slice by
/// slice on several threads, and folded in order by the same folds as everywhere. What does not fit goes the general way, with the same answer.
/// </summary>
internal sealed partial class Evaluation
{
    // Cells and samples of a slice: 1 MB of cells stay in a core's cache, a million samples are 17 MB.
    private const int MaxSliceCells = 128 * 1024;
    private const int MaxSliceSamples = 1_000_000;

    // For the guess of how many samples a series has; polls are rarely closer.
    private const int LeastPollMs = 5000;

    // Joins that turned out to need labels: not tried again by columns, so that a query of many of them is not evaluated twice at every level.
    private readonly HashSet<BinaryOperation> _needsLabels = new(ReferenceEqualityComparer.Instance);

    /// <summary>The aggregation, or null where the general way has to be taken.</summary>
    private async ValueTask<VectorBlock?> TryAggregateColumnsAsync(Aggregation node, TimeSteps steps, double[] parameters, int[] most)
    {
        if (await OpenColumnsAsync(node.Inner, steps) is not { } open)
        {
            return null;
        }

        var groups = open.GroupBy(node, cancellationToken);
        if ((long)groups.Count * steps.Count > options.MaxCells)
        {
            return GiveUp(open);
        }

        var result = NewBlock(steps);
        var order = new GroupOrder(groups.Count);
        var made = node.Operator switch
        {
            AggregationOperator.Topk or AggregationOperator.Bottomk => await RankAsync(node, open, groups, order, most, steps, result),
            AggregationOperator.CountValues => await CountAsync(node, open, groups, steps, result),
            _ => await FoldAsync(node, open, groups, order, parameters, steps, result),
        };
        if (!made)
        {
            return GiveUp(open);
        }

        if (node.Operator == AggregationOperator.Quantile && order.Groups.Count > 0)
        {
            WarnOfQuantiles(parameters, node.Parameter!.Span);
        }

        return result;
    }

    /// <summary>What meets the series of another expression, not aggregated; null where the general way has to be taken.</summary>
    private async ValueTask<VectorBlock?> TryJoinColumnsAsync(BinaryOperation node, TimeSteps steps)
    {
        if (await OpenColumnsAsync(node, steps) is not { Join: not null } open)
        {
            return null;
        }

        var labelsOf = open.LabelsOf();
        var result = NewBlock(steps);
        var made = await RunColumnsAsync(open, null, steps, rows =>
        {
            for (var row = 0; row < rows.Count; row++)
            {
                rows.Row(row).CopyTo(result.Row(result.AddRow(labelsOf(rows.Places[row]))));
            }
        });
        return made ? result : GiveUp(open);
    }

    private async ValueTask<bool> FoldAsync(
        Aggregation node, OpenColumns open, SeriesGroups groups, GroupOrder order, double[] parameters, TimeSteps steps, VectorBlock result)
    {
        _cost.Take((long)groups.Count * steps.Count * GroupFold.CellBytes(node.Operator));
        var fold = GroupFold.Of(node.Operator, groups.Count, steps.Count, parameters);
        var made = await RunColumnsAsync(open, groups, steps, rows =>
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
        });
        foreach (var group in order.Groups)
        {
            fold.Write(group * steps.Count, result.Row(result.AddRow(groups.KeyOf(group))));
        }

        return made;
    }

    private async ValueTask<bool> RankAsync(
        Aggregation node, OpenColumns open, SeriesGroups groups, GroupOrder order, int[] most, TimeSteps steps, VectorBlock result)
    {
        _cost.Take((long)groups.Count * steps.Count * GroupRanks.CellBytes);
        var ranks = new GroupRanks(_cost, groups.Count, most, greatest: node.Operator == AggregationOperator.Topk);
        if (!await RunColumnsAsync(open, groups, steps, rows =>
        {
            order.Note(rows.Groups);
            for (var row = 0; row < rows.Count; row++)
            {
                ranks.Add(rows.Groups[row], rows.Places[row], rows.Row(row));
            }
        }))
        {
            return false;
        }

        ranks.Write(order.Groups, open.LabelsOf(), result);
        return true;
    }

    private async ValueTask<bool> CountAsync(Aggregation node, OpenColumns open, SeriesGroups groups, TimeSteps steps, VectorBlock result)
    {
        var counts = new ValueCounts(TextOf(node.Parameter!), result);
        return await RunColumnsAsync(open, groups, steps, rows =>
        {
            for (var row = 0; row < rows.Count; row++)
            {
                _cost.Work(steps.Count * 16L);
                counts.Add(rows.Groups[row], groups.KeyOf(rows.Groups[row]), false, rows.Row(row));
            }
        });
    }

    /// <summary>What an expression reads, when its rows can be made without labels; else null.</summary>
    private async ValueTask<OpenColumns?> OpenColumnsAsync(Expression expression, TimeSteps steps)
    {
        if (reader is not ISelectionReader selections || options.DelayedNameRemoval || ColumnSource.Of(expression) is not { } source
            || (source.NeedsName && source.Name is null) || (source.Join is { } tried && _needsLabels.Contains(tried))
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
        if (selection is null || ((source.NeedsName || source.Join is not null) && selection.MayRepeatLabels))
        {
            return null;
        }

        var open = new OpenColumns(source, selection, query, ends);
        return source.Join is null || await TryMeetAsync(open, steps) ? open : null;
    }

    /// <summary>Makes all rows and hands them on slice by slice, in order; false when it turned out on the way that labels are needed.</summary>
    private async ValueTask<bool> RunColumnsAsync(OpenColumns open, SeriesGroups? groups, TimeSteps steps, Action<ColumnRows> fold)
    {
        // Series that turn out to have no sample count too, which the general way does not see.
        _cost.Read(open.Selection.Count, 0);
        var maker = await MakerAsync(open, steps, groups);
        var count = open.Selection.Count;
        var length = SliceLength(open.Query, steps.Count);
        await new OrderedSlices(
            (count + length - 1) / length,
            options.MaxWorkers,
            () => ColumnRows.Rent(steps.Count),
            async (slice, rows) =>
            {
                await open.Selection.ReadAsync(slice * length, Math.Min(count, (slice + 1) * length), rows.Batch, cancellationToken);
                _cost.Read(0, rows.Batch.SampleCount);
                maker.Fill(rows);
            },
            fold).RunAsync(cancellationToken);
        if (open.Join is { Change.Fails: true })
        {
            return false;
        }

        Note(open.Source, maker);
        open.Join?.Notes.AddTo(_warnings, _infos);
        return true;
    }

    private int SliceLength(SeriesQuery query, int steps)
    {
        var samples = query.Shape is ReadShape.Newest ? 1 : Math.Max(1, (query.ThroughMs - query.FromMs) / LeastPollMs);
        return (int)Math.Clamp(Math.Min(MaxSliceCells / steps, MaxSliceSamples / samples), 1, options.MaxSliceSeries);
    }

    private async ValueTask<RowMaker> MakerAsync(OpenColumns open, TimeSteps steps, SeriesGroups? groups)
    {
        var (source, ends) = (open.Source, open.Ends);
        var changes = new List<RowChange>();
        foreach (var step in source.Steps)
        {
            changes.Add(ReferenceEquals(step, source.Join) ? open.Join!.Change : await ChangeOfAsync(step, steps));
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
                return new ValueChange(static (cell, _) => -cell, dropsName: true);
            case BinaryOperation node:
                var scalarOnLeft = node.Left.Kind == ExpressionKind.Scalar;
                var scalars = await ScalarAsync(scalarOnLeft ? node.Left : node.Right, steps);
                return new ValueChange(
                    scalarOnLeft ? (cell, i) => Applied(node, scalars[i], cell, kept: cell) : (cell, i) => Applied(node, cell, scalars[i], kept: cell),
                    DropsName(node));
            case FunctionCall { Function.Body: ValueFunction body } call:
                var arguments = await ArgumentsAsync(call, steps);
                var count = call.Arguments.Count - 1;
                return new ValueChange((cell, i) => body.Map(cell, arguments.AsSpan(i * count, count)), dropsName: true);
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

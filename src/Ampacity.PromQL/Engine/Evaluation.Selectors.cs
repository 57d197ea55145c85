using Ampacity.Samples;

namespace Ampacity.PromQL;

internal sealed partial class Evaluation
{
    private delegate void SeriesSink(LabelSet labels, bool dropsName, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values);

    /// <summary>The newest sample of each series within the lookback of every step.</summary>
    private async ValueTask<VectorBlock> SelectAsync(VectorSelector selector, TimeSteps steps, bool timestamps)
    {
        if (FixedTime(selector.Shift) is { } fixedMs)
        {
            var once = await SelectShiftedAsync(selector, TimeSteps.Instant(fixedMs - selector.Shift.OffsetMs), timestamps);
            return Repeated(once, steps);
        }

        return await SelectShiftedAsync(selector, steps with { StartMs = steps.StartMs - selector.Shift.OffsetMs }, timestamps);
    }

    private async ValueTask<VectorBlock> SelectShiftedAsync(VectorSelector selector, TimeSteps steps, bool timestamps)
    {
        var block = NewBlock(steps);
        var query = QueryOf(selector, steps.StartMs - LookbackMs, steps.EndMs) with
        {
            Shape = steps.Count == 1 ? ReadShape.Newest : ReadShape.All,
        };
        await foreach (var batch in reader.ReadAsync(query, cancellationToken))
        {
            _cost.Read(batch.SeriesCount, batch.SampleCount);
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                var range = batch.Offsets[i]..batch.Offsets[i + 1];
                var row = block.AddRow(batch.Labels[i]);
                if (!FillRow(block.Row(row), batch.TimestampsMs[range], batch.Values[range], steps, LookbackMs, timestamps))
                {
                    block.RemoveLastRow();
                }
            }
        }

        return block;
    }

    private static bool FillRow(
        Span<double> row, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, TimeSteps steps, long lookbackMs, bool timestamps)
    {
        var newest = -1;
        var any = false;
        for (var i = 0; i < row.Length; i++)
        {
            var stepMs = steps[i];
            while (newest + 1 < values.Length && timestampsMs[newest + 1] <= stepMs)
            {
                newest++;
            }

            if (newest >= 0 && timestampsMs[newest] > stepMs - lookbackMs && !StaleMarker.Is(values[newest]))
            {
                row[i] = timestamps ? timestampsMs[newest] / 1000.0 : values[newest];
                any = true;
            }
        }

        return any;
    }

    private VectorBlock Repeated(VectorBlock once, TimeSteps steps)
    {
        var block = NewBlock(steps);
        for (var row = 0; row < once.Count; row++)
        {
            block.Row(block.AddRow(once.Labels[row])).Fill(once.Row(row)[0]);
        }

        return block;
    }

    /// <summary>Feeds the samples of each series from the first window's begin through the last window's end, without stale markers.</summary>
    private async ValueTask ReadWindowsAsync(Expression expression, TimeSteps steps, SeriesSink sink)
    {
        switch (expression)
        {
            case Parenthesis node:
                await ReadWindowsAsync(node.Inner, steps, sink);
                break;
            case RangeSelector node:
                await ReadSamplesAsync(node, steps, sink);
                break;
            case Subquery node:
                await ReadSubqueryAsync(node, steps, sink);
                break;
            default:
                throw new InvalidOperationException($"Bug: {expression.GetType().Name} is not a range vector");
        }
    }

    private async ValueTask ReadSamplesAsync(RangeSelector node, TimeSteps steps, SeriesSink sink)
    {
        var ends = EndsOf(node.Selector.Shift, steps);
        var query = QueryOf(node.Selector, ends.StartMs - node.RangeMs, ends.EndMs);
        var timestampsMs = new List<long>();
        var values = new List<double>();
        await foreach (var batch in reader.ReadAsync(query, cancellationToken))
        {
            _cost.Read(batch.SeriesCount, batch.SampleCount);
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                var range = batch.Offsets[i]..batch.Offsets[i + 1];
                Feed(batch.Labels[i], false, batch.TimestampsMs[range], batch.Values[range], timestampsMs, values, sink);
            }
        }
    }

    private static void Feed(
        LabelSet labels, bool dropsName, ReadOnlySpan<long> fromTimestampsMs, ReadOnlySpan<double> fromValues, List<long> timestampsMs, List<double> values, SeriesSink sink)
    {
        var stale = false;
        foreach (var value in fromValues)
        {
            stale |= StaleMarker.Is(value);
        }

        if (!stale)
        {
            sink(labels, dropsName, fromTimestampsMs, fromValues);
            return;
        }

        timestampsMs.Clear();
        values.Clear();
        for (var i = 0; i < fromValues.Length; i++)
        {
            if (!StaleMarker.Is(fromValues[i]))
            {
                timestampsMs.Add(fromTimestampsMs[i]);
                values.Add(fromValues[i]);
            }
        }

        sink(labels, dropsName, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(timestampsMs),
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
    }

    private async ValueTask ReadSubqueryAsync(Subquery node, TimeSteps steps, SeriesSink sink)
    {
        var ends = EndsOf(node.Shift, steps);
        var stepMs = node.StepMs > 0 ? node.StepMs : (long)options.DefaultSubqueryStep.TotalMilliseconds;

        // Steps are multiples of the step, so that two queries see the same ones; the first is after the window's open end.
        var openMs = ends.StartMs - node.RangeMs;
        var startMs = openMs / stepMs * stepMs;
        startMs += startMs <= openMs ? stepMs : 0;
        if (startMs > ends.EndMs)
        {
            return;
        }

        var count = ((ends.EndMs - startMs) / stepMs) + 1;
        if (count > options.MaxCells)
        {
            throw new QueryException($"a subquery of {count} steps is more than the {options.MaxCells} cells a query may have; use a longer step");
        }

        var inner = new TimeSteps(startMs, stepMs, (int)count);
        _cost.Take(count * sizeof(long));
        var times = new long[count];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = inner[i];
        }

        var block = await VectorAsync(node.Inner, inner);
        var timestampsMs = new List<long>();
        var values = new List<double>();
        for (var row = 0; row < block.Count; row++)
        {
            Feed(block.Labels[row], block.DropsName[row], times, block.Row(row), timestampsMs, values, sink);
        }
    }

    private async ValueTask<QueryResult> RunRangeVectorAsync(Expression expression)
    {
        var (rangeMs, ends) = WindowsOf(expression, whole);
        var columns = new SampleColumns();
        await ReadWindowsAsync(expression, whole, (labels, dropsName, timestampsMs, values) =>
        {
            columns.Begin(dropsName ? labels.WithoutName() : labels);
            for (var i = 0; i < values.Length; i++)
            {
                if (timestampsMs[i] > ends.StartMs - rangeMs && timestampsMs[i] <= ends.StartMs)
                {
                    columns.Append(timestampsMs[i], values[i]);
                }
            }

            columns.DropIfEmpty();
        });
        return columns.ToResult(QueryResultKind.Matrix, _warnings, _infos);
    }

    private (long RangeMs, TimeSteps Ends) WindowsOf(Expression expression, TimeSteps steps) => expression switch
    {
        Parenthesis node => WindowsOf(node.Inner, steps),
        RangeSelector node => (node.RangeMs, EndsOf(node.Selector.Shift, steps)),
        Subquery node => (node.RangeMs, EndsOf(node.Shift, steps)),
        _ => throw new InvalidOperationException($"Bug: {expression.GetType().Name} is not a range vector"),
    };

    // With @ every window ends at the same time: a step of zero.
    private TimeSteps EndsOf(TimeShift shift, TimeSteps steps) => FixedTime(shift) is { } fixedMs
        ? new TimeSteps(fixedMs - shift.OffsetMs, 0, steps.Count)
        : steps with { StartMs = steps.StartMs - shift.OffsetMs };

    private long? FixedTime(TimeShift shift) => shift.At switch
    {
        AtKind.None => null,
        AtKind.Time => shift.AtMs,
        AtKind.Start => whole.StartMs,
        _ => whole.EndMs,
    };

    private SeriesQuery QueryOf(VectorSelector selector, long fromMs, long throughMs)
    {
        if (reader.Reach is { } reach && fromMs + 1 < reach.SamplesFromMs)
        {
            Inform(ExpiredSamples.Of(reach, fromMs), selector.Span);
        }

        return QualityMatch.Apply(
            new SeriesQuery(selector.Matchers, fromMs, throughMs, context.Scope) { Budget = context.Budget, AsOfMs = context.AsOfMs });
    }
}

using Ampacity.Samples;

namespace Ampacity.PromQL;

internal sealed partial class Evaluation
{
    // A few milliseconds of work between two looks at whether the query was cancelled.
    private const int SamplesBetweenLooks = 1_000_000;

    private ValueTask<VectorBlock> CallAsync(FunctionCall call, TimeSteps steps) => call.Function.Body switch
    {
        ValueFunction body => OfValuesAsync(call, body, steps),
        WindowFunction when call.Function.Name == "absent_over_time" => AbsentAsync(call.Arguments[0], steps),
        WindowFunction body => OfWindowsAsync(call, body, steps),
        CalendarFunction body => OfCalendarAsync(call, body, steps),
        _ => SpecialAsync(call, steps),
    };

    private async ValueTask<VectorBlock> OfValuesAsync(FunctionCall call, ValueFunction body, TimeSteps steps)
    {
        var arguments = await ArgumentsAsync(call, steps);
        var block = await VectorAsync(call.Arguments[0], steps);
        var count = call.Arguments.Count - 1;
        for (var row = 0; row < block.Count; row++)
        {
            _cost.Work(block.Steps);
            var cells = block.Row(row);
            for (var i = 0; i < cells.Length; i++)
            {
                if (!Absent.Is(cells[i]))
                {
                    cells[i] = body.Map(cells[i], arguments.AsSpan(i * count, count));
                }
            }
        }

        return WithoutNames(block);
    }

    // All scalar arguments, step after step.
    private async ValueTask<double[]> ArgumentsAsync(FunctionCall call, TimeSteps steps)
    {
        var scalars = call.Arguments.Where(a => a.Kind == ExpressionKind.Scalar).ToList();
        var arguments = new double[steps.Count * scalars.Count];
        for (var a = 0; a < scalars.Count; a++)
        {
            var column = await ScalarAsync(scalars[a], steps);
            for (var i = 0; i < column.Length; i++)
            {
                arguments[(i * scalars.Count) + a] = column[i];
            }
        }

        return arguments;
    }

    private async ValueTask<VectorBlock> OfWindowsAsync(FunctionCall call, WindowFunction body, TimeSteps steps)
    {
        var arguments = await ArgumentsAsync(call, steps);
        var argumentCount = call.Arguments.Count - 1;
        var windows = call.Arguments.First(a => a.Kind == ExpressionKind.RangeVector);
        var block = NewBlock(steps);
        var (rangeMs, ends) = WindowsOf(windows, steps);
        var nonCounters = new HashSet<string>(StringComparer.Ordinal);
        await ReadWindowsAsync(windows, steps, (labels, dropsName, timestampsMs, values) =>
        {
            var row = block.AddRow(labels, dropsName);
            var any = FillWindows(block.Row(row), timestampsMs, values, body, rangeMs, ends, steps, arguments, argumentCount);
            if (!any)
            {
                block.RemoveLastRow();
            }
            else if (body.IsCounter && !LooksLikeCounter(labels.Name))
            {
                nonCounters.Add(labels.Name);
            }
        });

        foreach (var name in nonCounters)
        {
            Inform($"metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"{name}\"", windows.Span);
        }

        if (call.Function.Name == "quantile_over_time" && block.Count > 0)
        {
            WarnOfQuantiles(arguments, call.Arguments[0].Span);
        }

        return body.KeepsName ? block : WithoutNames(block);
    }

    /// <summary>The function of the window that ends at each step; false when no step has a result.</summary>
    private bool FillWindows(
        Span<double> cells,
        ReadOnlySpan<long> timestampsMs,
        ReadOnlySpan<double> values,
        WindowFunction body,
        long rangeMs,
        TimeSteps ends,
        TimeSteps steps,
        double[] arguments,
        int argumentCount)
    {
        var (first, after) = (0, 0);
        var any = false;
        long looked = 0;
        for (var i = 0; i < cells.Length; i++)
        {
            var endMs = ends[i];
            while (after < values.Length && timestampsMs[after] <= endMs)
            {
                after++;
            }

            while (first < after && timestampsMs[first] <= endMs - rangeMs)
            {
                first++;
            }

            if (after > first)
            {
                var window = new SampleWindow(
                    timestampsMs[first..after], values[first..after], endMs - rangeMs, endMs, steps[i], arguments.AsSpan(i * argumentCount, argumentCount));
                cells[i] = body.Map(in window);
                any |= !Absent.Is(cells[i]);
            }

            // Windows overlap: a million of a million samples each would not end.
            looked += after - first;
            if (looked >= SamplesBetweenLooks)
            {
                looked = 0;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return any;
    }

    private static bool LooksLikeCounter(string name) => name.Length == 0
        || name.EndsWith("_total", StringComparison.Ordinal) || name.EndsWith("_sum", StringComparison.Ordinal)
        || name.EndsWith("_count", StringComparison.Ordinal) || name.EndsWith("_bucket", StringComparison.Ordinal);

    private async ValueTask<VectorBlock> OfCalendarAsync(FunctionCall call, CalendarFunction body, TimeSteps steps)
    {
        if (call.Arguments.Count > 0)
        {
            return Mapped(await VectorAsync(call.Arguments[0], steps), seconds => OfSeconds(body, seconds));
        }

        var column = new double[steps.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = OfSeconds(body, steps[i] / 1000.0);
        }

        return OneRow(column);
    }

    // .NET's calendar ends with the year 9999 and begins with 1; beyond it there is no answer.
    private static double OfSeconds(CalendarFunction body, double seconds) => seconds is > -62_135_596_801 and < 253_402_300_800
        ? body.Map(DateTime.UnixEpoch.AddSeconds(Math.Truncate(seconds)))
        : double.NaN;

    /// <summary>1 at each step at which nothing is selected, with the labels that the selector asks for by equality.</summary>
    private async ValueTask<VectorBlock> AbsentAsync(Expression argument, TimeSteps steps)
    {
        VectorBlock block;
        if (argument.Kind == ExpressionKind.RangeVector)
        {
            var presence = NewBlock(steps);
            var (rangeMs, ends) = WindowsOf(argument, steps);
            var row = presence.AddRow(LabelSet.Empty);
            await ReadWindowsAsync(argument, steps, (_, _, timestampsMs, _) =>
            {
                var cells = presence.Row(row);
                for (var i = 0; i < cells.Length; i++)
                {
                    var at = timestampsMs.BinarySearch(ends[i]);
                    var newest = at >= 0 ? at : ~at - 1;
                    cells[i] = newest >= 0 && timestampsMs[newest] > ends[i] - rangeMs ? 1 : cells[i];
                }
            });
            block = presence;
        }
        else
        {
            block = await VectorAsync(argument, steps);
        }

        var present = new GroupPresence(1, steps.Count);
        for (var row = 0; row < block.Count; row++)
        {
            present.Mark(0, block.Row(row));
        }

        var result = NewBlock(steps);
        var absent = result.Row(result.AddRow(LabelsAskedFor(argument)));
        for (var i = 0; i < absent.Length; i++)
        {
            absent[i] = present.Has(0, i) ? absent[i] : 1;
        }

        return result;
    }

    private static LabelSet LabelsAskedFor(Expression argument)
    {
        var selector = argument switch
        {
            Parenthesis node => null,
            VectorSelector node => node,
            RangeSelector node => node.Selector,
            _ => null,
        };
        var builder = new LabelSetBuilder();
        foreach (var matchers in (selector?.Matchers ?? []).Where(m => m.Name != LabelSet.MetricName).GroupBy(m => m.Name, StringComparer.Ordinal))
        {
            if (matchers.Count() == 1 && matchers.Single() is { Kind: MatchKind.Equal } matcher)
            {
                builder.Add(matcher.Name, matcher.Value);
            }
        }

        return builder.Build();
    }
}

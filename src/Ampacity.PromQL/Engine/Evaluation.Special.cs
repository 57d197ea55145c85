using System.Globalization;
using Ampacity.Samples;

namespace Ampacity.PromQL;

internal sealed partial class Evaluation
{
    private async ValueTask<VectorBlock> SpecialAsync(FunctionCall call, TimeSteps steps)
    {
        if (steps.Count > 1 && call.Function.Name is ("sort" or "sort_desc" or "sort_by_label" or "sort_by_label_desc"))
        {
            Warn("sort is ineffective for range queries since results are always ordered by labels", call.Span);
        }

        switch (call.Function.Name)
        {
            case "vector":
                return OneRow(await ScalarAsync(call.Arguments[0], steps));
            case "absent":
                return await AbsentAsync(call.Arguments[0], steps);
            case "timestamp":
                return await TimestampAsync(call.Arguments[0], steps);
            case "sort" or "sort_desc":
                return Sorted(await VectorAsync(call.Arguments[0], steps), descends: call.Function.Name == "sort_desc");
            case "sort_by_label" or "sort_by_label_desc":
                return SortedByLabel(call, await VectorAsync(call.Arguments[0], steps));
            case "label_replace":
                return Relabelled(await VectorAsync(call.Arguments[0], steps), LabelRewrite.Replace([.. call.Arguments.Skip(1).Select(TextOf)]));
            case "label_join":
                return Relabelled(await VectorAsync(call.Arguments[0], steps), LabelRewrite.Join([.. call.Arguments.Skip(1).Select(TextOf)]));
            case "histogram_quantile" or "histogram_fraction":
                return await OfBucketsAsync(call, steps);
            case "histogram_count" or "histogram_sum" or "histogram_avg" or "histogram_stddev" or "histogram_stdvar":
                // These are of native histograms; float samples give nothing, as in Prometheus.
                await VectorAsync(call.Arguments[0], steps);
                return NewBlock(steps);
            default:
                throw new InvalidOperationException($"Bug: no code for the function {call.Function.Name}");
        }
    }

    // Of a plain selector the time of the sample itself; of anything else the step.
    private async ValueTask<VectorBlock> TimestampAsync(Expression argument, TimeSteps steps)
    {
        while (argument is Parenthesis parenthesis)
        {
            argument = parenthesis.Inner;
        }

        if (argument is VectorSelector selector)
        {
            return WithoutNames(await SelectAsync(selector, steps, timestamps: true));
        }

        var block = await VectorAsync(argument, steps);
        for (var row = 0; row < block.Count; row++)
        {
            var cells = block.Row(row);
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = Absent.Is(cells[i]) ? cells[i] : steps[i] / 1000.0;
            }
        }

        return WithoutNames(block);
    }

    private VectorBlock Sorted(VectorBlock block, bool descends)
    {
        if (whole.Count > 1)
        {
            return block;
        }

        var rows = Enumerable.Range(0, block.Count)
            .OrderBy(row => double.IsNaN(block.Row(row)[0]) ? 1 : 0)
            .ThenBy(row => descends ? -block.Row(row)[0] : block.Row(row)[0]);
        return Picked(block, rows);
    }

    private VectorBlock SortedByLabel(FunctionCall call, VectorBlock block)
    {
        if (whole.Count > 1)
        {
            return block;
        }

        var names = call.Arguments.Skip(1).Select(TextOf).ToList();
        var order = Comparer<LabelSet>.Create((a, b) =>
        {
            foreach (var name in names)
            {
                if (NaturalOrder.Compare(a[name], b[name]) is not 0 and var byName)
                {
                    return byName;
                }
            }

            return a.Canonical.SequenceCompareTo(b.Canonical);
        });
        var rows = Enumerable.Range(0, block.Count);
        return Picked(block, call.Function.Name == "sort_by_label"
            ? rows.OrderBy(row => block.Labels[row], order)
            : rows.OrderByDescending(row => block.Labels[row], order));
    }

    private static VectorBlock Picked(VectorBlock block, IEnumerable<int> rows)
    {
        var result = block.Like();
        foreach (var row in rows)
        {
            block.Row(row).CopyTo(result.Row(result.AddRow(block.Labels[row], block.DropsName[row])));
        }

        return result;
    }

    private VectorBlock Relabelled(VectorBlock block, LabelRewrite rewrite)
    {
        var merger = new BlockMerger(block.Like());
        for (var row = 0; row < block.Count; row++)
        {
            _cost.Work(block.Steps + 1000);
            var labels = rewrite.Apply(block.Labels[row]);
            var dropsName = block.DropsName[row] && rewrite.Target != LabelSet.MetricName;
            merger.Add(labels, dropsName, block.Row(row));
        }

        return merger.Block;
    }

    private async ValueTask<VectorBlock> OfBucketsAsync(FunctionCall call, TimeSteps steps)
    {
        var arguments = await ArgumentsAsync(call, steps);
        var block = await VectorAsync(call.Arguments[^1], steps);
        var isQuantile = call.Function.Name == "histogram_quantile";
        var span = call.Arguments[^1].Span;
        if (isQuantile)
        {
            WarnOfQuantiles(arguments, call.Arguments[0].Span);
        }

        var delayed = options.DelayedNameRemoval;
        var groups = new RowGroups(new LabelKeys(["le"], keeps: false));
        var groupOfRow = groups.Of(block);
        var bounds = new double[block.Count];
        for (var row = 0; row < bounds.Length; row++)
        {
            var le = block.Labels[row]["le"];
            if (!TryBound(le, out bounds[row]))
            {
                bounds[row] = Absent.Value;
                Warn($"bucket label \"le\" is missing or has a malformed value of \"{le}\" for metric name \"{block.Labels[row].Name}\"", span);
            }
        }

        var merger = new BlockMerger(block.Like());
        var buckets = new List<HistogramBucket>();
        var count = call.Arguments.Count - 1;
        foreach (var (group, rows) in Members(groupOfRow, groups.Count).Index())
        {
            var valid = rows.FindAll(row => !Absent.Is(bounds[row]));
            var cells = new double[block.Steps];
            for (var i = 0; i < cells.Length; i++)
            {
                _cost.Work(rows.Count * 16L);
                buckets.Clear();
                buckets.AddRange(valid.Where(row => !Absent.Is(block.Row(row)[i])).Select(row => new HistogramBucket(bounds[row], block.Row(row)[i])));
                var forced = false;
                cells[i] = buckets.Count == 0 ? Absent.Value
                    : isQuantile ? ClassicHistogram.Quantile(arguments[i], buckets, out forced)
                    : ClassicHistogram.Fraction(arguments[i * count], arguments[(i * count) + 1], buckets, out forced);
                if (forced && isQuantile)
                {
                    Inform(
                        "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                        + $" for metric name \"{block.Labels[rows[0]].Name}\"", span);
                }
            }

            merger.Add(delayed ? groups.KeyOf(group) : groups.KeyOf(group).WithoutName(), delayed, cells);
        }

        return merger.Block;
    }

    private static bool TryBound(string le, out double bound)
    {
        if (le is "+Inf" or "Inf" or "inf" or "+inf")
        {
            bound = double.PositiveInfinity;
            return true;
        }

        if (le == "-Inf")
        {
            bound = double.NegativeInfinity;
            return true;
        }

        return double.TryParse(le, NumberStyles.Float, CultureInfo.InvariantCulture, out bound);
    }
}

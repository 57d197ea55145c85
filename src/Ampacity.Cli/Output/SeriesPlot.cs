using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>A series to draw.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="TimesMs">UTC milliseconds of its points, rising.</param>
/// <param name="Values">Its values; what is not finite is a gap.</param>
internal sealed record PlotSeries(string Name, IReadOnlyList<long> TimesMs, IReadOnlyList<double> Values);

/// <summary>Some characters of a line that belong to one series, or to none (−1).</summary>
internal readonly record struct PlotText(string Text, int Series);

/// <summary>
/// Series as lines of text: axes at round values and times, and a legend. With colours, or of one series, in braille (eight dots a character); without colours several series are
/// told apart by letters. Pure.
/// </summary>
internal sealed class SeriesPlot(IReadOnlyList<PlotSeries> series, long fromMs, long throughMs, long stepMs, string? unit)
{
    // A line of values every third row is dense enough to read by.
    private const int RowsPerTick = 3;

    // Of a name, its ends at least.
    private const int NameMin = 12;

    /// <summary>The lines, none wider than <paramref name="width"/>.</summary>
    /// <param name="width">Columns, at least 40.</param>
    /// <param name="height">Rows of the plot itself, at least 4.</param>
    /// <param name="coloured">Whether series can be told apart by colour.</param>
    public IReadOnlyList<IReadOnlyList<PlotText>> Draw(int width, int height, bool coloured)
    {
        double[] known = [.. series.SelectMany(one => one.Values).Where(double.IsFinite)];
        if (known.Length == 0)
        {
            return [.. TableFit.Wrap("No value to draw: every point is missing, NaN or infinite.", width, 0).Select(line => (IReadOnlyList<PlotText>)[new PlotText(line, -1)])];
        }

        var scale = UnitScale.For(unit, Math.Max(Math.Abs(known.Min()), Math.Abs(known.Max())));
        var ticks = AxisTicks.OfValues(known.Min() / scale.Divisor, known.Max() / scale.Divisor, Math.Max(3, 1 + (height / RowsPerTick)));
        var step = ticks[1] - ticks[0];
        var margin = Math.Max(scale.Unit.Length, ticks.Max(tick => AxisTicks.ValueLabel(tick, step).Length));
        var columns = Math.Max(8, width - margin - 2);
        var marks = !coloured && series.Count > 1;
        var canvas = new PlotCanvas(columns, height, marks ? 1 : 2, marks ? 1 : 4);
        for (var i = series.Count - 1; i >= 0; i--)
        {
            Trace(canvas, i, ticks[0] * scale.Divisor, ticks[^1] * scale.Divisor);
        }

        List<IReadOnlyList<PlotText>> lines = [[new PlotText(scale.Unit.PadLeft(margin), -1)]];
        var labels = ticks.ToDictionary(tick => (int)Math.Round((ticks[^1] - tick) / (ticks[^1] - ticks[0]) * (height - 1)), tick => AxisTicks.ValueLabel(tick, step));
        for (var row = 0; row < height; row++)
        {
            var has = labels.TryGetValue(row, out var label);
            lines.Add([new PlotText($"{(label ?? "").PadLeft(margin)} {(has ? '┤' : '│')}", -1), .. canvas.Row(row)]);
        }

        lines.AddRange(TimeAxis(margin, columns, width).Select(text => (IReadOnlyList<PlotText>)[new PlotText(text, -1)]));
        lines.AddRange(Legend(scale, width, marks));
        return lines;
    }

    private void Trace(PlotCanvas canvas, int number, double bottom, double top)
    {
        var one = series[number];
        (int X, int Y)? last = null;
        var lastMs = 0L;
        for (var i = 0; i < one.Values.Count; i++)
        {
            if (!double.IsFinite(one.Values[i]))
            {
                last = null;
                continue;
            }

            var x = (int)Math.Round((one.TimesMs[i] - fromMs) / (double)Math.Max(1, throughMs - fromMs) * (canvas.DotsAcross - 1));
            var y = (int)Math.Round((top - one.Values[i]) / (top - bottom) * (canvas.DotsDown - 1));
            // A point that follows later than the next step was missing in between.
            if (last is { } begin && one.TimesMs[i] - lastMs <= stepMs * 3 / 2)
            {
                canvas.Line(begin.X, begin.Y, x, y, number);
            }
            else
            {
                canvas.Dot(x, y, number);
            }

            (last, lastMs) = ((x, y), one.TimesMs[i]);
        }
    }

    private string[] TimeAxis(int margin, int columns, int width)
    {
        const int labelRoom = 11;
        var ticks = AxisTicks.OfTimes(fromMs, throughMs, Math.Max(1, columns / labelRoom));
        var axis = new string('─', columns).ToCharArray();
        var labels = new string(' ', margin + 2 + columns).ToCharArray();
        var tickMs = ticks.Length > 1 ? ticks[1] - ticks[0] : AxisTicks.RoundTime(1);
        var free = 0;
        foreach (var tick in ticks)
        {
            var x = (int)Math.Round((tick - fromMs) / (double)Math.Max(1, throughMs - fromMs) * (columns - 1));
            axis[x] = '┬';
            var label = AxisTicks.TimeLabel(tick, tickMs);
            var at = Math.Clamp(margin + 2 + x - (label.Length / 2), 0, labels.Length - label.Length);
            if (at >= free)
            {
                label.CopyTo(0, labels, at, label.Length);
                free = at + label.Length + 2;
            }
        }

        var span = $"{Screen.Time(fromMs)} – {Screen.Time(throughMs)}, a point every {Length(stepMs)}";
        return
        [
            $"{new string(' ', margin)} └{new string(axis)}", new string(labels).TrimEnd(),
            .. TableFit.Wrap(new string(' ', Math.Max(0, Math.Min(margin + 2, width - span.Length))) + span, width, 0),
        ];
    }

    private IEnumerable<IReadOnlyList<PlotText>> Legend(UnitScale scale, int width, bool marks)
    {
        string[][] figures = [.. series.Select(one => Figures(one, scale))];
        string[] headings = ["least", "most", "last"];
        int[] widths = [.. headings.Select((heading, i) => Math.Max(heading.Length, figures.Max(row => row[i].Length)))];
        // Where a name has no room beside all three, the last value stays.
        var first = width - 2 - widths.Sum(one => one + 2) >= NameMin ? 0 : 2;
        var nameWidth = Math.Min(series.Max(one => one.Name.Length), width - 2 - widths.Skip(first).Sum(one => one + 2));
        yield return [new PlotText($"  {new string(' ', nameWidth)}{Tail(headings)}", -1)];
        for (var i = 0; i < series.Count; i++)
        {
            var name = TableFit.Cut(series[i].Name, nameWidth).PadRight(nameWidth);
            yield return
            [
                new PlotText(series.Count == 1 ? "─" : marks ? PlotCanvas.Mark(i).ToString() : "■", i),
                new PlotText($" {name}{Tail(figures[i])}", -1),
            ];
        }

        string Tail(string[] cells) => string.Concat(cells.Select((cell, i) => "  " + cell.PadLeft(widths[i])).Skip(first));
    }

    private static string[] Figures(PlotSeries one, UnitScale scale)
    {
        double[] known = [.. one.Values.Where(double.IsFinite)];
        return known.Length == 0 ? ["–", "–", "–"] : [Text(known.Min()), Text(known.Max()), Text(known[^1])];

        string Text(double value)
        {
            var scaled = value / scale.Divisor;
            var digits = Math.Abs(scaled) is >= 1e9 or < 1e-4 && scaled != 0 ? "0.##e0" : Math.Abs(scaled) >= 100 ? "0.#" : Math.Abs(scaled) >= 1 ? "0.##" : "0.####";
            return $"{scaled.ToString(digits, CultureInfo.InvariantCulture)} {scale.Unit}".TrimEnd();
        }
    }

    private static string Length(long lengthMs) => lengthMs % 86_400_000 == 0 ? $"{lengthMs / 86_400_000} d"
        : lengthMs % 3_600_000 == 0 ? $"{lengthMs / 3_600_000} h"
        : lengthMs % 60_000 == 0 ? $"{lengthMs / 60_000} min"
        : string.Create(CultureInfo.InvariantCulture, $"{lengthMs / 1000.0:0.###} s");
}

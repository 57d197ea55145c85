using System.Globalization;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>How the answer of a query is shown: a table, CSV, or a plot.</summary>
internal static class QueryScreen
{
    // Series that are told apart at a glance in one plot.
    private const int PlotSeriesMax = 8;

    /// <summary>A row a series: its value, or of a range what it did in it.</summary>
    public static void Table(IReadOnlyList<QuerySeries> series, bool isRange)
    {
        // One column a label, so that two rows are compared at a glance. Which of them matter only the asker knows: those that are the same in every row go first.
        var labels = QuerySeries.LabelNames(series);
        var columns = labels.Select(label => (label, series.All(one => one.Label(label) == series[0].Label(label)) ? 2 : 1, false)).ToList();
        string[] figures = isRange ? ["points", "first", "least", "mean", "most", "last"] : ["value"];
        columns.AddRange(figures.Select(figure => (figure, figure is "points" ? 4 : figure is "first" ? 3 : 0, true)));
        Screen.Fitted(columns, series.Select(one => (IReadOnlyList<string>)[.. labels.Select(one.Label), .. isRange ? Figures(one.Values) : [Number(one.Values[^1])]]));
    }

    /// <summary>A line a point: time, labels, value.</summary>
    public static void Csv(IReadOnlyList<QuerySeries> series)
    {
        var labels = QuerySeries.LabelNames(series);
        Screen.Line(CsvText.Line(["time", .. labels, "value"]));
        foreach (var one in series)
        {
            string[] values = [.. labels.Select(one.Label)];
            for (var i = 0; i < one.Values.Count; i++)
            {
                Screen.Line(CsvText.Line([CsvText.Time(one.TimesMs[i]), .. values, CsvText.Number(one.Values[i])]));
            }
        }
    }

    /// <summary>A plot of the largest series, with its legend.</summary>
    public static void Plot(IReadOnlyList<QuerySeries> series, QueryTimes times, string expression)
    {
        var drawn = series.OrderByDescending(one => one.Values.Where(double.IsFinite).DefaultIfEmpty(double.NegativeInfinity).Max()).Take(PlotSeriesMax).ToArray();
        string[] telling = [.. QuerySeries.LabelNames(drawn).Where(label => drawn.Any(one => one.Label(label) != drawn[0].Label(label)))];
        var plotted = drawn.Select(one => new PlotSeries(Name(one, telling, expression), one.TimesMs, one.Values)).ToArray();
        var plot = new SeriesPlot(plotted, times.FromMs!.Value, times.ThroughMs!.Value, times.StepMs, ExpressionUnit.Of(expression));
        Screen.Coloured(plot.Draw(Screen.PlotWidth, Screen.PlotHeight(drawn.Length), Screen.HasColours));
        if (series.Count > drawn.Length)
        {
            Screen.Note($"({series.Count - drawn.Length} of {series.Count} series are not drawn: the {drawn.Length} with the largest values are; topk, sum by or a label narrow them down)");
        }
    }

    /// <summary>A number as a person reads it in a table: up to three decimals, more where it is small.</summary>
    public static string Number(double value) => !double.IsFinite(value) ? CsvText.Number(value)
        : value == 0 || (Math.Abs(value) >= 0.01 && Math.Abs(value) < 1e15) ? value.ToString("0.###", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Name(QuerySeries series, string[] telling, string expression)
    {
        string[] said = telling.Length > 0 ? telling : [.. series.Labels.Keys.Where(name => name != "__name__").Order(StringComparer.Ordinal)];
        return said.Length > 0 ? string.Join(", ", said.Select(label => $"{label}={series.Label(label)}"))
            : series.Label("__name__") is { Length: > 0 } name ? name : expression.ReplaceLineEndings(" ");
    }

    private static string[] Figures(IReadOnlyList<double> values)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        return known.Length == 0
            ? [Screen.Count(values.Count), Number(values[0]), "–", "–", "–", Number(values[^1])]
            : [Screen.Count(values.Count), Number(values[0]), Number(known.Min()), Number(known.Average()), Number(known.Max()), Number(values[^1])];
    }
}

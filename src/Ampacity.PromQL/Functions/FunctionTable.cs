using System.Collections.Frozen;
using static Ampacity.PromQL.ExpressionKind;

namespace Ampacity.PromQL;

/// <summary>All functions, by name.</summary>
internal static class FunctionTable
{
    private static readonly FrozenSet<string> Unsupported = FrozenSet.ToFrozenSet(
        ["info", "histogram_quantiles", "start_timestamp", "max_of", "min_of", "step", "range", "start", "end"], StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FunctionSignature> Functions = All().ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => Functions.Keys.Order(StringComparer.Ordinal);

    public static bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FunctionSignature? function) =>
        Functions.TryGetValue(name, out function);

    /// <summary>Whether Prometheus has it, but experimental.</summary>
    public static bool IsUnsupported(string name) => Unsupported.Contains(name);

    private static IEnumerable<FunctionSignature> All() =>
    [
        .. OfValues(), .. OfWindows(), .. OfCalendar(), .. Special(),
    ];

    private static IEnumerable<FunctionSignature> OfValues()
    {
        (string Name, Func<double, double> Map)[] plain =
        [
            ("abs", Math.Abs), ("ceil", Math.Ceiling), ("floor", Math.Floor), ("exp", Math.Exp), ("sqrt", Math.Sqrt),
            ("ln", Math.Log), ("log2", Math.Log2), ("log10", Math.Log10),
            ("sin", Math.Sin), ("cos", Math.Cos), ("tan", Math.Tan), ("asin", Math.Asin), ("acos", Math.Acos), ("atan", Math.Atan),
            ("sinh", Math.Sinh), ("cosh", Math.Cosh), ("tanh", Math.Tanh), ("asinh", Math.Asinh), ("acosh", Math.Acosh), ("atanh", Math.Atanh),
            ("deg", x => x * 180 / Math.PI), ("rad", x => x * Math.PI / 180),
            ("sgn", x => x < 0 ? -1 : x > 0 ? 1 : x),
        ];
        foreach (var (name, map) in plain)
        {
            yield return Of(name, new ValueFunction((value, _) => map(value)), InstantVector);
        }

        yield return Of("clamp", new ValueFunction((value, a) => a[1] < a[0] ? Absent.Value : Math.Max(a[0], Math.Min(a[1], value))),
            InstantVector, Scalar, Scalar);
        yield return Of("clamp_min", new ValueFunction((value, a) => Math.Max(a[0], value)), InstantVector, Scalar);
        yield return Of("clamp_max", new ValueFunction((value, a) => Math.Min(a[0], value)), InstantVector, Scalar);
        yield return Of("round", new ValueFunction(Round), InstantVector, Scalar) with { OptionalCount = 1 };
    }

    // As Prometheus: by the inverse, so that round(x, 0.1) has few digits.
    private static double Round(double value, ReadOnlySpan<double> arguments)
    {
        var inverse = 1 / (arguments.IsEmpty ? 1 : arguments[0]);
        return Math.Floor((value * inverse) + 0.5) / inverse;
    }

    private static IEnumerable<FunctionSignature> OfWindows()
    {
        (string Name, WindowFunction Body)[] plain =
        [
            ("rate", new(CounterWindows.Rate, IsCounter: true)), ("increase", new(CounterWindows.Increase, IsCounter: true)),
            ("delta", new(CounterWindows.Delta)), ("irate", new(CounterWindows.InstantRate)), ("idelta", new(CounterWindows.InstantDelta)),
            ("resets", new(CounterWindows.Resets)), ("changes", new(CounterWindows.Changes)), ("deriv", new(TrendWindows.Slope)),
            ("avg_over_time", new(StatisticWindows.Average)), ("sum_over_time", new(StatisticWindows.Sum)),
            ("min_over_time", new(StatisticWindows.Min)), ("max_over_time", new(StatisticWindows.Max)),
            ("count_over_time", new(static (in w) => w.Values.Length)), ("present_over_time", new(static (in _) => 1)),
            ("absent_over_time", new(static (in _) => 1)), ("stdvar_over_time", new(StatisticWindows.Variance)),
            ("stddev_over_time", new(static (in w) => Math.Sqrt(StatisticWindows.Variance(in w)))),
            ("last_over_time", new(static (in w) => w.Values[^1], KeepsName: true)),
            ("first_over_time", new(static (in w) => w.Values[0], KeepsName: true)),
            ("ts_of_last_over_time", new(static (in w) => w.TimestampsMs[^1] / 1000.0)),
            ("ts_of_first_over_time", new(static (in w) => w.TimestampsMs[0] / 1000.0)),
            ("ts_of_min_over_time", new(StatisticWindows.TimeOfMin)), ("ts_of_max_over_time", new(StatisticWindows.TimeOfMax)),
            ("mad_over_time", new(StatisticWindows.MedianDeviation)),
        ];
        foreach (var (name, body) in plain)
        {
            yield return Of(name, body, RangeVector);
        }

        yield return Of("quantile_over_time", new WindowFunction(StatisticWindows.Quantile), Scalar, RangeVector);
        yield return Of("predict_linear", new WindowFunction(TrendWindows.Predict), RangeVector, Scalar);
        yield return Of("double_exponential_smoothing", new WindowFunction(TrendWindows.Smooth), RangeVector, Scalar, Scalar);
    }

    private static IEnumerable<FunctionSignature> OfCalendar()
    {
        (string Name, Func<DateTime, double> Map)[] plain =
        [
            ("day_of_month", t => t.Day), ("day_of_week", t => (int)t.DayOfWeek), ("day_of_year", t => t.DayOfYear),
            ("days_in_month", t => DateTime.DaysInMonth(t.Year, t.Month)), ("hour", t => t.Hour), ("minute", t => t.Minute),
            ("month", t => t.Month), ("year", t => t.Year),
        ];
        foreach (var (name, map) in plain)
        {
            yield return Of(name, new CalendarFunction(map), InstantVector) with { OptionalCount = 1 };
        }
    }

    private static IEnumerable<FunctionSignature> Special()
    {
        var special = new SpecialFunction();
        yield return Of("absent", special, InstantVector);
        yield return Of("scalar", special, InstantVector) with { Returns = Scalar };
        yield return Of("time", special) with { Returns = Scalar };
        yield return Of("pi", special) with { Returns = Scalar };
        yield return Of("vector", special, Scalar);
        yield return Of("timestamp", special, InstantVector);
        yield return Of("sort", special, InstantVector);
        yield return Of("sort_desc", special, InstantVector);
        yield return Of("sort_by_label", special, InstantVector, ExpressionKind.Text) with { IsVariadic = true };
        yield return Of("sort_by_label_desc", special, InstantVector, ExpressionKind.Text) with { IsVariadic = true };
        yield return Of("label_replace", special,
            InstantVector, ExpressionKind.Text, ExpressionKind.Text, ExpressionKind.Text, ExpressionKind.Text);
        yield return Of("label_join", special, InstantVector, ExpressionKind.Text, ExpressionKind.Text, ExpressionKind.Text)
            with
        { IsVariadic = true, OptionalCount = 1 };
        yield return Of("histogram_quantile", special, Scalar, InstantVector);
        yield return Of("histogram_fraction", special, Scalar, Scalar, InstantVector);
        foreach (var name in (string[])["histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev", "histogram_stdvar"])
        {
            yield return Of(name, special, InstantVector);
        }
    }

    private static FunctionSignature Of(string name, FunctionBody body, params ExpressionKind[] parameters) =>
        new(name, InstantVector, parameters, 0, false) { Body = body };
}

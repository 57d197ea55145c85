using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Server;

/// <summary>
/// The unit of what a PromQL expression gives, as far as the names of its metrics say it (<c>_watts</c>, <c>_celsius</c>, <c>_joules_total</c>). For axes and headings; nothing
/// is computed with it. Pure, any thread.
/// </summary>
public static class ExpressionUnit
{
    /// <summary>Seconds since 1970, of <c>time()</c> and the like: no length of time.</summary>
    private const string? None = null;

    private static readonly (string Suffix, string Unit)[] Suffixes =
    [
        ("_watts", "W"), ("_joules", "J"), ("_celsius", "°C"), ("_kelvins", "K"), ("_volts", "V"), ("_amperes", "A"), ("_hertz", "Hz"), ("_bytes", "B"), ("_seconds", "s"),
        ("_meters", "m"), ("_pascals", "Pa"), ("_kilopascals", "kPa"), ("_liters_per_minute", "L/min"), ("_ratio", "ratio"), ("_percent", "%"),
    ];

    /// <summary>What a series of this name is called behind its unit.</summary>
    private static readonly string[] Tails = ["_total", "_sum", "_max", "_min"];

    // What leaves a value in its unit, of the vector among the arguments.
    private static readonly HashSet<string> Keeping = new(StringComparer.Ordinal)
    {
        "abs", "ceil", "floor", "round", "clamp", "clamp_min", "clamp_max", "sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "label_replace", "label_join", "scalar",
        "avg_over_time", "sum_over_time", "min_over_time", "max_over_time", "last_over_time", "first_over_time", "quantile_over_time", "stddev_over_time", "mad_over_time",
        "increase", "delta", "idelta", "predict_linear", "double_exponential_smoothing",
    };

    /// <summary>The unit, such as <c>W</c> or <c>B/s</c>; null where names do not say it, or the text is no expression.</summary>
    public static string? Of(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        try
        {
            return Of(PromQLParser.Parse(expression));
        }
        catch (PromQLSyntaxException)
        {
            // Whoever evaluates it says so, with the place.
            return None;
        }
    }

    private static string? Of(Expression expression) => expression switch
    {
        Parenthesis inner => Of(inner.Inner),
        Negation negation => Of(negation.Operand),
        VectorSelector selector => OfName(selector),
        RangeSelector range => OfName(range.Selector),
        Subquery subquery => Of(subquery.Inner),
        Aggregation aggregation => OfAggregation(aggregation),
        FunctionCall call => OfCall(call),
        BinaryOperation binary => OfBinary(binary),
        _ => None,
    };

    private static string? OfName(VectorSelector selector)
    {
        var name = selector.Matchers.FirstOrDefault(matcher => matcher is { Name: LabelSet.MetricName, Kind: MatchKind.Equal })?.Value ?? "";
        foreach (var tail in Tails)
        {
            name = name.EndsWith(tail, StringComparison.Ordinal) ? name[..^tail.Length] : name;
        }

        return Suffixes.FirstOrDefault(one => name.EndsWith(one.Suffix, StringComparison.Ordinal)).Unit;
    }

    private static string? OfAggregation(Aggregation aggregation) => aggregation.Operator switch
    {
        AggregationOperator.Count or AggregationOperator.CountValues or AggregationOperator.Group or AggregationOperator.Stdvar => None,
        _ => Of(aggregation.Inner),
    };

    private static string? OfCall(FunctionCall call)
    {
        var argument = call.Arguments.FirstOrDefault(argument => argument.Kind is ExpressionKind.InstantVector or ExpressionKind.RangeVector);
        return argument is null ? None
            : call.Function.Name is "rate" or "irate" or "deriv" ? Each(Of(argument))
            : Keeping.Contains(call.Function.Name) ? Of(argument)
            : None;
    }

    private static string? Each(string? unit) => unit switch
    {
        null => None,
        "J" => "W",
        "s" => "ratio",
        _ => $"{unit}/s",
    };

    private static string? OfBinary(BinaryOperation binary)
    {
        var (left, right) = (Of(binary.Left), Of(binary.Right));
        return binary.Operator switch
        {
            _ when binary.ReturnsBool => None,
            BinaryOperator.Add or BinaryOperator.Subtract => left == right || binary.Right is NumberLiteral ? left : binary.Left is NumberLiteral ? right : None,
            BinaryOperator.Divide => left is not null && left == right ? "ratio" : None,
            BinaryOperator.Multiply or BinaryOperator.Modulo or BinaryOperator.Power or BinaryOperator.Atan2 => None,
            // Comparisons and set operators let values of the left side through.
            _ => left ?? (binary.Left.Kind == ExpressionKind.Scalar ? right : None),
        };
    }
}

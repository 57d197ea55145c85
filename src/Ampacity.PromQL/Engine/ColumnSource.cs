using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>
/// An expression whose rows are each made of one series, so that they can be made without labels: a selector, or a function of its
/// windows, and what is done to every value after that; at most once that is to meet the series of another expression by labels.
/// </summary>
/// <param name="Selector">Which series.</param>
/// <param name="Window">The function of windows, or null for the newest sample at each step.</param>
/// <param name="Range">Its windows.</param>
/// <param name="Steps">What is done to each value, the innermost first.</param>
/// <param name="DropsName">Whether something on the way drops the metric's name, and with it what tells some series apart.</param>
/// <param name="Join">The one of <paramref name="Steps"/> that meets other series, or null.</param>
/// <param name="DropsNameBefore">Whether the name is dropped before the join.</param>
internal sealed record ColumnSource(
    VectorSelector Selector, FunctionCall? Window, RangeSelector? Range, IReadOnlyList<Expression> Steps, bool DropsName, BinaryOperation? Join, bool DropsNameBefore)
{
    /// <summary>Whether it is only known what rows are called when all of them have the name that is asked for.</summary>
    public bool NeedsName => DropsNameBefore || (DropsName && Join is not { Matching.Cardinality: MatchCardinality.OneToOne });

    /// <summary>The selector's metric name, when it asks for exactly one.</summary>
    public string? Name => Selector.Matchers.FirstOrDefault(matcher => matcher is { Name: LabelSet.MetricName, Kind: MatchKind.Equal })?.Value;

    /// <summary>The source that an expression is, or null.</summary>
    public static ColumnSource? Of(Expression expression)
    {
        var steps = new List<Expression>();
        var (dropsName, dropsNameBefore) = (false, false);
        BinaryOperation? join = null;
        while (true)
        {
            switch (expression)
            {
                case Parenthesis node:
                    expression = node.Inner;
                    break;
                case Negation node:
                    steps.Insert(0, node);
                    dropsName = dropsNameBefore = true;
                    expression = node.Operand;
                    break;
                case BinaryOperation { Matching: null } node:
                    steps.Insert(0, node);
                    dropsNameBefore |= !node.Operator.IsComparison() || node.ReturnsBool;
                    dropsName |= dropsNameBefore;
                    expression = node.Left.Kind == ExpressionKind.Scalar ? node.Right : node.Left;
                    break;
                case BinaryOperation { Operator: not BinaryOperator.Or } node when join is null && !NamesName(node.Matching!):
                    join = node;
                    steps.Insert(0, node);
                    dropsName |= !node.Operator.IsSet() && (!node.Operator.IsComparison() || node.ReturnsBool);
                    dropsNameBefore = false;
                    expression = node.ManySide;
                    break;
                case FunctionCall { Function.Body: ValueFunction } node:
                    steps.Insert(0, node);
                    dropsName = dropsNameBefore = true;
                    expression = node.Arguments[0];
                    break;
                case FunctionCall { Function.Body: WindowFunction body } node when node.Function.Name != "absent_over_time":
                    return RangeOf(node) is { } range
                        ? new ColumnSource(range.Selector, node, range, steps, dropsName || !body.KeepsName, join, dropsNameBefore || !body.KeepsName)
                        : null;
                case VectorSelector node:
                    return new ColumnSource(node, null, null, steps, dropsName, join, dropsNameBefore);
                default:
                    return null;
            }
        }
    }

    // What is called by the name it had: rare, and then labels have to be looked at.
    private static bool NamesName(VectorMatching matching) => matching.Labels.Contains(LabelSet.MetricName) || matching.Include.Contains(LabelSet.MetricName);

    private static RangeSelector? RangeOf(FunctionCall call)
    {
        var windows = call.Arguments.First(argument => argument.Kind == ExpressionKind.RangeVector);
        while (windows is Parenthesis node)
        {
            windows = node.Inner;
        }

        return windows as RangeSelector;
    }
}

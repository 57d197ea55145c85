using System.Globalization;
using System.Text;
using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>
/// Writes an expression as Prometheus formats it: in one line, or broken at parentheses and operators where a line would be longer than 100 characters. Reading it
/// again gives the same tree.
/// </summary>
/// <remarks>Any thread. What a tree does not keep is lost: comments, a plus sign, how a number was written.</remarks>
public static class ExpressionText
{
    // prometheus/prometheus promql/parser/prettier.go, maxCharactersPerLine.
    private const int LongestLine = 100;

    /// <summary>In as many lines as it takes, indented by two spaces.</summary>
    public static string Format(Expression expression)
    {
        var text = new StringBuilder();
        Write(text, expression, 0);
        return text.ToString();
    }

    /// <summary>In one line.</summary>
    public static string OneLine(Expression expression)
    {
        var text = new StringBuilder();
        Write(text, expression, null);
        return text.ToString();
    }

    // A level of null keeps all in one line. The height of a tree is limited by the parser, so it may recurse; each level measures itself once.
    private static void Write(StringBuilder text, Expression expression, int? level)
    {
        if (level is not null && IsLeaf(expression) is false)
        {
            var line = OneLine(expression);
            if (line.Length <= LongestLine)
            {
                Indent(text, level).Append(line);
                return;
            }
        }

        switch (expression)
        {
            case NumberLiteral number:
                Indent(text, level).Append(GoFloat.Format(number.Value));
                break;
            case StringLiteral literal:
                Quote(Indent(text, level), literal.Value);
                break;
            case VectorSelector selector:
                Shift(Selector(Indent(text, level), selector), selector.Shift);
                break;
            case RangeSelector range:
                Selector(Indent(text, level), range.Selector).Append('[').Append(DurationText.Format(range.RangeMs)).Append(']');
                Shift(text, range.Selector.Shift);
                break;
            case Subquery subquery:
                Write(text, subquery.Inner, level);
                text.Append('[').Append(DurationText.Format(subquery.RangeMs)).Append(':');
                text.Append(subquery.StepMs == 0 ? "" : DurationText.Format(subquery.StepMs)).Append(']');
                Shift(text, subquery.Shift);
                break;
            case Negation negation:
                var operand = new StringBuilder();
                Write(operand, negation.Operand, level);
                Indent(text, level).Append('-').Append(operand, (level ?? 0) * 2, operand.Length - ((level ?? 0) * 2));
                break;
            case Parenthesis parenthesis:
                List(Indent(text, level).Append('('), [parenthesis.Inner], level).Append(')');
                break;
            case FunctionCall call:
                List(Indent(text, level).Append(call.Function.Name).Append('('), call.Arguments, level).Append(')');
                break;
            case Aggregation aggregation:
                Indent(text, level).Append(Name(aggregation.Operator));
                if (aggregation.Without || aggregation.Labels.Count > 0)
                {
                    Labels(text.Append(aggregation.Without ? " without " : " by "), aggregation.Labels).Append(' ');
                }

                List(text.Append('('), aggregation.Parameter is { } parameter ? [parameter, aggregation.Inner] : [aggregation.Inner], level).Append(')');
                break;
            case BinaryOperation operation:
                Write(text, operation.Left, level + 1);
                Indent(level is null ? text.Append(' ') : text.Append('\n'), level).Append(Name(operation.Operator)).Append(operation.ReturnsBool ? " bool" : "");
                Matching(text, operation.Matching);
                text.Append(level is null ? ' ' : '\n');
                Write(text, operation.Right, level + 1);
                break;
            default:
                throw new InvalidOperationException($"Bug: no text for {expression.GetType().Name}");
        }
    }

    private static bool IsLeaf(Expression expression) => expression is NumberLiteral or StringLiteral or VectorSelector or RangeSelector;

    private static StringBuilder Indent(StringBuilder text, int? level) => text.Append(' ', (level ?? 0) * 2);

    private static StringBuilder List(StringBuilder text, IReadOnlyList<Expression> items, int? level)
    {
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(level is not null ? i > 0 ? ",\n" : "\n" : i > 0 ? ", " : "");
            Write(text, items[i], level + 1);
        }

        return level is null || items.Count == 0 ? text : Indent(text.Append('\n'), level);
    }

    private static StringBuilder Selector(StringBuilder text, VectorSelector selector)
    {
        // The name stands before the braces if it can, and once.
        var named = selector.Matchers.Count > 0 && selector.Matchers[0] is { Name: LabelSet.MetricName, Kind: MatchKind.Equal } first
            && IsPlain(first.Value, colons: true) && selector.Matchers.Count(matcher => matcher.Name == LabelSet.MetricName) == 1;
        text.Append(named ? selector.Matchers[0].Value : "");
        var rest = selector.Matchers.Skip(named ? 1 : 0).ToArray();
        if (rest.Length == 0)
        {
            return text;
        }

        text.Append('{');
        for (var i = 0; i < rest.Length; i++)
        {
            LabelName(text.Append(i > 0 ? "," : ""), rest[i].Name)
                .Append(rest[i].Kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" });
            Quote(text, rest[i].Value);
        }

        return text.Append('}');
    }

    private static void Shift(StringBuilder text, TimeShift shift)
    {
        text.Append(shift.At switch { AtKind.Start => " @ start()", AtKind.End => " @ end()", _ => "" });
        if (shift.At == AtKind.Time)
        {
            text.Append(CultureInfo.InvariantCulture, $" @ {shift.AtMs / 1000m:0.000}");
        }

        text.Append(shift.OffsetMs == 0 ? "" : " offset " + DurationText.Format(shift.OffsetMs));
    }

    private static void Matching(StringBuilder text, VectorMatching? matching)
    {
        if (matching is null)
        {
            return;
        }

        if (matching.On || matching.Labels.Count > 0)
        {
            Labels(text.Append(matching.On ? " on " : " ignoring "), matching.Labels);
        }

        if (matching.Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany)
        {
            Labels(text.Append(matching.Cardinality == MatchCardinality.ManyToOne ? " group_left " : " group_right "), matching.Include);
        }
    }

    private static StringBuilder Labels(StringBuilder text, IReadOnlyList<string> names)
    {
        text.Append('(');
        for (var i = 0; i < names.Count; i++)
        {
            LabelName(text.Append(i > 0 ? ", " : ""), names[i]);
        }

        return text.Append(')');
    }

    private static StringBuilder LabelName(StringBuilder text, string name) => IsPlain(name, colons: false) ? text.Append(name) : Quote(text, name);

    private static bool IsPlain(string name, bool colons) => name.Length > 0 && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_' || (colons && c == ':'))
        && !(colons && (Operators.IsKeyword(name) || FunctionTable.TryGet(name, out _)));

    private static StringBuilder Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or '\x7f' => text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => text.Append(c),
            };
        }

        return text.Append('"');
    }

    private static string Name(AggregationOperator op) => op == AggregationOperator.CountValues ? "count_values" : op.ToString().ToLowerInvariant();

    private static string Name(BinaryOperator op) => op switch
    {
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        _ => op.ToString().ToLowerInvariant(),
    };
}

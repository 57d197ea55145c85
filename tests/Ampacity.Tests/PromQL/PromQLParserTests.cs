using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Tests;

public sealed class PromQLParserTests
{
    [Theory]
    [InlineData("1 + 2 * 3 ^ 2 ^ 0", "(1+(2*(3^(2^0))))")]
    [InlineData("-2 ^ 2", "(-(2^2))")]
    [InlineData("1 - 2 - 3", "((1-2)-3)")]
    [InlineData("2 ^ -a", "(2^(-a))")]
    [InlineData("a or b and c unless d", "(a Or ((b And c) Unless d))")]
    [InlineData("a + b > bool c or d", "(((a+b)>c) Or d)")]
    [InlineData("a % b atan2 c", "((a%b) Atan2 c)")]
    public void Operators_bind_by_precedence(string text, string shape) => Assert.Equal(shape, Shape(PromQLParser.Parse(text)));

    [Fact]
    public void A_selector_has_matchers_range_offset_and_time()
    {
        var range = Assert.IsType<RangeSelector>(PromQLParser.Parse("power{rack=~\"r.*\", \"by who\"!=\"x\"}[5m] offset -1h30m @ end()"));
        Assert.Equal(300_000, range.RangeMs);
        Assert.Equal(new TimeShift(-5_400_000, AtKind.End, 0), range.Selector.Shift);
        Assert.Equal(["__name__=\"power\"", "rack=~\"r.*\"", "by who!=\"x\""], range.Selector.Matchers.Select(m => m.ToString()));
    }

    [Fact]
    public void A_quoted_metric_name_stands_in_braces() =>
        Assert.Equal("accel.power", Assert.IsType<VectorSelector>(PromQLParser.Parse("{\"accel.power\",rack='1'}")).Matchers[0].Value);

    [Fact]
    public void Nodes_say_where_they_stand()
    {
        var sum = Assert.IsType<Aggregation>(PromQLParser.Parse(" sum by (rack) (rate(x_total[1m]))"));
        Assert.Equal(new SourceSpan(1, 34), sum.Span);
        Assert.Equal(new SourceSpan(16, 33), sum.Inner.Span);
        Assert.Equal(["rack"], sum.Labels);
    }

    [Theory]
    [InlineData("sum(power) by (rack)")]
    [InlineData("SUM BY (rack) (power)")]
    [InlineData("sum(power) by (rack,) # per rack")]
    public void Grouping_stands_before_or_after(string text) =>
        Assert.Equal(["rack"], Assert.IsType<Aggregation>(PromQLParser.Parse(text)).Labels);

    [Theory]
    [InlineData("5m", 300)]
    [InlineData("1h1ms", 3600.001)]
    [InlineData("0x1F", 31)]
    [InlineData("0777777777777777777777", 9223372036854775807d)]
    [InlineData("01777777777777777777777", 1777777777777777777777d)]
    [InlineData("1_000.5e1", 10005)]
    [InlineData(".5", 0.5)]
    [InlineData("-iNf", double.NegativeInfinity)]
    [InlineData("nan", double.NaN)]
    public void Numbers_have_many_forms(string text, double value) =>
        Assert.Equal(value, Assert.IsType<NumberLiteral>(PromQLParser.Parse(text)).Value);

    [Theory]
    [InlineData("\"a\\n\\x41\\u00b5\\101\"", "a\nAµA")]
    [InlineData("'it\\'s'", "it's")]
    [InlineData("`raw \\n`", "raw \\n")]
    public void Strings_have_escapes(string text, string value) =>
        Assert.Equal(value, Assert.IsType<StringLiteral>(PromQLParser.Parse(text)).Value);

    [Theory]
    [InlineData("", 1, 1, "no expression found")]
    [InlineData("sum(", 1, 5, "unexpected end of input, expected a number")]
    [InlineData("a +\n+ )", 2, 3, "unexpected \")\"")]
    [InlineData("foo{a=}", 1, 7, "expected a quoted label value")]
    [InlineData("foo{a=~\"(\"}", 1, 8, "not a regular expression")]
    [InlineData("{a=\"\"}", 1, 1, "at least one non-empty matcher")]
    [InlineData("a{__name__=\"b\"}", 1, 15, "metric name must not be set twice")]
    [InlineData("rate(a)", 1, 6, "expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("rate(a[5m], 1)", 1, 1, "expected 1 argument(s)")]
    [InlineData("nothing(a)", 1, 1, "unknown function")]
    [InlineData("info(a)", 1, 1, "not supported")]
    [InlineData("1 > 2", 1, 1, "BOOL modifier")]
    [InlineData("1 and a", 1, 1, "not allowed in binary scalar expression")]
    [InlineData("a + bool b", 1, 5, "bool modifier")]
    [InlineData("a and on(x) group_left b", 1, 13, "no grouping allowed for set operation")]
    [InlineData("a * on(x) group_left(x) b", 1, 11, "must not occur in ON and GROUP clause")]
    [InlineData("a offset 1m offset 2m", 1, 13, "multiple times")]
    [InlineData("(a) offset 1m", 1, 5, "must be preceded by")]
    [InlineData("a[0s]", 1, 3, "greater than 0")]
    [InlineData("a[5x]", 1, 3, "bad number or duration")]
    [InlineData("a[1m:1m][2m]", 1, 9, "ranges only allowed for vector selectors")]
    [InlineData("a[5m+1m]", 1, 5, "experimental")]
    [InlineData("\"open", 1, 1, "unterminated")]
    [InlineData("a ! b", 1, 3, "expected != or !~")]
    [InlineData("a b", 1, 3, "expected an operator")]
    public void An_error_says_where_and_what_was_expected(string text, int line, int column, string problem)
    {
        var error = Assert.Throws<PromQLSyntaxException>(() => PromQLParser.Parse(text));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void Depth_and_length_have_limits()
    {
        Assert.IsType<BinaryOperation>(PromQLParser.Parse(string.Join('+', Enumerable.Repeat("1", 150))));
        Assert.Contains("nested", Refused(new string('(', 5000) + "1" + new string(')', 5000)), StringComparison.Ordinal);
        Assert.Contains("nested", Refused(string.Join('+', Enumerable.Repeat("1", 20_000))), StringComparison.Ordinal);
        Assert.Contains("nested", Refused(new string('-', 20_000) + "1"), StringComparison.Ordinal);
        Assert.Contains("65536", Refused(new string(' ', 65_537)), StringComparison.Ordinal);
    }

    [Fact]
    public void All_selectors_of_an_expression_are_listed()
    {
        var expression = PromQLParser.Parse("topk(scalar(k), a{x=\"1\"}) / on() group_left max_over_time((rate(b[5m]) or c)[1h:])");
        Assert.Equal(["k", "a", "b", "c"], SelectorList.Of(expression).Select(s => s.Matchers[0].Value));
    }

    [Fact]
    public void A_series_selector_alone_gives_matchers()
    {
        Assert.Equal(MatchKind.NotEqual, PromQLParser.ParseSelector("up{job!=\"a\"}")[1].Kind);
        Assert.Throws<PromQLSyntaxException>(() => PromQLParser.ParseSelector("up offset 1m"));
        Assert.Throws<PromQLSyntaxException>(() => PromQLParser.ParseSelector("up + up"));
    }

    private static string Refused(string text) => Assert.Throws<PromQLSyntaxException>(() => PromQLParser.Parse(text)).Message;

    private static string Shape(Expression expression) => expression switch
    {
        NumberLiteral number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        VectorSelector selector => selector.Matchers[0].Value,
        Negation negation => $"(-{Shape(negation.Operand)})",
        BinaryOperation node => $"({Shape(node.Left)}{Sign(node.Operator)}{Shape(node.Right)})",
        _ => throw new NotSupportedException(expression.GetType().Name),
    };

    private static string Sign(BinaryOperator op) => op switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.Greater => ">",
        _ => $" {op} ",
    };
}

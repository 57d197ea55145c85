using Ampacity.PromQL;

namespace Ampacity.Tests;

public sealed class ExpressionTextTests
{
    [Theory]
    [InlineData("sum   by(a)(x)", "sum by (a) (x)")]
    [InlineData("sum(x)by(a)", "sum by (a) (x)")]
    [InlineData("sum without()(x)", "sum without () (x)")]
    [InlineData("topk(2,x)", "topk(2, x)")]
    [InlineData("foo{a='b',c=~\"d\"}[90m]offset -5m", "foo{a=\"b\",c=~\"d\"}[1h30m] offset -5m")]
    [InlineData("foo @1.5", "foo @ 1.500")]
    [InlineData("a[1d:]@end()", "a[1d:] @ end()")]
    [InlineData("a/on(b)group_left(c)d", "a / on (b) group_left (c) d")]
    [InlineData("a>bool 1", "a > bool 1")]
    [InlineData("-(a)", "-(a)")]
    [InlineData("{\"my.metric\",\"a.b\"=\"c\"}", "{__name__=\"my.metric\",\"a.b\"=\"c\"}")]
    [InlineData("1e3 + Inf", "1000 + +Inf")]
    [InlineData("x[1w2d]", "x[9d]")]
    [InlineData("x[2w]", "x[2w]")]
    [InlineData("time()", "time()")]
    public void An_expression_is_written_as_Prometheus_formats_it(string text, string formatted) =>
        Assert.Equal(formatted, ExpressionText.Format(PromQLParser.Parse(text)));

    [Fact]
    public void A_long_one_is_broken_at_operators_and_parentheses() => Assert.Equal(
        """
          sum by (hall, rack) (
            hw_power_watts{hall="h1",rack="r01/01",site="a long name of a site of somebody",vendor="nvidia"}
          )
        / on (rack) group_left (feed)
          rack_limit_watts
        """.ReplaceLineEndings("\n"),
        ExpressionText.Format(PromQLParser.Parse(
            "sum by (hall, rack) (hw_power_watts{hall=\"h1\",rack=\"r01/01\",site=\"a long name of a site of somebody\",vendor=\"nvidia\"}) / on(rack) group_left(feed) rack_limit_watts")));
}

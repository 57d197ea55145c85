using Ampacity.Cli;

namespace Ampacity.Tests;

/// <summary>Errors that point into what was typed.</summary>
public sealed class ExpressionPointerTests
{
    [Fact]
    public void A_caret_stands_below_the_place() => Assert.Equal(
        "sum by (hall, rack (x)\n                   ^\n1:20: unexpected \"(\", expected a comma or )",
        ExpressionPointer.Of("invalid parameter \"query\": 1:20: parse error: unexpected \"(\", expected a comma or )", "sum by (hall, rack (x)", 80));

    [Fact]
    public void Of_several_lines_the_one_that_is_meant_is_shown() =>
        Assert.Equal("  + y[\n      ^\n2:7: expected a duration", ExpressionPointer.Of("2:7: parse error: expected a duration", "x\n  + y[\n  + z", 80));

    [Fact]
    public void A_long_line_is_cut_around_the_place()
    {
        var text = new string('x', 300) + "!" + new string('y', 300);
        var lines = ExpressionPointer.Of("1:301: parse error: no", text, 60)!.Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 60));
        Assert.Equal('!', lines[0][lines[1].IndexOf('^', StringComparison.Ordinal)]);
    }

    [Theory]
    [InlineData("query timed out in expression evaluation")]
    [InlineData("9:1: parse error: no")]
    [InlineData("1:99: parse error: no")]
    public void Without_a_place_in_the_text_nothing_is_pointed_at(string message) => Assert.Null(ExpressionPointer.Of(message, "up", 80));
}

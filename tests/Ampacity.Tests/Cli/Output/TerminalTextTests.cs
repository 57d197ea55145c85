using Ampacity.Cli;

namespace Ampacity.Tests.Cli;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("GB200 NVL, 4 × 1.2 kW – ok 😀", "GB200 NVL, 4 × 1.2 kW – ok 😀")]
    [InlineData("S-1\u001b[2J\u001b]0;owned\a", "S-1·[2J·]0;owned·")]
    [InlineData("S-1\u009b2J", "S-1·2J")]
    [InlineData("rack \u202Egpj.exe", "rack ·gpj.exe")]
    [InlineData("a\nb\r\tc\0", "a·b··c·")]
    public void What_a_terminal_would_obey_is_a_dot(string text, string shown) => Assert.Equal(shown, TerminalText.Cell(text));

    [Fact]
    public void Ends_of_lines_stay_in_a_text_and_are_blanks_in_a_column()
    {
        Assert.Equal("a\nb·c", TerminalText.Lines("a\nb\rc"));
        Assert.Equal("a b\u001bc", TerminalText.Column("a\nb\u001bc"));
    }
}

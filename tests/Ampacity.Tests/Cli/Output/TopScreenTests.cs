using Ampacity.Cli;
using Ampacity.Server;

namespace Ampacity.Tests;

/// <summary>The screen of <c>top</c>.</summary>
public sealed class TopScreenTests
{
    private static readonly TopView Asked = new(null, TopGroup.Rack, TopSort.Power, null);

    [Theory]
    [InlineData(40, 10)]
    [InlineData(80, 24)]
    [InlineData(200, 60)]
    public void It_fits_whatever_terminal_there_is(int width, int height)
    {
        var lines = TopScreen.Whole(Answer(50), Asked, width, height);
        Assert.True(lines.Length <= height, $"{lines.Length} lines of {height}");
        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} columns of {width}: {line}"));
        Assert.Contains(lines, line => line.Contains("0001", StringComparison.Ordinal));
        Assert.Contains("q quit", lines[^1]);
    }

    [Fact]
    public void What_does_not_fit_is_counted_and_what_is_not_known_is_no_zero()
    {
        var lines = TopScreen.Whole(Answer(50), Asked, 100, 20);
        Assert.Contains("… 37 more", lines);
        var nothing = TopScreen.Whole(new TopAnswer(null, null, null, null, null, 0, 0, null, null, [], 0), Asked, 100, 20);
        Assert.Contains("no readings yet", nothing);
        Assert.StartsWith("– drawn", nothing[0], StringComparison.Ordinal);
        var unread = TopScreen.Rows([new TopRow("site/h/r/01", "Rack", null, 132_000, null, null, 0, 1)], TopGroup.Rack).Single();
        Assert.Equal(["site/h/r/01", "Rack", "–", "–", "", "132.0 kW", "–", "0/1"], unread);
    }

    [Fact]
    public void Keys_change_what_is_asked()
    {
        var asked = "3tx5L".Aggregate(Asked, (question, key) => question.After(key));
        Assert.Equal((TopGroup.Power, TopSort.Load), (asked.By, asked.Sort));
        Assert.Equal("api/fleet/v1/top?under=a%2Fb&by=power&sort=load&limit=7", (asked with { Place = "a/b" }).Address(7));
    }

    private static TopAnswer Answer(int racks) => new(
        1_796_050_800_000, 1500, 9000, racks * 90_000.0, racks * 132_000.0, racks - 1, racks, 64.5, "site/hall-with-a-rather-long-name/r01/01/08/gpu2",
        [.. Enumerable.Range(1, racks).Select(i => new TopRow($"site/hall-with-a-rather-long-name/r01/{i:0000}", "Rack", 90_000 + i, 132_000, 0.7, 60, 1, 1))], 0);
}

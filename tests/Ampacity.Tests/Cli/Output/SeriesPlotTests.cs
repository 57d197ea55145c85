using Ampacity.Cli;
using CsCheck;

namespace Ampacity.Tests;

/// <summary>Series drawn as text.</summary>
public sealed class SeriesPlotTests
{
    private const long Begin = 1_796_050_800_000; // 2026-11-30T15:00:00Z
    private const long Minute = 60_000;

    [Fact]
    public void One_series_is_drawn_in_braille_with_axes_and_a_legend()
    {
        // Without blanks, so that the picture can be read here.
        var plot = Plot(Series("rack=r01", 0, 20_000, 40_000, 60_000, 80_000));
        Assert.Equal(
            """
            kW
            100┤
               │⢀⣀⠤⠤⠒
            50 ┤⢀⣀⠤⠒⠊⠉⠁
               │⢀⣀⡠⠤⠒⠉⠁
               │⣀⡠⠤⠒⠒⠉⠁
            0  ┤⣀⠤⠔⠊⠉
            """.ReplaceLineEndings("\n").Replace(" ", "", StringComparison.Ordinal),
            string.Join('\n', Text(plot.Draw(40, 6, coloured: false)).Take(7)).Replace(" ", "", StringComparison.Ordinal));
        var lines = Text(plot.Draw(40, 6, coloured: false));
        Assert.Equal(["15:00", "15:02", "15:04"], lines[8].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(3, lines[7].Count(c => c == '┬'));
        Assert.Equal("─ rack=r01   0 kW  80 kW  80 kW", lines[^1]);
    }

    [Fact]
    public void Without_colours_several_series_are_told_apart_by_letters_and_with_colours_by_colour()
    {
        var plot = Plot([.. Series("up", 0, 1, 2, 3, 4), .. Series("down", 4, 3, 2, 1, 0)]);
        var plain = Text(plot.Draw(60, 8, coloured: false));
        Assert.Contains(plain, line => line.Contains('a', StringComparison.Ordinal) && line.Contains('b', StringComparison.Ordinal));
        Assert.StartsWith("a up", plain[^2], StringComparison.Ordinal);
        Assert.DoesNotContain(plain, line => line.Any(c => c is >= '\u2800' and <= '\u28FF'));
        var coloured = plot.Draw(60, 8, coloured: true);
        Assert.Equal([0, 1], coloured.SelectMany(line => line).Select(part => part.Series).Where(series => series >= 0).Distinct().Order());
    }

    [Fact]
    public void What_is_missing_is_a_gap_and_no_line()
    {
        var whole = Plot(Series("x", 5, 5, 5, 5, 5, 5, 5));
        var torn = Plot([new PlotSeries("x", [.. Times(7).Where((_, i) => i is < 2 or > 4)], [5, 5, 5, 5])], 7);
        var holed = Plot(Series("x", 5, 5, double.NaN, double.PositiveInfinity, double.NaN, 5, 5));
        Assert.Equal(Dots(torn), Dots(holed));
        Assert.True(Dots(torn) < Dots(whole) / 2, "a gap of four of six minutes is drawn as a line");
    }

    [Fact]
    public void Series_without_a_number_say_so() =>
        Assert.StartsWith("No value to draw", Assert.Single(Text(Plot(Series("x", double.NaN, double.NegativeInfinity)).Draw(80, 16, true))), StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_drawn_no_line_is_wider_than_asked()
    {
        var value = Gen.OneOf(Gen.Double, Gen.Double[-1e6, 1e6], Gen.Const(double.NaN), Gen.Const(0.0));
        var one = Gen.Select(value.Array[0, 40], Gen.Char['!', '~'].Array[0, 120]);
        Gen.Select(one.Array[1, 9], Gen.Int[40, 120], Gen.Int[4, 24], Gen.Bool).Sample((made, width, height, coloured) =>
        {
            var plot = Plot([.. made.SelectMany(pair => Series(new string(pair.Item2), pair.Item1))], Math.Max(1, made.Max(pair => pair.Item1.Length)));
            Assert.All(Text(plot.Draw(width, height, coloured)), line => Assert.True(line.Length <= width, $"{line.Length} columns of {width}: {line}"));
        });
    }

    private static SeriesPlot Plot(IReadOnlyList<PlotSeries> series, int? minutes = null) =>
        new(series, Begin, Begin + ((minutes ?? series.Max(one => one.Values.Count)) * Minute), Minute, series[0].Name.StartsWith("rack", StringComparison.Ordinal) ? "W" : null);

    private static PlotSeries[] Series(string name, params double[] values) => [new PlotSeries(name, [.. Times(values.Length)], values)];

    private static IEnumerable<long> Times(int count) => Enumerable.Range(0, count).Select(i => Begin + (i * Minute));

    private static int Dots(SeriesPlot plot) => Text(plot.Draw(60, 8, false)).Skip(1).Take(8).Sum(line => line.Count(c => c is >= '\u2801' and <= '\u28FF'));

    private static string[] Text(IReadOnlyList<IReadOnlyList<PlotText>> lines) => [.. lines.Select(line => string.Concat(line.Select(part => part.Text)))];
}

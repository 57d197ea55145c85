using System.Globalization;
using Ampacity.Server;
using Spectre.Console;

namespace Ampacity.Cli;

/// <summary>The lines of <c>top</c>. Pure but for the terminal's size.</summary>
internal static class TopScreen
{
    /// <summary>What the keys do.</summary>
    public const string Keys = "1 site  2 hall  3 row  4 rack  5 power node   sort: p power  t temperature  l load  u unread   q quit";

    // Head, blank, headings, blank, keys.
    private const int LinesAround = 7;
    private const int BarWidth = 16;

    /// <summary>Lines of the terminal.</summary>
    public static int Height => Math.Max(LinesAround + 1, AnsiConsole.Profile.Height);

    /// <summary>Places that fit the terminal.</summary>
    public static int RowsThatFit => Height - LinesAround;

    /// <summary>The whole screen, no line wider and not more lines than there is room for.</summary>
    public static string[] Whole(TopAnswer answer, TopView asked, int width, int height)
    {
        var rows = Rows(answer.Rows, asked.By).ToArray();
        var columns = Columns(asked.By);
        int[] widths = [.. columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Heading.Length).Max())];
        var (kept, fitted) = TableFit.Fit(widths, [.. columns.Select(column => column.Priority)], width);
        var shown = Math.Max(0, height - LinesAround);
        List<string> lines =
        [
            .. Head(answer), "", Row([.. columns.Select(column => column.Heading)]),
            .. rows.Take(shown).Select(Row), .. rows.Length == 0 ? ["Nothing to show here."] : Array.Empty<string>(),
        ];
        if (answer.Unlisted + Math.Max(0, rows.Length - shown) is > 0 and var more)
        {
            lines.Add($"… {Screen.Count(more)} more");
        }

        var where = asked.Place is { } place ? $" below {place}" : "";
        return
        [
            .. lines.Select(line => TableFit.Cut(line, width)).Take(height - 1),
            TableFit.Cut(width > Keys.Length ? Keys : $"by {asked.By}, {asked.Sort}{where}   1–5 by  p t l u sort  q quit".ToLowerInvariant(), width),
        ];

        string Row(IReadOnlyList<string> cells) => string.Join("  ", kept.Select((column, i) => columns[column].Right
            ? TableFit.Cut(cells[column], fitted[i]).PadLeft(fitted[i])
            : TableFit.Cut(cells[column], fitted[i]).PadRight(fitted[i]))).TrimEnd();
    }

    /// <summary>What all of it does.</summary>
    public static IEnumerable<string> Head(TopAnswer answer)
    {
        var share = answer is { DrawWatts: { } draw, DesignWatts: > 0 and var design } ? $", {Percent(draw / design)} of design {Screen.Power(design)}" : "";
        yield return $"{Screen.Power(answer.DrawWatts)} drawn at rack input{share}; {Screen.Count(answer.RacksRead)} of {Screen.Count(answer.Racks)} racks read";
        yield return answer.HottestPath is { } path ? $"hottest {Celsius(answer.HottestCelsius)} at {path}" : "no temperature is read";
        yield return answer.AtMs is { } at
            ? $"as of {Screen.Time(at)}, {Age(answer.AgeMs)} ago; oldest reading {Age(answer.OldestReadingMs)}"
            : "no readings yet";
    }

    /// <summary>Heading, priority and side of each column.</summary>
    public static (string Heading, int Priority, bool Right)[] Columns(TopGroup by) =>
    [
        ("place", 0, false), ("kind", by == TopGroup.Power ? 1 : 5, false), ("power", 0, true), ("load", 1, true), ("", 4, false), (by == TopGroup.Power ? "limit" : "design", 3, true),
        ("temperature", 1, true), ("racks read", 2, true),
    ];

    /// <summary>Cells of the places.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(IReadOnlyList<TopRow> rows, TopGroup by) => rows.Select(row => (IReadOnlyList<string>)
    [
        row.Path, row.Kind, Screen.Power(row.DrawWatts), row.Load is { } load ? Percent(load) : "–", Bar(row.Load), Screen.Power(row.BoundWatts), Celsius(row.TemperatureCelsius),
        by == TopGroup.Power ? "–" : $"{Screen.Count(row.RacksRead)}/{Screen.Count(row.Racks)}",
    ]);

    private static string Bar(double? load) => load is not { } share ? ""
        : new string('#', (int)Math.Clamp(Math.Round(share * BarWidth), 0, BarWidth)).PadRight(BarWidth, '.') + (share > 1 ? "!" : "");

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    private static string Celsius(double? celsius) => celsius is { } known ? known.ToString("0.0", CultureInfo.InvariantCulture) + " °C" : "–";

    private static string Age(long? ageMs) => ageMs is { } age ? age < 120_000 ? $"{age / 1000} s" : $"{age / 60_000} min" : "–";
}

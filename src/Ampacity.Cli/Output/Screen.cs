using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Ampacity.Cli;

/// <summary>What commands print: tables with lines and colours on a terminal, plain columns when piped, JSON when asked.</summary>
internal static class Screen
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Whether a person looks at it.</summary>
    public static bool IsTerminal => !Console.IsOutputRedirected;

    public static void Json(JsonElement json) => Console.Out.WriteLine(JsonSerializer.Serialize(json, Indented));

    public static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>Says something that is not the answer: progress, hints. To standard error, so that pipes stay clean.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>A table; the columns named in <paramref name="right"/> hold numbers.</summary>
    public static void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, params int[] right)
    {
        if (!IsTerminal)
        {
            Plain(headings, rows, right);
            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        for (var i = 0; i < headings.Count; i++)
        {
            var column = new TableColumn(new Markup($"[bold]{Markup.Escape(headings[i])}[/]"));
            table.AddColumn(right.Contains(i) ? column.RightAligned() : column);
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Markup(Markup.Escape(cell)))]);
        }

        AnsiConsole.Write(table);
    }

    public static string Kilowatts(double? watts) =>
        watts is { } value ? (value / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " kW" : "–";

    public static string Time(long atMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // Columns padded to their widest cell, two spaces between, nothing else: for grep, awk and transcripts.
    private static void Plain(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, int[] right)
    {
        var all = rows.Prepend(headings).ToArray();
        var widths = headings.Select((_, i) => all.Max(row => row[i].Length)).ToArray();
        foreach (var row in all)
        {
            var cells = row.Select((cell, i) => right.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            Console.Out.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}

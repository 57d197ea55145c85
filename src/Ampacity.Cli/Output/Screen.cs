using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Ampacity.Cli;

/// <summary>What commands print: tables with lines and colours on a terminal, plain columns when piped, JSON when asked.</summary>
internal static class Screen
{
    // Wider, a line of braille is no longer read as one.
    private const int PlotWidthMax = 160;

    // Three or four screens of entries; who has more rows looks for one place, or takes a wider terminal.
    private const int EntriesMax = 25;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // Of the sixteen that every terminal has and its owner has chosen; those that are near black or white on some are left out.
    private static readonly string[] Colours = ["blue", "red", "green", "fuchsia", "aqua", "yellow", "purple", "teal"];

    /// <summary>Whether a person looks at it.</summary>
    public static bool IsTerminal => !Console.IsOutputRedirected;

    public static void Json(JsonElement json) => Console.Out.WriteLine(JsonSerializer.Serialize(json, Indented));

    public static void Line(string text = "") => Console.Out.WriteLine(IsTerminal ? TerminalText.Lines(text) : text);

    /// <summary>A sentence or a line of a list: on a terminal it goes on in the next line at a word, a little further in; piped it is one line.</summary>
    /// <param name="text">What is said.</param>
    /// <param name="indent">Columns that the lines after the first stand further in.</param>
    /// <param name="colour">Of the whole on a terminal, such as <c>red</c>; null for none.</param>
    public static void Say(string text, int indent = 2, string? colour = null)
    {
        if (!IsTerminal)
        {
            Console.Out.WriteLine(text);
            return;
        }

        foreach (var line in TableFit.Wrap(TerminalText.Lines(text), Width, indent))
        {
            AnsiConsole.MarkupLine(colour is null ? Markup.Escape(line) : $"[{colour}]{Markup.Escape(line)}[/]");
        }
    }

    /// <summary>Says something that is not the answer: progress, hints. To standard error, so that pipes stay clean.</summary>
    public static void Note(string text) => Console.Error.WriteLine(Console.IsErrorRedirected ? text : TerminalText.Lines(text));

    /// <summary>
    /// A table for narrow screens: on a terminal it fits its width by leaving out the columns of least priority, then by cutting cells;
    /// piped it has every column whole, for grep and awk.
    /// </summary>
    /// <param name="columns">Heading, priority (0 never goes, the highest goes first), whether it holds numbers.</param>
    /// <param name="rows">Cells.</param>
    public static void Fitted(IReadOnlyList<(string Heading, int Priority, bool Right)> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        string[] headings = [.. columns.Select(column => column.Heading)];
        int[] right = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i].Right)];
        if (!IsTerminal)
        {
            Plain(headings, rows, right);
            return;
        }

        IReadOnlyList<string>[] all = [.. rows.Select(row => (string[])[.. row.Select(TerminalText.Cell)])];
        int[] widths = [.. headings.Select((heading, i) => all.Select(row => row[i].Length).Append(heading.Length).Max())];
        var (kept, fitted) = TableFit.Fit(widths, [.. columns.Select(column => column.Priority)], Width);
        PlainLine(headings, bold: true);
        foreach (var row in all)
        {
            PlainLine(row, bold: false);
        }

        if (kept.Length < columns.Count)
        {
            Note($"({columns.Count - kept.Length} columns do not fit: widen the terminal, or add --json)");
        }

        void PlainLine(IReadOnlyList<string> row, bool bold)
        {
            var line = string.Join("  ", kept.Select((column, i) => columns[column].Right
                ? TableFit.Cut(row[column], fitted[i]).PadLeft(fitted[i])
                : TableFit.Cut(row[column], fitted[i]).PadRight(fitted[i]))).TrimEnd();
            AnsiConsole.MarkupLine(bold ? $"[bold]{Markup.Escape(line)}[/]" : Markup.Escape(line));
        }
    }

    /// <summary>
    /// A table of few rows whose every column counts: on a terminal that it does not fit, each row is an entry of lines, under the columns that
    /// never go; else as <see cref="Fitted"/>.
    /// </summary>
    /// <param name="columns">As of <see cref="Fitted"/>.</param>
    /// <param name="rows">Cells.</param>
    public static void FittedOrEntries(IReadOnlyList<(string Heading, int Priority, bool Right)> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.ToArray();
        if (!IsTerminal || all.Length > EntriesMax
            || columns.Select((column, i) => all.Select(row => row[i].Length).Append(column.Heading.Length).Max() + TableFit.Gap).Sum() - TableFit.Gap <= Width)
        {
            Fitted(columns, all);
            return;
        }

        var margin = columns.Where(column => column.Priority > 0).Max(column => column.Heading.Length) + 4;
        foreach (var row in all)
        {
            Say(string.Join("  ", row.Where((_, i) => columns[i].Priority == 0)), colour: "bold");
            for (var i = 0; i < columns.Count; i++)
            {
                if (columns[i].Priority > 0 && row[i].Length > 0)
                {
                    Say($"  {columns[i].Heading.PadRight(margin - 4)}  {row[i]}", margin);
                }
            }
        }
    }

    /// <summary>Columns of characters that a line may take on a terminal.</summary>
    public static int Width => IsTerminal ? Math.Max(40, AnsiConsole.Profile.Width) : int.MaxValue;

    /// <summary>Whether colours can be told apart: a terminal that has some, and nobody who asks for none (NO_COLOR).</summary>
    public static bool HasColours => IsTerminal && AnsiConsole.Profile.Capabilities.ColorSystem != ColorSystem.NoColors;

    /// <summary>Columns of a plot: the terminal's, or what people read where there is none.</summary>
    public static int PlotWidth => IsTerminal ? Math.Min(Width, PlotWidthMax) : TableFit.UsualWidth;

    /// <summary>Rows of a plot with a legend of so many lines: it fits the terminal with the command and its prompt.</summary>
    public static int PlotHeight(int legend) => IsTerminal ? Math.Clamp(AnsiConsole.Profile.Height - legend - 8, 6, 20) : 16;

    /// <summary>Lines of a plot, each series in its colour.</summary>
    public static void Coloured(IEnumerable<IReadOnlyList<PlotText>> lines)
    {
        foreach (var line in lines)
        {
            if (HasColours)
            {
                AnsiConsole.MarkupLine(string.Concat(line.Select(part =>
                    part.Series < 0 ? Markup.Escape(part.Text) : $"[{Colours[part.Series % Colours.Length]}]{Markup.Escape(part.Text)}[/]")));
            }
            else
            {
                Line(string.Concat(line.Select(part => part.Text)).TrimEnd());
            }
        }
    }

    /// <summary>A power in the unit that keeps it short.</summary>
    public static string Power(double? watts) => watts switch
    {
        null => "–",
        >= 1e9 => (watts.Value / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + " GW",
        >= 1e6 => (watts.Value / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " MW",
        { } value => (value / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " kW",
    };

    /// <summary>A word of an answer as fleet files spell it: <c>activeActive</c> is active-active.</summary>
    public static string Words(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}"));

    /// <summary>A count with separators of thousands.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Time(long atMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // Columns padded to their widest cell, two spaces between, nothing else: for grep, awk and transcripts.
    private static void Plain(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, int[] right)
    {
        IReadOnlyList<string>[] all = [.. rows.Prepend(headings).Select(row => (string[])[.. row.Select(TerminalText.Column)])];
        var widths = headings.Select((_, i) => all.Max(row => row[i].Length)).ToArray();
        foreach (var row in all)
        {
            var cells = row.Select((cell, i) => right.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            Console.Out.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}

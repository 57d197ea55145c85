using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Cli;

/// <summary>An error of PromQL or SQL under the place that it is about. Pure.</summary>
internal static partial class ExpressionPointer
{
    /// <summary>The line with a caret below it and what is wrong; null where the message names no place.</summary>
    /// <param name="message">The server's, with <c>line:column: parse error: …</c> in it.</param>
    /// <param name="expression">What was asked.</param>
    /// <param name="width">Columns; a longer line is cut around the place.</param>
    public static string? Of(string message, string expression, int width)
    {
        var said = Place().Match(message);
        if (!said.Success)
        {
            return null;
        }

        return At(
            expression, int.Parse(said.Groups["line"].Value, CultureInfo.InvariantCulture), int.Parse(said.Groups["column"].Value, CultureInfo.InvariantCulture),
            said.Groups["problem"].Value, width);
    }

    /// <summary>A line of a text, a caret below a column of it, and what is wrong; null where the text has no such place.</summary>
    public static string? At(string text, int line, int column, string problem, int width)
    {
        var lines = text.Split('\n');
        if (line < 1 || line > lines.Length || column < 1 || column > lines[line - 1].Length + 1)
        {
            return null;
        }

        // A tab would move the caret away.
        var shown = string.Concat(lines[line - 1].Select(c => char.IsControl(c) ? ' ' : c));
        var room = Math.Max(20, width - 4);
        var from = shown.Length <= room ? 0 : Math.Clamp(column - 1 - (room / 2), 0, shown.Length - room);
        var window = shown.Substring(from, Math.Min(room, shown.Length - from));
        var (before, after) = (from > 0 ? "…" : "", from + window.Length < shown.Length ? "…" : "");
        return $"{before}{window}{after}\n{new string(' ', before.Length + column - 1 - from)}^\n{line}:{column}: {problem}";
    }

    [GeneratedRegex(@"(?<line>\d{1,6}):(?<column>\d{1,6}): parse error: (?<problem>.*)\z", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}

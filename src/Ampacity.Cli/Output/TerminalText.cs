using System.Globalization;

namespace Ampacity.Cli;

/// <summary>
/// Text from elsewhere as a terminal may show it. A serial or a label can hold what a terminal obeys: escape sequences that move the cursor, set its
/// title or paint over what stands there, and marks that turn the reading direction. Pure.
/// </summary>
internal static class TerminalText
{
    private const char Shown = '·';

    /// <summary>The text with a dot for each control and format character; ends of lines stay.</summary>
    public static string Lines(string text) => Replaced(text, keepsLines: true);

    /// <summary>The text on one line, with a dot for each control and format character and end of line.</summary>
    public static string Cell(string text) => Replaced(text, keepsLines: false);

    /// <summary>The text on one line as a program reads it: a blank for each end of line and tab, which would end a row or a column; else untouched.</summary>
    public static string Column(string text) => text.AsSpan().IndexOfAny('\n', '\r', '\t') < 0 ? text : text.Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' ');

    private static string Replaced(string text, bool keepsLines)
    {
        foreach (var c in text)
        {
            if (IsObeyed(c, keepsLines))
            {
                return string.Concat(text.Select(one => IsObeyed(one, keepsLines) ? Shown : one));
            }
        }

        return text;
    }

    private static bool IsObeyed(char c, bool keepsLines) => char.IsControl(c)
        ? !(keepsLines && c == '\n')
        : c > 0x7f && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

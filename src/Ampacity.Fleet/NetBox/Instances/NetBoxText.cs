using System.Text;

namespace Ampacity.Fleet;

/// <summary>Text out of NetBox on its way into our files: names, remarks, and what YAML must not be given.</summary>
internal static class NetBoxText
{
    private const int LongestName = 63;

    /// <summary>
    /// A name of ours from any text: lower case, every run of other characters one dash. Empty where nothing is left, as of a name in
    /// another script.
    /// </summary>
    public static string Slug(string text, string allowed = "_.-")
    {
        var slug = new StringBuilder(Math.Min(text.Length, LongestName));
        foreach (var c in text)
        {
            var lower = char.ToLowerInvariant(c);
            if (char.IsAsciiLetterLower(lower) || char.IsAsciiDigit(lower))
            {
                slug.Append(lower);
            }
            else if (slug.Length > 0)
            {
                var mark = allowed.Contains(c, StringComparison.Ordinal) ? c : '-';
                if (mark != '-' || slug[^1] != '-')
                {
                    slug.Append(mark);
                }
            }
        }

        return (slug.Length > LongestName ? slug.ToString(0, LongestName) : slug.ToString()).TrimEnd('-', '.', '_');
    }

    /// <summary>
    /// The text without what no reader should meet: control characters, breaks of other kinds, marks that turn text around. Cut to a
    /// length, never inside a pair of surrogates.
    /// </summary>
    public static string Printable(string text, int longest)
    {
        var clean = string.Concat(text.ReplaceLineEndings("\n").Select(c => IsPrintable(c) ? c : ' '));
        if (clean.Length <= longest)
        {
            return clean;
        }

        var end = longest - 1;
        return clean[..(char.IsHighSurrogate(clean[end - 1]) ? end - 1 : end)] + "…";
    }

    /// <summary>A scalar that reads back as exactly this text, never as a number, a truth or nothing.</summary>
    public static string Scalar(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        return text.Contains('\n', StringComparison.Ordinal) || text.Contains('\t', StringComparison.Ordinal)
            ? $"\"{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\""
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    // Letters first, then what means nothing in YAML anywhere; words that some reader takes for a truth are quoted.
    private static bool IsPlain(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text[^1] != ' '
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '/' or '@' or ' ')
        && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");

    private static bool IsPrintable(char c) => c is '\t' or '\n'
        || !(c < ' ' || c is >= '\u007F' and <= '\u009F' || c is >= '\u2028' and <= '\u202E' || c is >= '\u2066' and <= '\u2069'
            || c is '\uFEFF' or '\uFFFE' or '\uFFFF');
}

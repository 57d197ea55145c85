using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Reads the values of fields; one that is wrong is an error at its column and null. For one thread.</summary>
internal sealed class CsvCells(CsvTable table, CsvErrors errors)
{
    /// <summary>Longest word that is no path, characters: names are 63, a SKU revision 133.</summary>
    private const int MaxWord = 256;

    private const int KeptWords = 4096;
    private const double MaxNumber = 1e12;
    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _times = new(StringComparer.Ordinal);

    /// <summary>An error at a column of the row.</summary>
    public void Wrong(string column, string rule, string hint) => errors.Add(table.Line, column, rule, hint);

    /// <summary>A field as text of a few kinds; null where it is empty. Equal words are one string.</summary>
    public string? Word(string name, int column)
    {
        var field = table.Words(column);
        if (field.IsEmpty)
        {
            return null;
        }

        if (field.Length > MaxWord)
        {
            Wrong(name, "too-long", FormattableString.Invariant($"it has at most {MaxWord} characters, not {field.Length}"));
            return null;
        }

        var words = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        if (words.TryGetValue(field, out var word))
        {
            return word;
        }

        word = field.ToString();
        if (_words.Count < KeptWords)
        {
            _words.Add(word, word);
        }

        return word;
    }

    /// <summary>Words joined by +; null where the field is empty.</summary>
    public string[]? Words(string name, int column)
    {
        var field = table.Words(column);
        if (field.IsEmpty)
        {
            return null;
        }

        var words = field.ToString().Split('+', StringSplitOptions.TrimEntries);
        if (words.Any(word => word.Length is 0 or > MaxWord))
        {
            Wrong(name, "bad-list", "names are joined by one + each, such as bw-1a+bw-1b");
            return null;
        }

        if (words.Distinct(StringComparer.Ordinal).Count() != words.Length)
        {
            Wrong(name, "named-twice", $"'{field}' names one of them twice; name each once");
            return null;
        }

        return words;
    }

    /// <summary>A plain number, within bounds; null where the field is empty or wrong.</summary>
    public double? Number(string name, int column, double least, double most)
    {
        var field = table[column];
        if (field.IsEmpty)
        {
            return null;
        }

        Span<char> plain = stackalloc char[32];
        if (field.Length > plain.Length)
        {
            Wrong(name, "bad-number", "a number has at most 32 characters, without unit and thousands separators");
            return null;
        }

        field.CopyTo(plain);
        plain = plain[..field.Length];
        if (table.IsSemicolon && plain.Count(',') == 1 && !plain.Contains('.'))
        {
            plain[plain.IndexOf(',')] = '.';
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(plain, Style, CultureInfo.InvariantCulture, out var number) || !(Math.Abs(number) < MaxNumber))
        {
            Wrong(name, "bad-number", $"'{field}' is no number; write one such as 2.4, without unit (the column's name has it) and thousands separators"
                + (table.IsSemicolon ? "" : "; a decimal comma is read only where semicolons separate"));
            return null;
        }

        if (number < least || number > most)
        {
            Wrong(name, "out-of-range", FormattableString.Invariant($"{number} is not between {least} and {most}"));
            return null;
        }

        return number;
    }

    /// <summary>A day (from its beginning, UTC) or an RFC 3339 time, UTC milliseconds; null where the field is empty or wrong.</summary>
    public long? Time(string name, int column)
    {
        var field = table.Words(column);
        if (field.IsEmpty)
        {
            return null;
        }

        var times = _times.GetAlternateLookup<ReadOnlySpan<char>>();
        if (times.TryGetValue(field, out var atMs))
        {
            return atMs;
        }

        if (field.Length <= 40 && DateOnly.TryParseExact(field, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            atMs = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        }
        else if (field.Length <= 40 && SaysZone(field) && DateTimeOffset.TryParseExact(field, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            atMs = time.ToUnixTimeMilliseconds();
        }
        else
        {
            Wrong(name, "bad-time", $"'{Shown(field)}' is neither a day such as 2026-03-31 nor a time such as 2026-03-31T08:00:00Z");
            return null;
        }

        if (_times.Count < KeptWords)
        {
            _times.Add(field.ToString(), atMs);
        }

        return atMs;
    }

    // A time without a zone means another instant on every desk.
    private static bool SaysZone(ReadOnlySpan<char> time) => time[^1] == 'Z' || (time.Length > 6 && time[^6] is '+' or '-');

    /// <summary>A lifecycle state; null where the field is empty or wrong.</summary>
    public LifecycleState? State(string name, int column)
    {
        var field = table.Words(column);
        if (field.IsEmpty)
        {
            return null;
        }

        Span<char> plain = stackalloc char[16];
        var length = 0;
        foreach (var letter in field)
        {
            // burn-in, burn_in and BurnIn are the same word to a spreadsheet.
            if (letter is not ('-' or '_' or ' ') && length < plain.Length)
            {
                plain[length++] = letter;
            }
        }

        plain = plain[..length];
        if (length > 0 && char.IsAsciiLetter(plain[0]) && Enum.TryParse<LifecycleState>(plain, ignoreCase: true, out var state))
        {
            return state;
        }

        Wrong(name, "unknown-state", $"'{Shown(field)}' is no state; it is one of {string.Join(", ", Enum.GetNames<LifecycleState>())}");
        return null;
    }

    /// <summary>A field as an error shows it.</summary>
    public static string Shown(ReadOnlySpan<char> field) => field.Length > 60 ? $"{field[..60]}…" : field.ToString();
}

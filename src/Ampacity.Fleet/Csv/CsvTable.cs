using System.Buffers;
using System.Text;
using Sylvan.Data.Csv;

namespace Ampacity.Fleet;

/// <summary>
/// The rows of a CSV file under their header, one at a time as spans: nothing is kept of a row once the next is asked for. Whatever the
/// dialect, a field comes out trimmed and without quotes.
/// </summary>
/// <remarks>For one thread. The text is read as it is needed; the most that is held of it is one row.</remarks>
internal sealed class CsvTable : IDisposable
{
    /// <summary>Longest row, characters: a row of ours is below 1,000.</summary>
    public const int MaxRowChars = 1 << 16;

    /// <summary>Most columns: the widest kind has 14 and a few of firmware.</summary>
    public const int MaxColumns = 256;

    /// <summary>Most rows: the 10 GW fleet with serials is 7.5 million.</summary>
    public const int MaxRows = 20_000_000;

    /// <summary>Largest file: those 7.5 million rows are 0.7 GB with every column filled.</summary>
    public const long MaxBytes = 2L << 30;

    /// <summary>The hint for a row over <see cref="MaxRowChars"/>.</summary>
    public const string TooLong = "a row has at most 65,536 characters; a quote that is not closed, or a file that is no CSV, looks like this";

    private static readonly SearchValues<char> ComponentChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");

    private readonly CsvDataReader _reader;
    private readonly CsvErrors _errors;
    private readonly CancellationToken _cancel;
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly bool[] _named;
    private int _brokenLines;

    private CsvTable(CsvDataReader reader, CsvBeginning beginning, CsvErrors errors, CancellationToken cancel)
    {
        _reader = reader;
        _errors = errors;
        _cancel = cancel;
        _named = new bool[Math.Min(MaxColumns, reader.FieldCount)];
        Line = beginning.HeaderLine;
        IsSemicolon = beginning.Separator == ';';
    }

    /// <summary>Line of the row, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Rows read, empty ones not counted.</summary>
    public int RowCount { get; private set; }

    /// <summary>Whether semicolons separate, so that a comma may be a decimal sign.</summary>
    public bool IsSemicolon { get; }

    /// <summary>Names of the columns that the file has.</summary>
    public IEnumerable<string> Columns => _columns.Keys;

    /// <summary>Opens a file and reads its header.</summary>
    /// <returns>Null if that is not right; what is wrong is among the errors.</returns>
    public static CsvTable? Open(Stream content, CsvKind kind, CsvErrors errors, CancellationToken cancel)
    {
        try
        {
            if (CsvBeginning.Read(content, kind, errors) is not { } beginning)
            {
                return null;
            }

            var reader = CsvDataReader.Create(beginning, new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = beginning.Separator,
                Comment = '\0',
                BufferSize = MaxRowChars,
                MaxBufferSize = MaxRowChars,
                ResultSetMode = ResultSetMode.SingleResult,
                CsvStyle = CsvStyle.Standard,
            });
            var table = new CsvTable(reader, beginning, errors, cancel);
            if (reader.Read() && table.Header(kind))
            {
                return table;
            }

            table.Dispose();
            return null;
        }
        catch (DecoderFallbackException)
        {
            NotText(errors, 1);
        }
        catch (CsvFormatException error)
        {
            Broken(errors, 1, error);
        }

        return null;
    }

    /// <summary>The number of a column, or −1 if the file does not have it.</summary>
    public int Column(string name) => _columns.GetValueOrDefault(name, -1);

    /// <summary>Goes to the next row that says something; false at the end, and where reading on is of no use.</summary>
    public bool Next()
    {
        while (!_errors.Full)
        {
            if ((RowCount & 0xffff) == 0)
            {
                _cancel.ThrowIfCancellationRequested();
            }

            try
            {
                Line += 1 + _brokenLines;
                _brokenLines = 0;
                if (!_reader.Read())
                {
                    return false;
                }
            }
            catch (DecoderFallbackException)
            {
                NotText(_errors, Line);
                return false;
            }
            catch (CsvFormatException error)
            {
                Broken(_errors, Line, error);
                return false;
            }

            if (IsGood())
            {
                if (++RowCount > MaxRows)
                {
                    _errors.Add(Line, "$", "too-many-rows", FormattableString.Invariant($"a file has at most {MaxRows:N0} rows; import it in parts"));
                    return false;
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>A field without spaces around it; empty where the file has no such column.</summary>
    public ReadOnlySpan<char> this[int column]
    {
        get
        {
            if (column < 0)
            {
                return default;
            }

            var field = _reader.GetFieldSpan(column);
            return !field.IsEmpty && (field[0] <= ' ' || field[^1] <= ' ') ? field.Trim() : field;
        }
    }

    /// <summary>A field of words; the apostrophe with which spreadsheets mark text is not part of it.</summary>
    public ReadOnlySpan<char> Words(int column) => this[column] is ['\'', .. var rest] ? rest : this[column];

    public void Dispose() => _reader.Dispose();

    private static void NotText(CsvErrors errors, int line) => errors.Add(
        line, "$", "not-text", "it is neither UTF-8 nor UTF-16 with a byte order mark (found here or within the next 65,536 bytes); save it as CSV UTF-8");

    private static void Broken(CsvErrors errors, int line, CsvFormatException error)
    {
        if (error is CsvRecordTooLargeException)
        {
            errors.Add(line, "$", "line-too-long", TooLong);
        }
        else
        {
            errors.Add(line, "$", "bad-quotes", "a quoted field ends with one quote before the separator, and a quote within it is doubled: \"a 19\"\" rack\"");
        }
    }

    private bool Header(CsvKind kind)
    {
        if (_reader.FieldCount > MaxColumns)
        {
            _errors.Add(Line, "$", "too-many-columns", $"a file has at most {MaxColumns} columns, and this one {_reader.FieldCount}");
            return false;
        }

        var known = CsvColumns.Of(kind);
        for (var column = 0; column < _reader.FieldCount; column++)
        {
            var name = this[column].ToString().ToLowerInvariant();
            if (name.Length == 0)
            {
                // Spreadsheets save the empty columns beside the table too; a field in one is an error.
                continue;
            }

            if (!known.Contains(name, StringComparer.Ordinal) && !(kind == CsvKind.Assets && IsFirmware(name)))
            {
                var shown = name.Length > 60 ? name[..60] + "…" : name;
                _errors.Add(Line, Printable(shown), "unknown-column",
                    $"{kind.Word()} have the columns {string.Join(", ", known)}{(kind == CsvKind.Assets ? ", and firmware.<component>" : "")}");
            }
            else if (!_columns.TryAdd(name, column))
            {
                _errors.Add(Line, name, "duplicate-column", "it is there twice; keep one of them");
            }

            _named[column] = true;
        }

        foreach (var required in CsvColumns.RequiredOf(kind).Where(required => !_columns.ContainsKey(required)))
        {
            _errors.Add(Line, required, "missing-column", $"{kind.Word()} need the column {required}; the first row names the columns");
        }

        return !_errors.Any;
    }

    private static bool IsFirmware(string name) => name.StartsWith(CsvColumns.Firmware, StringComparison.Ordinal)
        && name.Length is > 9 and <= 9 + 63 && !name.AsSpan(CsvColumns.Firmware.Length).ContainsAnyExcept(ComponentChars);

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));

    private bool IsGood()
    {
        var count = _reader.RowFieldCount;
        var empty = true;
        var good = true;
        for (var column = 0; column < count; column++)
        {
            var field = _reader.GetFieldSpan(column);
            if (field.IsEmpty)
            {
                continue;
            }

            empty = false;
            if (field.ContainsAnyInRange('\0', '\x1f') && Controls(field))
            {
                _errors.Add(Line, NameOf(column), "control-character", "a field is one line of printable text");
                good = false;
            }
            else if (column < _named.Length && !_named[column])
            {
                _errors.Add(Line, "$", "unnamed-column", "a field stands in a column without a name; name it in the first row, or empty it");
                good = false;
            }
            else if (column >= _reader.FieldCount)
            {
                _errors.Add(Line, "$", "too-many-fields",
                    FormattableString.Invariant($"the row has {count} fields and the header {_reader.FieldCount}; quote fields that hold the separator"));
                return false;
            }
        }

        // Rows that end early have empty cells there; a row without anything says nothing.
        if (!empty && good && count < _reader.FieldCount)
        {
            _errors.Add(Line, "$", "too-few-fields",
                FormattableString.Invariant($"the row has {count} fields and the header {_reader.FieldCount}; leave a cell empty rather than out"));
            return false;
        }

        return good && !empty;
    }

    // Line breaks inside quotes are counted, so that the lines of later errors are right; tabs around a word do no harm.
    private bool Controls(ReadOnlySpan<char> field)
    {
        _brokenLines += field.Count('\n') + (field.Contains('\n') ? 0 : field.Count('\r'));
        return field.Trim(" \t").ContainsAnyInRange('\0', '\x1f');
    }

    private string NameOf(int column) => _columns.FirstOrDefault(pair => pair.Value == column).Key ?? "$";
}

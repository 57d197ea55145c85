using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ampacity.Sql;

/// <summary>
/// Whether a statement only asks. DuckDB itself takes it apart (<c>json_serialize_sql</c>, which serialises nothing but SELECT); here every function it calls is looked at. Locked
/// settings alone do not do: <c>SELECT * FROM enable_logging(storage = 'file', …)</c> writes files and ignores the lock (DuckDB 1.5.6). Pure.
/// </summary>
internal static partial class StatementCheck
{
    // Table functions beside our own that read nothing but their arguments and the catalogue.
    private static readonly FrozenSet<string> TableFunctions = FrozenSet.ToFrozenSet(
        [
            "range", "generate_series", "unnest", "json_each", "json_tree", "duckdb_columns", "duckdb_functions", "duckdb_keywords", "duckdb_settings", "duckdb_tables",
            "duckdb_types", "duckdb_views", "pragma_table_info", "pragma_version", "summary",
        ], StringComparer.OrdinalIgnoreCase);

    // Scalars that do more than compute: they write, run text as SQL, or make gigabytes out of a few characters in one step, which neither memory_limit nor an
    // interruption reaches (12 s and 2 GB for one repeat).
    private static readonly FrozenSet<string> Scalars = FrozenSet.ToFrozenSet(
        [
            "write_log", "json_execute_serialized_sql", "nextval", "currval", "setseed", "getenv", "query", "query_table", "repeat", "lpad", "rpad", "printf", "format", "bar", "list_resize",
            "array_resize",
        ], StringComparer.OrdinalIgnoreCase);

    /// <summary>Splits EXPLAIN off: DuckDB serialises only what stands behind it.</summary>
    public static (string Prefix, string Select) SplitExplain(string statement)
    {
        var match = Explain().Match(statement);
        return match.Success ? (match.Value, statement[match.Length..]) : ("", statement);
    }

    /// <summary>Looks at what <c>json_serialize_sql</c> gave.</summary>
    /// <param name="serialized">Its JSON.</param>
    /// <param name="select">The statement, for the place of an error.</param>
    /// <param name="ownTables">Names of our own table functions and macros.</param>
    /// <exception cref="SqlRefusedException">It is no single SELECT, or calls what it may not.</exception>
    public static void Look(string serialized, string select, IReadOnlySet<string> ownTables)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(serialized), new JsonReaderOptions { MaxDepth = 100_000 });
        var (isError, isTable, statements) = (false, false, 0);
        var (message, position) = ("", -1);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.StartObject && json.CurrentDepth == 2)
            {
                statements++;
            }

            if (json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (json.ValueTextEquals("error"u8) && json.CurrentDepth == 1)
            {
                json.Read();
                isError = json.TokenType == JsonTokenType.True;
            }
            else if (json.ValueTextEquals("error_message"u8) && json.CurrentDepth == 1)
            {
                json.Read();
                message = json.GetString() ?? "";
            }
            else if (json.ValueTextEquals("position"u8) && json.CurrentDepth == 1)
            {
                json.Read();
                position = int.TryParse(json.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : -1;
            }
            else if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                isTable |= json.TokenType == JsonTokenType.String && json.ValueTextEquals("TABLE_FUNCTION"u8);
            }
            else if (json.ValueTextEquals("function_name"u8))
            {
                json.Read();
                LookAt(json.GetString() ?? "", isTable, ownTables);
                isTable = false;
            }
        }

        if (isError)
        {
            throw message.StartsWith("Only SELECT", StringComparison.Ordinal) ? OnlySelect() : new SqlRefusedException(SqlRefusal.Statement, Placed(Plain(message), select, position));
        }

        if (statements != 1)
        {
            throw statements == 0 ? OnlySelect()
                : new SqlRefusedException(SqlRefusal.Statement, $"There are {statements} statements here, and one is answered at a time: send them one by one.");
        }
    }

    /// <summary>A message of DuckDB's without the settings and extensions that it advises, which are locked here.</summary>
    public static string Plain(string message)
    {
        var advice = message.IndexOf(" Use \"SET ", StringComparison.Ordinal);
        message = advice < 0 ? message : message[..advice];
        return message.Contains("Table with name events does not exist", StringComparison.OrdinalIgnoreCase)
            ? $"{message}\n\nThere is no ledger of events yet; SELECT * FROM tables lists what there is."
            : message;
    }

    private static void LookAt(string name, bool isTable, IReadOnlySet<string> ownTables)
    {
        if (isTable && !TableFunctions.Contains(name) && !ownTables.Contains(name))
        {
            throw new SqlRefusedException(
                SqlRefusal.Statement, $"{name}() may not be selected from: statements see the tables of this server, no files, no settings and no other database. SELECT * FROM tables lists them.");
        }

        if (!isTable && Scalars.Contains(name))
        {
            throw new SqlRefusedException(SqlRefusal.Statement, $"{name}() is not allowed here: it does more than compute, or makes very long values in one step.");
        }
    }

    private static SqlRefusedException OnlySelect() => new(
        SqlRefusal.Statement, "Only one SELECT (WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW TABLES, EXPLAIN of one) is answered: nothing can be changed here.");

    // As DuckDB shows places itself.
    private static string Placed(string message, string select, int position)
    {
        if (position < 0 || position > select.Length)
        {
            return message;
        }

        var line = select.AsSpan(0, position).Count('\n') + 1;
        var begin = select.LastIndexOf('\n', Math.Max(0, position - 1)) + 1;
        begin = begin > position ? 0 : begin;
        var end = select.IndexOf('\n', position);
        var text = select[begin..(end < 0 ? select.Length : end)];
        // A statement of one long line is shown around the place.
        const int room = 72;
        var cut = text.Length <= room ? 0 : Math.Clamp(position - begin - (room / 2), 0, text.Length - room);
        var shown = text.Substring(cut, Math.Min(room, text.Length - cut)).Replace('\t', ' ');
        var label = $"LINE {line}: ";
        return $"{message}\n\n{label}{shown}\n{new string(' ', label.Length + position - begin - cut)}^";
    }

    [GeneratedRegex(@"\A\s*EXPLAIN\s+(ANALYZE\s+)?", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Explain();
}

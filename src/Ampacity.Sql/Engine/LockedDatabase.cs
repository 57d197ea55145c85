using System.Collections;
using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Ampacity.Sql;

/// <summary>
/// A DuckDB in memory that lives for one statement: our tables as functions, views and macros over them, then six settings that close every way out, and a lock on all settings. It
/// sees no file at all, ours included: a folder that DuckDB may read it may also write (COPY TO), so samples come through <see cref="SqlTable"/>. One thread.
/// </summary>
internal sealed class LockedDatabase : IDisposable
{
    private readonly DuckDBConnection _connection;
    private readonly CancellationToken _cancelled;
    private readonly SqlCells _cells = new();

    private LockedDatabase(DuckDBConnection connection, CancellationToken cancelled)
    {
        _connection = connection;
        _cancelled = cancelled;
    }

    /// <summary>What a table threw last: DuckDB passes on its message alone.</summary>
    public Exception? Thrown { get; private set; }

    /// <summary>Names that may be selected from as functions.</summary>
    public HashSet<string> TableNames { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Opens it.</summary>
    /// <param name="limits">Memory and threads.</param>
    /// <param name="tables">What it holds.</param>
    /// <param name="cancelled">Ends tables that are being read.</param>
    public static LockedDatabase Open(SqlLimits limits, IReadOnlyList<SqlTable> tables, CancellationToken cancelled)
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        var database = new LockedDatabase(connection, cancelled);
        try
        {
            connection.Open();
            foreach (var table in tables)
            {
                database.Add(table);
            }

            database.Execute(string.Create(CultureInfo.InvariantCulture, $"""
                SET TimeZone = 'UTC';
                SET memory_limit = '{limits.MaxMemoryBytes / 1024} KiB';
                SET threads = {limits.Threads};
                SET temp_directory = '';
                SET autoinstall_known_extensions = false;
                SET autoload_known_extensions = false;
                SET allow_community_extensions = false;
                SET allowed_directories = [];
                SET enable_external_access = false;
                SET lock_configuration = true;
                """));
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A statement, not yet run.</summary>
    public DuckDBCommand Command(string text)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        command.UseStreamingMode = true;
        return command;
    }

    /// <summary>DuckDB's own reading of a statement, as JSON.</summary>
    public string Serialize(string select)
    {
        using var command = Command($"SELECT CAST(json_serialize_sql('{select.Replace("'", "''", StringComparison.Ordinal)}') AS VARCHAR)");
        return (string)command.ExecuteScalar()!;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void Add(SqlTable table)
    {
        var called = table.Parameters == SqlParameters.None ? table.Name : $"{table.Name}_between";
        ColumnInfo[] columns = [.. table.Columns.Select(column => new ColumnInfo(column.Name, TypeOf(column.Type)))];
        DuckDBType[] parameters = table.Parameters switch
        {
            SqlParameters.None => [],
            SqlParameters.TextAndRange => [DuckDBType.Varchar, DuckDBType.Timestamp, DuckDBType.Timestamp],
            _ => [DuckDBType.Varchar, DuckDBType.Timestamp, DuckDBType.Timestamp, DuckDBType.Double],
        };
        _connection.RegisterTableFunction(
            called,
            (IReadOnlyList<IDuckDBValueReader> given) => new TableFunction(columns, Rows(table, Arguments(given)), null),
            (row, writers, number) => _cells.Write((SqlRow)row!, writers, number),
            parameters);
        TableNames.Add(called);
        TableNames.Add(table.Name);
        var selected = string.Join(", ", table.Columns.Select(column => column.Type == SqlType.Json ? $"CAST({column.Name} AS JSON) AS {column.Name}" : column.Name));
        Execute(table.Parameters switch
        {
            SqlParameters.None => $"CREATE VIEW {table.Name} AS SELECT {selected} FROM {called}()",
            SqlParameters.TextAndRange => $"CREATE MACRO {table.Name}(selector, since := INTERVAL {table.Since}) AS TABLE "
                + $"SELECT {selected} FROM {called}(selector, CAST(now() - since AS TIMESTAMP), CAST(now() AS TIMESTAMP))",
            _ => $"CREATE MACRO {table.Name}(expression, since := INTERVAL {table.Since}, step := INTERVAL 1 MINUTE) AS TABLE "
                + $"SELECT {selected} FROM {called}(expression, CAST(now() - since AS TIMESTAMP), CAST(now() AS TIMESTAMP), epoch(step))",
        });
    }

    // Lazily: DuckDB binds a function more than once, and reads it once.
    private IEnumerable Rows(SqlTable table, SqlArguments arguments)
    {
        IEnumerator<SqlRow>? rows = null;
        try
        {
            while (true)
            {
                try
                {
                    rows ??= table.Rows(arguments, _cancelled).GetEnumerator();
                    if (!rows.MoveNext())
                    {
                        yield break;
                    }
                }
                catch (Exception error)
                {
                    // DuckDB keeps its message alone; whoever runs the statement throws what it was.
                    Thrown = error;
                    throw;
                }

                yield return rows.Current;
            }
        }
        finally
        {
            rows?.Dispose();
        }
    }

    private static SqlArguments Arguments(IReadOnlyList<IDuckDBValueReader> given) => given.Count == 0 ? default : new SqlArguments(
        given[0].IsNull() ? "" : given[0].GetValue<string>(), Ms(given[1]), Ms(given[2]), given.Count < 4 || given[3].IsNull() ? 0 : (long)Math.Clamp(given[3].GetValue<double>() * 1000, 0, 1e15));

    private static long Ms(IDuckDBValueReader given) => given.IsNull()
        ? 0
        : new DateTimeOffset(DateTime.SpecifyKind(given.GetValue<DateTime>(), DateTimeKind.Utc)).ToUnixTimeMilliseconds();

    private static Type TypeOf(SqlType type) => type switch
    {
        SqlType.Number => typeof(double),
        SqlType.Whole => typeof(long),
        SqlType.Instant => typeof(DateTimeOffset),
        _ => typeof(string),
    };

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}

using System.Text;
using Ampacity.Sql;

namespace Ampacity.Tests;

/// <summary>Statements over tables of ours, and what hostile ones come to.</summary>
public sealed class SqlEngineTests : IDisposable
{
    private readonly SqlEngine _engine = new(new SqlLimits { MaxMemoryBytes = 256L << 20, Threads = 2 }, TimeProvider.System);
    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-sql").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Views_and_tables_with_parameters_are_joined_sorted_and_summed_up()
    {
        Assert.Equal("""[["r1",3,"2026-11-30T15:00:02Z"],["r2",12,"2026-11-30T15:00:05Z"]]""", await RowsAsync(
            "SELECT rack, CAST(sum(value) AS INT), max(time) FROM numbers_between('6', TIMESTAMP '2026-11-30 15:00:00', TIMESTAMP '2026-11-30 15:01:00') GROUP BY rack ORDER BY rack"));
        Assert.Equal("""[["r2","hall-2"]]""", await RowsAsync("SELECT r.name, r.labels->>'hall' FROM racks r JOIN numbers('6') n ON n.rack = r.name WHERE n.value = 4"));
        Assert.Equal("[[4]]", await RowsAsync("WITH n AS (FROM numbers('9', since := INTERVAL 1 DAY)) SELECT count(*) FROM n WHERE value >= 5;  "));
        Assert.Equal("""[["numbers"]]""", await RowsAsync("SELECT 'numbers' FROM racks LIMIT 1"));
    }

    [Fact]
    public async Task Every_kind_of_value_is_JSON() => Assert.Equal(
        """[[null,true,1.5,"NaN","+Inf",9007199254740992,"9007199254740993","170141183460469231731687303715884105727",0.10,"x\"y","2026-11-30","2026-11-30T15:00:00.25Z","08:09:10.5","ABFF",[1,2],{"a":1,"b":["c"]}]]""",
        await RowsAsync(
            """
            SELECT NULL, true, 1.5::DOUBLE, 'nan'::DOUBLE, 'inf'::DOUBLE, 9007199254740992, 9007199254740993, 170141183460469231731687303715884105727::HUGEINT, 0.10::DECIMAL(4,2),
                   'x"y', DATE '2026-11-30', TIMESTAMPTZ '2026-11-30 16:00:00.25+01', TIME '08:09:10.5', '\xAB\xFF'::BLOB, [1, 2], {'a': 1, 'b': ['c']}
            """));

    [Fact]
    public async Task More_rows_than_asked_for_are_cut_and_it_is_said()
    {
        var answer = await _engine.RunAsync("SELECT * FROM range(100)", 7, [], Stop);
        Assert.Equal((7, true), (answer.RowCount, answer.IsCut));
        Assert.False((await _engine.RunAsync("SELECT * FROM range(7)", 7, [], Stop)).IsCut);
    }

    [Theory]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM read_parquet('{folder}/*')")]
    [InlineData("SELECT * FROM '/etc/passwd'")]
    [InlineData("SELECT * FROM '{folder}/x.parquet'")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("SELECT * FROM sniff_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM parquet_metadata('/etc/passwd')")]
    [InlineData("SELECT * FROM read_text('http://127.0.0.1:1/x')")]
    [InlineData("SELECT * FROM 'https://example.com/x.parquet'")]
    [InlineData("COPY (SELECT 1) TO '{folder}/x.csv'")]
    [InlineData("COPY racks FROM '/etc/passwd'")]
    [InlineData("EXPORT DATABASE '{folder}/x'")]
    [InlineData("IMPORT DATABASE '{folder}/x'")]
    [InlineData("ATTACH '{folder}/x.db'")]
    [InlineData("ATTACH ':memory:' AS other")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("LOAD '{folder}/x.duckdb_extension'")]
    [InlineData("SET memory_limit = '100GB'")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("RESET lock_configuration")]
    [InlineData("PRAGMA enable_profiling = 'json'")]
    [InlineData("PRAGMA database_list")]
    [InlineData("CALL enable_logging('QueryLog', storage = 'file', storage_path = '{folder}/log')")]
    [InlineData("SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '{folder}/log')")]
    [InlineData("WITH a AS (SELECT * FROM system.main.ENABLE_LOGGING(storage = 'stdout')) FROM a")]
    [InlineData("SELECT (FROM enable_logging()), [x -> x]")]
    [InlineData("DESCRIBE SELECT * FROM enable_logging()")]
    [InlineData("EXPLAIN ANALYZE SELECT * FROM enable_logging()")]
    [InlineData("SELECT * FROM query('SELECT * FROM enable_logging()')")]
    [InlineData("SELECT * FROM query_table('racks')")]
    [InlineData("SELECT json_execute_serialized_sql(json_serialize_sql('SELECT 1'))")]
    [InlineData("SELECT write_log('x')")]
    [InlineData("SELECT 'x'.write_log()")]
    [InlineData("SELECT list_transform([1], x -> write_log('y'))")]
    [InlineData("SELECT repeat('x', 2000000000)")]
    [InlineData("CREATE TABLE t (a INT)")]
    [InlineData("CREATE MACRO racks() AS TABLE SELECT 1")]
    [InlineData("CREATE PERSISTENT SECRET (TYPE http, BEARER_TOKEN 'x')")]
    [InlineData("DROP VIEW racks")]
    [InlineData("INSERT INTO racks VALUES ('x')")]
    [InlineData("BEGIN TRANSACTION")]
    [InlineData("CHECKPOINT")]
    [InlineData("PREPARE p AS SELECT 1")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; COPY (SELECT 1) TO '{folder}/x.csv'")]
    [InlineData("EXPLAIN COPY (SELECT 1) TO '{folder}/x.csv'")]
    [InlineData("")]
    [InlineData(" ; ; ")]
    [InlineData("-- nothing")]
    public async Task What_does_more_than_ask_is_refused_and_leaves_no_file(string statement)
    {
        var refused = await RefusedAsync(statement.Replace("{folder}", _folder, StringComparison.Ordinal));
        Assert.Equal(SqlRefusal.Statement, refused.Refusal);
        Assert.NotEmpty(refused.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task The_six_settings_and_the_limits_are_set_and_locked()
    {
        var settings = await RowsAsync(
            """
            SELECT name, value FROM duckdb_settings() WHERE name IN ('enable_external_access', 'autoinstall_known_extensions', 'autoload_known_extensions',
                'allow_community_extensions', 'lock_configuration', 'allowed_directories', 'threads', 'temp_directory') ORDER BY name
            """);
        Assert.Equal(
            """[["allow_community_extensions","false"],["allowed_directories","[]"],["autoinstall_known_extensions","false"],["autoload_known_extensions","false"],["enable_external_access","false"],["lock_configuration","true"],["temp_directory",""],["threads","2"]]""",
            settings);
        Assert.Equal("""[["256.0 MiB"]]""", await RowsAsync("SELECT current_setting('memory_limit')"));
    }

    [Theory]
    [InlineData("SELECT count(*) FROM range(10000000000) a, range(100000) b WHERE a.range * b.range % 7 = 3")]
    [InlineData("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t")]
    [InlineData("SELECT count(*) FROM endless")]
    [InlineData("SELECT count(*) FROM endless a, racks")]
    public async Task What_never_ends_is_ended_while_others_are_answered(string statement)
    {
        using var engine = new SqlEngine(new SqlLimits { Timeout = TimeSpan.FromSeconds(3), MaxMemoryBytes = 256L << 20, Threads = 2 }, TimeProvider.System);
        var endless = engine.RunAsync(statement, 10, Tables(), Stop);
        var quick = await _engine.RunAsync("SELECT 1", 10, Tables(), Stop);
        Assert.Equal(1, quick.RowCount);
        Assert.Equal(SqlRefusal.Time, (await Assert.ThrowsAsync<SqlRefusedException>(() => endless)).Refusal);
        Assert.Equal(1, (await engine.RunAsync("SELECT 1", 10, [], Stop)).RowCount);
        Assert.Equal((1, 1), (engine.Answered, engine.Refused));
    }

    [Fact]
    public async Task Who_goes_away_ends_the_statement()
    {
        using var leaving = new CancellationTokenSource();
        var endless = _engine.RunAsync("SELECT count(*) FROM endless", 10, Tables(leaving.Cancel), leaving.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
    }

    [Theory]
    [InlineData("SELECT list(range) FROM range(1000000000)")]
    [InlineData("SELECT * FROM range(1000000000) ORDER BY hash(range)")]
    [InlineData("SELECT string_agg(range::VARCHAR, '') FROM range(1000000000)")]
    public async Task Memory_has_a_limit(string statement)
    {
        var refused = await RefusedAsync(statement);
        Assert.Equal(SqlRefusal.Limit, refused.Refusal);
        Assert.Contains("memory", refused.Message);
    }

    [Fact]
    public async Task An_answer_has_a_limit_of_bytes()
    {
        using var engine = new SqlEngine(new SqlLimits { MaxAnswerBytes = 1 << 20 }, TimeProvider.System);
        var refused = await Assert.ThrowsAsync<SqlRefusedException>(() => engine.RunAsync("SELECT range, md5(range::VARCHAR) FROM range(1000000)", 1_000_000, [], Stop));
        Assert.Equal(SqlRefusal.Limit, refused.Refusal);
        Assert.Contains("1 MiB", refused.Message);
    }

    [Fact]
    public async Task Deep_and_long_statements_are_refused_and_never_overflow()
    {
        foreach (var depth in new[] { 50, 1000, 20_000 })
        {
            var repeated = Math.Min(depth, 6000);
            foreach (var statement in new[]
            {
                $"SELECT {new string('(', depth)}1{new string(')', depth)}", $"SELECT {new string('[', depth)}1{new string(']', depth)}", $"SELECT {Repeat("- ", depth)}1",
                $"SELECT {Repeat("NOT ", Math.Min(depth, 15_000))}true", $"SELECT {Repeat("1+", depth)}1", $"SELECT 1{Repeat("::INT", Math.Min(depth, 13_000))}",
                $"{Repeat("FROM (", repeated / 2)}VALUES (1){Repeat(")", repeated / 2)}", $"SELECT 1{Repeat(" UNION ALL SELECT 1", repeated / 2)}",
                $"SELECT {Repeat("CASE WHEN true THEN ", repeated / 3)}1{Repeat(" END", repeated / 3)}",
            })
            {
                try
                {
                    await _engine.RunAsync(statement, 1, [], Stop);
                }
                catch (SqlRefusedException refused)
                {
                    Assert.NotEqual(SqlRefusal.Time, refused.Refusal);
                }
            }
        }

        Assert.Contains("characters", (await RefusedAsync($"SELECT '{new string('x', 10 << 20)}'")).Message);
        Assert.Contains("NUL", (await RefusedAsync("SELECT '\0'")).Message);
    }

    [Fact]
    public async Task Errors_point_into_the_statement_and_advise_nothing_that_is_locked()
    {
        Assert.Equal("syntax error at or near \"x\"\n\nLINE 2:   FORM x\n               ^", (await RefusedAsync("SELECT *\n  FORM x")).Message);
        Assert.Contains("LINE 1: SELECT nope FROM racks\n               ^", (await RefusedAsync("SELECT nope FROM racks")).Message);
        Assert.Contains("no ledger of events", (await RefusedAsync("SELECT * FROM events")).Message);
        Assert.DoesNotContain("SET ", (await RefusedAsync($"SELECT {Repeat("1+", 2000)}1")).Message);
        Assert.Contains("to_json", (await RefusedAsync("SELECT [1, NULL]")).Message);
        Assert.Equal("numbers takes a number", (await RefusedAsync("SELECT * FROM numbers('x')")).Message);
    }

    [Fact]
    public async Task A_bug_of_a_table_is_a_bug_and_no_refusal() =>
        Assert.Contains("Bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => _engine.RunAsync("SELECT * FROM broken", 1, Tables(), Stop))).Message);

    [Fact]
    public async Task What_is_not_named_is_not_read()
    {
        Assert.Equal("[[2]]", await RowsAsync("SELECT count(*) FROM racks"));
        Assert.Contains("broken", await RowsAsync("SHOW TABLES"));
        Assert.Contains("labels", await RowsAsync("DESCRIBE racks"));
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    private async Task<string> RowsAsync(string statement) => Encoding.UTF8.GetString((await _engine.RunAsync(statement, 1000, Tables(), Stop)).RowsJson.Span);

    private async Task<SqlRefusedException> RefusedAsync(string statement) =>
        await Assert.ThrowsAsync<SqlRefusedException>(() => _engine.RunAsync(statement, 1000, Tables(), Stop));

    private static SqlTable[] Tables(Action? beginning = null) =>
    [
        new("racks", "racks", [new("name", SqlType.Text), new("labels", SqlType.Json)], (_, _) => [new Row(cells =>
        {
            cells.Text("r1");
            cells.Text("""{"hall":"hall-1"}""");
        }), new Row(cells =>
        {
            cells.Text("r2");
            cells.Text("""{"hall":"hall-2"}""");
        })]),
        new("numbers", "numbers", [new("time", SqlType.Instant), new("value", SqlType.Number), new("rack", SqlType.Text)], (arguments, _) => Numbers(arguments))
        { Parameters = SqlParameters.TextAndRange },
        new("endless", "endless", [new("n", SqlType.Whole)], (_, cancelled) => Endless(beginning, cancelled)),
        new("broken", "broken", [new("n", SqlType.Whole)], (_, _) => throw new FormatException("a slip of ours")),
    ];

    private static IEnumerable<SqlRow> Numbers(SqlArguments arguments)
    {
        if (!int.TryParse(arguments.Text, out var count))
        {
            throw new SqlTableException(SqlRefusal.Statement, "numbers takes a number");
        }

        for (var i = 0; i < count; i++)
        {
            var value = i;
            yield return new Row(cells =>
            {
                cells.Instant(arguments.FromMs + (value * 1000L));
                cells.Number(value);
                cells.Text(value < 3 ? "r1" : "r2");
            });
        }
    }

    private static IEnumerable<SqlRow> Endless(Action? beginning, CancellationToken cancelled)
    {
        var row = new Row(cells => cells.Whole(1));
        beginning?.Invoke();
        while (true)
        {
            cancelled.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    private sealed class Row(Action<SqlCells> write) : SqlRow
    {
        public override void Write(SqlCells cells) => write(cells);
    }
}

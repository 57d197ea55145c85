using System.Buffers;
using System.Text.Json;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace Ampacity.Sql;

/// <summary>
/// Answers SQL statements by DuckDB in this process, each in a <see cref="LockedDatabase"/> of its own, so that nothing of one is seen by the next. Any thread.
/// </summary>
/// <remarks>Who may ask is the caller's to say: a statement sees everything that the tables give.</remarks>
public sealed class SqlEngine(SqlLimits limits, TimeProvider time) : IDisposable
{
    // An interruption that comes before DuckDB has begun is lost, so it is repeated until the statement has ended.
    private static readonly TimeSpan InterruptInterval = TimeSpan.FromMilliseconds(50);

    // Never embedded in HTML, and read by people in a terminal.
    private static readonly JsonWriterOptions Json = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SemaphoreSlim _turns = new(limits.AtOnce);
    private long _statements;
    private long _refused;

    /// <summary>What a statement may cost.</summary>
    public SqlLimits Limits => limits;

    /// <summary>Statements answered since the start.</summary>
    public long Answered => Interlocked.Read(ref _statements);

    /// <summary>Statements refused since the start, of whatever reason.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Runs a statement.</summary>
    /// <param name="statement">One SELECT.</param>
    /// <param name="maxRows">Most rows of the answer; further ones are cut, and the answer says so.</param>
    /// <param name="tables">What it may select from.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SqlRefusedException">It is wrong, not allowed, or over a limit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<SqlAnswer> RunAsync(string statement, int maxRows, IReadOnlyList<SqlTable> tables, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(statement);
        try
        {
            var text = Checked(statement);
            var begin = time.GetTimestamp();
            using var timeout = new CancellationTokenSource(limits.Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                await _turns.WaitAsync(either.Token);
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new SqlRefusedException(SqlRefusal.Time, $"{limits.AtOnce} statements are running and none ended within {limits.Timeout.TotalSeconds:0.#} s: ask again later.", error);
            }

            try
            {
                // DuckDB holds its thread for as long as the statement takes: a thread of its own leaves the pool to others.
                var answer = await Task.Factory.StartNew(
                    () => Run(text, Math.Clamp(maxRows, 0, limits.MaxRows), tables, either.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                Interlocked.Increment(ref _statements);
                return answer with { ElapsedMs = time.GetElapsedTime(begin).TotalMilliseconds };
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new SqlRefusedException(
                    SqlRefusal.Time, $"The statement took more than {limits.Timeout.TotalSeconds:0.#} s and was ended: select a shorter time or fewer series, or sum up by promql().", error);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (SqlRefusedException)
        {
            Interlocked.Increment(ref _refused);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private string Checked(string statement)
    {
        if (statement.Length > limits.MaxStatementChars)
        {
            throw new SqlRefusedException(SqlRefusal.Statement, $"The statement has {statement.Length} characters, more than the {limits.MaxStatementChars} that one may have.");
        }

        if (statement.Contains('\0', StringComparison.Ordinal))
        {
            throw new SqlRefusedException(SqlRefusal.Statement, "The statement holds a NUL character.");
        }

        var text = statement.Trim().TrimEnd(';').TrimEnd();
        return text.Length > 0 ? text : throw new SqlRefusedException(SqlRefusal.Statement, "There is no statement: try SELECT * FROM tables.");
    }

    private SqlAnswer Run(string statement, int maxRows, IReadOnlyList<SqlTable> tables, CancellationToken cancelled)
    {
        using var database = LockedDatabase.Open(limits, tables, cancelled);
        try
        {
            var (prefix, select) = StatementCheck.SplitExplain(statement);
            StatementCheck.Look(database.Serialize(select), select, database.TableNames);
            using var command = database.Command(prefix + select);
            using var interrupt = time.CreateTimer(_ => Interrupt(command, cancelled), null, InterruptInterval, InterruptInterval);
            using var reader = command.ExecuteReader();
            return Read(reader, maxRows, cancelled);
        }
        catch (Exception error) when (error is DuckDBException or System.Runtime.InteropServices.SEHException or OperationCanceledException)
        {
            cancelled.ThrowIfCancellationRequested();
            throw Refusal(error, database.Thrown);
        }
    }

    private static void Interrupt(DuckDBCommand command, CancellationToken cancelled)
    {
        if (cancelled.IsCancellationRequested)
        {
            command.Cancel();
        }
    }

    private SqlAnswer Read(DuckDBDataReader reader, int maxRows, CancellationToken cancelled)
    {
        (string, string)[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(i => (reader.GetName(i), reader.GetDataTypeName(i)))];
        var bytes = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(bytes, Json);
        json.WriteStartArray();
        var (count, isCut) = (0, false);
        while (reader.Read())
        {
            if (count == maxRows)
            {
                isCut = true;
                break;
            }

            cancelled.ThrowIfCancellationRequested();
            json.WriteStartArray();
            for (var i = 0; i < columns.Length; i++)
            {
                WriteCell(json, reader, i, count);
            }

            json.WriteEndArray();
            count++;
            if (bytes.WrittenCount + json.BytesPending > limits.MaxAnswerBytes)
            {
                throw new SqlRefusedException(
                    SqlRefusal.Limit, $"The answer is over {limits.MaxAnswerBytes >> 20} MiB at row {count}: select fewer columns or rows (LIMIT), or sum up.");
            }
        }

        json.WriteEndArray();
        json.Flush();
        return new SqlAnswer(columns, bytes.WrittenMemory, count, isCut, 0);
    }

    private static void WriteCell(Utf8JsonWriter json, DuckDBDataReader reader, int column, int row)
    {
        try
        {
            CellJson.Write(json, reader.GetValue(column));
        }
        catch (Exception error) when (error is InvalidCastException or OverflowException or ArgumentException or NotSupportedException or NotImplementedException or FormatException)
        {
            throw new SqlRefusedException(
                SqlRefusal.Statement, $"{reader.GetName(column)} of row {row + 1} cannot be shown ({error.Message}): CAST(… AS VARCHAR) and to_json(…) can.", error);
        }
    }

    private static SqlRefusedException Refusal(Exception error, Exception? thrown) => thrown switch
    {
        SqlTableException table => new SqlRefusedException(table.Refusal, table.Message, table),
        not null => throw new InvalidOperationException($"Bug: a table of SQL failed: {thrown.Message}", thrown),
        null => error is DuckDBException { ErrorType: DuckDBErrorType.OutOfMemory }
            ? new SqlRefusedException(SqlRefusal.Limit, "The statement needs more memory than one may take: group by fewer columns, sort fewer rows, or select a shorter time.", error)
            : new SqlRefusedException(SqlRefusal.Statement, StatementCheck.Plain(error.Message), error),
    };
}

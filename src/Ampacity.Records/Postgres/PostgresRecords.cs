using System.Data;
using System.Data.Common;
using System.Globalization;
using Ampacity.Fleet;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Ampacity.Records;

/// <summary>The schema of records in one PostgreSQL database. Any thread.</summary>
internal sealed class PostgresRecords : RecordDatabase, IDisposable
{
    // Guessed: a COPY or a commit of 16 million facts is silent for less; a server that is silent longer has gone.
    private const int CommandSeconds = 300;

    // As with SQLite: longer than any small change of another process takes.
    private const int LockSeconds = 10;

    private readonly NpgsqlDataSource _source;

    private PostgresRecords(NpgsqlDataSource source, string place)
    {
        _source = source;
        Place = place;
    }

    /// <inheritdoc/>
    public override string Place { get; }

    /// <summary>Connects, and brings the schema to this version; makes it where it is missing.</summary>
    public static PostgresRecords Open(RecordLocation location)
    {
        var settings = Settings(location);
        var place = string.Create(CultureInfo.InvariantCulture, $"postgresql://{settings.Host}:{settings.Port}/{settings.Database}");
        var records = new PostgresRecords(new NpgsqlDataSourceBuilder(settings.ConnectionString).Build(), place);
        try
        {
            PostgresSchema.BringToNewest(records);
            return records;
        }
        catch (Exception exception)
        {
            records.Dispose();
            if (records.FailureOf(exception) is { } failure)
            {
                throw failure;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public override DbConnection Connect() => _source.OpenConnection();

    /// <inheritdoc/>
    public override DbTransaction BeginRead(DbConnection connection)
    {
        var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        RecordSql.Run(connection, transaction, "SET TRANSACTION READ ONLY");
        return transaction;
    }

    /// <summary>The row of the counters is the write lock: read committed, so that what follows sees what its last holder committed.</summary>
    public override DbTransaction BeginWrite(DbConnection connection)
    {
        var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        RecordSql.Run(connection, transaction, string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = '{LockSeconds}s'"));
        RecordSql.Number(connection, transaction, "SELECT id FROM counters WHERE id = 1 FOR UPDATE");
        return transaction;
    }

    /// <inheritdoc/>
    public override RecordContext Context(DbConnection connection) => PostgresRecordContext.On(connection);

    /// <inheritdoc/>
    public override RecordStoreException? FailureOf(Exception exception) => exception switch
    {
        NpgsqlException cause => PostgresFailures.Name(cause, Place),
        DbUpdateException { InnerException: NpgsqlException cause } => PostgresFailures.Name(cause, Place),
        // EF wraps what it takes for passing: https://www.npgsql.org/efcore/misc/other.html
        InvalidOperationException { InnerException: NpgsqlException cause } => PostgresFailures.Name(cause, Place),
        IOException or TimeoutException => new RecordStoreException(
            RecordStoreFailure.Unreachable, $"{Place}: the connection broke ({exception.Message}): check the server and the network, then try again", exception),
        _ => null,
    };

    /// <inheritdoc/>
    public override long Retract(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<FactId> facts, ChangeSetId by, CancellationToken cancellationToken)
    {
        // In parts, so that a retraction of millions can be ended and needs no array of all.
        const int Part = 10_000;
        var marked = 0L;
        for (var from = 0; from < facts.Count; from += Part)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ids = new long[Math.Min(Part, facts.Count - from)];
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = facts[from + i].Number;
            }

            marked += RecordSql.Run(
                connection, transaction, "UPDATE facts SET retracted_by = @by WHERE id = ANY(@ids) AND retracted_by IS NULL",
                ("@by", by.Number), ("@ids", ids));
        }

        return marked;
    }

    /// <inheritdoc/>
    public override FactSink Write(DbConnection connection, DbTransaction transaction) =>
        new PostgresFactWriter((NpgsqlConnection)connection);

    /// <inheritdoc/>
    public override void Read(
        DbConnection connection, DbTransaction transaction, long afterId, FactSink sink, CancellationToken cancellationToken)
    {
        var after = string.Create(CultureInfo.InvariantCulture, $"{afterId}");
        using var reader = new PostgresFactReader(
            ((NpgsqlConnection)connection).BeginRawBinaryCopy(
                $"COPY (SELECT {StoredFact.Columns} FROM facts WHERE id > {after} ORDER BY id) TO STDOUT (FORMAT BINARY)"),
            Place);
        reader.ReadAll(sink, cancellationToken);
    }

    /// <inheritdoc/>
    public override void ContinueNumbers(DbConnection connection, DbTransaction transaction)
    {
        RecordSql.Number(
            connection, transaction, "SELECT setval(pg_get_serial_sequence('surveys', 'id'), (SELECT max(id) FROM surveys)) FROM surveys LIMIT 1");
        RecordSql.Number(
            connection, transaction, "SELECT setval(pg_get_serial_sequence('audit', 'id'), (SELECT max(id) FROM audit)) FROM audit LIMIT 1");
        RecordSql.Number(
            connection, transaction, "SELECT setval(pg_get_serial_sequence('events', 'id'), (SELECT max(id) FROM events)) FROM events LIMIT 1");
    }

    /// <inheritdoc/>
    public override void CopyTo(string path, CancellationToken cancellationToken)
    {
        var target = SqliteRecordFile.Make(path);
        try
        {
            using (var from = Connect())
            using (var fromTransaction = BeginRead(from))
            using (var to = target.Connect())
            using (var toTransaction = target.BeginWrite(to))
            {
                RecordCopy.All(this, from, fromTransaction, target, to, toTransaction, cancellationToken);
                toTransaction.Commit();
            }
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            throw target.FailureOf(exception)!;
        }
        finally
        {
            target.Close();
        }

        SqliteRecordFile.Seal(path);
    }

    /// <inheritdoc/>
    public override void Close() => Dispose();

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static NpgsqlConnectionStringBuilder Settings(RecordLocation location)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(location.ConnectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The message may quote the string, and the string may hold the password: neither is repeated.
            throw new RecordStoreException(
                RecordStoreFailure.Unreachable,
                "PostgreSQL: the connection string cannot be read: write it as Host=db.example;Database=ampacity;Username=ampacity");
        }

        if (string.IsNullOrWhiteSpace(settings.Host) || string.IsNullOrWhiteSpace(settings.Database))
        {
            throw new RecordStoreException(
                RecordStoreFailure.Unreachable, "PostgreSQL: the connection string names no Host or no Database: give both");
        }

        if (location.PasswordFile is { } file)
        {
            try
            {
                settings.Password = File.ReadAllText(file).TrimEnd('\r', '\n');
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new RecordStoreException(
                    RecordStoreFailure.Unreachable, $"{file}: the password file cannot be read ({exception.Message}): check its path and owner", exception);
            }
        }

        settings.SearchPath = PostgresRecordContext.Schema;
        settings.ApplicationName ??= "ampacity";
        settings.CommandTimeout = CommandSeconds;
        settings.TcpKeepAlive = true;
        settings.PersistSecurityInfo = false;
        settings.IncludeErrorDetail = false;
        return settings;
    }
}

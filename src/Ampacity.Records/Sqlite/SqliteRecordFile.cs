using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Ampacity.Fleet;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SQLitePCL;

namespace Ampacity.Records;

/// <summary>
/// One SQLite file of records: opened, brought to the newest schema, and given out as connections. Any thread.
/// </summary>
/// <remarks>
/// A file that is up to date is opened by plain SQL: 31–35 ms in a fresh process, where EF's Migrate took 466–476 ms to find nothing to
/// do (2 cores, three runs each). EF owns the schema: it makes the script where a migration is missing.
/// </remarks>
internal sealed class SqliteRecordFile : RecordDatabase
{
    /// <summary>File name inside the data folder.</summary>
    public const string FileName = "records.db";

    /// <summary>Last migration of this program; a test holds it against the migrations themselves.</summary>
    public const string NewestMigration = "20261130124700_Events";

    // How long a statement waits for another writer before it gives up. Guessed: longer than any change set of ours takes to commit.
    private const int BusySeconds = 10;

    private SqliteRecordFile(string path, string? place = null, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate)
    {
        FilePath = path;
        Place = place ?? path;
        ConnectionString = ConnectionStringOf(path, foreignKeys: true, mode);
    }

    /// <summary>Full path of the file.</summary>
    public string FilePath { get; }

    /// <inheritdoc/>
    public override string Place { get; }

    /// <summary>For EF's contexts: the same pool as ours.</summary>
    public string ConnectionString { get; }

    /// <summary>Opens the file of a folder; makes the folder, the file and its tables where they are missing.</summary>
    public static SqliteRecordFile Open(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RecordStoreException(
                RecordStoreFailure.Unreachable, $"{folder}: cannot make the data folder ({exception.Message}): give another", exception);
        }

        return Make(Path.Combine(folder, FileName));
    }

    /// <summary>Opens a file by its path; makes it where it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="place">What messages call it; null for its path.</param>
    public static SqliteRecordFile Make(string path, string? place = null)
    {
        var file = new SqliteRecordFile(Path.GetFullPath(path), place);
        try
        {
            file.BringToNewest();
            return file;
        }
        catch (SqliteException exception)
        {
            throw RecordStoreException.From(exception, file.Place);
        }
    }

    /// <summary>Opens a backup to read it, once it was looked through for damage; one of an earlier version is copied and migrated.</summary>
    /// <param name="path">The backup; it is not changed.</param>
    /// <param name="folder">An empty folder for the copy.</param>
    public static SqliteRecordFile OpenBackup(string path, string folder)
    {
        var file = new SqliteRecordFile(Path.GetFullPath(path), path, SqliteOpenMode.ReadOnly);
        try
        {
            string? migration;
            using (var connection = Open(new SqliteConnection(file.ConnectionString)))
            {
                if (Text(connection, "PRAGMA quick_check(1)") is var found && found != "ok")
                {
                    throw new RecordStoreException(RecordStoreFailure.Corrupt, $"{path}: the backup is damaged ({found}): take another");
                }

                migration = file.NewestOf(connection)
                    ?? throw new RecordStoreException(RecordStoreFailure.Corrupt, $"{path}: this is no backup of records: give another file");
            }

            if (migration == NewestMigration)
            {
                return file;
            }

            file.Close();
            var copy = Path.Combine(folder, FileName);
            File.Copy(file.FilePath, copy);
            return Make(copy, path);
        }
        catch (SqliteException exception)
        {
            file.Close();
            throw RecordStoreException.From(exception, path);
        }
    }

    /// <summary>Makes one file of a database that was closed: no write-ahead log beside it, everything on the disk.</summary>
    public static void Seal(string path)
    {
        using (var connection = Open(new SqliteConnection(ConnectionStringOf(path, foreignKeys: false))))
        {
            Run(connection, "PRAGMA journal_mode = DELETE");
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>By SQLite's own backup, in parts; the read transaction keeps it at one state whatever is committed meanwhile.</summary>
    public override void CopyTo(string path, CancellationToken cancellationToken)
    {
        // 16 MB with pages of 4 kB: often enough to be ended, seldom enough not to cost.
        const int PagesAtOnce = 4096;
        using (var from = Open(new SqliteConnection(ConnectionString)))
        using (var transaction = from.BeginTransaction(deferred: true))
        {
            // A deferred transaction begins with its first read.
            _ = Text(from, "SELECT name FROM sqlite_master LIMIT 1");
            using var to = Open(new SqliteConnection(ConnectionStringOf(path, foreignKeys: false)));
            var (source, target) = (HandleOf(from), HandleOf(to));
            using var backup = raw.sqlite3_backup_init(target, "main", source, "main");
            if (backup.IsInvalid)
            {
                SqliteRaw.Fail(raw.sqlite3_errcode(target), target);
            }

            int code;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                code = raw.sqlite3_backup_step(backup, PagesAtOnce);
            }
            while (code == raw.SQLITE_OK);
            if (code != raw.SQLITE_DONE)
            {
                SqliteRaw.Fail(code, target);
            }
        }

        Seal(path);
    }

    /// <inheritdoc/>
    public override DbConnection Connect() => Open(new SqliteConnection(ConnectionString));

    /// <inheritdoc/>
    public override DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    /// <summary>Immediate: takes the write lock now.</summary>
    public override DbTransaction BeginWrite(DbConnection connection)
    {
        // After a bulk import the write-ahead log would stay as long as the import was; it is cut back to this when it is next begun.
        Run((SqliteConnection)connection, "PRAGMA journal_size_limit = 67108864");
        return ((SqliteConnection)connection).BeginTransaction(deferred: false);
    }

    /// <inheritdoc/>
    public override RecordContext Context(DbConnection connection) => SqliteRecordContext.On(connection);

    /// <inheritdoc/>
    public override RecordStoreException? FailureOf(Exception exception) => exception switch
    {
        SqliteException cause => RecordStoreException.From(cause, Place),
        DbUpdateException { InnerException: SqliteException cause } => RecordStoreException.From(cause, Place),
        _ => null,
    };

    /// <inheritdoc/>
    public override long Retract(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<FactId> facts, ChangeSetId by, CancellationToken cancellationToken)
    {
        var database = HandleOf(connection);
        using var update = SqliteRaw.Prepare(database, "UPDATE facts SET retracted_by = ?1 WHERE id = ?2 AND retracted_by IS NULL");
        raw.sqlite3_bind_int64(update, 1, by.Number);
        var marked = 0L;
        for (var index = 0; index < facts.Count; index++)
        {
            if ((index & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            raw.sqlite3_bind_int64(update, 2, facts[index].Number);
            var code = raw.sqlite3_step(update);
            if (code != raw.SQLITE_DONE)
            {
                SqliteRaw.Fail(code, database);
            }

            marked += raw.sqlite3_changes(database);
            raw.sqlite3_reset(update);
        }

        return marked;
    }

    /// <inheritdoc/>
    public override FactSink Write(DbConnection connection, DbTransaction transaction) => new SqliteFactWriter(HandleOf(connection));

    /// <inheritdoc/>
    public override void Read(
        DbConnection connection, DbTransaction transaction, long afterId, FactSink sink, CancellationToken cancellationToken)
    {
        var database = HandleOf(connection);
        using var select = SqliteRaw.Prepare(database, $"SELECT {StoredFact.Columns} FROM facts WHERE id > ?1 ORDER BY id");
        raw.sqlite3_bind_int64(select, 1, afterId);
        int code;
        for (var count = 0; (code = raw.sqlite3_step(select)) == raw.SQLITE_ROW; count++)
        {
            if ((count & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            sink.Take(new StoredFact
            {
                Id = raw.sqlite3_column_int64(select, 0),
                SubjectKind = raw.sqlite3_column_int64(select, 1),
                SubjectNumber = raw.sqlite3_column_int64(select, 2),
                Aspect = raw.sqlite3_column_int64(select, 3),
                Key = raw.sqlite3_column_blob(select, 4),
                Value = raw.sqlite3_column_blob(select, 5),
                ValidFromMs = raw.sqlite3_column_int64(select, 6),
                ValidToMs = raw.sqlite3_column_type(select, 7) == raw.SQLITE_NULL ? long.MaxValue : raw.sqlite3_column_int64(select, 7),
                DeclaredBy = raw.sqlite3_column_int64(select, 8),
                RecordedBy = raw.sqlite3_column_int64(select, 9),
                RetractedBy = raw.sqlite3_column_int64(select, 10),
            });
        }

        if (code != raw.SQLITE_DONE)
        {
            SqliteRaw.Fail(code, database);
        }
    }

    /// <summary>Nothing to do: SQLite's own numbers follow on the greatest there is.</summary>
    public override void ContinueNumbers(DbConnection connection, DbTransaction transaction)
    {
    }

    /// <summary>Closes pooled connections, so that the last one folds the write-ahead log into the file.</summary>
    public override void Close()
    {
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static sqlite3 HandleOf(DbConnection connection) =>
        ((SqliteConnection)connection).Handle ?? throw new InvalidOperationException("Bug: the connection is not open");

    private static SqliteConnection Open(SqliteConnection connection)
    {
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string ConnectionStringOf(
        string path, bool foreignKeys, SqliteOpenMode mode = SqliteOpenMode.ReadWriteCreate) => new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            ForeignKeys = foreignKeys,
            DefaultTimeout = BusySeconds,
            Pooling = foreignKeys,
        }.ToString();

    private void BringToNewest()
    {
        using (var connection = Open(new SqliteConnection(ConnectionString)))
        {
            if (NewestOf(connection) == NewestMigration)
            {
                return;
            }
        }

        Migrate();
    }

    // Not EF's own Migrate: its lock row outlives a killed process and then blocks every start. One immediate transaction is the lock,
    // and a kill leaves either the old schema or the new one.
    [SuppressMessage("Security", "CA2100", Justification = "The script is made by EF from our own migrations.")]
    private void Migrate()
    {
        // Foreign keys off: a migration that rebuilds a table drops the old one; they are checked as a whole before the commit.
        using var connection = new SqliteConnection(ConnectionStringOf(FilePath, foreignKeys: false));
        connection.Open();
        // Persistent in the file; cannot be changed inside a transaction.
        Run(connection, "PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction();
        var from = NewestOf(connection);
        if (from == NewestMigration)
        {
            return;
        }

        using (var context = SqliteRecordContext.On(ConnectionString))
        {
            Run(connection, context.GetService<IMigrator>().GenerateScript(
                from, NewestMigration, MigrationsSqlGenerationOptions.NoTransactions));
        }

        using (var check = connection.CreateCommand())
        {
            check.CommandText = "PRAGMA foreign_key_check";
            if (check.ExecuteScalar() is not null)
            {
                throw new RecordStoreException(RecordStoreFailure.Corrupt,
                    $"{FilePath}: rows point at rows that are missing, so it cannot be brought to {NewestMigration}: restore it from a backup");
            }
        }

        transaction.Commit();
    }

    // The newest migration in the file; null where the file is empty.
    private string? NewestOf(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name = '__EFMigrationsHistory' FROM sqlite_master WHERE type = 'table' ORDER BY 1 DESC LIMIT 1";
        switch (command.ExecuteScalar())
        {
            case null:
                return null;
            case 0L:
                throw new RecordStoreException(RecordStoreFailure.Corrupt,
                    $"{FilePath}: this SQLite file belongs to another program: give another data folder");
        }

        command.CommandText = "SELECT max(MigrationId) FROM __EFMigrationsHistory";
        var newest = command.ExecuteScalar() as string;
        // Migration ids begin with the time at which they were made, so their order is that of their text.
        if (string.CompareOrdinal(newest, NewestMigration) > 0)
        {
            throw new RecordStoreException(RecordStoreFailure.NewerSchema,
                $"{FilePath}: its schema is {newest}, this program knows up to {NewestMigration}: run the newer version that wrote it");
        }

        return newest;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Only our own constants come here.")]
    private static string? Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Only our own constants and EF's script come here.")]
    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Ampacity.Records;

/// <summary>
/// One SQLite file of records: opened, brought to the newest schema, and given out as connections. Any thread.
/// </summary>
/// <remarks>
/// A file that is up to date is opened by plain SQL: 31–35 ms in a fresh process, where EF's Migrate took 466–476 ms to find nothing to
/// do (2 cores, three runs each). EF owns the schema: it makes the script where a migration is missing.
/// </remarks>
internal sealed class SqliteRecordFile
{
    /// <summary>File name inside the data folder.</summary>
    public const string FileName = "records.db";

    /// <summary>Last migration of this program; a test holds it against the migrations themselves.</summary>
    public const string NewestMigration = "20261123214931_Initial";

    // How long a statement waits for another writer before it gives up. Guessed: longer than any change set of ours takes to commit.
    private const int BusySeconds = 10;

    private SqliteRecordFile(string path)
    {
        FilePath = path;
        ConnectionString = ConnectionStringOf(path, foreignKeys: true);
    }

    /// <summary>Full path of the file.</summary>
    public string FilePath { get; }

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

        var file = new SqliteRecordFile(Path.GetFullPath(Path.Combine(folder, FileName)));
        try
        {
            file.BringToNewest();
        }
        catch (SqliteException exception)
        {
            throw file.Failure(exception);
        }

        return file;
    }

    /// <summary>An open connection; the caller disposes it, which returns it to the pool.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(ConnectionString);
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

    /// <summary>Names a failure of SQLite.</summary>
    public RecordStoreException Failure(SqliteException exception) => RecordStoreException.From(exception, FilePath);

    /// <summary>Closes pooled connections, so that the last one folds the write-ahead log into the file.</summary>
    public void Close()
    {
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }

    private static string ConnectionStringOf(string path, bool foreignKeys) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        ForeignKeys = foreignKeys,
        DefaultTimeout = BusySeconds,
        Pooling = foreignKeys,
    }.ToString();

    private void BringToNewest()
    {
        using (var connection = Connect())
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

    [SuppressMessage("Security", "CA2100", Justification = "Only our own constants and EF's script come here.")]
    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

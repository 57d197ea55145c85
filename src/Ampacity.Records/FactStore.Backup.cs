using System.Data.Common;

namespace Ampacity.Records;

// One format for both stores: a SQLite file of this version's schema. What PostgreSQL gives as a backup, the embedded store opens too.
public sealed partial class FactStore
{
    /// <summary>
    /// Writes everything the store holds into one SQLite file: one committed state, while others read and write. Credentials stay as
    /// encrypted as they are in the store.
    /// </summary>
    /// <param name="path">File to make; until it is whole and on the disk it bears the suffix <c>.partial</c>.</param>
    /// <param name="cancellationToken">Ends it and leaves nothing.</param>
    /// <exception cref="ArgumentException">There is a file already.</exception>
    /// <exception cref="RecordStoreException">The store cannot be read, or the file cannot be written.</exception>
    public Task BackupToAsync(string path, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var file = Path.GetFullPath(path);
            if (File.Exists(file))
            {
                throw new ArgumentException($"{file}: there is a file already: give another name", nameof(path));
            }

            var partial = file + ".partial";
            try
            {
                DeleteFile(partial);
                Named(() =>
                {
                    _database.CopyTo(partial, cancellationToken);
                    return 0;
                });
                File.Move(partial, file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new RecordStoreException(
                    RecordStoreFailure.Unreachable, $"{file}: the backup cannot be written ({exception.Message}): check the folder and its owner", exception);
            }
            finally
            {
                DeleteFile(partial);
            }
        },
        cancellationToken);

    /// <summary>Brings a backup of either store into this one, which must be empty: all of it in one transaction, or nothing.</summary>
    /// <param name="path">What <see cref="BackupToAsync"/> wrote, by this version or an earlier one. It is not changed.</param>
    /// <param name="cancellationToken">Ends it and leaves the store empty.</param>
    /// <exception cref="ArgumentException">The store is not empty.</exception>
    /// <exception cref="RecordStoreException">The backup is damaged or of a newer version, or the store cannot be written.</exception>
    public async Task RestoreAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new RecordStoreException(RecordStoreFailure.Unreachable, $"{path}: there is no such backup: check the path");
        }

        // For a copy of one that must be migrated first: a backup stays as it was.
        var folder = Directory.CreateTempSubdirectory("ampacity-restore-").FullName;
        try
        {
            var backup = await Task.Run(() => SqliteRecordFile.OpenBackup(path, folder), cancellationToken);
            try
            {
                await WriteAsync((connection, transaction) => Restore(backup, connection, transaction, cancellationToken), cancellationToken);
            }
            finally
            {
                backup.Close();
            }
        }
        catch (IOException exception)
        {
            throw new RecordStoreException(
                RecordStoreFailure.Unreachable, $"{path}: the backup cannot be read ({exception.Message}): check the disk", exception);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private int Restore(SqliteRecordFile backup, DbConnection to, DbTransaction toTransaction, CancellationToken cancellationToken)
    {
        if (RecordCopy.FirstThatHolds(to, toTransaction) is { } table)
        {
            throw new ArgumentException($"{Place}: its table {table} is not empty: a backup is restored into an empty store only");
        }

        try
        {
            using var from = backup.Connect();
            using var fromTransaction = backup.BeginRead(from);
            RecordCopy.All(backup, from, fromTransaction, _database, to, toTransaction, cancellationToken);
            return 0;
        }
        catch (Exception exception) when (exception is Microsoft.Data.Sqlite.SqliteException && _database is not SqliteRecordFile)
        {
            throw backup.FailureOf(exception)!;
        }
    }

    private static void DeleteFile(string path)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
        {
            File.Delete(path + suffix);
        }
    }
}

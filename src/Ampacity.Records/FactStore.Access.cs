using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Ampacity.Records;

// How every member reaches the file: on a pool thread, since SQLite's own calls block, and with its failures named.
public sealed partial class FactStore
{
    // A read transaction: all statements of one read see one committed state.
    private Task<T> ReadAsync<T>(Func<SqliteConnection, SqliteTransaction, T> read, CancellationToken cancellationToken) =>
        Task.Run(
            () => Named(() =>
            {
                using var connection = _file.Connect();
                using var transaction = connection.BeginTransaction(deferred: true);
                return read(connection, transaction);
            }),
            cancellationToken);

    private async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () => Named(() =>
                {
                    using var connection = _file.Connect();
                    return write(connection);
                }),
                cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private Task<T> QueryAsync<T>(Func<RecordContext, T> query, CancellationToken cancellationToken) =>
        Task.Run(
            () => Named(() =>
            {
                using var context = SqliteRecordContext.On(_file.ConnectionString);
                return query(context);
            }),
            cancellationToken);

    private Task<T> SaveAsync<T>(Func<RecordContext, T> save, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                using var context = SqliteRecordContext.On(connection);
                return save(context);
            },
            cancellationToken);

    private T Named<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (SqliteException exception)
        {
            throw _file.Failure(exception);
        }
        catch (DbUpdateException exception) when (exception.InnerException is SqliteException cause)
        {
            throw _file.Failure(cause);
        }
    }
}

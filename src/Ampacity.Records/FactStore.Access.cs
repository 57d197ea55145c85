using System.Data.Common;

namespace Ampacity.Records;

// How every member reaches the database: on a pool thread, since the calls block, and with its failures named.
public sealed partial class FactStore
{
    // A read transaction: all statements of one read see one committed state.
    private Task<T> ReadAsync<T>(Func<DbConnection, DbTransaction, T> read, CancellationToken cancellationToken) =>
        Task.Run(
            () => Named(() =>
            {
                using var connection = _database.Connect();
                using var transaction = _database.BeginRead(connection);
                return read(connection, transaction);
            }),
            cancellationToken);

    // One writer of this process at a time; the database's own lock keeps other processes out.
    private async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, T> write, CancellationToken cancellationToken, bool keeps = true)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () => Named(() =>
                {
                    using var connection = _database.Connect();
                    using var transaction = _database.BeginWrite(connection);
                    var result = write(connection, transaction);
                    if (keeps)
                    {
                        transaction.Commit();
                    }
                    else
                    {
                        transaction.Rollback();
                    }

                    return result;
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
                using var connection = _database.Connect();
                using var context = _database.Context(connection);
                return query(context);
            }),
            cancellationToken);

    private async Task<T> SaveAsync<T>(Func<RecordContext, T> save, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await QueryAsync(save, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private T Named<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception exception) when (_database.FailureOf(exception) is not null)
        {
            throw _database.FailureOf(exception)!;
        }
    }
}

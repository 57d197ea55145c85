using System.Data.Common;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>
/// The record: dated facts with two times, and beside them surveys, credentials and the audit trail; in one SQLite file of the data
/// folder, or in PostgreSQL.
/// </summary>
/// <remarks>
/// Any thread. Writers wait for one another; readers never wait and see one committed state each. What a task has completed is on the
/// disk. Every member throws <see cref="RecordStoreException"/> where the store cannot be read or written.
/// </remarks>
public sealed partial class FactStore : IAsyncDisposable
{
    /// <summary>Longest author, characters. Guessed: a name with its organisation.</summary>
    public const int AuthorCharsMax = 200;

    /// <summary>Longest reason, characters. Guessed: a paragraph, not a document.</summary>
    public const int ReasonCharsMax = 4_000;

    private readonly RecordDatabase _database;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private FactStore(RecordDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Where the records are, for people: a file path, or host, port and database; never a password.</summary>
    public string Place => _database.Place;

    /// <summary>Opens the SQLite store of a data folder; makes it, or brings it to this version's schema, where needed.</summary>
    /// <exception cref="RecordStoreException">It cannot be opened, is damaged, or was written by a newer version.</exception>
    public static Task<FactStore> OpenAsync(string folder, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Run(() => new FactStore(SqliteRecordFile.Open(folder), time), cancellationToken);

    /// <summary>Opens the store at a location; makes it, or brings it to this version's schema, where needed.</summary>
    /// <exception cref="RecordStoreException">It cannot be reached, refuses us, is damaged, or was written by a newer version.</exception>
    public static Task<FactStore> OpenAsync(RecordLocation location, TimeProvider time, CancellationToken cancellationToken) =>
        location.Folder is { } folder
            ? OpenAsync(folder, time, cancellationToken)
            : Task.Run(() => new FactStore(PostgresRecords.Open(location), time), cancellationToken);

    /// <summary>Reads every fact ever recorded into a table of its own; the ledger answers what is believed, was believed, and history.</summary>
    public Task<FactLedger> ReadLedgerAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            (connection, transaction) =>
            {
                var table = new FactTable();
                var head = Load(connection, transaction, table, cancellationToken);
                return table.Ledger(head.Newest.Id, head.NextNode, head.NextAsset);
            },
            cancellationToken);

    /// <summary>Takes into a ledger's table what other processes recorded or retracted since; ledgers already taken do not change.</summary>
    /// <param name="ledger">The newest of its table, read from this store. The caller lets nobody else write to the table meanwhile.</param>
    /// <param name="cancellationToken">Ends the read; a later call goes on where it stopped.</param>
    /// <returns>The newest ledger; the same one where nothing came.</returns>
    /// <exception cref="ArgumentException">The ledger has seen change sets that are not in this store.</exception>
    public Task<FactLedger> CatchUpAsync(FactLedger ledger, CancellationToken cancellationToken) =>
        ReadAsync(
            (connection, transaction) =>
            {
                // One indexed row where nothing came, as is the rule.
                var newest = RecordSql.Number(connection, transaction, "SELECT max(id) FROM change_sets") ?? 0;
                if (newest == ledger.Revision.Number)
                {
                    return ledger;
                }

                if (newest < ledger.Revision.Number)
                {
                    throw new ArgumentException(
                        $"the ledger knows {ledger.Revision}, but the newest here is {new ChangeSetId(newest)}: it was read from another store",
                        nameof(ledger));
                }

                // A read that failed halfway may have left rows; then it goes on behind them, and all marks since are set again.
                var known = ledger.Table.Count;
                var head = Load(connection, transaction, ledger.Table, cancellationToken);
                using var command = RecordSql.Command(
                    connection, transaction, "SELECT id, retracted_by FROM facts WHERE retracted_by > @revision AND id <= @known",
                    ("@revision", ledger.Revision.Number), ("@known", (long)known));
                using var rows = command.ExecuteReader();
                while (rows.Read())
                {
                    ledger.Table.Retract(new FactId(rows.GetInt64(0)), new ChangeSetId(rows.GetInt64(1)));
                }

                return ledger.Table.Ledger(head.Newest.Id, head.NextNode, head.NextAsset);
            },
            cancellationToken);

    /// <summary>Carries a draft out: all of it in one transaction, or nothing.</summary>
    /// <exception cref="ChangeConflictException">
    /// Another change set came since <see cref="ChangeDraft.BasedOn"/>, or a fact to retract is retracted already: catch up, draft again.
    /// </exception>
    /// <exception cref="ArgumentException">The draft is empty, or its author or reason is missing or too long.</exception>
    public Task<CarriedOut> CarryOutAsync(ChangeDraft draft, CancellationToken cancellationToken)
    {
        if (draft.IsEmpty)
        {
            throw new ArgumentException("the draft changes nothing: there is nothing to carry out", nameof(draft));
        }

        if (string.IsNullOrWhiteSpace(draft.Author) || draft.Author.Length > AuthorCharsMax)
        {
            throw new ArgumentException($"an author has 1 to {AuthorCharsMax} characters, not {draft.Author.Length}", nameof(draft));
        }

        if (draft.Reason.Length > ReasonCharsMax)
        {
            throw new ArgumentException($"a reason has up to {ReasonCharsMax} characters, not {draft.Reason.Length}", nameof(draft));
        }

        return WriteAsync(
            (connection, transaction) => new ChangeWriter(_database, connection, transaction).Write(
                draft, _time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Carries a draft out and takes it back before it is committed: nothing is recorded, and the first real change finds the way to the
    /// store open and its code compiled. Writers wait for it as for any other.
    /// </summary>
    /// <exception cref="ChangeConflictException">As <see cref="CarryOutAsync"/>.</exception>
    public Task RehearseAsync(ChangeDraft draft, CancellationToken cancellationToken) =>
        WriteAsync(
            (connection, transaction) => new ChangeWriter(_database, connection, transaction).Write(
                draft, _time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken),
            cancellationToken,
            keeps: false);

    /// <summary>Change sets, newest first.</summary>
    /// <param name="limit">How many at most, from 1.</param>
    /// <param name="beforeId">Only those older than this id; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<IReadOnlyList<ChangeSet>> ReadChangeSetsAsync(int limit, long beforeId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ReadAsync<IReadOnlyList<ChangeSet>>(
            (connection, transaction) => RecordSql.Before(connection, transaction, beforeId, limit), cancellationToken);
    }

    /// <summary>A change set by id, or null.</summary>
    public Task<ChangeSet?> ReadChangeSetAsync(ChangeSetId id, CancellationToken cancellationToken) =>
        ReadAsync((connection, transaction) => RecordSql.Find(connection, transaction, id), cancellationToken);

    /// <summary>The newest change set at an instant of recorded time, UTC milliseconds; before the first one that of id 0.</summary>
    /// <remarks>For <c>knownAt</c>: give its id to <see cref="FactLedger.KnownAt"/>.</remarks>
    public Task<ChangeSet> ReadChangeSetAtAsync(long recordedMs, CancellationToken cancellationToken) =>
        ReadAsync((connection, transaction) => RecordSql.NewestAt(connection, transaction, recordedMs), cancellationToken);

    /// <summary>Waits for the writer, then closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync(CancellationToken.None);
        _database.Close();
        _writing.Dispose();
    }

    private RecordHead Load(DbConnection connection, DbTransaction transaction, FactTable table, CancellationToken cancellationToken)
    {
        var head = RecordSql.Head(connection, transaction, _database.Place);
        using var loader = new FactLoader(table, head, _database.Place);
        _database.Read(connection, transaction, table.Count, loader, cancellationToken);
        return head;
    }
}

using Ampacity.Fleet;
using Microsoft.Data.Sqlite;

namespace Ampacity.Records;

/// <summary>
/// The record: dated facts with two times, and beside them surveys, credentials and the audit trail. One file in the data folder.
/// </summary>
/// <remarks>
/// Any thread. Writers wait for one another; readers never wait and see one committed state each. What a task has completed is on the
/// disk. Every member throws <see cref="RecordStoreException"/> where the file cannot be read or written.
/// </remarks>
public sealed partial class FactStore : IAsyncDisposable
{
    /// <summary>Longest author, characters. Guessed: a name with its organisation.</summary>
    public const int AuthorCharsMax = 200;

    /// <summary>Longest reason, characters. Guessed: a paragraph, not a document.</summary>
    public const int ReasonCharsMax = 4_000;

    private readonly SqliteRecordFile _file;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private FactStore(SqliteRecordFile file, TimeProvider time)
    {
        _file = file;
        _time = time;
    }

    /// <summary>Opens the store of a data folder; makes it, or brings it to this version's schema, where needed.</summary>
    /// <exception cref="RecordStoreException">It cannot be opened, is damaged, or was written by a newer version.</exception>
    public static Task<FactStore> OpenAsync(string folder, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Run(() => new FactStore(SqliteRecordFile.Open(folder), time), cancellationToken);

    /// <summary>What is believed now, or was believed once a change set had been recorded.</summary>
    /// <param name="knownAt">Recorded time as a change set; null for now. The counters are always the newest: numbers are never given twice.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="ArgumentException">There is no such change set yet.</exception>
    public Task<FactLedger> ReadLedgerAsync(ChangeSetId? knownAt, CancellationToken cancellationToken) =>
        ReadAsync(
            (connection, transaction) =>
            {
                var newest = ChangeSetQueries.Newest(connection, transaction).Id;
                if (knownAt is { } known && (known.Number < 0 || known.CompareTo(newest) > 0))
                {
                    throw new ArgumentException($"{known} was not recorded yet: the newest is {newest}", nameof(knownAt));
                }

                return ReadLedger(connection, transaction, knownAt ?? newest, cancellationToken);
            },
            cancellationToken);

    /// <summary>What was believed at an instant of recorded time, UTC milliseconds; before the first change set that is nothing.</summary>
    public Task<FactLedger> ReadLedgerAsync(long knownAtMs, CancellationToken cancellationToken) =>
        ReadAsync(
            (connection, transaction) => ReadLedger(
                connection, transaction, ChangeSetQueries.NewestAt(connection, transaction, knownAtMs).Id, cancellationToken),
            cancellationToken);

    /// <summary>The newest change set at an instant of recorded time, UTC milliseconds; before the first one that of id 0.</summary>
    public Task<ChangeSet> ReadChangeSetAtAsync(long recordedMs, CancellationToken cancellationToken) =>
        ReadAsync((connection, transaction) => ChangeSetQueries.NewestAt(connection, transaction, recordedMs), cancellationToken);

    /// <summary>Carries a draft out: all of it in one transaction, or nothing.</summary>
    /// <exception cref="ChangeConflictException">
    /// Another change set came since <see cref="ChangeDraft.BasedOn"/>, or a fact to retract is retracted already: read again, draft again.
    /// </exception>
    /// <exception cref="ArgumentException">The draft is empty, or its author or reason is missing or too long.</exception>
    public Task<ChangeSet> CarryOutAsync(ChangeDraft draft, CancellationToken cancellationToken)
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
            connection =>
            {
                // Immediate: takes the write lock now, so that what the draft is checked against cannot change under it.
                using var transaction = connection.BeginTransaction();
                var change = new ChangeWriter(connection, transaction).Write(
                    draft, _time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
                transaction.Commit();
                return change;
            },
            cancellationToken);
    }

    /// <summary>Every fact ever recorded about a subject, retracted ones included, in order of recording.</summary>
    public Task<IReadOnlyList<Fact>> ReadHistoryAsync(Subject subject, CancellationToken cancellationToken) =>
        ReadFactsAsync(
            "WHERE subject_kind = @a AND subject_number = @b ORDER BY id", (long)subject.Kind, subject.Number, cancellationToken);

    /// <summary>The facts that a change set recorded or retracted, in order of recording; which of both, their own ids say.</summary>
    public Task<IReadOnlyList<Fact>> ReadFactsOfChangeAsync(ChangeSetId change, CancellationToken cancellationToken) =>
        ReadFactsAsync("WHERE recorded_by = @a OR retracted_by = @b ORDER BY id", change.Number, change.Number, cancellationToken);

    /// <summary>Change sets, newest first.</summary>
    /// <param name="limit">How many at most, from 1.</param>
    /// <param name="beforeId">Only those older than this id; <see cref="long.MaxValue"/> for the newest.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public Task<IReadOnlyList<ChangeSet>> ReadChangeSetsAsync(int limit, long beforeId, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return ReadAsync<IReadOnlyList<ChangeSet>>(
            (connection, transaction) => ChangeSetQueries.Before(connection, transaction, beforeId, limit), cancellationToken);
    }

    /// <summary>Waits for the writer, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync(CancellationToken.None);
        _file.Close();
        _writing.Dispose();
    }

    private FactLedger ReadLedger(
        SqliteConnection connection, SqliteTransaction transaction, ChangeSetId knownAt, CancellationToken cancellationToken)
    {
        using var command = ChangeSetQueries.Prepare(connection, transaction, $"SELECT {FactReader.Columns} FROM facts ORDER BY id");
        var table = new FactTable();
        foreach (var fact in new FactReader(_file.FilePath).ReadAll(command, cancellationToken))
        {
            var batch = FactBatch.Of([fact]);
            table.Load(fact.Id, batch.Row(0), batch.Row(0).Value is { } value ? table.KeepValue(value) : 0, fact.RecordedBy, fact.RetractedBy ?? default);
        }

        using var counters = ChangeSetQueries.Prepare(connection, transaction, "SELECT next_node, next_asset FROM counters WHERE id = 1");
        using var row = counters.ExecuteReader();
        return row.Read()
            ? table.Ledger(ChangeSetQueries.Newest(connection, transaction).Id, row.GetInt32(0), row.GetInt64(1)).KnownAt(knownAt)
            : throw new RecordStoreException(
                RecordStoreFailure.Corrupt, $"{_file.FilePath}: its counters are missing: restore it from a backup");
    }

    private Task<IReadOnlyList<Fact>> ReadFactsAsync(string where, long a, long b, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<Fact>>(
            (connection, transaction) =>
            {
                using var command = ChangeSetQueries.Prepare(
                    connection, transaction, $"SELECT {FactReader.Columns} FROM facts {where}");
                command.Parameters.AddWithValue("@a", a);
                command.Parameters.AddWithValue("@b", b);
                return new FactReader(_file.FilePath).ReadAll(command, cancellationToken);
            },
            cancellationToken);
}

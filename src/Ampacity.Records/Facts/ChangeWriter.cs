using System.Globalization;
using System.Text.Json;
using Ampacity.Fleet;
using Microsoft.Data.Sqlite;

namespace Ampacity.Records;

/// <summary>Writes one draft inside one transaction, by prepared statements: change tracking would cost an object graph per fact.</summary>
internal sealed class ChangeWriter(SqliteConnection connection, SqliteTransaction transaction)
{
    // UNIQUE among SQLite's extended result codes.
    private const int UniqueConstraint = 2067;

    /// <summary>Checks the draft against the newest state and writes it; the caller commits.</summary>
    /// <exception cref="ChangeConflictException">The draft has not seen the newest state.</exception>
    public ChangeSet Write(ChangeDraft draft, long nowMs, CancellationToken cancellationToken)
    {
        var newest = ChangeSetQueries.Newest(connection, transaction);
        if (newest.Id != draft.BasedOn)
        {
            throw Conflict(draft, newest);
        }

        // A clock that was set back must not make recorded time run backwards: reads by recorded time rest on its order.
        var change = new ChangeSet(
            new ChangeSetId(newest.Id.Number + 1), draft.Author, draft.Reason, Math.Max(nowMs, newest.RecordedMs));
        using (var insert = Prepare(
            "INSERT INTO change_sets (id, author, reason, recorded_ms) VALUES (@id, @author, @reason, @recorded)",
            "@id", "@author", "@reason", "@recorded"))
        {
            Run(insert, change.Id.Number, change.Author, change.Reason, change.RecordedMs);
        }

        Retract(draft, change, cancellationToken);
        Record(draft, change, cancellationToken);
        using var counters = Prepare(
            "UPDATE counters SET next_node = @node, next_asset = @asset WHERE id = 1 AND next_node <= @node AND next_asset <= @asset",
            "@node", "@asset");
        if (Run(counters, draft.NextNode, draft.NextAsset) != 1)
        {
            throw new InvalidOperationException($"Bug: a draft by {draft.Author} gives ordinals back: counters never fall");
        }

        return change;
    }

    private void Retract(ChangeDraft draft, ChangeSet change, CancellationToken cancellationToken)
    {
        using var retract = Prepare(
            "UPDATE facts SET retracted_by = @change WHERE id = @id AND retracted_by IS NULL", "@change", "@id");
        foreach (var id in draft.Retract)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Run(retract, change.Id.Number, id.Number) == 1)
            {
                continue;
            }

            using var find = Prepare("SELECT retracted_by FROM facts WHERE id = @id", "@id");
            find.Parameters[0].Value = id.Number;
            if (find.ExecuteScalar() is not long by)
            {
                throw new InvalidOperationException($"Bug: a draft by {draft.Author} retracts {id}, which was never recorded");
            }

            if (by == change.Id.Number)
            {
                throw new InvalidOperationException($"Bug: a draft by {draft.Author} retracts {id} twice");
            }

            var earlier = ChangeSetQueries.Find(connection, transaction, new ChangeSetId(by));
            throw new ChangeConflictException(
                $"{id} was already retracted by {earlier?.Id} of {earlier?.Author}: read the ledger again and work the change out anew", earlier);
        }
    }

    private void Record(ChangeDraft draft, ChangeSet change, CancellationToken cancellationToken)
    {
        using var last = Prepare("SELECT coalesce(max(id), 0) FROM facts");
        var id = (long)last.ExecuteScalar()!;
        using var insert = Prepare(
            "INSERT INTO facts (id, subject_kind, subject_number, aspect, key, value, valid_from_ms, valid_to_ms, declared_by, recorded_by) "
                + "VALUES (@id, @kind, @number, @aspect, @key, @value, @from, @to, @declared, @change)",
            "@id", "@kind", "@number", "@aspect", "@key", "@value", "@from", "@to", "@declared", "@change");
        foreach (var fact in draft.Record)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var json = JsonSerializer.Serialize(fact.Value, FactJson.Value);
            try
            {
                Run(insert, ++id, (long)fact.Subject.Kind, fact.Subject.Number, fact.Value.Aspect, fact.Key, json,
                    fact.Valid.FromMs, fact.Valid.ToMs, fact.DeclaredBy, change.Id.Number);
            }
            catch (SqliteException exception) when (exception.SqliteExtendedErrorCode == UniqueConstraint)
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"Bug: a draft by {draft.Author} records a second {fact.Value.Aspect} '{fact.Key}' ")
                        + string.Create(CultureInfo.InvariantCulture, $"of {fact.Subject} from {fact.Valid.FromMs} ms without retracting the first"),
                    exception);
            }
        }
    }

    private ChangeConflictException Conflict(ChangeDraft draft, ChangeSet newest)
    {
        if (newest.Id.CompareTo(draft.BasedOn) < 0)
        {
            return new ChangeConflictException(
                $"the change was worked out on {draft.BasedOn}, but the newest here is {newest.Id}: it belongs to another store", null);
        }

        var between = ChangeSetQueries.Find(connection, transaction, new ChangeSetId(draft.BasedOn.Number + 1)) ?? newest;
        return new ChangeConflictException(
            $"{between.Id} by {between.Author} ('{between.Reason}') came in between, and the newest is {newest.Id}: "
                + "read the ledger again and work the change out anew",
            between);
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> names) =>
        ChangeSetQueries.Prepare(connection, transaction, sql, names);

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index];
        }

        return command.ExecuteNonQuery();
    }
}

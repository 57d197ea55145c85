using System.Data.Common;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>Writes one draft inside one write transaction, in bulk: change tracking would cost an object graph per fact.</summary>
internal sealed class ChangeWriter(RecordDatabase database, DbConnection connection, DbTransaction transaction)
{
    /// <summary>Checks the draft against the newest state and writes it; the caller commits.</summary>
    /// <exception cref="ChangeConflictException">The draft has not seen the newest state.</exception>
    public CarriedOut Write(ChangeDraft draft, long nowMs, CancellationToken cancellationToken)
    {
        var head = RecordSql.Head(connection, transaction, database.Place);
        if (head.Newest.Id != draft.BasedOn)
        {
            throw Conflict(draft, head.Newest);
        }

        // A clock that was set back must not make recorded time run backwards: reads by recorded time rest on its order.
        var change = new ChangeSet(
            new ChangeSetId(head.Newest.Id.Number + 1), draft.Author, draft.Reason, Math.Max(nowMs, head.Newest.RecordedMs));
        Run("INSERT INTO change_sets (id, author, reason, recorded_ms) VALUES (@id, @author, @reason, @recorded)",
            ("@id", change.Id.Number), ("@author", change.Author), ("@reason", change.Reason), ("@recorded", change.RecordedMs));
        if (draft.Retract.Count > 0
            && database.Retract(connection, transaction, draft.Retract, change.Id, cancellationToken) != draft.Retract.Count)
        {
            throw WhyNotRetracted(draft, change);
        }

        var last = RecordSql.Number(connection, transaction, "SELECT max(id) FROM facts") ?? 0;
        Record(draft, change, last, head.Owners, cancellationToken);
        if (Run("UPDATE counters SET next_node = @node, next_asset = @asset WHERE id = 1 AND next_node <= @node AND next_asset <= @asset",
            ("@node", draft.NextNode), ("@asset", draft.NextAsset)) != 1)
        {
            throw new InvalidOperationException($"Bug: a draft by {draft.Author} gives ordinals back: counters never fall");
        }

        return new CarriedOut(change, new FactId(last + 1));
    }

    private void Record(ChangeDraft draft, ChangeSet change, long last, List<string> owners, CancellationToken cancellationToken)
    {
        if (draft.Record.Count == 0)
        {
            return;
        }

        var known = owners.Count;
        using (var encoder = new FactEncoder(owners))
        using (var sink = database.Write(connection, transaction))
        {
            encoder.Write(draft, last, change.Id, sink, cancellationToken);
            sink.Complete();
        }

        for (var i = known; i < owners.Count; i++)
        {
            Run("INSERT INTO owners (id, name) VALUES (@id, @name)", ("@id", i + 1), ("@name", owners[i]));
        }
    }

    // Only after a count that does not fit, so it may look at one fact after the other.
    private Exception WhyNotRetracted(ChangeDraft draft, ChangeSet change)
    {
        var seen = new HashSet<FactId>();
        foreach (var id in draft.Retract)
        {
            if (!seen.Add(id))
            {
                return new InvalidOperationException($"Bug: a draft by {draft.Author} retracts {id} twice");
            }

            if (RecordSql.Number(connection, transaction, "SELECT coalesce(retracted_by, 0) FROM facts WHERE id = @id", ("@id", id.Number)) is not { } by)
            {
                return new InvalidOperationException($"Bug: a draft by {draft.Author} retracts {id}, which was never recorded");
            }

            if (by != change.Id.Number)
            {
                var earlier = RecordSql.Find(connection, transaction, new ChangeSetId(by));
                return new ChangeConflictException(
                    $"{id} was already retracted by {earlier?.Id} of {earlier?.Author}: read the ledger again and work the change out anew", earlier);
            }
        }

        return new InvalidOperationException($"Bug: {database.Place} marked another number of facts than a draft by {draft.Author} retracts");
    }

    private ChangeConflictException Conflict(ChangeDraft draft, ChangeSet newest)
    {
        if (newest.Id.CompareTo(draft.BasedOn) < 0)
        {
            return new ChangeConflictException(
                $"the change was worked out on {draft.BasedOn}, but the newest here is {newest.Id}: it belongs to another store", null);
        }

        var between = RecordSql.Find(connection, transaction, new ChangeSetId(draft.BasedOn.Number + 1)) ?? newest;
        return new ChangeConflictException(
            $"{between.Id} by {between.Author} ('{between.Reason}') came in between, and the newest is {newest.Id}: "
                + "read the ledger again and work the change out anew",
            between);
    }

    private int Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        RecordSql.Run(connection, transaction, sql, parameters);
}

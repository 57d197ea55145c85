using System.Data.Common;

namespace Ampacity.Records;

/// <summary>Copies every table of one store into another, inside a transaction of each.</summary>
internal static class RecordCopy
{
    // The tables beside the facts, in the order in which they are copied. Counters are there from the first migration on.
    private static readonly (string Table, string[] Columns)[] Small =
    [
        ("change_sets", ["id", "author", "reason", "recorded_ms"]),
        ("owners", ["id", "name"]),
        ("surveys", ["id", "began_ms", "ended_ms", "author", "json"]),
        ("credentials", ["name", "username", "protected_password"]),
        ("audit", ["id", "at_ms", "who", "verb", "what"]),
        ("events", ["id", "at_ms", "bmc", "place", "asset", "component", "source", "kind", "severity", "evidence"]),
    ];

    /// <summary>The first table that holds a row, or null for an empty store.</summary>
    public static string? FirstThatHolds(DbConnection connection, DbTransaction transaction) =>
        Small.Select(small => small.Table).Append("facts")
            .FirstOrDefault(table => RecordSql.Number(connection, transaction, $"SELECT 1 FROM {table} LIMIT 1") is not null);

    /// <summary>Copies everything; the caller commits. What a fact says is checked when it is loaded, its place in the row of ids here.</summary>
    public static void All(
        RecordDatabase source, DbConnection from, DbTransaction fromTransaction,
        RecordDatabase target, DbConnection to, DbTransaction toTransaction,
        CancellationToken cancellationToken)
    {
        var head = RecordSql.Head(from, fromTransaction, source.Place);
        foreach (var (table, columns) in Small)
        {
            Table(table, columns, from, fromTransaction, to, toTransaction, cancellationToken);
        }

        RecordSql.Run(to, toTransaction, "UPDATE counters SET next_node = @node, next_asset = @asset WHERE id = 1",
            ("@node", head.NextNode), ("@asset", head.NextAsset));
        using (var writer = target.Write(to, toTransaction))
        using (var inOrder = new InOrder(writer, source.Place))
        {
            source.Read(from, fromTransaction, 0, inOrder, cancellationToken);
            writer.Complete();
        }

        target.ContinueNumbers(to, toTransaction);
    }

    private static void Table(
        string table, string[] columns, DbConnection from, DbTransaction fromTransaction, DbConnection to, DbTransaction toTransaction,
        CancellationToken cancellationToken)
    {
        var names = string.Join(", ", columns);
        using var select = RecordSql.Command(from, fromTransaction, $"SELECT {names} FROM {table} ORDER BY {columns[0]}");
        using var insert = RecordSql.Command(
            to, toTransaction, $"INSERT INTO {table} ({names}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})",
            [.. columns.Select(column => ("@" + column, (object)DBNull.Value))]);
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var column = 0; column < columns.Length; column++)
            {
                insert.Parameters[column].Value = rows.GetValue(column);
            }

            insert.ExecuteNonQuery();
        }
    }

    /// <summary>Lets facts through whose ids are 1, 2, 3 …: a backup with a gap is not restored.</summary>
    private sealed class InOrder(FactSink next, string place) : FactSink
    {
        private long _last;

        public override void Take(in StoredFact fact)
        {
            if (fact.Id != _last + 1)
            {
                throw new RecordStoreException(
                    RecordStoreFailure.Corrupt, $"{place}: fact_{fact.Id} follows on fact_{_last}: a fact is missing: take another backup");
            }

            _last = fact.Id;
            next.Take(fact);
        }

        public override void Dispose()
        {
        }
    }
}

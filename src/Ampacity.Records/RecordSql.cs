using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Records;

/// <summary>SQL that both stores understand, on a connection that the caller holds.</summary>
internal static class RecordSql
{
    private static readonly ChangeSet None = new(default, "", "", long.MinValue);

    /// <summary>A command with its parameters.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Every text is a constant of this project; values are parameters.")]
    public static DbCommand Command(
        DbConnection connection, DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>Rows that it touched.</returns>
    public static int Run(
        DbConnection connection, DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(connection, transaction, sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>One whole number, or null.</summary>
    public static long? Number(
        DbConnection connection, DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(connection, transaction, sql, parameters);
        return command.ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>The small tables beside the facts.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="transaction">Its transaction.</param>
    /// <param name="place">Of the store, for messages.</param>
    public static RecordHead Head(DbConnection connection, DbTransaction transaction, string place)
    {
        var newest = ReadChanges(connection, transaction, "ORDER BY id DESC LIMIT 1").FirstOrDefault() ?? None;
        int nextNode;
        long nextAsset;
        using (var command = Command(connection, transaction, "SELECT next_node, next_asset FROM counters WHERE id = 1"))
        using (var row = command.ExecuteReader())
        {
            if (!row.Read())
            {
                throw new RecordStoreException(RecordStoreFailure.Corrupt, $"{place}: its counters are missing: restore it from a backup");
            }

            (nextNode, nextAsset) = (row.GetInt32(0), row.GetInt64(1));
        }

        var owners = new List<string>();
        using var named = Command(connection, transaction, "SELECT id, name FROM owners ORDER BY id");
        using var rows = named.ExecuteReader();
        while (rows.Read())
        {
            owners.Add(rows.GetString(1));
            if (rows.GetInt32(0) != owners.Count)
            {
                throw new RecordStoreException(RecordStoreFailure.Corrupt, $"{place}: owner {owners.Count} is missing: restore it from a backup");
            }
        }

        return new RecordHead(newest, nextNode, nextAsset, owners);
    }

    /// <summary>The newest change set recorded at or before an instant, or number 0.</summary>
    public static ChangeSet NewestAt(DbConnection connection, DbTransaction transaction, long atMs) =>
        ReadChanges(connection, transaction, "WHERE recorded_ms <= @at ORDER BY recorded_ms DESC, id DESC LIMIT 1", ("@at", atMs)).FirstOrDefault()
            ?? None;

    /// <summary>A change set by id, or null.</summary>
    public static ChangeSet? Find(DbConnection connection, DbTransaction transaction, ChangeSetId id) =>
        ReadChanges(connection, transaction, "WHERE id = @id", ("@id", id.Number)).FirstOrDefault();

    /// <summary>Change sets older than an id, newest first.</summary>
    public static List<ChangeSet> Before(DbConnection connection, DbTransaction transaction, long beforeId, int limit) =>
        ReadChanges(connection, transaction, "WHERE id < @before ORDER BY id DESC LIMIT @limit", ("@before", beforeId), ("@limit", (long)limit));

    private static List<ChangeSet> ReadChanges(
        DbConnection connection, DbTransaction transaction, string where, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(connection, transaction, "SELECT id, author, reason, recorded_ms FROM change_sets " + where, parameters);
        var changes = new List<ChangeSet>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            changes.Add(new ChangeSet(new ChangeSetId(rows.GetInt64(0)), rows.GetString(1), rows.GetString(2), rows.GetInt64(3)));
        }

        return changes;
    }
}

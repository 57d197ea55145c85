using System.Diagnostics.CodeAnalysis;
using Ampacity.Fleet;
using Microsoft.Data.Sqlite;

namespace Ampacity.Records;

/// <summary>Reads of <c>change_sets</c> on a connection that the caller holds.</summary>
internal static class ChangeSetQueries
{
    private static readonly ChangeSet None = new(default, "", "", long.MinValue);

    /// <summary>The newest change set, or number 0 where nothing was recorded.</summary>
    public static ChangeSet Newest(SqliteConnection connection, SqliteTransaction transaction) =>
        ReadAll(connection, transaction, "ORDER BY id DESC LIMIT 1").FirstOrDefault() ?? None;

    /// <summary>The newest change set recorded at or before an instant, or number 0.</summary>
    public static ChangeSet NewestAt(SqliteConnection connection, SqliteTransaction transaction, long atMs) =>
        ReadAll(connection, transaction, "WHERE recorded_ms <= @a ORDER BY recorded_ms DESC, id DESC LIMIT 1", atMs).FirstOrDefault() ?? None;

    /// <summary>A change set by id, or null.</summary>
    public static ChangeSet? Find(SqliteConnection connection, SqliteTransaction transaction, ChangeSetId id) =>
        ReadAll(connection, transaction, "WHERE id = @a", id.Number).FirstOrDefault();

    /// <summary>Change sets older than an id, newest first.</summary>
    public static List<ChangeSet> Before(SqliteConnection connection, SqliteTransaction transaction, long beforeId, int limit) =>
        ReadAll(connection, transaction, "WHERE id < @a ORDER BY id DESC LIMIT @b", beforeId, limit);

    /// <summary>A prepared command with named parameters.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Every text is a constant of this project; values are parameters.")]
    public static SqliteCommand Prepare(
        SqliteConnection connection, SqliteTransaction transaction, string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var name in names)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static List<ChangeSet> ReadAll(
        SqliteConnection connection, SqliteTransaction transaction, string where, params ReadOnlySpan<long> values)
    {
        using var command = Prepare(connection, transaction, "SELECT id, author, reason, recorded_ms FROM change_sets " + where);
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue(index == 0 ? "@a" : "@b", values[index]);
        }

        var changes = new List<ChangeSet>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            changes.Add(new ChangeSet(new ChangeSetId(rows.GetInt64(0)), rows.GetString(1), rows.GetString(2), rows.GetInt64(3)));
        }

        return changes;
    }
}

using Ampacity.Records;
using Ampacity.Sql;

namespace Ampacity.Server;

/// <summary>Events as a table of SQL.</summary>
internal static class EventTable
{
    /// <summary>Newest events that a statement sees: one incident of a site is some thousands.</summary>
    public const int MaxRows = 100_000;

    public static SqlTable Of(FactStore store) => new(
        "events", $"Leaks, trips, inputs lost, logins refused: the newest {MaxRows}",
        InventoryTables.Columns(
            ("id", SqlType.Whole), ("time", SqlType.Instant), ("place", SqlType.Text), ("asset", SqlType.Text), ("bmc", SqlType.Text), ("component", SqlType.Text), ("kind", SqlType.Text),
            ("severity", SqlType.Text), ("source", SqlType.Text), ("evidence", SqlType.Text)),
        FleetRow.Of(() => Read(store), (EventRow row, SqlCells cells) =>
        {
            cells.Whole(row.Id);
            cells.Instant(row.AtMs);
            cells.Text(row.Place);
            cells.Text(row.Asset);
            cells.Text(row.Bmc);
            cells.Text(row.Component);
            cells.Text(row.Kind);
            cells.Text(row.Severity);
            cells.Text(row.Source);
            cells.Text(row.Evidence);
        }));

    // Read when a statement names the table, on the thread that runs it.
    private static IReadOnlyList<EventRow> Read(FactStore store)
    {
#pragma warning disable VSTHRD002 // A statement runs on a thread of its own, with rows that come one by one: there is nothing to wait in.
        return store.ReadEventsAsync(MaxRows, long.MaxValue, null, null, null, CancellationToken.None).GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}

using Ampacity.Fleet;
using Ampacity.PromQL;
using Ampacity.Records;
using Ampacity.Sql;
using Ampacity.Topology;
using Ampacity.Tsdb;

namespace Ampacity.Server;

/// <summary>Everything that SQL can select from, of one moment. Any thread.</summary>
internal sealed class FleetTables(
    CurrentFleet fleet, LiveFleet live, TopologyReader reader, SampleStore store, QueryEngine engine, FamilyCatalogue families, QueryLimits limits, FactStore records)
{
    /// <summary>The tables, and a table of them.</summary>
    public IReadOnlyList<SqlTable> Now()
    {
        var nowMs = fleet.NowMs;
        // Whoever may ask SQL at all sees the whole fleet: the endpoint refuses everybody else.
        var view = fleet.GraphAt(nowMs).Within(PlaceScope.Whole);
        List<SqlTable> tables =
        [
            .. new SampleTables(reader, store, engine, families, () => fleet.Timeline, limits, nowMs).All(),
            .. InventoryTables.Of(view, fleet.Catalogue, live.Frame),
            EventTable.Of(records),
        ];
        tables.Add(Listing(tables));
        return tables;
    }

    private static SqlTable Listing(List<SqlTable> tables) => new(
        "tables", "This list", InventoryTables.Columns(("name", SqlType.Text), ("call", SqlType.Text), ("meaning", SqlType.Text), ("columns", SqlType.Text)),
        FleetRow.Of(() => tables, (SqlTable table, SqlCells cells) =>
        {
            cells.Text(table.Name);
            cells.Text(Call(table));
            cells.Text(table.Meaning);
            cells.Text(string.Join(", ", table.Columns.Select(column => column.Name)));
        }));

    /// <summary>How a table is written in a statement.</summary>
    public static string Call(SqlTable table) => table.Parameters switch
    {
        SqlParameters.None => table.Name,
        SqlParameters.TextAndRange => $"{table.Name}('selector', since := INTERVAL {table.Since}); {table.Name}_between('selector', from, until)",
        _ => $"{table.Name}('expression', since := INTERVAL {table.Since}, step := INTERVAL 1 MINUTE); {table.Name}_between('expression', from, until, step_seconds)",
    };
}

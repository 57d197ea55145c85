using Ampacity.Fleet;
using Ampacity.Sql;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>The inventory as tables: places, parts, assets, edges, SKUs. As it holds now; all of one statement are of one revision.</summary>
internal static class InventoryTables
{
    private const SqlType Text = SqlType.Text;
    private const SqlType Number = SqlType.Number;

    public static IEnumerable<SqlTable> Of(FleetView view, SkuCatalogue catalogue, LiveFrame? frame)
    {
        var graph = view.Graph;
        yield return new SqlTable(
            "places", "Sites, halls, rows, racks, and nodes of power, cooling and fabric; one row each, with what is drawn now",
            Columns(
                ("path", Text), ("kind", Text), ("name", Text), ("parent", Text), ("site", Text), ("hall", Text), ("row", Text), ("rack", Text), ("state", Text), ("sku", Text),
                ("programme", Text), ("operator", Text), ("tenant", Text), ("owner", Text), ("accelerators", SqlType.Whole), ("limit_watts", Number), ("capacity_watts", Number),
                ("design_watts", Number), ("draw_watts", Number), ("temperature_celsius", Number)),
            FleetRow.Of(() => PlaceWalk.Places(view, null, parts: false), (StableKey key, SqlCells cells) => Place(graph, PlaceRow.Of(view, catalogue, frame, key), key, cells)));
        yield return new SqlTable(
            "parts", "Slots and sockets of racks, with what is in them",
            Columns(
                ("path", Text), ("kind", Text), ("rack_path", Text), ("component", Text), ("sku", Text), ("sku_kind", Text), ("state", Text), ("asset", Text), ("serial", Text), ("mac", Text),
                ("draw_watts", Number), ("temperature_celsius", Number)),
            FleetRow.Of(() => PlaceWalk.Places(view, null, parts: true).Where(key => key.Part > 0), (StableKey key, SqlCells cells) => Part(graph, PlaceRow.Of(view, catalogue, frame, key), key, cells)));
        yield return new SqlTable(
            "assets", "Things by our own id, with what they are known by",
            Columns(
                ("id", Text), ("place", Text), ("sku", Text), ("state", Text), ("serial", Text), ("mac", Text), ("uuid", Text), ("hostname", Text), ("asset_tag", Text),
                ("part_number", Text), ("tenant", Text), ("owner", Text)),
            FleetRow.Of(() => graph.Assets.All, (FleetAsset asset, SqlCells cells) => Asset(AssetRow.Of(graph, asset), cells)));
        yield return new SqlTable(
            "feeds", "Edges of the power graph: this source supplies that node", Columns(("source", Text), ("node", Text), ("node_kind", Text), ("mode", Text)),
            FleetRow.Of(() => Edges(view, node => graph.Power.FeedsOf(node).ToArray()), ((int Source, int Node) edge, SqlCells cells) =>
            {
                Edge(graph, edge, cells);
                cells.Text(graph.Power.FeedsOf(edge.Node).Length > 1 ? Figures.Words(graph.Power.ModeOf(edge.Node)) : null);
            }));
        yield return new SqlTable(
            "cools", "Edges of the cooling graph: this source cools that node", Columns(("source", Text), ("node", Text), ("node_kind", Text)),
            FleetRow.Of(() => Edges(view, node => graph.CoolersOf(node).ToArray()), ((int Source, int Node) edge, SqlCells cells) => Edge(graph, edge, cells)));
        yield return new SqlTable(
            "skus", "SKU revisions of the catalogue", Columns(("sku", Text), ("kind", Text), ("title", Text), ("design_watts", Number)),
            FleetRow.Of(() => catalogue.Skus, (Sku sku, SqlCells cells) =>
            {
                cells.Text(sku.Revision.ToString());
                cells.Text(sku.Kind.ToString());
                cells.Text(sku.Title);
                cells.Number(sku.DesignWatts?.Value);
            }));
    }

    public static SqlColumn[] Columns(params ReadOnlySpan<(string Name, SqlType Type)> columns)
    {
        var made = new SqlColumn[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            made[i] = new SqlColumn(columns[i].Name, columns[i].Type);
        }

        return made;
    }

    private static void Place(FleetGraph graph, PlaceRow row, StableKey key, SqlCells cells)
    {
        cells.Text(row.Path);
        cells.Text(row.Kind);
        cells.Text(row.Name);
        cells.Text(graph.ParentOf(key.Node) is >= 0 and var parent ? graph.PathOf(parent) : null);
        cells.Text(Above(graph, key.Node, NodeKind.Site));
        cells.Text(Above(graph, key.Node, NodeKind.Hall));
        cells.Text(Above(graph, key.Node, NodeKind.Row));
        // As the label of series spells it, so that the two can be joined.
        cells.Text(graph.KindOf(key.Node) == NodeKind.Rack ? $"{graph.NameOf(graph.ParentOf(key.Node))}/{graph.NameOf(key.Node)}" : null);
        cells.Text(row.State);
        cells.Text(row.Sku);
        cells.Text(row.Programme);
        cells.Text(graph.OperatorOf(key.Node));
        cells.Text(graph.TenantOf(key.Node));
        cells.Text(graph.OwnerOf(key.Node));
        cells.Whole(row.Accelerators);
        cells.Number(row.LimitWatts);
        cells.Number(row.CapacityWatts);
        cells.Number(row.DesignWatts);
        cells.Number(row.DrawWatts);
        cells.Number(row.TemperatureCelsius);
    }

    private static void Part(FleetGraph graph, PlaceRow row, StableKey key, SqlCells cells)
    {
        cells.Text(row.Path);
        cells.Text(row.Kind);
        cells.Text(graph.PathOf(key.Node));
        cells.Text(row.Component);
        cells.Text(row.Sku);
        cells.Text(row.SkuKind);
        cells.Text(row.State);
        cells.Text(row.AssetId);
        cells.Text(row.Serial);
        cells.Text(row.Mac);
        cells.Number(row.DrawWatts);
        cells.Number(row.TemperatureCelsius);
    }

    private static void Asset(AssetRow row, SqlCells cells)
    {
        foreach (var text in (ReadOnlySpan<string?>)
            [row.Id, row.Place, row.Sku, row.State, row.Serial, row.Mac, row.Uuid, row.Hostname, row.AssetTag, row.PartNumber, row.Tenant, row.Owner])
        {
            cells.Text(text);
        }
    }

    private static IEnumerable<(int Source, int Node)> Edges(FleetView view, Func<int, int[]> sourcesOf) =>
        Enumerable.Range(0, view.Graph.NodeCount).Where(view.Sees).SelectMany(node => sourcesOf(node).Where(view.Sees).Select(source => (source, node)));

    private static void Edge(FleetGraph graph, (int Source, int Node) edge, SqlCells cells)
    {
        cells.Text(graph.PathOf(edge.Source));
        cells.Text(graph.PathOf(edge.Node));
        cells.Text(graph.KindOf(edge.Node).ToString());
    }

    private static string? Above(FleetGraph graph, int node, NodeKind kind) => graph.Above(node, kind) is >= 0 and var above ? graph.NameOf(above) : null;
}

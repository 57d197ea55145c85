namespace Ampacity.Fleet;

/// <summary>The columns of each kind of CSV file; a number's unit is the end of its name.</summary>
public static class CsvColumns
{
    /// <summary>Columns of firmware versions begin so; the component's name follows, such as <c>firmware.bmc</c>.</summary>
    public const string Firmware = "firmware.";

    private static readonly string[] Racks =
        ["path", "sku", "x_m", "y_m", "feeds", "mode", "cdus", "programme", "state", "tenant", "owner", "tags"];

    private static readonly string[] Assets =
    [
        "id", "place", "serial", "mac", "uuid", "hostname", "asset_tag", "part_number", "sku", "state", "owner", "tenant", "ordered", "placed_from",
    ];

    private static readonly string[] Placements = ["asset", "place", "from", "to"];

    private static readonly string[] Feeds = ["node", "source", "order", "weight", "rating_a", "voltage_v", "phases"];

    /// <summary>All columns of a kind, in the order in which they are written; firmware columns of assets come after them.</summary>
    public static IReadOnlyList<string> Of(CsvKind kind) => kind switch
    {
        CsvKind.Racks => Racks,
        CsvKind.Assets => Assets,
        CsvKind.Placements => Placements,
        CsvKind.Feeds => Feeds,
        _ => throw new InvalidOperationException($"Bug: no columns for {kind}"),
    };

    /// <summary>Columns without which a file of the kind says nothing.</summary>
    public static IReadOnlyList<string> RequiredOf(CsvKind kind) => kind switch
    {
        CsvKind.Racks => ["path"],
        CsvKind.Placements => ["asset", "place"],
        CsvKind.Feeds => ["node", "source"],
        _ => [],
    };

    /// <summary>The first line of a written file, which the reader takes for a comment.</summary>
    public static string CommentOf(CsvKind kind) => $"# ampacity {kind.Word()} 1: " + kind switch
    {
        CsvKind.Racks => "one rack a row; x_m and y_m in metres; feeds, cdus and tags joined by +, preferred feed first",
        CsvKind.Assets => "one asset a row; place is the path of the rack and what is in it; ordered and placed_from are days or RFC 3339 times",
        CsvKind.Placements => "one stay a row; asset is an id or a serial; from and to are days or RFC 3339 times; no to means that it goes on",
        _ => "one feed a row; order 0 is the preferred one; weight is its part of the load beside others; rating_a per phase at voltage_v between phases; phases 3, 1 or dc",
    } + "; an empty cell says nothing";
}

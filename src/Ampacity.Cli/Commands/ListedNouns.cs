using System.Globalization;
using System.Text.Json;

namespace Ampacity.Cli;

/// <summary>What <c>list --of</c> lists beside places: the address of each and the columns of its table.</summary>
internal static class ListedNouns
{
    /// <summary>One noun.</summary>
    /// <param name="Address">Below <c>/api/fleet/v1/</c>.</param>
    /// <param name="IsPaged">Whether it takes a limit.</param>
    /// <param name="Columns">Heading, priority as in <see cref="Screen.Fitted"/>, whether it holds numbers, and its text of a row.</param>
    internal sealed record Noun(string Address, bool IsPaged, IReadOnlyList<(string Heading, int Priority, bool Right, Func<JsonElement, string> Text)> Columns);

    /// <summary>By the word that people write.</summary>
    public static IReadOnlyDictionary<string, Noun> All { get; } = new Dictionary<string, Noun>(StringComparer.Ordinal)
    {
        ["assets"] = new("assets", true,
        [
            ("asset", 0, false, Of("id")), ("place", 0, false, Of("place")), ("serial", 1, false, Of("serial")), ("state", 2, false, Of("state")), ("sku", 3, false, Of("sku")),
            ("mac", 4, false, Of("mac")), ("tenant", 5, false, Of("tenant")),
        ]),
        ["placements"] = new("placements", true,
        [
            ("place", 0, false, Of("place")), ("asset", 0, false, Of("assetId")), ("serial", 1, false, Of("serial")), ("from", 2, false, Time("validFromMs")),
            ("to", 3, false, Time("validToMs")),
        ]),
        ["skus"] = new("skus", false,
        [
            ("sku", 0, false, Of("sku")), ("kind", 1, false, Of("kind")), ("title", 3, false, Of("title")), ("height", 2, false, Of("height")), ("design", 0, true, Watts("designWatts")),
        ]),
        ["programmes"] = new("programmes", false,
        [
            ("programme", 0, false, Of("name")), ("vendor", 3, false, Of("vendor")), ("status", 4, false, Of("status")), ("contracted", 1, true, Watts("contractedWatts")),
            ("racks", 2, true, Count("racks")), ("design", 0, true, Watts("designWatts")),
        ]),
        ["organisations"] = new("organisations", false,
            [("organisation", 0, false, Of("name")), ("title", 1, false, Of("title")), ("roles", 0, false, Each("roles", role => role.GetString()!))]),
        ["cooling"] = new("cooling", true,
        [
            ("node", 0, false, Of("of")), ("kind", 2, false, Of("kind")), ("loop", 3, false, Of("loop")), ("capacity", 0, true, Watts("capacityWatts")),
            ("racks", 1, true, Count("racks")), ("design", 0, true, Watts("designWatts")),
        ]),
        ["fabric"] = new("fabric", true,
        [
            ("node", 0, false, Of("path")), ("kind", 1, false, Of("kind")), ("plane", 3, false, Of("plane")),
            ("links", 0, false, Each("links", link => string.Create(CultureInfo.InvariantCulture, $"{link.GetProperty("count").GetInt32()} to {link.GetProperty("peer").GetString()}"))),
            ("domains", 2, false, Each("domains", domain => domain.GetProperty("domain").GetString()!)),
        ]),
    };

    /// <summary>Prints a page.</summary>
    public static void Print(Noun noun, JsonElement page)
    {
        var rows = page.GetProperty("items").EnumerateArray().ToArray();
        if (rows.Length == 0 && !page.TryGetProperty("next", out _))
        {
            Screen.Note("Nothing like that is there.");
            return;
        }

        Screen.Fitted(
            [.. noun.Columns.Select(column => (column.Heading, column.Priority, column.Right))], rows.Select(row => noun.Columns.Select(column => column.Text(row)).ToArray()));
        if (page.TryGetProperty("next", out var next))
        {
            Screen.Note($"More follows: --after {next.GetString()}");
        }
    }

    private static Func<JsonElement, string> Of(string name) => row => row.TryGetProperty(name, out var value)
        ? name is "status" or "plane" ? Screen.Words(value.GetString()!) : value.GetString()!
        : "–";

    private static Func<JsonElement, string> Watts(string name) => row => Screen.Power(row.TryGetProperty(name, out var watts) ? watts.GetDouble() : null);

    private static Func<JsonElement, string> Count(string name) => row => row.TryGetProperty(name, out var count) ? Screen.Count(count.GetInt64()) : "–";

    private static Func<JsonElement, string> Time(string name) => row => row.TryGetProperty(name, out var at) ? Screen.Time(at.GetInt64()) : "–";

    private static Func<JsonElement, string> Each(string name, Func<JsonElement, string> text) =>
        row => row.TryGetProperty(name, out var values) ? string.Join(", ", values.EnumerateArray().Select(text)) : "–";
}

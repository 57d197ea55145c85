using System.Globalization;
using System.Text.Json.Nodes;

namespace Ampacity.Scenarios;

/// <summary>
/// A generated NetBox: one site with a hall, rows of racks, two servers a rack, a panel with a feed for each rack. A test changes it between
/// imports.
/// </summary>
internal sealed class NetBoxInventory
{
    /// <summary>Racks by id: name and row, 1 or 2.</summary>
    public SortedDictionary<int, (string Name, int Row)> Racks { get; } = [];

    /// <summary>Devices by id: name, rack, unit, serial.</summary>
    public SortedDictionary<int, (string Name, int Rack, int Unit, string Serial)> Devices { get; } = [];

    public static NetBoxInventory Of(int racks)
    {
        var inventory = new NetBoxInventory();
        for (var rack = 1; rack <= racks; rack++)
        {
            inventory.Racks[rack] = (string.Create(CultureInfo.InvariantCulture, $"R{rack:000}"), rack % 2 + 1);
            inventory.Devices[rack * 2] = (string.Create(CultureInfo.InvariantCulture, $"gpu-{rack:000}-a"), rack, 1, string.Create(CultureInfo.InvariantCulture, $"S{rack:000}A"));
            inventory.Devices[(rack * 2) + 1] = (string.Create(CultureInfo.InvariantCulture, $"gpu-{rack:000}-b"), rack, 9, string.Create(CultureInfo.InvariantCulture, $"S{rack:000}B"));
        }

        return inventory;
    }

    /// <summary>A list as the REST API has it; each object with its own address.</summary>
    public IReadOnlyList<JsonObject> List(string name, string url) => [.. Items(name).Select(item =>
    {
        item["url"] = string.Create(CultureInfo.InvariantCulture, $"{url}/api/{(name == "tenants" ? "tenancy" : "dcim")}/{name}/{(int)item["id"]!}/");
        return item;
    })];

    private IEnumerable<JsonObject> Items(string name) => name switch
    {
        "tenants" => [Named(1, "Acme Research", "acme")],
        "sites" => [With(Named(1, "Site 1", "site-1"), ("tenant", Id(1)), ("status", Choice("active")))],
        "locations" =>
        [
            With(Named(1, "Building 1", "building-1"), ("site", Id(1))),
            With(Named(2, "Hall 1", "hall-1"), ("site", Id(1)), ("parent", Id(1))),
            With(Named(3, "Row 1", "row-1"), ("site", Id(1)), ("parent", Id(2))),
            With(Named(4, "Row 2", "row-2"), ("site", Id(1)), ("parent", Id(2))),
        ],
        "racks" => Racks.Select(rack => With(
            new JsonObject { ["id"] = rack.Key, ["name"] = rack.Value.Name },
            ("site", Id(1)), ("location", Id(rack.Value.Row + 2)), ("u_height", 42), ("status", Choice("active")))),
        "device-types" =>
        [
            With(new JsonObject { ["id"] = 1, ["model"] = "GPU Server 8", ["slug"] = "example-gpu-server-8" },
                ("manufacturer", new JsonObject { ["id"] = 1, ["name"] = "Example", ["slug"] = "example" }), ("u_height", 8.0), ("created", "2026-01-02T00:00:00Z")),
        ],
        "power-port-templates" => [With(new JsonObject { ["id"] = 1, ["name"] = "PSU1" }, ("device_type", Id(1)), ("maximum_draw", 10_000))],
        "devices" => Devices.Select(device => With(
            new JsonObject { ["id"] = device.Key, ["name"] = device.Value.Name },
            ("device_type", Id(1)), ("site", Id(1)), ("rack", Id(device.Value.Rack)), ("position", device.Value.Unit), ("face", Choice("front")),
            ("status", Choice("active")), ("serial", device.Value.Serial))),
        "power-panels" => [With(Named(1, "PDP A", null), ("site", Id(1)), ("location", Id(2)))],
        "power-feeds" => Racks.Keys.Select(rack => With(
            Named(rack, string.Create(CultureInfo.InvariantCulture, $"F{rack:000}"), null),
            ("power_panel", Id(1)), ("rack", Id(rack)), ("supply", Choice("ac")), ("phase", Choice("three-phase")), ("voltage", 400), ("amperage", 63), ("max_utilization", 80))),
        _ => [],
    };

    private static JsonObject Named(int id, string name, string? slug) => slug is null
        ? new JsonObject { ["id"] = id, ["name"] = name }
        : new JsonObject { ["id"] = id, ["name"] = name, ["slug"] = slug };

    private static JsonObject Id(int id) => new() { ["id"] = id };

    private static JsonObject Choice(string value) => new() { ["value"] = value, ["label"] = value };

    private static JsonObject With(JsonObject item, params ReadOnlySpan<(string Key, JsonNode Value)> more)
    {
        foreach (var (key, value) in more)
        {
            item[key] = value;
        }

        return item;
    }
}

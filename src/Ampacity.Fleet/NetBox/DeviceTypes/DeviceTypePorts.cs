using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>Ports and bays of a device type, and every key of the file that is unknown or not kept.</summary>
internal static partial class DeviceTypePorts
{
    private static readonly FrozenDictionary<string, PortKind> Lists = new Dictionary<string, PortKind>(StringComparer.Ordinal)
    {
        ["interfaces"] = PortKind.Network,
        ["console-ports"] = PortKind.Console,
        ["console-server-ports"] = PortKind.ConsoleServer,
        ["power-ports"] = PortKind.PowerInlet,
        ["power-outlets"] = PortKind.PowerOutlet,
        ["front-ports"] = PortKind.PanelFront,
        ["rear-ports"] = PortKind.PanelRear,
        ["module-bays"] = PortKind.ModuleBay,
        ["device-bays"] = PortKind.DeviceBay,
        ["inventory-items"] = PortKind.Item,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Kept = FrozenSet.Create(StringComparer.Ordinal,
        "manufacturer", "model", "slug", "part_number", "u_height", "is_full_depth", "airflow", "weight", "weight_unit", "description", "comments",
        "is_powered", "form_factor", "width", "outer_width", "outer_height", "outer_depth", "outer_unit", "mounting_depth", "max_weight");

    private static readonly FrozenSet<string> NotKept = FrozenSet.Create(StringComparer.Ordinal,
        "front_image", "rear_image", "subdevice_role", "starting_unit", "desc_units", "profile", "attributes");

    private static readonly FrozenSet<string> KeptOfPorts = FrozenSet.Create(StringComparer.Ordinal,
        "name", "label", "type", "description", "mgmt_only", "maximum_draw", "allocated_draw", "power_port", "feed_leg", "rear_port", "position", "part_id");

    private static readonly FrozenSet<string> NotKeptOfPorts = FrozenSet.Create(StringComparer.Ordinal,
        "poe", "poe_mode", "poe_type", "enabled", "bridge", "rf_role", "color", "rear_port_position", "positions", "manufacturer", "parent", "module_bay_types", "rear_ports");

    // InfiniBand of four lanes, Gbit/s of data.
    private static readonly FrozenDictionary<string, double> InfiniBand = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["infiniband-sdr"] = 8,
        ["infiniband-ddr"] = 16,
        ["infiniband-qdr"] = 32,
        ["infiniband-fdr10"] = 40,
        ["infiniband-fdr"] = 56,
        ["infiniband-edr"] = 100,
        ["infiniband-hdr"] = 200,
        ["infiniband-ndr"] = 400,
        ["infiniband-xdr"] = 800,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static (ImmutableArray<PortGroup> Ports, ImmutableArray<DeviceTypeNote> Unknown, ImmutableArray<DeviceTypeNote> LeftOut) Read(
        DataNode root, FileErrors errors)
    {
        var ports = new List<PortGroup>();
        var unknown = new List<DeviceTypeNote>();
        var leftOut = new List<DeviceTypeNote>();
        foreach (var (key, node) in root.Members)
        {
            if (Lists.TryGetValue(key, out var kind))
            {
                ports.AddRange(Fold(node.Select(item => Port(item, kind, errors))));
                Items(node, unknown, leftOut);
            }
            else if (NotKept.Contains(key))
            {
                leftOut.Add(new(node.KeyLine, node.Path, "not-kept", $"'{key}: {Shown(node)}' has no place in a SKU"));
            }
            else if (!Kept.Contains(key))
            {
                var items = node.Kind == DataKind.List ? FormattableString.Invariant($" with {node.Items.Count} items") : "";
                unknown.Add(new(node.KeyLine, node.Path, "unknown-key", $"'{key}'{items} is not in the library's format, NetBox drops it; it is not in the SKU either"));
            }
        }

        return ([.. ports], [.. unknown], [.. leftOut]);
    }

    // The library follows YAML 1.1, where these are all one.
    public static bool IsTrue(DataNode node) => node.Text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON";

    private static void Items(DataNode list, List<DeviceTypeNote> unknown, List<DeviceTypeNote> leftOut)
    {
        // Once for each key, with how often: 64 ports of one switch would say the same 64 times.
        foreach (var same in list.SelectMany(item => item.Members.Values).Where(node => !KeptOfPorts.Contains(node.Name)).GroupBy(node => node.Name, StringComparer.Ordinal))
        {
            var (first, count) = (same.First(), same.Count());
            var times = count == 1 ? "" : FormattableString.Invariant($", {count} times in {list.Name}");
            if (NotKeptOfPorts.Contains(same.Key))
            {
                leftOut.Add(new(first.KeyLine, first.Path, "not-kept", $"'{same.Key}'{times} has no place in a SKU"));
            }
            else
            {
                unknown.Add(new(first.KeyLine, first.Path, "unknown-key", $"'{same.Key}'{times} is not in the library's format; it is not in the SKU either"));
            }
        }
    }

    private static PortGroup Port(DataNode item, PortKind kind, FileErrors errors)
    {
        var name = item["name"]!.Text;
        if (name.Contains("{n}", StringComparison.Ordinal))
        {
            errors.Add(item["name"]!, "port-name", "a name with {n} cannot be told from our own numbering; write the number out");
        }

        var type = item["type"]?.Text ?? "";
        return new(kind, name, 1, 1, item.Line)
        {
            Connector = type,
            BitsPerSecond = kind == PortKind.Network ? Speed(type) : null,
            IsManagement = item["mgmt_only"] is { } managed && IsTrue(managed),
            Plane = item["mgmt_only"] is { } only && IsTrue(only) ? "management" : "",
            MaximumWatts = item["maximum_draw"] is { } draw ? new Watts(draw.Number) : null,
            AllocatedWatts = item["allocated_draw"] is { } allocated ? new Watts(allocated.Number) : null,
            From = item["power_port"]?.Text ?? item["rear_port"]?.Text ?? "",
            Leg = item["feed_leg"]?.Text ?? "",
            Label = item["label"]?.Text ?? (kind == PortKind.ModuleBay ? item["position"]?.Text : item["part_id"]?.Text) ?? "",
            Note = item["description"]?.Text ?? "",
        };
    }

    private static double? Speed(string type)
    {
        if (InfiniBand.TryGetValue(type, out var known))
        {
            return known * 1e9;
        }

        var match = Ethernet().Match(type);
        return match.Success && decimal.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? (double)(number * (match.Groups[2].Success ? 1_000_000_000 : 1_000_000)) : null;
    }

    // Ports one after another that differ in their last number only become one group.
    private static IEnumerable<PortGroup> Fold(IEnumerable<PortGroup> ports)
    {
        PortGroup? open = null;
        foreach (var port in ports)
        {
            var numbered = Numbered(port);
            if (open is not null && numbered is not null && open.Count < PortGroup.MaxCount
                && numbered with { First = open.First, Count = open.Count, Line = open.Line } == open && numbered.First == open.First + open.Count)
            {
                open = open with { Count = open.Count + 1 };
                continue;
            }

            if (open is not null)
            {
                yield return Alone(open);
            }

            open = numbered ?? port;
        }

        if (open is not null)
        {
            yield return Alone(open);
        }
    }

    private static PortGroup Alone(PortGroup group) =>
        group.Count == 1 ? group with { NamePattern = group.NameOf(0), First = 1 } : group;

    private static PortGroup? Numbered(PortGroup port)
    {
        var match = LastNumber().Match(port.NamePattern);
        // '01' is another name than '1'; such ports stay apart.
        return match.Success && (match.Groups[2].Value == "0" || match.Groups[2].Value[0] != '0') && match.Groups[2].Length <= 5
            ? port with { NamePattern = $"{match.Groups[1].Value}{{n}}{match.Groups[3].Value}", First = int.Parse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) }
            : null;
    }

    private static string Shown(DataNode node) => node.Text.Length <= 40 ? node.Text : node.Text[..39] + "…";

    [GeneratedRegex(@"^([0-9]{1,4}(?:\.[0-9])?)(g)?base-", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ethernet();

    [GeneratedRegex(@"^(.*?)([0-9]+)([^0-9]*)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LastNumber();
}

using System.Collections.Immutable;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>Reads the ports of a SKU file, and how their kinds are written.</summary>
internal static class SkuPorts
{
    private static readonly (PortKind Kind, string Text)[] Kinds =
    [
        (PortKind.Network, "network"), (PortKind.Console, "console"), (PortKind.ConsoleServer, "console-server"),
        (PortKind.PowerInlet, "power-inlet"), (PortKind.PowerOutlet, "power-outlet"), (PortKind.Coolant, "coolant"),
        (PortKind.PanelFront, "panel-front"), (PortKind.PanelRear, "panel-rear"), (PortKind.ModuleBay, "module-bay"),
        (PortKind.DeviceBay, "device-bay"), (PortKind.Item, "item"),
    ];

    public static string Text(PortKind kind) => Kinds.First(pair => pair.Kind == kind).Text;

    public static ImmutableArray<PortGroup> Read(DataNode? list, FileErrors errors)
    {
        if (list is null)
        {
            return [];
        }

        var names = new HashSet<(PortKind, string)>();
        var groups = ImmutableArray.CreateBuilder<PortGroup>(list.Items.Count);
        foreach (var node in list)
        {
            var group = Group(node, errors);
            var numbered = group.NamePattern.Contains("{n}", StringComparison.Ordinal);
            if (group.Count > 1 && !numbered)
            {
                errors.Add(node["name"]!, "port-name", "several ports need {n} in their name, such as p{n}");
                continue;
            }

            if (names.Count + group.Count > PortGroup.MaxPorts)
            {
                errors.Add(node, "too-many", FormattableString.Invariant($"more than {PortGroup.MaxPorts} ports; no product has that many"));
                break;
            }

            for (var i = 0; i < group.Count; i++)
            {
                if (!names.Add((group.Kind, group.NameOf(i))))
                {
                    errors.Add(node["name"]!, "duplicate-port", $"a {Text(group.Kind)} port '{group.NameOf(i)}' is there already; give each its own name");
                    break;
                }
            }

            groups.Add(group);
        }

        return groups.ToImmutable();
    }

    private static PortGroup Group(DataNode node, FileErrors errors)
    {
        double? rate = null;
        if (node["rate"] is { } written)
        {
            rate = errors.Quantity(written, ClaimFigure.TryBitsPerSecond(written.Text, out var bits, out var hint), bits, hint);
        }

        var kind = node["kind"] is { } stated ? Kinds.First(pair => pair.Text == stated.Text).Kind : PortKind.Network;
        return new(kind, node["name"]!.Text, (int)(node["first"]?.Number ?? 1), (int)(node["count"]?.Number ?? 1), node.Line)
        {
            BitsPerSecond = rate,
            Optic = node["optic"]?.Text ?? "",
            Connector = node["connector"]?.Text ?? "",
            Plane = node["plane"]?.Text ?? "",
            IsManagement = node["management"]?.Text == "true",
            MaximumWatts = Watts(node["draw"], errors),
            AllocatedWatts = Watts(node["allocated"], errors),
            From = node["from"]?.Text ?? "",
            Leg = node["leg"]?.Text ?? "",
            Label = node["label"]?.Text ?? "",
            Note = node["note"]?.Text ?? "",
        };
    }

    private static Watts? Watts(DataNode? node, FileErrors errors) =>
        node is null ? null : errors.Quantity(node, QuantityText.TryWatts(node.Text, out var watts, out var hint), watts, hint);
}

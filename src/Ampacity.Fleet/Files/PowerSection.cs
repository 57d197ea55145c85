using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>A <c>power</c> section: nodes, what feeds them, and that none feeds itself in the end.</summary>
internal static class PowerSection
{
    public static ImmutableArray<DeclaredPowerNode> Read(DataNode? section, NodeNames names, OuterNames outer, FileErrors errors)
    {
        if (section is null)
        {
            return [];
        }

        var nodes = section.Select(node => Node(node, errors)).ToImmutableArray();
        foreach (var node in nodes)
        {
            names.Add(node.Name, VoltagesOf(node));
        }

        foreach (var node in nodes)
        {
            names.TryFind(node.Name, out var self);
            foreach (var feed in Sources(section.Members[node.Name]["fedBy"]))
            {
                outer.Look(new(feed, NodeUse.FeedsNode, self.InVolts), names, errors);
            }
        }

        NodeLoops.Check([.. nodes.Select(n => (n.Name, n.FedBy.Select(feed => feed.From), section.Members[n.Name]))], cooling: false, errors);
        return nodes;
    }

    /// <summary>
    /// What a node takes and gives. Conductors and switchgear give the voltage that they take and are rated at; a transformer, a UPS and a
    /// source have two sides and say so, or are not known.
    /// </summary>
    private static NamedNode VoltagesOf(DeclaredPowerNode node)
    {
        var rated = (node.Rating?.Rating as PowerRating.CurrentAtVoltage)?.Rating.LineToLine.Value;
        var isConductor = node.Kind is NodeKind.Switchboard or NodeKind.Busway or NodeKind.Panel or NodeKind.Breaker;
        var output = node.Volts?.OutputVolts ?? rated;
        return new(node.Kind, node.Volts?.InputVolts ?? (isConductor ? output : null), output);
    }

    private static DeclaredPowerNode Node(DataNode node, FileErrors errors) => new(
        node.Name,
        Enum.Parse<NodeKind>(node["kind"]!.Text),
        Feeds(node["fedBy"], errors),
        ItemText.Mode(node["mode"]),
        Transfer(node, errors),
        RatingSection.Read(node, errors),
        Efficiency(node, errors),
        Volts(node["voltage"], errors),
        Stored(node, errors),
        node["note"]?.Text,
        ItemText.Texts(node["tags"]),
        node["formerly"]?.Text,
        node.KeyLine);

    /// <summary>Feeds as names or as maps; that the names exist is checked by who calls.</summary>
    public static ImmutableArray<DeclaredFeed> Feeds(DataNode? node, FileErrors errors)
    {
        var feeds = ImmutableArray.CreateBuilder<DeclaredFeed>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in ItemText.Items(node))
        {
            if (item.Kind == DataKind.Map && item["from"] is null)
            {
                errors.Add(item, "missing-key", "'from' is missing; write the name of what feeds it");
                continue;
            }

            var from = item["from"] ?? item;
            if (!names.Add(from.Text))
            {
                errors.Add(from, "duplicate-feed", $"'{from.Text}' feeds it already; name each feed once");
            }

            feeds.Add(item.Kind == DataKind.Map
                ? new(from.Text, RatingSection.Read(item, errors), item["share"]?.Number)
                : new(from.Text));
        }

        return feeds.ToImmutable();
    }

    /// <summary>Where the names of what feeds stand.</summary>
    public static IEnumerable<DataNode> Sources(DataNode? feeds) =>
        ItemText.Items(feeds).Select(feed => feed.Kind == DataKind.Map ? feed["from"] : feed).OfType<DataNode>();

    public static double? Transfer(DataNode node, FileErrors errors)
    {
        if (node["transfer"] is { } transfer && node["mode"] is null)
        {
            errors.Add(transfer, "transfer-mode", "a transfer switch needs a mode; write mode: preferred or mode: catcher beside it");
        }

        return ItemText.Seconds(node["transfer"], errors);
    }

    private static EfficiencyFact? Efficiency(DataNode node, FileErrors errors)
    {
        var loss = ItemText.Watts(node["fixedLoss"], errors);
        switch (node["efficiency"])
        {
            case null:
                return loss is null ? null : new(1, null, loss.Value);
            case { Kind: DataKind.Number } constant:
                return new(constant.Number, null, loss ?? 0);
            case var curve:
                var points = new List<EfficiencyPoint>();
                foreach (var point in curve)
                {
                    if (!QuantityText.TryRatio(point.Name, out var load, out var hint))
                    {
                        errors.Add(point, "bad-quantity", hint);
                    }
                    else if (load.Value is <= 0 or > 1.5 || (points.Count > 0 && load.Value <= points[^1].LoadShare))
                    {
                        errors.Add(point, "efficiency-curve", "loads rise from above 0% to at most 150%; order the points by load");
                    }

                    points.Add(new(load.Value, point.Number));
                }

                // At full load, as the record wants it: the last point at or below 100 %, else the first.
                var full = points.LastOrDefault(point => point.LoadShare <= 1, points[0]);
                return new(full.OutputOverInput, [.. points], loss ?? 0);
        }
    }

    private static VoltageFact? Volts(DataNode? node, FileErrors errors) =>
        node is null || Volt(node["out"], errors) is not { } output ? null : new(Volt(node["in"], errors), output);

    private static double? Volt(DataNode? node, FileErrors errors)
    {
        if (node is null)
        {
            return null;
        }

        var volts = errors.Quantity(node, QuantityText.TryVolts(node.Text, out var value, out var hint), value.Value, hint);
        if (volts is <= 0 or > 1.5e6)
        {
            errors.Add(node, "out-of-range", "a voltage is above 0 and at most 1,500 kV; write such as 34.5 kV");
        }

        return volts;
    }

    private static StoredEnergyFact? Stored(DataNode node, FileErrors errors)
    {
        var most = ItemText.Watts(node["discharge"], errors);
        if (node["stored"] is not { } stored)
        {
            if (node["discharge"] is { } alone)
            {
                errors.Add(alone, "no-store", "it gives from a store of which nothing is said; write stored: beside it, such as 500 kWh");
            }

            return null;
        }

        var joules = errors.Quantity(stored, QuantityText.TryJoules(stored.Text, out var value, out var hint), value.Value, hint);
        return joules is null ? null : new(joules.Value, most);
    }
}

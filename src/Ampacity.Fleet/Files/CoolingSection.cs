using System.Collections.Immutable;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>A <c>cooling</c> section.</summary>
internal static class CoolingSection
{
    public static ImmutableArray<DeclaredCoolingNode> Read(DataNode? section, NodeNames names, OuterNames outer, FileErrors errors)
    {
        if (section is null)
        {
            return [];
        }

        var nodes = section.Select(node => Node(node, section, errors)).ToImmutableArray();
        foreach (var node in nodes)
        {
            names.Add(node.Name, new(node.Kind, null, null));
        }

        foreach (var cooler in section.SelectMany(node => ItemText.Items(node["cooledBy"])))
        {
            outer.Look(new(cooler, NodeUse.CoolsNode, null), names, errors);
        }

        NodeLoops.Check([.. nodes.Select(n => (n.Name, n.CooledBy.AsEnumerable(), section.Members[n.Name]))], cooling: true, errors);
        return nodes;
    }

    private static DeclaredCoolingNode Node(DataNode node, DataNode section, FileErrors errors)
    {
        // A loop may be only a name; but where a node bears that name it has to be one.
        if (node["loop"] is { } loop && section[loop.Text] is { } named && named["kind"]!.Text != nameof(NodeKind.Loop))
        {
            errors.Add(loop, "not-a-loop", $"'{loop.Text}' is a {named["kind"]!.Text}; name a loop");
        }

        return new(node.Name, Enum.Parse<NodeKind>(node["kind"]!.Text), ItemText.Texts(node["cooledBy"]), Rating(node, errors),
            node["note"]?.Text, ItemText.Texts(node["tags"]), node["formerly"]?.Text, node.KeyLine);
    }

    private static CoolingRatingFact? Rating(DataNode node, FileErrors errors)
    {
        double? capacity = null, approach = null;
        if (node["capacity"] is { } text)
        {
            if (QuantityText.TryCoolingCapacity(text.Text, out var watts, out var kelvins, out var hint))
            {
                (capacity, approach) = (watts.Value, kelvins.Value);
            }
            else
            {
                errors.Add(text, "bad-quantity", hint);
            }
        }

        var supply = Celsius(node["supply"], errors);
        var back = Celsius(node["return"], errors);
        if (back <= supply)
        {
            errors.Add(node["return"]!, "return-below-supply", "the coolant comes back warmer than it went; exchange supply and return, or correct them");
        }

        var rating = new CoolingRatingFact(capacity, approach, node["loop"]?.Text, supply, back,
            Read<LitersPerMinute>(node["flow"], QuantityText.TryLitersPerMinute, errors)?.Value,
            Read<double>(node["volume"], QuantityText.TryLiters, errors),
            Read<Kelvins>(node["rise"], QuantityText.TryKelvins, errors)?.Value);
        return rating == new CoolingRatingFact(null, null, null) ? null : rating;
    }

    private delegate bool Reader<T>(string text, out T value, out string? hint);

    private static T? Read<T>(DataNode? node, Reader<T> reader, FileErrors errors)
        where T : struct => node is null ? null : errors.Quantity(node, reader(node.Text, out var value, out var hint), value, hint);

    private static double? Celsius(DataNode? node, FileErrors errors) => Read<Celsius>(node, QuantityText.TryCelsius, errors)?.Value;
}

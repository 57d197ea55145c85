using System.Collections.Immutable;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>The <c>cooling</c> section.</summary>
internal static class CoolingSection
{
    public static ImmutableArray<DeclaredCoolingNode> Read(DataNode? section, FileErrors errors) =>
        section is null ? [] : [.. section.Select(node => Node(node, section, errors))];

    private static DeclaredCoolingNode Node(DataNode node, DataNode section, FileErrors errors)
    {
        Watts? capacity = null;
        Kelvins? approach = null;
        if (node["capacity"] is { } text)
        {
            if (QuantityText.TryCoolingCapacity(text.Text, out var watts, out var kelvins, out var hint))
            {
                (capacity, approach) = (watts, kelvins);
            }
            else
            {
                errors.Add(text, "bad-quantity", hint);
            }
        }

        // A loop may be only a name; but where a node bears that name it has to be one.
        if (node["loop"] is { } loop && section[loop.Text] is { } named && named["kind"]!.Text != nameof(NodeKind.Loop))
        {
            errors.Add(loop, "not-a-loop", $"'{loop.Text}' is a {named["kind"]!.Text}; name a loop");
        }

        return new(node.Name, Enum.Parse<NodeKind>(node["kind"]!.Text), node["loop"]?.Text, capacity, approach, node.KeyLine);
    }
}

using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>What kinds of thing facts are about.</summary>
public enum SubjectKind : byte
{
    /// <summary>A place down to the rack, or a power or cooling node; its number is the node ordinal.</summary>
    Node = 1,

    /// <summary>A thing with an id of our own; its number is the asset number.</summary>
    Asset = 2,
}

/// <summary>What a fact is about: a kind and the number that the inventory gave it, never given twice.</summary>
public readonly record struct Subject(SubjectKind Kind, long Number)
{
    /// <summary>The node with an ordinal.</summary>
    public static Subject Node(int ordinal) => new(SubjectKind.Node, ordinal);

    /// <summary>The asset with a number.</summary>
    public static Subject Asset(AssetId id) => new(SubjectKind.Asset, id.Number);

    /// <summary><c>node:7</c> or <c>asset:12</c>.</summary>
    public override string ToString() =>
        $"{(Kind == SubjectKind.Node ? "node" : "asset")}:{Number.ToString(CultureInfo.InvariantCulture)}";
}

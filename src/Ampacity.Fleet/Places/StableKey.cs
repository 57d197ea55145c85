using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// The key of a place that lasts as long as the place: a node ordinal, and inside racks the local ordinal in the rack's build.
/// </summary>
/// <remarks>
/// Ordinals are given once and never again, so columns indexed by them stay valid when racks move; depth-first order and every other
/// tree are permutations beside it (<see cref="Permutation"/>).
/// </remarks>
/// <param name="Node">Node ordinal; inside racks the rack's.</param>
/// <param name="Part">Local ordinal in the rack's build; 0 is the node itself.</param>
public readonly record struct StableKey(int Node, int Part) : IComparable<StableKey>
{
    /// <summary>The key of a node itself.</summary>
    public static StableKey Of(int node) => new(node, 0);

    /// <inheritdoc/>
    public int CompareTo(StableKey other) => Node != other.Node ? Node.CompareTo(other.Node) : Part.CompareTo(other.Part);

    /// <summary><c>17</c> or <c>17.5</c>.</summary>
    public override string ToString() => Part == 0
        ? Node.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Node}.{Part}");
}

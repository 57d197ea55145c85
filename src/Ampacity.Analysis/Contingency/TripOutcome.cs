using Ampacity.Units;

namespace Ampacity.Analysis;

/// <summary>What a trip does: who goes dark, what moves where, what is left.</summary>
/// <param name="Nodes">Every power node with a load before or after, sources before what they feed.</param>
/// <param name="DarkRacks">Racks (node ordinals) that had power and have none.</param>
/// <param name="LostDraw">What those racks drew.</param>
public sealed record TripOutcome(IReadOnlyList<NodeShift> Nodes, IReadOnlyList<int> DarkRacks, Watts LostDraw)
{
    /// <summary>The live node with the least headroom after the trip, or null where no limit is known.</summary>
    public NodeShift? Tightest => Nodes.Where(node => node is { IsLive: true, Headroom: not null }).MinBy(node => node.Headroom!.Value.Value);

    /// <summary>The live node that trips next and soonest, or null if none is overloaded.</summary>
    public NodeShift? NextToTrip => Nodes.Where(node => node.SecondsToTrip is not null).MinBy(node => node.SecondsToTrip);
}

/// <summary>One power node before and after a trip.</summary>
/// <param name="Node">Node ordinal.</param>
/// <param name="IsLive">Whether it has power after the trip.</param>
/// <param name="Before">What it carried.</param>
/// <param name="After">What it carries.</param>
/// <param name="Limit">What it may carry continuously; null where nobody said.</param>
/// <param name="SecondsToTrip">How long it bears the load by its curve; null if for ever, or not known.</param>
public sealed record NodeShift(int Node, bool IsLive, Watts Before, Watts After, Watts? Limit, double? SecondsToTrip)
{
    /// <summary>Limit − what it carries after the trip; negative when overloaded, null without a limit.</summary>
    public Watts? Headroom => Limit is { } limit ? limit - After : null;
}

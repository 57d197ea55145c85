using System.Collections.Frozen;

namespace Ampacity.Fleet;

/// <summary>What NetBox's statuses mean as states of a life.</summary>
internal static class NetBoxStates
{
    /// <summary>Of racks.</summary>
    public static readonly FrozenDictionary<string, LifecycleState> OfRack = new Dictionary<string, LifecycleState>(StringComparer.Ordinal)
    {
        ["planned"] = LifecycleState.Planned,
        ["reserved"] = LifecycleState.Planned,
        ["available"] = LifecycleState.Racked,
        ["active"] = LifecycleState.Live,
        ["deprecated"] = LifecycleState.Draining,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Of devices. <c>offline</c> says that it is there and does not run, <c>staged</c> that it is there and not in service yet,
    /// <c>inventory</c> that it is on the site.</summary>
    public static readonly FrozenDictionary<string, LifecycleState> OfDevice = new Dictionary<string, LifecycleState>(StringComparer.Ordinal)
    {
        ["planned"] = LifecycleState.Planned,
        ["inventory"] = LifecycleState.Landed,
        ["staged"] = LifecycleState.Racked,
        ["offline"] = LifecycleState.Racked,
        ["active"] = LifecycleState.Live,
        ["failed"] = LifecycleState.Failed,
        ["decommissioning"] = LifecycleState.Draining,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}

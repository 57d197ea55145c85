namespace Ampacity.Fleet;

/// <summary>What a part of a rack's build is as a place.</summary>
public enum PartKind : byte
{
    /// <summary>The rack itself: part 0.</summary>
    Rack,

    /// <summary>A position in a rack, named by its lowest rack unit.</summary>
    Slot,

    /// <summary>A position in what sits in a slot.</summary>
    Socket,
}

/// <summary>One place of a flattened build, in a rack that pins it.</summary>
/// <param name="Ordinal">Local ordinal: its index in <see cref="RackBuild.Parts"/>; part of stable keys, so a revision never changes.</param>
/// <param name="Parent">Local ordinal of what holds it; −1 for the rack.</param>
/// <param name="End">Local ordinal after its last descendant: parts <c>Ordinal..End</c> are it and all inside it.</param>
/// <param name="Kind">Rack, slot or socket.</param>
/// <param name="Name">Its own path segment: <c>05</c>, <c>cpu0</c>; empty for the rack.</param>
/// <param name="Path">Relative to the rack: <c>05/cpu0</c>; empty for the rack.</param>
/// <param name="Sku">What sits there by the build.</param>
/// <param name="SkuKind">What kind of thing that is.</param>
/// <param name="Component">Its name in telemetry within its tray or shelf, such as <c>gpu0</c>; null if none.</param>
public readonly record struct RackPart(
    int Ordinal, int Parent, int End, PartKind Kind, string Name, string Path, SkuRevision Sku, SkuKind SkuKind, string? Component);

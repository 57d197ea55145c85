namespace Ampacity.Fleet;

/// <summary>
/// Kinds of node that have an ordinal of their own: places down to the rack, power nodes down to the PDU, cooling nodes. What is inside a
/// rack is a part of its build. Numbers are kept in records: never renumber.
/// </summary>
public enum NodeKind : byte
{
    /// <summary>No node, or one that does not exist at this time.</summary>
    None = 0,

    /// <summary>A campus or address.</summary>
    Site = 1,

    /// <summary>A building of a site.</summary>
    Building = 2,

    /// <summary>A hall: the room whose power and cooling are planned together.</summary>
    Hall = 3,

    /// <summary>A row of rack positions.</summary>
    Row = 4,

    /// <summary>A position on the floor that can hold a rack.</summary>
    Rack = 5,

    /// <summary>The grid's point of interconnection.</summary>
    Utility = 20,

    /// <summary>High to medium voltage.</summary>
    Substation = 21,

    /// <summary>Medium to low voltage.</summary>
    Transformer = 22,

    /// <summary>A generator.</summary>
    Generator = 23,

    /// <summary>Battery energy storage.</summary>
    Bess = 24,

    /// <summary>A UPS block.</summary>
    Ups = 25,

    /// <summary>A switchboard.</summary>
    Switchboard = 26,

    /// <summary>A busway.</summary>
    Busway = 27,

    /// <summary>A panel or remote power panel.</summary>
    Panel = 28,

    /// <summary>A breaker.</summary>
    Breaker = 29,

    /// <summary>A power distribution unit.</summary>
    Pdu = 30,

    /// <summary>A shelf of rectifiers that stands for itself; one inside a rack is a part of its build.</summary>
    PowerShelf = 31,

    /// <summary>A rectifier or power supply that stands for itself.</summary>
    Supply = 32,

    /// <summary>Heat rejection: chillers, dry coolers, towers.</summary>
    Plant = 50,

    /// <summary>A coolant loop.</summary>
    Loop = 51,

    /// <summary>A coolant distribution unit.</summary>
    Cdu = 52,

    /// <summary>A manifold.</summary>
    Manifold = 53,

    /// <summary>A switch of the scale-out fabric, or of another one that joins racks.</summary>
    Switch = 70,

    /// <summary>A fabric plane: switches and links that fail apart from those of other planes.</summary>
    Plane = 71,

    /// <summary>A contract to deploy power; it stands beside the sites, not in them.</summary>
    Programme = 80,

    /// <summary>An operator, tenant, owner or vendor; it stands beside the sites, not in them.</summary>
    Organisation = 81,
}

/// <summary>Groups of <see cref="NodeKind"/>.</summary>
public static class NodeKinds
{
    /// <summary>Whether a kind is a node of the power graph above the rack.</summary>
    public static bool IsPower(this NodeKind kind) => kind is >= NodeKind.Utility and <= NodeKind.Supply;

    /// <summary>Whether a kind is a node of the cooling graph above the rack.</summary>
    public static bool IsCooling(this NodeKind kind) => kind is >= NodeKind.Plant and <= NodeKind.Manifold;

    /// <summary>Whether a kind is a node of the fabric.</summary>
    public static bool IsFabric(this NodeKind kind) => kind is NodeKind.Switch or NodeKind.Plane;

    /// <summary>Whether a kind stands beside the sites, in a space of names of its own.</summary>
    public static bool IsRegister(this NodeKind kind) => kind is NodeKind.Programme or NodeKind.Organisation;

    /// <summary>Whether a kind is a place.</summary>
    public static bool IsPlace(this NodeKind kind) => kind is >= NodeKind.Site and <= NodeKind.Rack;
}

/// <summary>How a node with several feeds shares its load.</summary>
public enum FeedMode : byte
{
    /// <summary>All live feeds carry equal shares.</summary>
    ActiveActive = 0,

    /// <summary>The first live feed in order carries all; a transfer switch moves it.</summary>
    Preferred = 1,

    /// <summary>As preferred; the feeds after the first are a reserve shared by many, which is to carry nothing while all is well.</summary>
    Catcher = 2,
}

namespace Ampacity.Fleet;

/// <summary>Kinds of dated identifier. Numbers are kept in records: never renumber.</summary>
public enum IdentifierKind : byte
{
    /// <summary>Serial number as the maker printed it.</summary>
    Serial = 1,

    /// <summary>MAC address of the BMC, lower case with colons: what a BMC is known by until its board is swapped.</summary>
    Mac = 2,

    /// <summary>UUID, lower case with dashes.</summary>
    Uuid = 3,

    /// <summary>Host name.</summary>
    Hostname = 4,

    /// <summary>Our own asset tag.</summary>
    AssetTag = 5,
}

/// <summary>An identifier that an asset has.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Text">Normalised.</param>
public readonly record struct AssetIdentifier(IdentifierKind Kind, string Text);

/// <summary>Where an asset or rack is in its life (DESIGN §2), in order.</summary>
public enum LifecycleState : byte
{
    /// <summary>Intended, not ordered.</summary>
    Planned = 1,

    /// <summary>Ordered from the vendor.</summary>
    Ordered = 2,

    /// <summary>Under way.</summary>
    Shipped = 3,

    /// <summary>On the site's dock.</summary>
    Landed = 4,

    /// <summary>In its place.</summary>
    Racked = 5,

    /// <summary>Has power.</summary>
    Powered = 6,

    /// <summary>Being burned in.</summary>
    BurnIn = 7,

    /// <summary>Passed acceptance.</summary>
    Accepted = 8,

    /// <summary>Serving.</summary>
    Live = 9,

    /// <summary>Being emptied of work.</summary>
    Draining = 10,

    /// <summary>Failed.</summary>
    Failed = 11,

    /// <summary>Under repair.</summary>
    Repair = 12,

    /// <summary>Gone for good.</summary>
    Retired = 13,
}

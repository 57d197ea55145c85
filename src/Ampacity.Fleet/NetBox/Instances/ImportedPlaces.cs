namespace Ampacity.Fleet;

/// <summary>A site, building or hall on its way from NetBox into a fleet file.</summary>
internal sealed class ImportedPlace(NodeKind kind, string name, ImportedPlace? above, NetBoxObject? source)
{
    public NodeKind Kind { get; } = kind;

    public string Name { get; } = name;

    public ImportedPlace? Above { get; } = above;

    /// <summary>The site or location; null for a hall that NetBox does not have.</summary>
    public NetBoxObject? Source { get; } = source;

    public ImportedPlace Site => Above?.Site ?? this;

    public string Path => Above is null ? Name : $"{Above.Path}/{Name}";

    public string? Tenant { get; set; }

    public string? Note { get; set; }

    public IReadOnlyList<string> Tags { get; set; } = [];

    public NetBoxNames Names { get; } = new();

    public List<ImportedPlace> Below { get; } = [];

    public List<ImportedPower> Power { get; } = [];

    public List<ImportedRack> Racks { get; } = [];

    /// <summary>Whether a bare name of something there is found from here.</summary>
    public bool Sees(ImportedPlace other) => this == other || (Above?.Sees(other) ?? false);
}

/// <summary>A rack on its way into a fleet file.</summary>
internal sealed class ImportedRack(NetBoxObject source, ImportedPlace hall, string row, string name)
{
    public NetBoxObject Source { get; } = source;

    public ImportedPlace Hall { get; } = hall;

    public string Path { get; } = $"{row}/{name}";

    public string? Frame { get; set; }

    public string? Tenant { get; set; }

    public string? State { get; set; }

    public string? Note { get; set; }

    public IReadOnlyList<string> Tags { get; set; } = [];

    public List<ImportedPower> Feeds { get; } = [];

    public List<ImportedAsset> Assets { get; } = [];
}

/// <summary>A panel, feed or PDU on its way into a fleet file.</summary>
internal sealed class ImportedPower(NetBoxObject source, ImportedPlace place, string name, NodeKind kind)
{
    public NetBoxObject Source { get; } = source;

    public ImportedPlace Place { get; } = place;

    public string Name { get; } = name;

    public NodeKind Kind { get; set; } = kind;

    public List<ImportedPower> FedBy { get; } = [];

    public string? Rating { get; set; }

    /// <summary>V; null where NetBox does not say.</summary>
    public decimal? Volts { get; set; }

    /// <summary><c>1</c> or <c>dc</c>; null for three phases, which is the rule.</summary>
    public string? Phases { get; set; }

    public decimal? Continuous { get; set; }

    public bool IsRedundant { get; set; }

    public string? Note { get; set; }

    public IReadOnlyList<string> Tags { get; set; } = [];
}

/// <summary>A device, or a rack as a thing, on its way into a fleet file.</summary>
/// <param name="Source">The device, or the rack.</param>
/// <param name="Position">Path segment in the rack; empty for the rack itself.</param>
/// <param name="Keys">Keys and YAML values in the order of writing.</param>
internal sealed record ImportedAsset(NetBoxObject Source, string Position, IReadOnlyList<(string Key, string Value)> Keys);

using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>Everything that holds of one node at one instant. Immutable; a change makes another.</summary>
/// <remarks>What is null or empty nobody said. Programmes and organisations are nodes too, beside the places.</remarks>
public sealed record FleetNode(NodeKind Kind, string Name, int Parent)
{
    /// <summary>A hall's floor and people.</summary>
    public HallFact? Hall { get; init; }

    /// <summary>Who has to do with a site, building or rack.</summary>
    public PartiesFact? Parties { get; init; }

    /// <summary>Where a rack stands.</summary>
    public FloorPositionFact? Position { get; init; }

    /// <summary>What a rack measures where no SKU says it.</summary>
    public RackFrameFact? Frame { get; init; }

    /// <summary>A rack's pinned SKU revision.</summary>
    public string? Sku { get; init; }

    /// <summary>The build of that revision; null if the catalogue has no such rack.</summary>
    public RackBuild? Build { get; init; }

    /// <summary>A rack's programme.</summary>
    public string? Programme { get; init; }

    /// <summary>A rack's lifecycle state.</summary>
    public LifecycleState? State { get; init; }

    /// <summary>The rack that a sidecar serves, or −1.</summary>
    public int BoundTo { get; init; } = -1;

    /// <summary>A rack's heat split.</summary>
    public HeatSplitFact? HeatSplit { get; init; }

    /// <summary>A power node's rating as stated.</summary>
    public PowerRatingFact? PowerRating { get; init; }

    /// <summary>A power node's voltages.</summary>
    public VoltageFact? Voltage { get; init; }

    /// <summary>Energy that a power node holds ready.</summary>
    public StoredEnergyFact? StoredEnergy { get; init; }

    /// <summary>What the power graph knows of it; null if it neither feeds by a rating nor is fed.</summary>
    public PowerNode? Power { get; init; }

    /// <summary>Feeds as stated, in their order.</summary>
    public ImmutableArray<FeedFact> Feeds { get; init; } = [];

    /// <summary>A cooling node's capacity and coolant.</summary>
    public CoolingRatingFact? Cooling { get; init; }

    /// <summary>Cooling nodes that take its heat, in order of ordinal.</summary>
    public ImmutableArray<int> Coolers { get; init; } = [];

    /// <summary>Scale-up domains by part; an empty part is the whole rack.</summary>
    public ImmutableArray<(string Part, string Domain)> Domains { get; init; } = [];

    /// <summary>What a fabric plane is for.</summary>
    public PlaneFact? Plane { get; init; }

    /// <summary>Links to peers.</summary>
    public ImmutableArray<LinkFact> Links { get; init; } = [];

    /// <summary>Tranches of a hall's capacity, by name.</summary>
    public ImmutableArray<(string Name, TrancheFact Tranche)> Tranches { get; init; } = [];

    /// <summary>What a programme promises.</summary>
    public ProgrammeTermsFact? Terms { get; init; }

    /// <summary>A programme's milestones, by day.</summary>
    public ImmutableArray<MilestoneFact> Milestones { get; init; } = [];

    /// <summary>What an organisation is.</summary>
    public OrganisationFact? Organisation { get; init; }

    /// <summary>Binding rules that it declares, by rank.</summary>
    public ImmutableArray<BindingRuleFact> BindingRules { get; init; } = [];

    /// <summary>What a hall says that kinds of tray should run, by SKU and property.</summary>
    public ImmutableArray<BaselineFact> Baselines { get; init; } = [];

    /// <summary>Tags, in ordinal order.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>A remark.</summary>
    public string? Note { get; init; }
}

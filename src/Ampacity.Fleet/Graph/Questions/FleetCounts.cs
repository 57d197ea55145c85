using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>What racks are counted by.</summary>
public enum CountBy : byte
{
    /// <summary>Lifecycle state.</summary>
    State = 0,

    /// <summary>Pinned SKU revision.</summary>
    Sku = 1,

    /// <summary>Vendor: the part of the SKU before the slash.</summary>
    Vendor = 2,

    /// <summary>Programme.</summary>
    Programme = 3,

    /// <summary>Who uses it, said by itself or by what holds it.</summary>
    Tenant = 4,

    /// <summary>Who runs it.</summary>
    Operator = 5,

    /// <summary>Whose it is.</summary>
    Owner = 6,

    /// <summary>Site.</summary>
    Site = 7,

    /// <summary>Building.</summary>
    Building = 8,

    /// <summary>Hall.</summary>
    Hall = 9,

    /// <summary>Row.</summary>
    Row = 10,

    /// <summary>Kind of node: every node is counted, not racks alone.</summary>
    Kind = 11,
}

/// <summary>One group of a count.</summary>
/// <param name="Keys">What its racks have in common, one a dimension; null where nobody said.</param>
/// <param name="Racks">Racks.</param>
/// <param name="ComputeTrays">Compute trays by the racks' builds.</param>
/// <param name="SwitchTrays">Switch trays.</param>
/// <param name="Accelerators">Accelerators. By state, a part in another state than its rack counts there.</param>
/// <param name="DesignWatts">Design draw of the racks whose SKU claims one, W at rack input.</param>
/// <param name="RacksClaimed">How many those are.</param>
/// <param name="Nodes">By kind: nodes of that kind; else 0.</param>
public sealed record CountGroup(
    ImmutableArray<string?> Keys, int Racks, int ComputeTrays, int SwitchTrays, int Accelerators, double DesignWatts, int RacksClaimed, int Nodes = 0);

/// <summary>Design draw by the kind of claim that states it: they are not worth the same.</summary>
/// <param name="Kind">Kind of claim.</param>
/// <param name="Racks">Racks whose draw it states.</param>
/// <param name="Watts">Their draw, W at rack input.</param>
public readonly record struct ClaimedWatts(ClaimKind Kind, int Racks, double Watts);

/// <summary>Racks, trays, accelerators and design draw of a subtree, by one or two properties. Pure; any thread.</summary>
/// <param name="Total">All of them; its keys are empty.</param>
/// <param name="Groups">Natural order of the keys, states in order of life; those of whom nobody said it last.</param>
/// <param name="Claims">Which kinds of claim the design draw rests on.</param>
public sealed record FleetCounts(CountGroup Total, ImmutableArray<CountGroup> Groups, ImmutableArray<ClaimedWatts> Claims)
{
    /// <summary>Counts. Costs by the places above the racks, not by the racks: rows are added up once (<see cref="PlaceSums"/>).</summary>
    /// <param name="view">What the asker sees.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="under">Node ordinal of a subtree, or −1 for everything.</param>
    /// <param name="by">None, one or two dimensions; <see cref="CountBy.Kind"/> only alone.</param>
    /// <exception cref="ArgumentException">More than two dimensions, or kind beside another.</exception>
    public static FleetCounts Of(FleetView view, SkuCatalogue catalogue, int under, params ReadOnlySpan<CountBy> by)
    {
        if (by.Length > 2 || (by.Length == 2 && (by[0] == by[1] || by.Contains(CountBy.Kind))))
        {
            throw new ArgumentException("one or two different dimensions; kind only alone", nameof(by));
        }

        var walk = new CountWalk(view, catalogue, by.ToArray());
        walk.Below(under);
        return new FleetCounts(walk.Total, [.. by is [CountBy.Kind] ? walk.GroupsByKind() : walk.Groups()], [.. walk.Claims]);
    }
}

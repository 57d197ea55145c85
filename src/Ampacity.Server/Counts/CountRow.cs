using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>One group of a count.</summary>
/// <param name="Keys">What its racks have in common, by dimension; a dimension of which nobody said anything is left out.</param>
/// <param name="Racks">Racks.</param>
/// <param name="ComputeTrays">Compute trays by the racks' builds.</param>
/// <param name="SwitchTrays">Switch trays.</param>
/// <param name="Accelerators">Accelerators; by state, those in another state than their rack count there.</param>
/// <param name="DesignWatts">Design draw at rack input, W, of the racks whose SKU claims one; left out where none does.</param>
/// <param name="RacksClaimed">How many those are.</param>
/// <param name="Nodes">By kind: nodes of that kind.</param>
public sealed record CountRow(
    IReadOnlyDictionary<string, string> Keys, int Racks, int ComputeTrays, int SwitchTrays, int Accelerators, double? DesignWatts, int RacksClaimed,
    int? Nodes)
{
    internal static CountRow Of(CountGroup group, IReadOnlyList<CountBy> by)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < by.Count; i++)
        {
            if (group.Keys[i] is { } key)
            {
                keys.Add(PlaceRow.Camel(by[i].ToString()), key);
            }
        }

        return new CountRow(
            keys, group.Racks, group.ComputeTrays, group.SwitchTrays, group.Accelerators, group.RacksClaimed == 0 ? null : group.DesignWatts,
            group.RacksClaimed, group.Nodes == 0 ? null : group.Nodes);
    }
}

/// <summary>A count.</summary>
/// <param name="Total">Everything that was counted.</param>
/// <param name="By">Dimensions.</param>
/// <param name="Groups">By rising keys; what nobody said comes last.</param>
/// <param name="Claims">Which kinds of claim the design draw rests on.</param>
/// <param name="AsOfMs">Instant described, UTC milliseconds.</param>
/// <param name="Revision">Newest change set in it.</param>
public sealed record CountAnswer(
    CountRow Total, IReadOnlyList<string> By, IReadOnlyList<CountRow> Groups, IReadOnlyList<ClaimRow> Claims, long AsOfMs, string Revision);

/// <summary>Design draw by the kind of claim that states it.</summary>
/// <param name="Kind">Kind of claim.</param>
/// <param name="Racks">Racks whose draw it states.</param>
/// <param name="DesignWatts">Their draw at rack input, W.</param>
public sealed record ClaimRow(string Kind, int Racks, double DesignWatts);

using System.Collections.Immutable;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>A node of the power graph.</summary>
/// <param name="Name">Its name in the hall, building or site.</param>
/// <param name="Kind">A kind of which <see cref="NodeKinds.IsPower"/> is true.</param>
/// <param name="FedBy">What feeds it, preferred first; empty for a source.</param>
/// <param name="Mode">How it shares its load among several feeds; null if not said.</param>
/// <param name="TransferSeconds">Time of its transfer switch, s; null if not said.</param>
/// <param name="Rating">What it may carry.</param>
/// <param name="Efficiency">Output over input, as one number or a curve; null if not said.</param>
/// <param name="Volts">What it takes and gives; null if not said.</param>
/// <param name="Stored">Energy that it holds ready; null if not said.</param>
/// <param name="Note">A remark.</param>
/// <param name="Tags">Words to search by.</param>
/// <param name="Formerly">Path that it had until now.</param>
/// <param name="Line">Line in the file.</param>
public sealed record DeclaredPowerNode(
    string Name,
    NodeKind Kind,
    ImmutableArray<DeclaredFeed> FedBy,
    FeedMode? Mode,
    double? TransferSeconds,
    DeclaredRating? Rating,
    EfficiencyFact? Efficiency,
    VoltageFact? Volts,
    StoredEnergyFact? Stored,
    string? Note,
    ImmutableArray<string> Tags,
    string? Formerly,
    int Line);

/// <summary>A nameplate rating with what turns it into watts.</summary>
/// <param name="Rating">As stated.</param>
/// <param name="Continuous">Share that may be carried for 3 h and more, above 0, at most 1; null if not said.</param>
/// <param name="PowerFactor">Turns VA into W, above 0, at most 1; null if not said.</param>
/// <param name="Overload">How long it bears more than its rating, by rising multiple; empty if not said.</param>
public sealed record DeclaredRating(
    PowerRating Rating, double? Continuous, double? PowerFactor, ImmutableArray<OverloadPoint> Overload)
{
    /// <summary>Power factor of accelerator racks where the file names none (domain.md §2.1 vectors).</summary>
    public const double UsualPowerFactor = 0.98;

    /// <summary>As it is recorded: 1 for a continuous factor and 0.98 for a power factor that nobody stated.</summary>
    public PowerRatingFact Fact => new(
        (Rating as PowerRating.Real)?.Power.Value,
        (Rating as PowerRating.ApparentPower)?.Power.Value,
        (Rating as PowerRating.CurrentAtVoltage)?.Rating.Current.Value,
        (Rating as PowerRating.CurrentAtVoltage)?.Rating.LineToLine.Value,
        Continuous ?? 1,
        PowerFactor ?? UsualPowerFactor,
        Overload,
        (Rating as PowerRating.CurrentAtVoltage)?.Form ?? CurrentForm.ThreePhase);

    /// <summary>What may be carried continuously.</summary>
    public Watts Limit => NodePower.From(Fact).Limit;
}

/// <summary>One feed of a power node or a rack.</summary>
/// <param name="From">Name or path of the power node that gives.</param>
/// <param name="Rating">What the whip or cable itself may carry; null if not said.</param>
/// <param name="Share">How much of the load it takes beside the others; null counts as 1.</param>
public sealed record DeclaredFeed(string From, DeclaredRating? Rating = null, double? Share = null);

using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>What a power node may carry. Exactly one of watts, volt-amperes, or amperes with volts is set.</summary>
/// <param name="Watts">Real-power rating, W.</param>
/// <param name="VoltAmperes">Apparent-power rating, VA.</param>
/// <param name="Amperes">Current rating per phase, A, with <paramref name="Volts"/>.</param>
/// <param name="Volts">Line-to-line voltage, V.</param>
/// <param name="ContinuousFactor">Share that may be carried for 3 h and more: 0.8, or 1.0 where 100 %-rated.</param>
/// <param name="PowerFactor">Turns VA into W, 0–1.</param>
/// <param name="Overload">How long it bears more than its rating, by rising multiple.</param>
/// <param name="Form">What kind of current flows; it turns amperes into watts.</param>
public sealed record PowerRatingFact(
    double? Watts,
    double? VoltAmperes,
    double? Amperes,
    double? Volts,
    double ContinuousFactor,
    double PowerFactor,
    IReadOnlyList<OverloadPoint> Overload,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] CurrentForm Form = CurrentForm.ThreePhase) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "powerRating";

    /// <inheritdoc/>
    public bool Equals(PowerRatingFact? other) => other is not null
        && (Watts, VoltAmperes, Amperes, Volts, ContinuousFactor, PowerFactor, Form)
            == (other.Watts, other.VoltAmperes, other.Amperes, other.Volts, other.ContinuousFactor, other.PowerFactor, other.Form)
        && Overload.SequenceEqual(other.Overload);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Watts, VoltAmperes, Amperes, Volts, Overload.Count);
}

/// <summary>What kind of current a rating is of. Numbers are kept in records: never renumber.</summary>
public enum CurrentForm : byte
{
    /// <summary>Three-phase AC: P = √3 · V(line to line) · A · power factor.</summary>
    ThreePhase = 0,

    /// <summary>Single-phase AC: P = V · A · power factor.</summary>
    SinglePhase = 1,

    /// <summary>DC: P = V · A.</summary>
    Direct = 2,
}

/// <summary>At this multiple of the rating the element holds for these seconds, then trips.</summary>
/// <param name="Multiple">Above 1.</param>
/// <param name="Seconds">Zero and up.</param>
public readonly record struct OverloadPoint(double Multiple, double Seconds);

/// <summary>What a power node gives of what it takes: input = output / efficiency + fixed loss.</summary>
/// <param name="OutputOverInput">Above 0, at most 1: at every load, or with a curve at full load.</param>
/// <param name="Curve">By rising load share; null where the efficiency is constant. Between two points it is linear.</param>
/// <param name="FixedLossWatts">Taken whenever the node is live, W, zero and up, beside what the efficiency says.</param>
public sealed record EfficiencyFact(
    double OutputOverInput,
    IReadOnlyList<EfficiencyPoint>? Curve = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] double FixedLossWatts = 0) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "efficiency";

    /// <inheritdoc/>
    public bool Equals(EfficiencyFact? other) => other is not null
        && (OutputOverInput, FixedLossWatts) == (other.OutputOverInput, other.FixedLossWatts)
        && (Curve ?? []).SequenceEqual(other.Curve ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(OutputOverInput, FixedLossWatts, Curve?.Count ?? 0);
}

/// <summary>The edge *feeds*: the subject draws from this power node. The fact's key is the source's ordinal.</summary>
/// <param name="Source">Node ordinal of what feeds it.</param>
/// <param name="Order">Rank among the subject's feeds, from 0: the preferred one first.</param>
/// <param name="Weight">How much of the load it takes among live feeds that share, relative to the others; null counts as 1.</param>
/// <param name="Rating">What the whip or cable itself may carry; null where nobody said.</param>
public sealed record FeedFact(int Source, int Order, double? Weight = null, PowerRatingFact? Rating = null) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "feed";
}

/// <summary>How a node with several feeds shares its load among those that are live.</summary>
/// <param name="Mode">How.</param>
/// <param name="TransferSeconds">Time that its transfer switch takes to move the load, s; null where nobody said or nothing is moved.</param>
public sealed record FeedModeFact(FeedMode Mode, double? TransferSeconds = null) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "feedMode";
}

/// <summary>Voltages of a power node: what it takes and what it gives, line to line.</summary>
/// <param name="InputVolts">At its input, V; null for a source or where nobody said.</param>
/// <param name="OutputVolts">At its output, V; 34,500 and 800 are both usual.</param>
public sealed record VoltageFact(double? InputVolts, double OutputVolts) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "voltage";
}

/// <summary>Energy that a UPS, BESS or generator holds ready.</summary>
/// <param name="Joules">When full, J.</param>
/// <param name="DischargeWatts">Most that it gives from store, W; null where that is its rating.</param>
public sealed record StoredEnergyFact(double Joules, double? DischargeWatts) : FactValue
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Aspect => "storedEnergy";
}

/// <summary>A point of an efficiency curve.</summary>
/// <param name="LoadShare">Output over rating, above 0, at most 1.5.</param>
/// <param name="OutputOverInput">Efficiency there, above 0, at most 1.</param>
public readonly record struct EfficiencyPoint(double LoadShare, double OutputOverInput);

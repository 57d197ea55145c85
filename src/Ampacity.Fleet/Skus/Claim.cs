namespace Ampacity.Fleet;

/// <summary>What kind of figure a claim is. They are never averaged; a policy chooses among them.</summary>
public enum ClaimKind : byte
{
    /// <summary>What the label says.</summary>
    Nameplate,

    /// <summary>What the vendor tells planners to provide.</summary>
    Design,

    /// <summary>At the vendor's most efficient operating point.</summary>
    MaxQ,

    /// <summary>At the vendor's most powerful operating point.</summary>
    MaxP,

    /// <summary>Measured, half of the time at or below.</summary>
    MeasuredP50,

    /// <summary>Measured, 99 % of the time at or below.</summary>
    MeasuredP99,

    /// <summary>Assumed by whoever wrote it; nobody published it.</summary>
    Assumption,
}

/// <summary>A figure about a product, with where it comes from. Sources disagree: all of them are kept.</summary>
/// <param name="Of">What it is about, such as <c>power</c> or <c>mass</c>.</param>
/// <param name="Value">As stated, with its unit: <c>132 kW</c>.</param>
/// <param name="Kind">What kind of figure.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Date">When it was said, or read.</param>
public sealed record Claim(string Of, string Value, ClaimKind Kind, string Source, DateOnly Date);

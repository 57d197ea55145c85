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
public sealed record Claim(string Of, string Value, ClaimKind Kind, string Source, DateOnly Date)
{
    /// <summary>What <see cref="Amount"/> is counted in; none for a claim that nothing is computed with.</summary>
    public ClaimUnit Unit => ClaimFigure.UnitOf(Of);

    /// <summary>The value in <see cref="Unit"/>; null if nothing is computed with it. Set by whoever read the claim.</summary>
    public double? Amount { get; init; }

    /// <summary>As files write the kind: <c>max-q</c>.</summary>
    public string KindText => Kind switch
    {
        ClaimKind.Nameplate => "nameplate",
        ClaimKind.Design => "design",
        ClaimKind.MaxQ => "max-q",
        ClaimKind.MaxP => "max-p",
        ClaimKind.MeasuredP50 => "measured-p50",
        ClaimKind.MeasuredP99 => "measured-p99",
        ClaimKind.Assumption => "assumption",
        _ => throw new InvalidOperationException($"Bug: {Kind} has no text."),
    };

    /// <summary>Makes a claim and reads its amount.</summary>
    /// <exception cref="InvalidOperationException">A claim of that name cannot have that value.</exception>
    internal static Claim Read(string of, string value, ClaimKind kind, string source, DateOnly date) =>
        ClaimFigure.TryRead(of, value, out var amount, out var hint)
            ? new(of, value, kind, source, date) { Amount = amount }
            : throw new InvalidOperationException($"Bug: a claim that cannot be read: {hint}");
}

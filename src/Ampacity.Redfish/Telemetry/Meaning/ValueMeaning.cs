namespace Ampacity.Redfish;

/// <summary>Why a number of a BMC becomes no series.</summary>
public enum RefusalReason : byte
{
    /// <summary>It is not refused.</summary>
    None,

    /// <summary>The profile leaves it out on purpose, and says why.</summary>
    LeftOut,

    /// <summary>A setting, a bound, a rating or a name: what should be, not what is.</summary>
    Setting,

    /// <summary>A least, greatest or mean over a window of the BMC's own, or a sum that the readings below it give.</summary>
    Aggregate,

    /// <summary>Known, but no canonical family is for it.</summary>
    NoFamily,

    /// <summary>Neither a unit nor a name from which one follows.</summary>
    NoUnit,

    /// <summary>A reading of a part of a part: of one of 300 cores and threads, whose package is read.</summary>
    Repeated,

    /// <summary>A word where a number was expected.</summary>
    Text,

    /// <summary>A family is for it that is not written by default.</summary>
    NotByDefault,

    /// <summary>Another value of the BMC is the same series already.</summary>
    Ambiguous,

    /// <summary>Joules and kilowatt hours of one meter do not agree; the kilowatt hours, a meter's own register, are believed.</summary>
    EnergyDisagrees,
}

/// <summary>How a value behaves.</summary>
[Flags]
public enum ValueTraits : byte
{
    /// <summary>A gauge whose unit the BMC states.</summary>
    None = 0,

    /// <summary>Only rises, but for resets; saturates.</summary>
    Counter = 1,

    /// <summary>Unit or meaning was worked out by a table of ours: samples get quality inferred.</summary>
    Inferred = 2,

    /// <summary>A power factor, which some firmware gives as 0 to 100: over 1.5 it is taken as percent.</summary>
    PowerFactor = 4,

    /// <summary>A meter's register in kilowatt hours: kept from a series of joules of the same meter, or in its place.</summary>
    KilowattHours = 8,

    /// <summary>Energy in joules, which is held against a register in kilowatt hours where there is one.</summary>
    Joules = 16,
}

/// <summary>What the values of a property are: a series without its <c>bmc</c>, or why they are none.</summary>
/// <param name="Family">Canonical name, or empty where it is refused.</param>
/// <param name="Component">Value of the <c>component</c> label.</param>
/// <param name="Factor">What a value is multiplied by to come to the family's unit.</param>
/// <param name="Traits">How it behaves.</param>
/// <param name="Refusal">Why it is no series.</param>
public sealed record ValueMeaning(string Family, string Component, double Factor, ValueTraits Traits, RefusalReason Refusal)
{
    /// <summary>Labels beside <c>bmc</c> and <c>component</c>, such as <c>coolant_side</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Labels { get; init; } = [];

    /// <summary>Refused, with the reason.</summary>
    public static ValueMeaning Refused(RefusalReason reason) => new("", "", 1, ValueTraits.None, reason);
}

using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Ampacity.Fleet;

/// <summary>The aspects as numbers, for columns and records. Never renumber, never reuse.</summary>
public enum FactAspect : byte
{
#pragma warning disable CS1591 // Each is named after its value's record, which says what it is.
    Node = 1,
    Hall = 2,
    FloorPosition = 3,
    Sku = 4,
    Programme = 5,
    PowerRating = 6,
    Efficiency = 7,
    CoolingRating = 8,
    Feed = 9,
    FeedMode = 10,
    Cool = 11,
    Placement = 12,
    Identifier = 13,
    Lifecycle = 14,
    BindingRule = 15,
    Parties = 16,
    RackFrame = 17,
    Tranche = 18,
    Note = 19,
    Tag = 20,
    BoundTo = 21,
    ProgrammeTerms = 22,
    Milestone = 23,
    Organisation = 24,
    Voltage = 25,
    StoredEnergy = 26,
    HeatSplit = 27,
    Plane = 28,
    Link = 29,
    Domain = 30,
    PartNumber = 31,
    Firmware = 32,
    MergedInto = 33,
    SplitFrom = 34,
    Origin = 35,
    Baseline = 36,
    Cable = 37,
    BmcAddress = 38,
#pragma warning restore CS1591
}

/// <summary>Aspects by name and number.</summary>
public static class FactAspects
{
    private static readonly FrozenDictionary<string, FactAspect> ByName =
        Enum.GetValues<FactAspect>().ToFrozenDictionary(Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, FactAspect> ByType = typeof(FactValue)
        .GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(derived => derived.DerivedType, derived => ByName[(string)derived.TypeDiscriminator!]);

    /// <summary>The aspect of a value.</summary>
    public static FactAspect Of(FactValue value) => ByType[value.GetType()];

    /// <summary>The aspect of a type of value.</summary>
    internal static FactAspect OfType(Type value) => ByType[value];

    /// <summary>The name of an aspect: the JSON discriminator.</summary>
    public static string Name(this FactAspect aspect)
    {
        var text = aspect.ToString();
        return char.ToLowerInvariant(text[0]) + text[1..];
    }

    /// <summary>The aspect of a name; false for a name that is none.</summary>
    public static bool TryParse(string name, out FactAspect aspect) => ByName.TryGetValue(name, out aspect);
}

namespace Ampacity.Redfish;

/// <summary>
/// Whether a value is worth reading, and how urgent it is: what it means is asked of the same <see cref="ValueMapper"/> that a poller asks, so that
/// a plan holds what becomes a series and nothing else.
/// </summary>
internal sealed class SensorMeaning(ValueMapper mapper, Predicate<ValueMeaning> isWanted)
{
    /// <summary>The class of a sensor, or null when it would become no series that is wanted.</summary>
    public PlanClass? ClassOf(WalkedSensor sensor) => ClassOf(SensorWalk.KeyOf(sensor.Uri), new PropertyFacts
    {
        HasSensor = sensor.IsRead,
        ReadingType = sensor.ReadingType,
        ReadingUnits = sensor.Units,
        Name = sensor.Name,
        PhysicalContext = sensor.PhysicalContext,
    });

    /// <summary>The class of a property of a metric report.</summary>
    /// <param name="property">Path, or path, # and pointer.</param>
    /// <param name="facts">What its sensor says, or null.</param>
    public PlanClass? ClassOf(string property, PropertyFacts? facts)
    {
        var meaning = mapper.Map(property, facts);
        return meaning.Refusal != RefusalReason.None || !isWanted(meaning) ? null : ClassOfFamily(meaning.Family);
    }

    /// <summary>How urgent a family is.</summary>
    public static PlanClass ClassOfFamily(string family) =>
        family.StartsWith("hw_leak", StringComparison.Ordinal) ? PlanClass.Leak
        : Has(family, "power", "energy", "pdu", "circuit", "breaker", "battery", "line_frequency") ? PlanClass.Power
        : PlanClass.Sensors;

    /// <summary>0 for names that say power or energy, 1 for temperatures and the like, 2 for the rest: the order in which sensors are read one by one.</summary>
    public static int NameRank(string name) =>
        Has(name, "power", "watt", "energy", "_pwr") ? 0
        : Has(name, "temp", "tmp", "ambient", "fan", "flow", "pressure", "inlet", "exhaust", "leak", "coolant", "pump") ? 1
        : 2;

    private static bool Has(string name, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}

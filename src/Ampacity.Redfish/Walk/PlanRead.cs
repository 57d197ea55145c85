namespace Ampacity.Redfish;

/// <summary>How urgent a read is: leaks and power come before the rest of the sensors and inventory.</summary>
public enum PlanClass : byte
{
    /// <summary>Leak detectors.</summary>
    Leak,

    /// <summary>Power, energy and breakers.</summary>
    Power,

    /// <summary>Temperatures, fans, flow and the rest.</summary>
    Sensors,

    /// <summary>Firmware, ports, membership.</summary>
    Inventory,
}

/// <summary>How a read is sent.</summary>
public enum PlanForm : byte
{
    /// <summary>A metric report.</summary>
    Report,

    /// <summary>A collection whose answer carries its members, by <c>$expand</c> or because it does so anyway.</summary>
    Expanded,

    /// <summary>One resource.</summary>
    Member,
}

/// <summary>A value that a source would give.</summary>
/// <param name="Key">
/// What tells it from other values: the path of the sensor, or path, # and pointer of a property. Two sources with one key give the same value.
/// </param>
/// <param name="Class">How urgent it is.</param>
public readonly record struct PlanValue(string Key, PlanClass Class);

/// <summary>Something that can be read again and again: an answer that was measured while walking.</summary>
/// <param name="Uri">Path, with the query where the form has one.</param>
/// <param name="Form">How it is sent.</param>
/// <param name="Bytes">Bytes of its body when it was seen.</param>
/// <param name="Values">What it gives that becomes a series; the rest of its body is not named.</param>
/// <param name="Preference">Of two sources of one form the lower is asked first; a report of everything stands after specific ones.</param>
public sealed record PlanSource(string Uri, PlanForm Form, int Bytes, IReadOnlyList<PlanValue> Values, int Preference = 0);

/// <summary>One GET of a plan.</summary>
/// <param name="Uri">Path, with the query where the form has one.</param>
/// <param name="Form">How it is sent.</param>
/// <param name="Class">The most urgent class of what it gives that no earlier read gives.</param>
/// <param name="PeriodSeconds">From read to read.</param>
/// <param name="Bytes">Bytes of its body when it was planned.</param>
/// <param name="Values">Values that it gives and no earlier read of the plan does.</param>
public sealed record PlanRead(string Uri, PlanForm Form, PlanClass Class, int PeriodSeconds, int Bytes, int Values);

/// <summary>A source that is not read, and why.</summary>
/// <param name="Uri">Which.</param>
/// <param name="Why">In words.</param>
public sealed record PlanLeftOut(string Uri, string Why);

/// <summary>How often each class is read, in seconds, and how many values a plan may give.</summary>
public sealed record PlanRules
{
    /// <summary>
    /// Leak detectors: 30 s. A leak on a cold plate runs for minutes before it reaches the floor, and one small collection twice a minute is
    /// what a BMC bears beside everything else.
    /// </summary>
    public int LeakSeconds { get; init; } = 30;

    /// <summary>Power and energy: 30 s, half the shortest averaging that breakers are judged by (guessed).</summary>
    public int PowerSeconds { get; init; } = 30;

    /// <summary>Temperatures and the rest: 60 s; heat moves over minutes.</summary>
    public int SensorSeconds { get; init; } = 60;

    /// <summary>Firmware, ports, membership: 3,600 s.</summary>
    public int InventorySeconds { get; init; } = 3_600;

    /// <summary>What shows that a BMC booted or has other parts: 300 s. A poll that fails shows most boots sooner.</summary>
    public int WatchSeconds { get; init; } = 300;

    /// <summary>Most values of a plan, leak detectors beside it. 150 is what a tray may cost in series.</summary>
    public int MaxValues { get; init; } = 150;

    /// <summary>Most reads of a plan: a BMC without <c>$expand</c> that answers in 0.2 s gives 100 a minute at a third of its time.</summary>
    public int MaxReads { get; init; } = 100;

    /// <summary>Which series are written; a plan reads for no others. All that have a family, unless said otherwise.</summary>
    public Predicate<ValueMeaning> IsWanted { get; init; } = _ => true;

    /// <summary>Whether reports are read that the profile does not name: mostly counters of ports and engines, and what the named ones say already.</summary>
    public bool EveryReport { get; init; }

    /// <summary>Period of a class.</summary>
    public int SecondsOf(PlanClass kind) => kind switch
    {
        PlanClass.Leak => LeakSeconds,
        PlanClass.Power => PowerSeconds,
        PlanClass.Sensors => SensorSeconds,
        _ => InventorySeconds,
    };
}

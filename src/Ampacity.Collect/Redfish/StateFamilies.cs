using System.Globalization;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>Families whose values are states: a change of one is an event.</summary>
internal static class StateFamilies
{
    private static readonly Dictionary<string, (BmcEventKind Kind, string[] Words, EventSeverity[] Severities)> Known = new(StringComparer.Ordinal)
    {
        ["hw_leak_detector_state"] = (BmcEventKind.Leak, ["OK", "Warning", "Critical"], [EventSeverity.Ok, EventSeverity.Warning, EventSeverity.Critical]),
        ["hw_leak_detector_blind"] = (BmcEventKind.DetectorBlind, ["sees", "is blind"], [EventSeverity.Ok, EventSeverity.Warning]),
        ["hw_breaker_state"] = (BmcEventKind.Breaker, ["closed", "Off", "Tripped"], [EventSeverity.Ok, EventSeverity.Warning, EventSeverity.Critical]),
        ["hw_power_supply_input_state"] = (BmcEventKind.SupplyInput, ["Normal", "OutOfRange", "LossOfInput"], [EventSeverity.Ok, EventSeverity.Warning, EventSeverity.Critical]),
        ["hw_memory_row_remap_failed"] = (BmcEventKind.MemoryRemap, ["well", "failed"], [EventSeverity.Ok, EventSeverity.Critical]),
    };

    /// <summary>Whether values of a series are states.</summary>
    public static bool Has(ValueMeaning meaning) => Known.ContainsKey(meaning.Family);

    /// <summary>The event of a state that was seen; null where the first state seen is well, which is no news.</summary>
    /// <param name="mac">Of the BMC.</param>
    /// <param name="atMs">When.</param>
    /// <param name="property">What was read.</param>
    /// <param name="meaning">What it means.</param>
    /// <param name="before">The state before; null when none was seen.</param>
    /// <param name="now">The state.</param>
    public static BmcEvent? Event(string mac, long atMs, string property, ValueMeaning meaning, int? before, int now)
    {
        var (kind, words, severities) = Known[meaning.Family];
        if (now < 0 || now >= words.Length || (before is null && severities[now] == EventSeverity.Ok))
        {
            return null;
        }

        var was = before is { } old && old >= 0 && old < words.Length ? $"{words[old]} before, " : "";
        return new BmcEvent(
            atMs, mac, meaning.Component, kind, severities[now], "redfish poll",
            string.Create(CultureInfo.InvariantCulture, $"{property}: {was}{words[now]} now"));
    }
}

using System.Globalization;

namespace Ampacity.Simulator;

/// <summary>The events that a change of conditions makes. Stale readings, swapped cables and other serials make none: they are to be found.</summary>
internal static class ConditionEvents
{
    public static IEnumerable<SimulatedEvent> Between(BmcConditions before, BmcConditions after, TreeTemplate tree)
    {
        foreach (var (part, began) in Changed(before.Leaking, after.Leaking))
        {
            var origin = Sorted(tree, "/LeakDetectors/").ElementAtOrDefault(part);
            if (origin is not null)
            {
                yield return began
                    ? new SimulatedEvent("Environmental.1.0.LeakDetectedCritical", "Critical", $"Leak detector '{TreeText.Last(origin)}' reports a critical leak.", [TreeText.Last(origin)], origin)
                    : new SimulatedEvent("Environmental.1.0.LeakDetectedNormal", "OK", $"Leak detector '{TreeText.Last(origin)}' has returned to normal.", [TreeText.Last(origin)], origin);
            }
        }

        foreach (var (part, began) in Changed(before.TrippedSupplies, after.TrippedSupplies))
        {
            if (Supply(tree, part) is { } origin)
            {
                yield return began
                    ? new SimulatedEvent("Power.1.0.PowerSupplyFailed", "Critical", $"Power supply '{TreeText.Last(origin)}' has failed.", [TreeText.Last(origin)], origin)
                    : new SimulatedEvent("Power.1.0.PowerSupplyNormal", "OK", $"Power supply '{TreeText.Last(origin)}' is operating normally.", [TreeText.Last(origin)], origin);
            }
        }

        foreach (var (part, began) in Changed(before.UnfedSupplies, after.UnfedSupplies))
        {
            if (Supply(tree, part) is { } origin)
            {
                yield return began
                    ? new SimulatedEvent("Power.1.0.PowerSupplyPowerLost", "Critical", $"Power supply '{TreeText.Last(origin)}' power input has been lost.", [TreeText.Last(origin)], origin)
                    : new SimulatedEvent("Power.1.0.PowerSupplyPowerRestored", "OK", $"Power supply '{TreeText.Last(origin)}' power input was restored.", [TreeText.Last(origin)], origin);
            }
        }

        foreach (var (part, began) in Changed(before.GoneAccelerators, after.GoneAccelerators))
        {
            if (Accelerator(tree, part) is { } origin)
            {
                yield return began
                    ? new SimulatedEvent("ResourceEvent.1.3.ResourceStatusChangedCritical", "Critical", $"The health of resource '{origin}' has changed to Critical.", [origin, "Critical"], origin)
                    : new SimulatedEvent("ResourceEvent.1.3.ResourceStatusChangedOK", "OK", $"The health of resource '{origin}' has changed to OK.", [origin, "OK"], origin);
            }
        }
    }

    private static IEnumerable<(int Part, bool Began)> Changed(ulong before, ulong after)
    {
        for (var part = 0; part < 64; part++)
        {
            if (BmcConditions.Has(before ^ after, part))
            {
                yield return (part, BmcConditions.Has(after, part));
            }
        }
    }

    private static string? Supply(TreeTemplate tree, int part)
    {
        var end = $"/PowerSupplies/{(part + 1).ToString(CultureInfo.InvariantCulture)}";
        return tree.Paths.FirstOrDefault(path => path.EndsWith(end, StringComparison.Ordinal));
    }

    private static string? Accelerator(TreeTemplate tree, int part)
    {
        var number = part.ToString(CultureInfo.InvariantCulture);
        return tree.Paths.FirstOrDefault(path => path.EndsWith($"/Processors/GPU_{number}", StringComparison.Ordinal) || path.EndsWith($"/Processors/OAM_{number}", StringComparison.Ordinal));
    }

    // The detectors of generated trees are in the order of their bits.
    private static IEnumerable<string> Sorted(TreeTemplate tree, string within) =>
        tree.Paths.Where(path => path.Contains(within, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}

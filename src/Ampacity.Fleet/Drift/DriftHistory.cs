namespace Ampacity.Fleet;

/// <summary>Dates drift: since which of the kept surveys each finding has held without a break, by today's intent.</summary>
public static class DriftHistory
{
    /// <summary>Dates the rows of a report.</summary>
    /// <param name="report">Findings of the newest survey.</param>
    /// <param name="intent">What they were found with.</param>
    /// <param name="oldestFirst">Every kept survey; the last is the report's.</param>
    /// <param name="known">Rows dated before: one that is the same still keeps its date, and only what is new is looked for. Null for none.</param>
    /// <returns>The same rows, dated.</returns>
    public static DriftReport Date(DriftReport report, IntendedHardware intent, IReadOnlyList<Survey> oldestFirst, IReadOnlyDictionary<string, DriftRow>? known = null)
    {
        var since = new Dictionary<string, long>(StringComparer.Ordinal);
        var open = new Dictionary<string, DriftRow>(StringComparer.Ordinal);
        foreach (var row in report.Rows)
        {
            if (known is not null && known.TryGetValue(row.Id, out var before) && before.Fingerprint == row.Fingerprint && before.SinceMs > 0)
            {
                since[row.Id] = before.SinceMs;
            }
            else
            {
                open[row.Id] = row;
                since[row.Id] = oldestFirst[^1].BeganAt.ToUnixTimeMilliseconds();
            }
        }

        for (var last = oldestFirst.Count - 1; last >= 1 && open.Count > 0; last--)
        {
            // The racks of what is still open are compared again without the newest survey; the rest of the fleet is not.
            var racks = open.Values.SelectMany(row => (StableKey?[])[row.At, row.OtherAt]).OfType<StableKey>().Select(key => key.Node).ToHashSet();
            var fewer = intent.In(racks);
            var macs = fewer.Devices.Select(device => device.Mac).Concat(open.Values.Select(row => row.FoundMac)).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var addresses = open.Values.Select(row => row.Address).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var older = oldestFirst.Take(last).Select(survey => survey with
            {
                Bmcs = [.. survey.Bmcs.Where(bmc => addresses.Contains(bmc.Address) || (bmc.Mac is { } mac && macs.Contains(mac)))],
                Errors = [.. survey.Errors.Where(error => addresses.Contains(error.Address))],
            }).ToArray();
            var held = DriftFinder.Compare(fewer, HardwareLooks.Of(older)).Rows.GroupBy(row => row.Id, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Fingerprint, StringComparer.Ordinal);
            foreach (var (id, row) in open.ToArray())
            {
                if (held.TryGetValue(id, out var fingerprint) && fingerprint == row.Fingerprint)
                {
                    since[id] = oldestFirst[last - 1].BeganAt.ToUnixTimeMilliseconds();
                }
                else
                {
                    open.Remove(id);
                }
            }
        }

        return report with { Rows = [.. report.Rows.Select(row => row with { SinceMs = since[row.Id] })] };
    }
}

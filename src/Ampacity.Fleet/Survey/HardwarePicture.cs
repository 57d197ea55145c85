namespace Ampacity.Fleet;

/// <summary>
/// Lays surveys over one another, so that a sweep over a few addresses adds to what is known instead of replacing it: of every address the
/// newest look counts.
/// </summary>
public static class HardwarePicture
{
    /// <summary>Lays surveys over one another.</summary>
    /// <param name="oldestFirst">Surveys in order of time; at least one.</param>
    /// <param name="keepSilent">
    /// Whether a BMC that did not answer at a newer look stays: yes for reading (it may only be rebooting, and a dead one costs one connect
    /// a back-off step), no for drift (the newest look is the evidence).
    /// </param>
    /// <returns>One survey: begin and end of the newest, every address asked by any, each with its newest look.</returns>
    public static Survey Lay(IReadOnlyList<Survey> oldestFirst, bool keepSilent)
    {
        var bmcs = new Dictionary<string, SurveyedBmc>(StringComparer.Ordinal);
        var errors = new Dictionary<string, SurveyError[]>(StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);

        // Where each MAC was seen: searching all of 17,750 BMCs for each of them takes seconds.
        var addressesOf = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var survey in oldestFirst)
        {
            var seen = survey.Bmcs.ToLookup(bmc => bmc.Address, StringComparer.Ordinal);
            var failed = survey.Errors.ToLookup(error => error.Address, StringComparer.Ordinal);
            foreach (var address in seen.Select(group => group.Key).Concat(failed.Select(group => group.Key)).Distinct(StringComparer.Ordinal))
            {
                asked.Add(address);
                errors[address] = [.. failed[address]];
                var bmc = seen[address].FirstOrDefault();
                if (bmc?.Mac is null && keepSilent && bmcs.ContainsKey(address))
                {
                    continue;
                }

                if (bmcs.Remove(address, out var before) && before.Mac is { } left)
                {
                    addressesOf[left].Remove(address);
                }

                if (bmc is null)
                {
                    continue;
                }

                bmcs[address] = bmc;
                if (bmc.Mac is not { } mac)
                {
                    continue;
                }

                if (!addressesOf.TryGetValue(mac, out var addresses))
                {
                    addressesOf.Add(mac, addresses = new HashSet<string>(StringComparer.Ordinal));
                }

                // A BMC that answers at a new address has left its old one.
                foreach (var old in addresses.Where(old => !seen.Contains(old)).ToArray())
                {
                    bmcs.Remove(old);
                    addresses.Remove(old);
                }

                addresses.Add(address);
            }
        }

        var newest = oldestFirst[^1];
        return newest with { TargetsAsked = asked.Count, Bmcs = [.. bmcs.Values], Errors = [.. errors.Values.SelectMany(one => one)] };
    }
}

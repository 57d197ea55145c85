using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Components of a tray against its build: missing, extra, replaced by another.</summary>
internal static class ComponentDrift
{
    // Kinds that every build counts whole; of the others a build may name a few, and only those that both sides name alike are compared.
    private static readonly (SkuKind Sku, SurveyedKind Seen, bool Counted)[] Kinds =
    [
        (SkuKind.Accelerator, SurveyedKind.Accelerator, true), (SkuKind.Processor, SurveyedKind.Processor, true), (SkuKind.Supply, SurveyedKind.PowerSupply, true),
        (SkuKind.Adapter, SurveyedKind.NetworkAdapter, false), (SkuKind.Drive, SurveyedKind.Drive, false), (SkuKind.Fan, SurveyedKind.Fan, false),
    ];

    public static void Compare(TraySight sight, IReadOnlyDictionary<string, StableKey> serials)
    {
        if (sight.Device.Parts.IsEmpty)
        {
            return;
        }

        foreach (var (sku, kind, counted) in Kinds)
        {
            IntendedPart[] expected = [.. sight.Device.Parts.Where(part => part.Kind == sku)];
            if (expected.Length > 0)
            {
                CompareKind(sight, expected, kind, counted, serials);
            }
        }
    }

    /// <summary>Whether a component is there: a place that says Absent holds nothing.</summary>
    public static bool IsThere(SurveyedComponent component) => !string.Equals(component.State, "Absent", StringComparison.OrdinalIgnoreCase);

    private static void CompareKind(TraySight sight, IntendedPart[] expected, SurveyedKind kind, bool counted, IReadOnlyDictionary<string, StableKey> serials)
    {
        var listed = Of(sight.Bmc, kind);
        SurveyedComponent[] there = [.. listed.Where(IsThere)];
        if (listed.Length == 0)
        {
            // A BMC that names none of them may not know of them at all, unless it once did.
            if (sight.Earlier.Select(look => Of(look.Bmc, kind)).FirstOrDefault(before => before.Length > 0) is { } before)
            {
                Missing(sight, kind, expected.Select(part => part.Name), $"the BMC listed {before.Length} at an earlier look and lists none now", DriftEvidence.EarlierSurvey);
            }
            else if (counted)
            {
                sight.Add(DriftKind.NotVerifiable, kind.ToString(), Count(expected.Length, kind), null, DriftEvidence.None, $"the BMC lists no {Word(kind)}s");
            }

            return;
        }

        var byName = there.ToLookup(component => component.Id, StringComparer.OrdinalIgnoreCase);
        if (!expected.Any(part => listed.Any(component => string.Equals(component.Id, part.Name, StringComparison.OrdinalIgnoreCase))))
        {
            // It names them otherwise than we do: then numbers are all that can be compared.
            if (counted && there.Length != expected.Length)
            {
                var absent = listed.Where(component => !IsThere(component)).Select(component => component.Id).ToArray();
                sight.Add(
                    there.Length < expected.Length ? DriftKind.ComponentMissing : DriftKind.ComponentExtra, kind.ToString(), Count(expected.Length, kind), Count(there.Length, kind),
                    DriftEvidence.Report, absent.Length > 0 ? $"listed as absent: {string.Join(", ", absent)}" : "counted, since the BMC names them otherwise than the build");
            }

            return;
        }

        var names = expected.Select(part => part.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var part in expected)
        {
            if (byName[part.Name].FirstOrDefault() is not { } component)
            {
                var place = listed.FirstOrDefault(one => string.Equals(one.Id, part.Name, StringComparison.OrdinalIgnoreCase));
                Missing(sight, kind, [part.Name], place is null ? "the BMC does not list it" : $"{place.Uri}#/Status/State is {place.State}", DriftEvidence.Report, part);
            }
            else if (part.Serial is { } serial && component.Serial is { } read && !string.Equals(serial, read.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                var from = serials.TryGetValue(read.Trim(), out var elsewhere) ? elsewhere : (StableKey?)null;
                sight.Add(
                    DriftKind.ComponentReplaced, part.Name, $"{part.Name} with serial {serial}", $"{part.Name} with serial {read}", DriftEvidence.ComponentSerials,
                    from is { } other ? $"{component.Uri}#/SerialNumber; declared for {sight.Graph.PathOf(other)}" : $"{component.Uri}#/SerialNumber",
                    row => row with { At = new StableKey(row.At!.Value.Node, part.Ordinal), Place = $"{row.Place}/{LastOf(sight.Graph, row.At.Value.Node, part.Ordinal)}", Asset = part.Asset, FoundSerial = read.Trim(), OtherAt = from, OtherPlace = from is { } key ? sight.Graph.PathOf(key) : "" });
            }
        }

        foreach (var extra in counted ? there.Where(component => !names.Contains(component.Id)) : [])
        {
            sight.Add(DriftKind.ComponentExtra, extra.Id, Count(expected.Length, kind), $"{extra.Id} too", DriftEvidence.Report, extra.Uri, row => row with { FoundSerial = extra.Serial });
        }
    }

    private static string LastOf(FleetGraph graph, int rack, int part)
    {
        var path = graph.PartPathOf(new StableKey(rack, part));
        return path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }

    private static void Missing(TraySight sight, SurveyedKind kind, IEnumerable<string> names, string why, DriftEvidence knownBy, IntendedPart? part = null)
    {
        foreach (var name in names)
        {
            sight.Add(DriftKind.ComponentMissing, name, part?.Serial is { } serial ? $"{name} with serial {serial}" : name, null, knownBy | DriftEvidence.Report, why,
                row => part?.Asset is { } asset ? row with { OtherAsset = asset } : row);
        }
    }

    // Of a package with dies in it, the package counts.
    private static SurveyedComponent[] Of(SurveyedBmc bmc, SurveyedKind kind)
    {
        SurveyedComponent[] all = [.. bmc.Components.Where(component => component.Kind == kind)];
        return all.Any(component => component.In is not null)
            ? [.. all.Where(component => component.In is null || !all.Any(other => other.Id == component.In))]
            : all;
    }

    private static string Count(int count, SurveyedKind kind) => string.Create(CultureInfo.InvariantCulture, $"{count} {Word(kind)}{(count == 1 ? "" : "s")}");

    private static string Word(SurveyedKind kind) => kind switch
    {
        SurveyedKind.PowerSupply => "power supply unit",
        SurveyedKind.NetworkAdapter => "network adapter",
        _ => kind.ToString().ToLowerInvariant(),
    };
}

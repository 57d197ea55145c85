using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Compares intent with a survey. Pure: loaded in bulk, compared in memory, nothing written.</summary>
/// <remarks>
/// A BMC is known by its MAC (two GPUs of a superchip can report one serial, and serials of different sources are disjoint on some
/// platforms); its serial is then evidence of which tray it sits in.
/// </remarks>
public static class DriftFinder
{
    /// <summary>Finds every disagreement that a view may see.</summary>
    public static DriftReport Compare(FleetView view, Survey survey)
    {
        var rows = new List<DriftRow>();
        var matched = 0;
        var byMac = survey.Bmcs.Where(bmc => bmc.Mac is not null).ToLookup(bmc => bmc.Mac!, StringComparer.Ordinal);
        foreach (var bmc in survey.Bmcs)
        {
            matched += CompareBmc(view, bmc, byMac, rows) ? 1 : 0;
        }

        foreach (var asset in view.Graph.Assets.All.Where(asset => Expects(view, asset)))
        {
            if (!byMac.Contains(asset[IdentifierKind.Mac]!))
            {
                rows.Add(new DriftRow(
                    DriftKind.NotSeen, view.Graph.PathOf(asset.Place!.Value), $"BMC {asset[IdentifierKind.Mac]}", null, null, Blind(survey)));
            }
        }

        return new DriftReport(
            survey.BeganAt.ToUnixTimeMilliseconds(), survey.EndedAt.ToUnixTimeMilliseconds(), matched, [.. rows.OrderBy(row => row.Place, NaturalOrder.Comparer).ThenBy(row => row.Kind)]);
    }

    // Whether it is a declared BMC of the view that is as declared. A BMC of somebody else's hall, or of no hall that is known, is not a
    // narrowed caller's to see, not even as unknown.
    private static bool CompareBmc(FleetView view, SurveyedBmc bmc, ILookup<string, SurveyedBmc> byMac, List<DriftRow> rows)
    {
        var graph = view.Graph;
        if (bmc.Mac is null)
        {
            if (view.Scope is PlaceScope.WholeFleet)
            {
                rows.Add(new DriftRow(
                    DriftKind.Unidentified, "", null, bmc.Serial?.Value ?? "no serial either", bmc.Address, "its manager's interfaces name no MAC"));
            }

            return false;
        }

        var asset = graph.Assets.By(IdentifierKind.Mac, bmc.Mac);
        if (asset?.Place is not { } place || !view.Sees(place.Node))
        {
            if (asset is null && view.Scope is PlaceScope.WholeFleet)
            {
                rows.Add(new DriftRow(
                    DriftKind.Undeclared, "", null, $"BMC {bmc.Mac}, serial {bmc.Serial?.Value ?? "not reported"}", bmc.Address,
                    "no declared asset has this MAC"));
            }

            return false;
        }

        var path = graph.PathOf(place);
        if (byMac[bmc.Mac].Skip(1).Any())
        {
            rows.Add(new DriftRow(
                DriftKind.MacTwice, path, null, bmc.Mac, bmc.Address,
                $"also at {string.Join(", ", byMac[bmc.Mac].Where(other => other != bmc).Select(other => other.Address))}"));
            return false;
        }

        var found = rows.Count;
        CompareSerial(view, asset, bmc, path, rows);
        CompareComponents(graph, place, bmc, path, rows);
        return rows.Count == found;
    }

    private static void CompareSerial(FleetView view, FleetAsset asset, SurveyedBmc bmc, string path, List<DriftRow> rows)
    {
        if (asset[IdentifierKind.Serial] is not { } expected || expected == bmc.Serial?.Value)
        {
            return;
        }

        if (bmc.Serial is not { } read)
        {
            rows.Add(new DriftRow(DriftKind.NotVerifiable, path, $"serial {expected}", null, bmc.Address, "the BMC reports no serial of the tray"));
            return;
        }

        var seen = read.Value;
        var elsewhere = view.Graph.Assets.By(IdentifierKind.Serial, seen)?.Place is { } place && view.Sees(place.Node) ? place : (StableKey?)null;
        rows.Add(new DriftRow(
            elsewhere is null ? DriftKind.SerialDiffers : DriftKind.Misplaced,
            path,
            $"serial {expected}",
            $"serial {seen}",
            bmc.Address,
            elsewhere is { } other ? $"{read.Source}; declared for {view.Graph.PathOf(other)}" : read.Source));
    }

    private static void CompareComponents(FleetGraph graph, StableKey place, SurveyedBmc bmc, string path, List<DriftRow> rows)
    {
        if (graph.BuildOf(place.Node) is not { } build || place.Part == 0)
        {
            return;
        }

        var expected = new SortedSet<string>(StringComparer.Ordinal);
        for (var part = place.Part + 1; part < build.Parts[place.Part].End; part++)
        {
            if (build.Parts[part].Component is { } name && build.Parts[part].SkuKind is SkuKind.Accelerator or SkuKind.Processor)
            {
                expected.Add(name);
            }
        }

        var seen = bmc.Components.Where(component => component.Kind != SurveyedKind.Other)
            .Select(component => component.Id).ToHashSet(StringComparer.Ordinal);
        if (expected.Count == 0 || expected.SetEquals(seen))
        {
            return;
        }

        if (seen.Count == 0)
        {
            rows.Add(new DriftRow(
                DriftKind.NotVerifiable, path, Count(expected.Count, [], ""), null, bmc.Address, "the BMC lists no accelerators or processors"));
            return;
        }

        rows.Add(new DriftRow(
            DriftKind.ComponentsDiffer,
            path,
            Count(expected.Count, expected.Except(seen, StringComparer.Ordinal), "missing"),
            Count(seen.Count, seen.Except(expected, StringComparer.Ordinal), "extra"),
            bmc.Address,
            "processors that the BMC lists as present, against the SKU's build"));
    }

    private static string Count(int count, IEnumerable<string> odd, string word)
    {
        var names = string.Join(", ", odd.Order(StringComparer.Ordinal));
        return string.Create(CultureInfo.InvariantCulture, $"{count} components") + (names.Length == 0 ? "" : $", {word}: {names}");
    }

    private static bool Expects(FleetView view, FleetAsset asset) =>
        asset[IdentifierKind.Mac] is not null && asset.Place is { } place && view.Sees(place.Node);

    private static string Blind(Survey survey)
    {
        var blind = survey.Errors.Count(error => error.Kind is not (SurveyErrorKind.NobodyThere or SurveyErrorKind.Refused));
        var none = survey.Errors.Count - blind;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"of {survey.TargetsAsked} addresses asked, nobody listened at {none} and {blind} could not be read");
    }
}

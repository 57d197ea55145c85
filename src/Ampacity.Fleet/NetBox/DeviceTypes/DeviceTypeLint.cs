using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Fleet;

/// <summary>
/// What is wrong, or means something else than it seems to, in device types that people have written. Each rule comes from a file of
/// the library in which it was found.
/// </summary>
internal static partial class DeviceTypeLint
{
    // Amperes that a connector carries at most by the more generous of IEC and UL, times 250 V.
    private static readonly Dictionary<string, double> InletWatts = new(StringComparer.Ordinal)
    {
        ["iec-60320-c6"] = 625,
        ["iec-60320-c8"] = 625,
        ["iec-60320-c14"] = 3750,
        ["iec-60320-c16"] = 3750,
        ["iec-60320-c20"] = 5000,
        ["iec-60320-c22"] = 5000,
    };

    // Chosen: the densest air-cooled servers of 2026 are about 1.5 kW a unit, so twice that is a sum of labels, not a draw.
    private const double AbsurdWattsPerUnit = 3000;

    public static IEnumerable<DeviceTypeNote> Check(DataNode root, Sku sku) =>
        [.. Power(root, sku), .. Units(root), .. Texts(root, sku), .. Gaps(root)];

    public static bool IsSupplyBay(PortGroup port) => SupplyBay().IsMatch(port.NamePattern) || SupplyBay().IsMatch(port.Note);

    private static IEnumerable<DeviceTypeNote> Power(DataNode root, Sku sku)
    {
        var inlets = sku.Ports.Where(port => port.Kind == PortKind.PowerInlet).ToArray();
        foreach (var port in root["power-ports"]?.Items ?? [])
        {
            if (port["maximum_draw"] is { } draw && port["type"]?.Text is { } type && InletWatts.TryGetValue(type, out var most) && draw.Number > most)
            {
                yield return new(draw.KeyLine, draw.Path, "draw-over-inlet", Invariant($"{draw.Text} W through one {type}, which carries {most} W at most"));
            }
        }

        var count = inlets.Sum(port => port.Count);
        var sum = inlets.Sum(port => (port.MaximumWatts?.Value ?? 0) * port.Count);
        if (root["power-ports"] is { } list && count > 1 && sum > 0)
        {
            yield return new(list.KeyLine, list.Path, "sum-of-supplies", Invariant(
                $"{sum:0} W is the sum over {count} supplies, spare ones included; state a design claim in a revision of your own before you plan with it"));
            if (sku.Height is { } height && sum / (height.HalfUnits / 2d) > AbsurdWattsPerUnit)
            {
                yield return new(list.KeyLine, list.Path, "absurd-draw", Invariant($"{sum:0} W in {height} is more than anything draws by air"));
            }
        }

        var bays = sku.Ports.Where(port => port.Kind == PortKind.ModuleBay && IsSupplyBay(port)).Sum(port => port.Count);
        if (bays > 0 && count > 0 && bays != count && sku.Kind != SkuKind.PowerShelf)
        {
            yield return new(root["module-bays"]!.KeyLine, "module-bays", "bays-and-inlets", Invariant($"{bays} bays for supplies but {count} power ports; one of the two lists is not right"));
        }

        if (root["weight"] is { } weight && root["weight_unit"] is null)
        {
            yield return new(weight.KeyLine, weight.Path, "no-weight-unit", "a weight without weight_unit is not kept, for nobody knows what it is in");
        }
    }

    private static IEnumerable<DeviceTypeNote> Units(DataNode root)
    {
        if (root["u_height"] is { } height && height.Number > 0 && OpenRack().IsMatch(Limited(root["comments"]?.Text)))
        {
            yield return new(height.KeyLine, height.Path, "open-rack-unit", "its text speaks of an Open Rack, but NetBox counts in RU of 44.45 mm only; check whether these are OU of 48 mm");
        }
    }

    private static IEnumerable<DeviceTypeNote> Texts(DataNode root, Sku sku)
    {
        var text = Limited(string.Join('\n', root["description"]?.Text, root["comments"]?.Text));
        var line = (root["comments"] ?? root["description"] ?? root).KeyLine;
        var inText = Kilowatts().Matches(text).Select(match => double.Parse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 1000)
            .DefaultIfEmpty(0).Max();
        var stated = sku.Amount(Sku.PowerClaim) ?? sku.Amount(Sku.OutputClaim) ?? 0;
        if (inText > 0 && stated == 0)
        {
            yield return new(line, "comments", "figure-in-text-only", Invariant($"{inText / 1000:0.###} kW stands in the text only, where no program reads it; no claim was made of it"));
        }
        else if (inText > 0 && (stated > 1.5 * inText || inText > 1.5 * stated))
        {
            yield return new(line, "comments", "figures-disagree", Invariant($"the text says {inText / 1000:0.###} kW, the power ports {stated / 1000:0.###} kW"));
        }

        var named = Models(text);
        var others = Models(Limited(string.Join('\n', sku.Ports.Select(port => port.Note).Distinct(StringComparer.Ordinal))));
        if (named.Count > 0 && others.Count > 0 && !others.IsSubsetOf(named))
        {
            yield return new(line, "comments", "names-disagree", $"the text names {string.Join(", ", named.Order())}, its ports {string.Join(", ", others.Order())}; one is copied from another product");
        }
    }

    // Ports numbered 1.0, 1.1, 2.0 … with a hole: the library's QM9700 lacks P22.1 and P23.0.
    private static IEnumerable<DeviceTypeNote> Gaps(DataNode root)
    {
        if (root["interfaces"] is not { } list)
        {
            yield break;
        }

        foreach (var group in list.Select(item => TwoNumbers().Match(item["name"]!.Text)).Where(match => match.Success)
            .GroupBy(match => (match.Groups[1].Value, match.Groups[3].Value)).Where(group => group.Count() >= 8))
        {
            var names = group.Select(match => (int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[4].ValueSpan, CultureInfo.InvariantCulture))).ToHashSet();
            var (major, minor) = (names.Select(name => name.Item1).Distinct().ToArray(), names.Select(name => name.Item2).Distinct().ToArray());
            // A few holes in an otherwise full grid are a slip; many are another way of counting.
            if ((long)(major.Max() - major.Min() + 1) * minor.Length is var full && full > names.Count && full - names.Count <= names.Count / 10)
            {
                var missing = Enumerable.Range(major.Min(), major.Max() - major.Min() + 1).SelectMany(a => minor.Order().Select(b => (a, b))).Where(pair => !names.Contains(pair));
                var text = string.Join(", ", missing.Take(5).Select(pair => Invariant($"{group.Key.Item1}{pair.a}{group.Key.Item2}{pair.b}")));
                yield return new(list.KeyLine, list.Path, "ports-missing", $"the numbers have holes: {text}");
            }
        }
    }

    private static HashSet<string> Models(string text) =>
        Accelerators().Matches(text).Select(match => match.Value.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);

    private static string Limited(string? text) => text is null ? "" : text.Length <= 4000 ? text : text[..4000];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex(@"\bpsu|power[ -_]?supply|\bpem\b|\bpwr\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SupplyBay();

    [GeneratedRegex(@"open ?rack|orv[123]|open ?compute|\bopenu\b|21[ -]?inch|21""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OpenRack();

    [GeneratedRegex(@"\b([0-9]{1,4}(?:\.[0-9]{1,3})?) ?kW\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Kilowatts();

    [GeneratedRegex(@"\b(?:MI[0-9]{3}[AX]?|[AHB][1-3]00|GB[23]00)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Accelerators();

    [GeneratedRegex(@"^([^0-9]*)([0-9]{1,4})([./])([0-9]{1,4})\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TwoNumbers();
}

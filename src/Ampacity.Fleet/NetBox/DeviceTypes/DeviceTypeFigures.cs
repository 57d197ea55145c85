using System.Collections.Immutable;
using System.Globalization;
using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>The claims of a device type: mass, sizes, and what its power ports say, each with what it really is.</summary>
internal static class DeviceTypeFigures
{
    private const decimal MillimetersPerInch = 25.4m;

    public static Meters? Width(DataNode root, DeviceTypeForm form) =>
        form == DeviceTypeForm.Rack && Millimeters(root, "outer_width") is { } width ? new Meters((double)(width / 1000)) : null;

    public static IEnumerable<Claim> Claims(DataNode root, ImmutableArray<PortGroup> ports, SkuKind kind, string source, DateOnly date)
    {
        if (Kilograms(root, "weight") is { } mass)
        {
            yield return Nameplate(Sku.MassClaim, mass.Value, $"{source}{mass.Said}", date);
        }

        if (Kilograms(root, "max_weight") is { } capacity)
        {
            yield return Nameplate("load-capacity", capacity.Value, $"{source}{capacity.Said}", date);
        }

        foreach (var (key, of) in new[] { ("outer_depth", "depth"), ("outer_height", "outer-height"), ("mounting_depth", "mounting-depth") })
        {
            if (Millimeters(root, key) is { } length)
            {
                yield return Nameplate(of, Text(length, "mm"), source, date);
            }
        }

        if (root["width"] is { } width)
        {
            yield return Nameplate("mounting-width", Text((decimal)width.Number * MillimetersPerInch, "mm"), $"{source}: {width.Text} inches between the rails", date);
        }

        // What passes through a PDU or a shelf is put out; only what a thing turns into heat is its own power.
        var of2 = kind is SkuKind.Pdu or SkuKind.PowerShelf or SkuKind.Supply or SkuKind.TransferSwitch ? Sku.OutputClaim : Sku.PowerClaim;
        var inlets = ports.Where(port => port.Kind == PortKind.PowerInlet).ToArray();
        if (Sum(inlets, port => port.MaximumWatts) is { Watts: > 0 } most)
        {
            yield return Nameplate(of2, Text(most.Watts, "W"), FormattableString.Invariant(
                $"{source}: sum of maximum_draw over {most.Ports} power ports; what supplies are labelled with, spare ones included, not a draw"), date);
        }

        if (Sum(inlets, port => port.AllocatedWatts) is { Watts: > 0 } planned)
        {
            yield return Claim.Read(of2, Text(planned.Watts, "W"), ClaimKind.Design,
                FormattableString.Invariant($"{source}: sum of allocated_draw over {planned.Ports} power ports"), date);
        }

        var supplies = ports.Where(port => port.Kind == PortKind.ModuleBay && DeviceTypeLint.IsSupplyBay(port)).Sum(port => port.Count);
        if (kind == SkuKind.PowerShelf && supplies > 0)
        {
            yield return Nameplate("supply-count", supplies.ToString(CultureInfo.InvariantCulture), $"{source}: bays for supplies", date);
        }
    }

    private static Claim Nameplate(string of, string value, string source, DateOnly date) => Claim.Read(of, value, ClaimKind.Nameplate, source, date);

    private static (decimal Watts, int Ports) Sum(PortGroup[] inlets, Func<PortGroup, Watts?> draw) =>
        (inlets.Sum(port => (decimal)(draw(port)?.Value ?? 0) * port.Count), inlets.Where(port => draw(port) is not null).Sum(port => port.Count));

    private static (string Value, string Said)? Kilograms(DataNode root, string key)
    {
        // Without a unit it is not known what the number means, and NetBox refuses it too.
        if (root[key] is not { } node || root["weight_unit"]?.Text is not { } unit)
        {
            return null;
        }

        var factor = unit switch { "kg" => 1m, "g" => 0.001m, "lb" => 0.45359237m, _ => 0.028349523125m };
        return (Text((decimal)node.Number * factor, "kg"), unit == "kg" ? "" : $": {node.Text} {unit}");
    }

    private static decimal? Millimeters(DataNode root, string key) => root[key] is not { } node ? null
        : key == "mounting_depth" ? (decimal)node.Number
        : root["outer_unit"]?.Text switch { "mm" => (decimal)node.Number, "in" => (decimal)node.Number * MillimetersPerInch, _ => null };

    private static string Text(decimal number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number:0.###} {unit}");
}

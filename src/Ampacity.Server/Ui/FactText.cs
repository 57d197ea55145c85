using System.Globalization;
using System.Text.Json;
using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>What a fact says, as people say it; places by their paths.</summary>
public static class FactText
{
    /// <summary>The value in words.</summary>
    /// <param name="value">What is said.</param>
    /// <param name="pathOf">Path of a node, even of one that is gone.</param>
    /// <param name="partOf">Path of a part within its rack.</param>
    public static string Of(FactValue value, Func<int, string> pathOf, Func<StableKey, string> partOf) => value switch
    {
        NodeFact { Parent: >= 0 } node => $"{Figures.Kind(node.Kind)} {node.Name} in {pathOf(node.Parent)}",
        NodeFact node => $"{Figures.Kind(node.Kind)} {node.Name}",
        PlacementFact { Part: 0 } placement => $"at {pathOf(placement.Rack)}",
        PlacementFact placement => $"in {pathOf(placement.Rack)}/{partOf(new StableKey(placement.Rack, placement.Part))}",
        FeedFact feed => $"fed by {pathOf(feed.Source)}{Weight(feed)}",
        FeedModeFact mode => Joined(Figures.Words(mode.Mode), mode.TransferSeconds is { } transfer ? $"transfer in {Number(transfer * 1000)} ms" : null),
        CoolFact cool => $"cooled by {pathOf(cool.Source)}",
        BoundToFact bound => $"serves {pathOf(bound.Rack)}",
        LinkFact link => Joined(
            $"{Figures.Count(link.Count, "link", "links")} to {pathOf(link.Peer)}", link.Plane >= 0 ? $"in {pathOf(link.Plane)}" : null,
            link.BitsPerSecond is { } rate ? $"{Number(rate / 1e9)} Gbit/s" : null, link.Optic, Said(link.LengthMeters, "m")),
        LifecycleFact lifecycle => LifecycleNames.Of(lifecycle.State),
        IdentifierFact identifier => identifier.Text,
        PinnedSkuFact sku => sku.Sku,
        ProgrammeFact programme => programme.Programme,
        PartNumberFact part => part.PartNumber,
        FirmwareFact firmware => $"{firmware.Component} {firmware.Version}",
        BaselineFact baseline => $"{baseline.Sku}: {baseline.Property} {baseline.Value}",
        BmcAddressFact address => address.Address,
        CableFact cable => $"{cable.Port} to {cable.Peer}",
        TagFact tag => tag.Tag,
        NoteFact note => note.Text,
        OriginFact origin => $"{origin.Called} of {origin.Source}",
        DomainFact domain => domain.Domain,
        FloorPositionFact position => string.Create(CultureInfo.InvariantCulture, $"x {position.XMeters:0.###} m, y {position.YMeters:0.###} m"),
        TrancheFact tranche => Joined(Figures.Power(tranche.Watts), Day("contracted", tranche.ContractedMs), Day("energised", tranche.EnergisedMs)),
        MilestoneFact milestone => $"{Figures.Power(milestone.Watts)} by {PageTime.Text(milestone.DueMs)[..10]}",
        MergedIntoFact merged => $"merged into {new AssetId(merged.Asset)}",
        SplitFromFact split => $"split from {new AssetId(split.Asset)}",
        HallFact hall => Joined(
            hall is { WidthMeters: { } along, DepthMeters: { } across } ? $"{Number(along)} m × {Number(across)} m" : null, Who("operator", hall.Operator),
            Who("tenant", hall.Tenant), Who("owner", hall.Owner)),
        PartiesFact parties => Joined(Who("operator", parties.Operator), Who("tenant", parties.Tenant), Who("owner", parties.Owner)),
        HeatSplitFact split => $"{Percent(split.LiquidShare)} of the heat into liquid",
        PowerRatingFact rating => Rating(rating),
        VoltageFact voltage => voltage.InputVolts is { } input ? $"{Number(input)} V in, {Number(voltage.OutputVolts)} V out" : $"{Number(voltage.OutputVolts)} V out",
        EfficiencyFact efficiency => Joined(
            efficiency.Curve is { Count: > 0 } curve ? string.Join(", ", curve.Select(point => $"{Percent(point.OutputOverInput)} at {Percent(point.LoadShare)} load"))
                : Percent(efficiency.OutputOverInput), efficiency.FixedLossWatts > 0 ? $"fixed loss {Figures.Power(efficiency.FixedLossWatts)}" : null),
        StoredEnergyFact stored => Joined($"{Number(stored.Joules / 3.6e6)} kWh", stored.DischargeWatts is { } discharge ? $"gives at most {Figures.Power(discharge)}" : null),
        CoolingRatingFact cooling => Joined(
            cooling.CapacityWatts is { } heat ? $"{Figures.Power(heat)}{(cooling.ApproachKelvins is { } approach ? $" at {Number(approach)} K" : "")}" : null,
            cooling.LoopName is { } loop ? $"loop {loop}" : null, cooling.SupplyCelsius is { } supply ? $"supply {Number(supply)} °C" : null,
            cooling.ReturnCelsius is { } back ? $"return {Number(back)} °C" : null, Said(cooling.FlowLitersPerMinute, "L/min"), Said(cooling.VolumeLiters, "L"),
            cooling.AllowedRiseKelvins is { } rise ? $"may warm by {Number(rise)} K" : null),
        RackFrameFact frame => Joined(
            frame.Units is { } units ? string.Create(CultureInfo.InvariantCulture, $"{units} {frame.Unit}") : null,
            frame.WidthMeters is { } width ? $"{Number(width)} m wide" : null, frame.DepthMeters is { } depth ? $"{Number(depth)} m deep" : null),
        OrganisationFact organisation => Joined(organisation.Title, organisation.Roles.Count == 0 ? null : string.Join(" and ", organisation.Roles)),
        ProgrammeTermsFact terms => Joined(
            terms.Vendor, terms.ContractedWatts is { } contracted ? Figures.Power(contracted) : null, Figures.Words(terms.Status),
            terms.PricePerWatt is { } price ? $"{Number(price)} {terms.Currency} a watt" : null,
            terms.Sites.Count == 0 ? null : $"sites {string.Join(", ", terms.Sites)}", terms.Skus.Count == 0 ? null : $"SKUs {string.Join(", ", terms.Skus)}"),
        PlaneFact plane => Figures.Words(plane.Kind),
        _ => Members(value),
    };

    /// <summary>What a fact is about within its subject: the aspect, with what tells it from others of its kind.</summary>
    public static string Aspect(string aspect, string key, FactValue? value)
    {
        var words = string.Concat(aspect.Select(c => char.IsAsciiLetterUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}"));
        return value switch
        {
            IdentifierFact identifier => identifier.Kind switch
            {
                IdentifierKind.Mac => "BMC MAC",
                IdentifierKind.Uuid => "UUID",
                IdentifierKind.AssetTag => "asset tag",
                _ => FleetSearch.FieldOf(identifier.Kind),
            },
            TrancheFact or DomainFact when key.Length > 0 => $"{words} {key}",
            _ => words,
        };
    }

    private static string Weight(FeedFact feed) =>
        Joined(feed.Weight is { } weight ? $"weight {Number(weight)}" : null, feed.Rating is { } rating ? Rating(rating) : null) is { Length: > 0 } more ? $" ({more})" : "";

    private static string Rating(PowerRatingFact rating) => Joined(
        rating is { Amperes: { } amperes, Volts: { } volts } ? $"{Number(amperes)} A at {Number(volts)} V" : null,
        rating.Watts is { } watts ? Figures.Power(watts) : null, rating.VoltAmperes is { } apparent ? $"{Number(apparent / 1e6)} MVA" : null,
        rating.Form switch { CurrentForm.SinglePhase => "single-phase", CurrentForm.Direct => "DC", _ => null },
        rating.ContinuousFactor == 1 ? null : $"{Percent(rating.ContinuousFactor)} continuous", rating.Watts is null ? $"power factor {Number(rating.PowerFactor)}" : null,
        rating.Overload.Count == 0 ? null : string.Join(", ", rating.Overload.Select(point => $"{Percent(point.Multiple)} for {Number(point.Seconds)} s")));

    private static string Joined(params ReadOnlySpan<string?> parts)
    {
        var said = new List<string>(parts.Length);
        foreach (var part in parts)
        {
            if (part is { Length: > 0 })
            {
                said.Add(part);
            }
        }

        return string.Join(", ", said);
    }

    private static string? Who(string role, string? name) => name is null ? null : $"{role} {name}";

    private static string? Day(string what, long? atMs) => atMs is { } day ? $"{what} {PageTime.Text(day)[..10]}" : null;

    private static string? Said(double? value, string unit) => value is { } number ? $"{Number(number)} {unit}" : null;

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Percent(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio * 100:0.##} %");

    // A fact's own JSON without its name and braces reads well enough, and names every value with its unit.
    private static string Members(FactValue value) => string.Join(", ", JsonSerializer.SerializeToElement(value, RestJson.Options).EnumerateObject()
        .Where(member => member.Name != "aspect" && member.Value.ValueKind != JsonValueKind.Null && member.Value.ToString() is { Length: > 0 } and not "[]")
        .Select(member => $"{member.Name} {member.Value}"));
}

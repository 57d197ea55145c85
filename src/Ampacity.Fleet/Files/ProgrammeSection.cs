using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>The <c>programmes</c> and <c>organisations</c> sections.</summary>
internal static class ProgrammeSection
{
    public static ImmutableArray<DeclaredOrganisation> Organisations(DataNode? section) => section is null
        ? []
        : [.. section.Select(node => new DeclaredOrganisation(
            node.Name, new(node["title"]?.Text, ItemText.Texts(node["roles"])), node["note"]?.Text, node.KeyLine))];

    public static ImmutableArray<DeclaredProgramme> Read(DataNode? section, SkuCatalogue catalogue, FileErrors errors) =>
        section is null ? [] : [.. section.Select(node => Programme(node, catalogue, errors))];

    private static DeclaredProgramme Programme(DataNode node, SkuCatalogue catalogue, FileErrors errors)
    {
        var status = node["status"]!.Text switch
        {
            "signed" => ProgrammeStatus.UnderContract,
            "letter-of-intent" => ProgrammeStatus.LetterOfIntent,
            _ => ProgrammeStatus.Announced,
        };
        double? price = null;
        string? currency = null;
        if (node["price"] is { } text)
        {
            if (QuantityText.TryPrice(text.Text, out var perWatt, out currency, out var hint))
            {
                price = perWatt;
            }
            else
            {
                errors.Add(text, "bad-quantity", hint);
            }
        }

        foreach (var sku in node["skus"]?.Items ?? [])
        {
            var known = sku.Text.Contains('@', StringComparison.Ordinal)
                ? SkuRevision.TryParse(sku.Text, out var revision) && catalogue.TryFind(revision, out _)
                : catalogue.Skus.Any(s => s.Revision.Id.Text == sku.Text);
            if (!known)
            {
                errors.Add(sku, "unknown-sku", $"the catalogue has no {sku.Text}; write a product such as nvidia/gb200-nvl72, or its revision, or add its file");
            }
        }

        var terms = new ProgrammeTermsFact(node["vendor"]?.Text, ItemText.Watts(node["power"], errors), status, price, currency,
            ItemText.Texts(node["sites"]), ItemText.Texts(node["skus"]));
        return new(node.Name, terms, Milestones(node["milestones"], errors), node["note"]?.Text, node.KeyLine);
    }

    private static ImmutableArray<DeclaredMilestone> Milestones(DataNode? node, FileErrors errors)
    {
        var milestones = ImmutableArray.CreateBuilder<DeclaredMilestone>();
        foreach (var item in node ?? Enumerable.Empty<DataNode>())
        {
            if (ItemText.DayMs(item, item.Name, errors) is not { } dueMs || ItemText.Watts(item, errors) is not { } watts)
            {
                continue;
            }

            if (milestones.Count > 0 && (dueMs <= milestones[^1].Fact.DueMs || watts <= milestones[^1].Fact.Watts))
            {
                errors.Add(item, "milestone-order", "milestones rise in day and in cumulated power; order them by day, and write the sum so far");
            }

            milestones.Add(new(item.Name, new(dueMs, watts)));
        }

        return milestones.ToImmutable();
    }

    public static ImmutableArray<DeclaredTranche> Tranches(DataNode? section, FileErrors errors)
    {
        var tranches = ImmutableArray.CreateBuilder<DeclaredTranche>();
        foreach (var node in section ?? Enumerable.Empty<DataNode>())
        {
            var contracted = ItemText.DayMs(node["contracted"], node["contracted"]?.Text, errors);
            var energised = ItemText.DayMs(node["energised"], node["energised"]?.Text, errors);
            if (energised < contracted)
            {
                errors.Add(node["energised"]!, "tranche-order", "it is energised before it is contracted; correct one of the days");
            }

            tranches.Add(new(node.Name, new(ItemText.Watts(node["power"], errors) ?? 0, contracted, energised), node.KeyLine));
        }

        return tranches.ToImmutable();
    }
}

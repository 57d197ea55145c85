using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>The keys that rows, exceptions and named racks have in common.</summary>
internal static class RackTermsSection
{
    /// <summary>Terms of a node: what it states, the rest as its basis says.</summary>
    public static RackTerms Read(DataNode node, RackTerms basis, BodyReading body)
    {
        var errors = body.Errors;
        return basis with
        {
            Sku = node["sku"] is { } sku ? body.RackSku(sku) ?? basis.Sku : basis.Sku,
            Feeds = node["feeds"] is { } feeds ? Feeds(feeds, body) : basis.Feeds,
            Mode = ItemText.Mode(node["mode"]) ?? basis.Mode,
            TransferSeconds = PowerSection.Transfer(node, errors) ?? (node["mode"] is null ? basis.TransferSeconds : null),
            Cdus = node["cdus"] is { } cdus ? Cdus(cdus, body) : basis.Cdus,
            Programme = node["programme"]?.Text ?? basis.Programme,
            State = ItemText.State(node["state"]) ?? basis.State,
            Tenant = node["tenant"]?.Text ?? basis.Tenant,
            Owner = node["owner"]?.Text ?? basis.Owner,
            Tags = node["tags"] is { } tags ? ItemText.Texts(tags) : basis.Tags,
            LiquidShare = node["liquid"]?.Number ?? basis.LiquidShare,
            Frame = Frame(node, errors) ?? basis.Frame,
            Note = node["note"]?.Text ?? basis.Note,
        };
    }

    private static ImmutableArray<DeclaredFeed> Feeds(DataNode feeds, BodyReading body)
    {
        foreach (var feed in PowerSection.Sources(feeds))
        {
            body.Outer.Look(new(feed, NodeUse.FeedsRack, null), body.Names, body.Errors);
        }

        return PowerSection.Feeds(feeds, body.Errors);
    }

    private static ImmutableArray<string> Cdus(DataNode cdus, BodyReading body)
    {
        foreach (var cdu in cdus.Items)
        {
            body.Outer.Look(new(cdu, NodeUse.CoolsRack, null), body.Names, body.Errors);
        }

        return ItemText.Texts(cdus);
    }

    private static RackFrameFact? Frame(DataNode node, FileErrors errors)
    {
        var frame = node["frame"];
        if (frame is null && node["depth"] is null)
        {
            return null;
        }

        var height = frame?["height"] is { } text ? ItemText.Height(text.Text) : (RackHeight?)null;
        return new(height?.Count, height?.Unit ?? RackUnit.RU, ItemText.RackLength(frame?["width"], errors),
            ItemText.RackLength(node["depth"] ?? frame?["depth"], errors));
    }
}

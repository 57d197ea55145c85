namespace Ampacity.Fleet;

/// <summary>What the sections of one hall body share while they are read.</summary>
/// <param name="Names">Power and cooling nodes of the body.</param>
/// <param name="Outer">Names that the body uses and does not bear.</param>
/// <param name="Catalogue">SKUs that may be named.</param>
/// <param name="Identifiers">Where each identifier of the file stands first.</param>
/// <param name="Errors">Where mistakes go.</param>
internal sealed record BodyReading(
    NodeNames Names,
    OuterNames Outer,
    SkuCatalogue Catalogue,
    Dictionary<(IdentifierKind, string), DataNode> Identifiers,
    FileErrors Errors)
{
    /// <summary>Whether a rack has no SKU for one that cannot be read: what its slots would be nobody knows, and the SKU is told already.</summary>
    public bool HasWrongSku(DeclaredRack rack) => rack.Sku is null && Errors.Broke("unknown-sku", "bad-sku", "not-a-rack");

    /// <summary>A SKU that stands on the floor and that the catalogue has, or null and an error.</summary>
    public SkuRevision? RackSku(DataNode node)
    {
        if (Revision(node) is not { } sku)
        {
            return null;
        }

        if (!sku.StandsOnFloor)
        {
            Errors.Add(node, "not-a-rack", $"{sku.Revision} is a {sku.Kind}; a row is made of racks");
            return null;
        }

        return sku.Revision;
    }

    /// <summary>A sidecar SKU that the catalogue has, or null and an error.</summary>
    public SkuRevision? SidecarSku(DataNode node)
    {
        if (Revision(node) is not { } sku)
        {
            return null;
        }

        if (sku.Kind != SkuKind.Sidecar)
        {
            Errors.Add(node, "not-a-sidecar", $"{sku.Revision} is a {sku.Kind}; name a sidecar, or state the rack beside it under racks with boundTo");
            return null;
        }

        return sku.Revision;
    }

    /// <summary>Any SKU that the catalogue has, or null and an error.</summary>
    public Sku? Revision(DataNode node)
    {
        if (!SkuRevision.TryParse(node.Text, out var revision))
        {
            Errors.Add(node, "bad-sku", $"'{node.Text}' is no SKU revision; write one such as nvidia/gb200-nvl72@1");
            return null;
        }

        if (Catalogue.TryFind(revision, out var sku))
        {
            return sku;
        }

        var racks = Catalogue.Skus.Where(s => s.Kind == SkuKind.Rack).Select(s => s.Revision.ToString());
        Errors.Add(node, "unknown-sku", $"the catalogue has no {revision}; {NodeNames.Hint(racks)}, or add its file");
        return null;
    }
}

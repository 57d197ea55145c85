namespace Ampacity.Fleet;

/// <summary>
/// Which facts a caller with a scope may read, past ones included. A place belonged to a scope for as long as its path or its tenant said so;
/// a thing for as long as it sat in such a place. A fact is seen if it held while its subject belonged there, and if all that it names did too:
/// where a rack went, or what outside feeds it, is somebody else's.
/// </summary>
/// <remarks>Not thread-safe; one a question. Remembers what it worked out, so that many facts of one rack cost one walk.</remarks>
/// <param name="ledger">What is believed: it says what belonged where when.</param>
/// <param name="scope">What the caller may see.</param>
public sealed class FactScope(FactLedger ledger, PlaceScope scope)
{
    private readonly Dictionary<int, List<Validity>> _nodes = [];
    private readonly Dictionary<long, List<Validity>> _assets = [];

    /// <summary>Whether nothing is hidden.</summary>
    public bool SeesAll => scope is PlaceScope.WholeFleet;

    /// <summary>Whether a fact may be read.</summary>
    public bool Sees(RecordedFact fact)
    {
        if (SeesAll)
        {
            return true;
        }

        var valid = fact.Valid;
        return Overlaps(SpansOf(fact.Subject), valid) && (fact.Aspect == FactAspect.Placement
            ? Overlaps(SpansOfNode(fact.Place.Node), valid)
            : fact.Aspect == FactAspect.Identifier || NamesNothingElse(fact.Value, valid));
    }

    /// <summary>Whether a fact may be read.</summary>
    public bool Sees(Fact fact) => SeesAll || (Overlaps(SpansOf(fact.Subject), fact.Valid) && NamesNothingElse(fact.Value, fact.Valid));

    private bool NamesNothingElse(FactValue value, Validity valid) => value switch
    {
        FeedFact feed => Overlaps(SpansOfNode(feed.Source), valid),
        CoolFact cool => Overlaps(SpansOfNode(cool.Source), valid),
        BoundToFact bound => Overlaps(SpansOfNode(bound.Rack), valid),
        LinkFact link => Overlaps(SpansOfNode(link.Peer), valid) && (link.Plane < 0 || Overlaps(SpansOfNode(link.Plane), valid)),
        PlacementFact placed => Overlaps(SpansOfNode(placed.Rack), valid),

        // The other record may have ended by this very change: any time that it was here will do.
        MergedIntoFact merged => SpansOfAsset(merged.Asset).Count > 0,
        SplitFromFact split => SpansOfAsset(split.Asset).Count > 0,
        _ => true,
    };

    private List<Validity> SpansOf(Subject subject) => subject.Kind == SubjectKind.Node ? SpansOfNode((int)subject.Number) : SpansOfAsset(subject.Number);

    private List<Validity> SpansOfAsset(long asset)
    {
        if (!_assets.TryGetValue(asset, out var spans))
        {
            spans = _assets[asset] = [];
            foreach (var fact in ledger.Of(Subject.Asset(new AssetId(asset))))
            {
                if (fact.Aspect == FactAspect.Placement)
                {
                    Intersect(SpansOfNode(fact.Place.Node), fact.Valid, spans);
                }
            }
        }

        return spans;
    }

    private List<Validity> SpansOfNode(int node)
    {
        if (node < 0)
        {
            return [];
        }

        if (_nodes.TryGetValue(node, out var known))
        {
            return known;
        }

        // Kept before the walk: places in a ring, which only a damaged record has, end it.
        var spans = _nodes[node] = [];
        foreach (var fact in ledger.Of(Subject.Node(node)))
        {
            switch (fact.Aspect)
            {
                case FactAspect.Node when fact.Value is NodeFact { Kind: var kind } about && !kind.IsRegister():
                    Intersect(SpansOfNode(about.Parent), fact.Valid, spans);
                    foreach (var path in scope is PlaceScope.PlaceSubtrees subtrees ? subtrees.Paths : [])
                    {
                        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
                        if (segments.Length > 0 && segments[^1] == about.Name)
                        {
                            Intersect(SpansAt(about.Parent, segments.AsSpan()[..^1]), fact.Valid, spans);
                        }
                    }

                    break;
                case FactAspect.Hall or FactAspect.Parties when scope is PlaceScope.TenantHalls tenants && TenantOf(fact.Value) is { } tenant
                    && tenants.Names.Contains(tenant, StringComparer.Ordinal):
                    spans.Add(fact.Valid);
                    break;
            }
        }

        return spans;
    }

    // When a node bore a path; no node bears the empty one, always.
    private List<Validity> SpansAt(int node, ReadOnlySpan<string> segments)
    {
        if (segments.IsEmpty || node < 0)
        {
            return segments.IsEmpty && node < 0 ? [new Validity(long.MinValue, Validity.Open)] : [];
        }

        var spans = new List<Validity>();
        foreach (var fact in ledger.Of(Subject.Node(node)))
        {
            if (fact.Aspect == FactAspect.Node && fact.Value is NodeFact about && about.Name == segments[^1])
            {
                Intersect(SpansAt(about.Parent, segments[..^1]), fact.Valid, spans);
            }
        }

        return spans;
    }

    private static string? TenantOf(FactValue value) => value is HallFact hall ? hall.Tenant : (value as PartiesFact)?.Tenant;

    private static bool Overlaps(List<Validity> spans, Validity valid) => spans.Exists(span => span.FromMs < valid.ToMs && valid.FromMs < span.ToMs);

    private static void Intersect(List<Validity> spans, Validity valid, List<Validity> into)
    {
        foreach (var span in spans)
        {
            var (fromMs, toMs) = (Math.Max(span.FromMs, valid.FromMs), Math.Min(span.ToMs, valid.ToMs));
            if (fromMs < toMs)
            {
                into.Add(new Validity(fromMs, toMs));
            }
        }
    }
}

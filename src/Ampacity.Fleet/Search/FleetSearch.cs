using System.Text;

namespace Ampacity.Fleet;

/// <summary>How well a text was hit; better first.</summary>
public enum SearchRank : byte
{
    /// <summary>It is the text.</summary>
    Exact,

    /// <summary>It begins with it.</summary>
    Prefix,

    /// <summary>It is in it.</summary>
    Contains,
}

/// <summary>One thing found.</summary>
/// <param name="Rank">How well.</param>
/// <param name="Field">Which of its texts was hit: <c>serial</c>, <c>mac</c>, <c>name</c>, <c>tag</c>, <c>sku</c> …</param>
/// <param name="Text">That text.</param>
/// <param name="Node">The place, programme or organisation; null for an asset that is nowhere, a SKU, and a programme that only racks name.</param>
/// <param name="Asset">The asset; null where a place was hit.</param>
/// <param name="Sku">The SKU revision of the catalogue; null where a place or asset was hit.</param>
public sealed record SearchHit(SearchRank Rank, string Field, string Text, StableKey? Node, AssetId? Asset, string? Sku = null);

/// <summary>What was found.</summary>
/// <param name="Hits">Exact hits first, then prefixes, then the rest; each in natural order of text.</param>
/// <param name="IsCut">Whether there is more than the limit let through.</param>
/// <param name="IsWhole">Whether the text is all of an identifier: then what merely holds it was not looked for.</param>
public sealed record SearchFindings(IReadOnlyList<SearchHit> Hits, bool IsCut, bool IsWhole = false);

/// <summary>
/// Finds places, assets, programmes and SKUs by any text that people have in hand. Exact identifiers come from an index, and a whole serial,
/// MAC, UUID or asset id is the answer; the rest is a walk over the names and over the column of identifiers, in any case.
/// </summary>
public static class FleetSearch
{
    /// <summary>Shortest text.</summary>
    public const int CharsMin = 2;

    /// <summary>Longest text.</summary>
    public const int CharsMax = 256;

    /// <summary>
    /// Shortest serial, MAC or UUID that ends a search. Guessed: a shorter text is as likely the beginning of a name that is being typed.
    /// </summary>
    public const int WholeCharsMin = 6;

    /// <summary>Searches.</summary>
    /// <param name="view">What the asker sees; an asset that is nowhere is seen by the whole fleet alone.</param>
    /// <param name="catalogue">SKUs.</param>
    /// <param name="text">2 to 256 characters.</param>
    /// <param name="limit">Most hits.</param>
    /// <param name="everything">Whether to go on where the text is a whole identifier: a walk over millions, for what merely holds it.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="ArgumentException">The text is too short or too long.</exception>
    public static SearchFindings Find(
        FleetView view, SkuCatalogue catalogue, string text, int limit, bool everything, CancellationToken cancellationToken)
    {
        text = text.Trim();
        if (text.Length is < CharsMin or > CharsMax)
        {
            throw new ArgumentException($"a search has {CharsMin} to {CharsMax} characters", nameof(text));
        }

        var basket = new Basket(limit);
        if (Exact(view, text, basket) && !everything)
        {
            return basket.ToFindings() with { IsWhole = true };
        }

        Nodes(view, text, basket, cancellationToken);
        foreach (var sku in catalogue.Skus)
        {
            var name = sku.Revision.ToString();
            if (Rank(name, text) is { } rank)
            {
                basket.Add(new SearchHit(rank, "sku", name, null, null, name));
            }
            else if (Rank(sku.Title, text) is { } byTitle)
            {
                basket.Add(new SearchHit(byTitle, "title", sku.Title, null, null, name));
            }
        }

        // Enough exact and prefix hits may leave no room for what only holds the text; the walk still has to look for prefixes.
        Identifiers(view, text, basket, cancellationToken);
        AssetTexts(view, text, basket, cancellationToken);
        return basket.ToFindings();
    }

    // Whether a hit leaves nothing to look for. Host names and asset tags go on: rack-1 is the beginning of rack-12.
    private static bool Exact(FleetView view, string text, Basket basket)
    {
        var graph = view.Graph;
        var isWhole = false;
        foreach (var kind in Enum.GetValues<IdentifierKind>())
        {
            if (IdentifierText.TryNormalise(kind, text, out var normal, out _) && graph.Assets.By(kind, normal) is { } asset && Sees(view, asset.Place))
            {
                basket.Add(new SearchHit(SearchRank.Exact, FieldOf(kind), normal, asset.Place, asset.Id));
                isWhole |= kind is IdentifierKind.Serial or IdentifierKind.Mac or IdentifierKind.Uuid && normal.Length >= WholeCharsMin;
            }
        }

        if (TryAsset(text, out var id) && graph.Assets.Find(id) is { } byId && Sees(view, byId.Place))
        {
            basket.Add(new SearchHit(SearchRank.Exact, "id", id.ToString(), byId.Place, id));
            isWhole = true;
        }

        if (view.TryFind(text, out var key))
        {
            basket.Add(new SearchHit(SearchRank.Exact, "path", graph.PathOf(key), key, null));
        }

        return isWhole;
    }

    /// <summary>Reads <c>asset:12</c> and <c>asset_12</c>.</summary>
    public static bool TryAsset(string text, out AssetId id) => AssetId.TryParse(text.Replace("asset:", "asset_", StringComparison.Ordinal), out id);

    /// <summary>What a kind of identifier is called in answers.</summary>
    public static string FieldOf(IdentifierKind kind) => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];

    private static void Nodes(FleetView view, string text, Basket basket, CancellationToken cancellationToken)
    {
        var graph = view.Graph;
        var last = text[(text.TrimEnd('/').LastIndexOf('/') + 1)..].TrimEnd('/');
        var isPath = text.Contains('/', StringComparison.Ordinal);
        var programmes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Places.Order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!view.Sees(node))
            {
                continue;
            }

            var about = graph.NodeOf(node)!;
            if (isPath)
            {
                // The last segment is asked first: few nodes pass, and only their paths are written out.
                if (Rank(about.Name, last) is not null && Fragment(graph.PathOf(node), text) is { } fragment)
                {
                    basket.Add(new SearchHit(fragment, "path", graph.PathOf(node), StableKey.Of(node), null));
                }
            }
            else if (Rank(about.Name, text) is { } rank)
            {
                basket.Add(new SearchHit(rank, "name", about.Name, StableKey.Of(node), null));
            }

            foreach (var tag in about.Tags)
            {
                if (Rank(tag, text) is { } tagged)
                {
                    basket.Add(new SearchHit(tagged, "tag", tag, StableKey.Of(node), null));
                }
            }

            if (about.Programme is { } programme && programmes.Add(programme) && Rank(programme, text) is { } counted)
            {
                var register = graph.RegisterOf(NodeKind.Programme, programme);
                basket.Add(new SearchHit(
                    counted, "programme", programme, register >= 0 && view.Sees(register) ? StableKey.Of(register) : null, null));
            }
        }

        foreach (var node in view.Registers(NodeKind.Programme).Concat(view.Registers(NodeKind.Organisation)))
        {
            var about = graph.NodeOf(node)!;
            if ((Rank(about.Name, text) ?? (about.Organisation?.Title is { } title ? Rank(title, text) : null)) is { } rank)
            {
                basket.Add(new SearchHit(rank, FieldOf(about.Kind), about.Name, StableKey.Of(node), null));
            }
        }
    }

    private static string FieldOf(NodeKind kind) => kind == NodeKind.Programme ? "programme" : "organisation";

    private static void Identifiers(FleetView view, string text, Basket basket, CancellationToken cancellationToken)
    {
        var assets = view.Graph.Assets;
        var needles = new HashSet<string>(StringComparer.Ordinal) { text.ToLowerInvariant() };

        // A MAC is kept with colons: a part of one in another spelling is brought into that.
        var hex = string.Concat(text.Where(c => c is not (':' or '-' or '.'))).ToLowerInvariant();
        if (hex.Length is >= 4 and <= 12 && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit))
        {
            needles.Add(string.Join(':', hex.Chunk(2).Select(pair => new string(pair))));
        }

        foreach (var needle in needles)
        {
            assets.Ledger.VisitIdentifiers(Encoding.UTF8.GetBytes(needle), assets.AsOfMs, (fact, begins) =>
            {
                var rank = !begins ? SearchRank.Contains : fact.Text.Length == Encoding.UTF8.GetByteCount(needle) ? SearchRank.Exact : SearchRank.Prefix;
                if (basket.HasRoom(rank))
                {
                    var id = new AssetId(fact.Subject.Number);
                    var place = assets.PlaceOf(id);
                    if (Sees(view, place))
                    {
                        basket.Add(new SearchHit(rank, FieldOf(IdentifierKeys.KindOf(fact.Key)), Encoding.UTF8.GetString(fact.Text), place, id));
                    }
                }

                return basket.HasRoom(SearchRank.Prefix) || basket.HasRoom(SearchRank.Exact);
            }, cancellationToken);
        }
    }

    // Tags, part numbers and SKUs of assets are few beside identifiers: equal values are one object, and each is ranked once.
    private static void AssetTexts(FleetView view, string text, Basket basket, CancellationToken cancellationToken)
    {
        var assets = view.Graph.Assets;
        foreach (var aspect in (FactAspect[])[FactAspect.Tag, FactAspect.PartNumber, FactAspect.Sku])
        {
            var ranked = new Dictionary<FactValue, SearchRank?>(ReferenceEqualityComparer.Instance);
            foreach (var fact in assets.Ledger.AboutAssets(aspect, assets.AsOfMs))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (field, said) = fact.Value switch
                {
                    TagFact tag => ("tag", tag.Tag),
                    PartNumberFact part => ("partNumber", part.PartNumber),
                    PinnedSkuFact sku => ("sku", sku.Sku),
                    _ => throw new InvalidOperationException($"Bug: {aspect} is not asked for"),
                };
                if (!ranked.TryGetValue(fact.Value, out var rank))
                {
                    ranked[fact.Value] = rank = Rank(said, text);
                }

                if (rank is { } hit && basket.HasRoom(hit))
                {
                    var id = new AssetId(fact.Subject.Number);
                    var place = assets.PlaceOf(id);
                    if (Sees(view, place))
                    {
                        basket.Add(new SearchHit(hit, field, said, place, id));
                    }
                }
            }
        }
    }

    private static bool Sees(FleetView view, StableKey? place) => place is { } at ? view.Sees(at.Node) : view.SeesAll;

    private static SearchRank? Rank(string said, string text)
    {
        var at = said.IndexOf(text, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : at > 0 ? SearchRank.Contains : said.Length == text.Length ? SearchRank.Exact : SearchRank.Prefix;
    }

    // A fragment that begins at a segment is as good as a prefix.
    private static SearchRank? Fragment(string path, string text)
    {
        var at = path.IndexOf(text, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : at == 0 && path.Length == text.Length ? SearchRank.Exact
            : at == 0 || path[at - 1] == '/' ? SearchRank.Prefix : SearchRank.Contains;
    }

    /// <summary>Keeps the best hits: as many of each rank as could all be shown.</summary>
    private sealed class Basket(int limit)
    {
        private readonly List<SearchHit>[] _hits = [[], [], []];
        private readonly HashSet<(string Field, string Text, StableKey? Node, AssetId? Asset)> _known = [];
        private bool _refused;

        // One more than the limit tells that there is more.
        public bool HasRoom(SearchRank rank)
        {
            var room = _hits.Take((int)rank + 1).Sum(hits => hits.Count) <= limit;
            _refused |= !room;
            return room;
        }

        public void Add(SearchHit hit)
        {
            if (HasRoom(hit.Rank) && _known.Add((hit.Field, hit.Text, hit.Node, hit.Asset)))
            {
                _hits[(int)hit.Rank].Add(hit);
            }
        }

        public SearchFindings ToFindings()
        {
            var all = _hits.SelectMany(hits => hits.OrderBy(hit => hit.Asset is null ? 0 : 1).ThenBy(hit => hit.Text, NaturalOrder.Comparer)).ToArray();
            return new SearchFindings([.. all.Take(limit)], _refused || all.Length > limit);
        }
    }
}

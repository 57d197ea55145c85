namespace Ampacity.Fleet;

/// <summary>The assets of one instant: where each is and what it is known by.</summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed class AssetTable
{
    private readonly Dictionary<AssetId, FleetAsset> _byId;
    private readonly Dictionary<StableKey, AssetId> _byPlace = [];
    private readonly Dictionary<(IdentifierKind, string), AssetId> _byIdentifier = [];

    internal AssetTable(Dictionary<AssetId, FleetAsset> byId)
    {
        _byId = byId;
        foreach (var asset in byId.Values)
        {
            if (asset.Place is { } place)
            {
                _byPlace.TryAdd(place, asset.Id);
            }

            foreach (var (kind, text) in asset.Identifiers)
            {
                _byIdentifier.TryAdd((kind, text), asset.Id);
            }
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<FleetAsset> All => _byId.Values;

    /// <summary>An asset by its id, or null.</summary>
    public FleetAsset? Find(AssetId id) => _byId.GetValueOrDefault(id);

    /// <summary>The asset in a place, or null.</summary>
    public FleetAsset? At(StableKey place) => _byPlace.TryGetValue(place, out var id) ? _byId[id] : null;

    /// <summary>The asset that an identifier belongs to at this instant, or null.</summary>
    public FleetAsset? By(IdentifierKind kind, string text) => _byIdentifier.TryGetValue((kind, text), out var id) ? _byId[id] : null;
}

/// <summary>A thing: our id, where it is, what it is known by.</summary>
/// <param name="Id">Our own id.</param>
/// <param name="Place">Where it is, or null.</param>
/// <param name="Identifiers">Dated identifiers that hold at this instant.</param>
/// <param name="Sku">SKU revision, or null: then its place's build says it.</param>
/// <param name="State">Lifecycle state, or null: then it inherits its rack's.</param>
public sealed record FleetAsset(
    AssetId Id, StableKey? Place, IReadOnlyDictionary<IdentifierKind, string> Identifiers, string? Sku, LifecycleState? State)
{
    /// <summary>The identifier of a kind, or null.</summary>
    public string? this[IdentifierKind kind] => Identifiers.GetValueOrDefault(kind);
}

namespace Ampacity.Fleet;

/// <summary>The assets of one instant: where each is and what it is known by. A view of a ledger, so millions of them cost nothing more.</summary>
/// <remarks>Immutable, any thread.</remarks>
public sealed class AssetTable
{
    private readonly FactLedger _ledger;
    private readonly long _asOfMs;
    private readonly Lazy<int> _count;

    internal AssetTable(FactLedger ledger, long asOfMs)
    {
        _ledger = ledger;
        _asOfMs = asOfMs;
        _count = new Lazy<int>(() => All.Count());
    }

    /// <summary>The ledger that it is a view of.</summary>
    internal FactLedger Ledger => _ledger;

    /// <summary>The instant that it describes, UTC milliseconds.</summary>
    internal long AsOfMs => _asOfMs;

    /// <summary>How many there are; counted when it is first asked for.</summary>
    public int Count => _count.Value;

    /// <summary>A fact of the ledger behind it.</summary>
    public RecordedFact FactOf(FactId id) => _ledger[id];

    /// <summary>All of them, in order of id.</summary>
    public IEnumerable<FleetAsset> All
    {
        get
        {
            for (var number = 1L; number < _ledger.NextAsset; number++)
            {
                if (Find(new AssetId(number)) is { } asset)
                {
                    yield return asset;
                }
            }
        }
    }

    /// <summary>An asset by its id, or null if nothing holds of it at this instant.</summary>
    public FleetAsset? Find(AssetId id)
    {
        var builder = default(FleetAssetBuilder);
        foreach (var fact in _ledger.Of(Subject.Asset(id)))
        {
            if (fact.Valid.Contains(_asOfMs))
            {
                builder.Add(fact);
            }
        }

        return builder.ToAsset(id);
    }

    /// <summary>Where an asset is, or null; reads nothing else of it.</summary>
    public StableKey? PlaceOf(AssetId id) => _ledger.Holding(Subject.Asset(id), FactAspect.Placement, "", _asOfMs)?.Place;

    /// <summary>Highest number given to an asset so far; not every one holds at this instant.</summary>
    public long HighestNumber => _ledger.NextAsset - 1;

    /// <summary>Since when and until when an asset is where it is; an open span without beginning if it is nowhere.</summary>
    public Validity PlacedSince(AssetId id) =>
        _ledger.Holding(Subject.Asset(id), FactAspect.Placement, "", _asOfMs)?.Valid ?? Validity.Since(long.MinValue);

    /// <summary>The state that an asset states itself, or null; reads nothing else of it.</summary>
    public LifecycleState? StateOf(AssetId id) =>
        (_ledger.Holding(Subject.Asset(id), FactAspect.Lifecycle, "", _asOfMs)?.Value as LifecycleFact)?.State;

    /// <summary>The asset in a place, or null.</summary>
    public FleetAsset? At(StableKey place) => IdAt(place) is { } id ? Find(id) : null;

    /// <summary>The id of the asset in a place, or null.</summary>
    public AssetId? IdAt(StableKey place)
    {
        if (place.Part == 0)
        {
            return _ledger.WholeIn(place.Node, _asOfMs) is { } whole ? new AssetId(whole.Subject.Number) : null;
        }

        foreach (var placement in _ledger.PlacedIn(place.Node, _asOfMs))
        {
            if (placement.Place.Part == place.Part)
            {
                return new AssetId(placement.Subject.Number);
            }
        }

        return null;
    }

    /// <summary>Ids of all assets in a rack, by their place in it.</summary>
    public IReadOnlyList<(int Part, AssetId Id)> In(int rack)
    {
        var inside = new List<(int Part, AssetId Id)>();
        foreach (var placement in _ledger.PlacedIn(rack, _asOfMs))
        {
            inside.Add((placement.Place.Part, new AssetId(placement.Subject.Number)));
        }

        inside.Sort();
        return inside;
    }

    /// <summary>The asset that an identifier belongs to at this instant, or null.</summary>
    public FleetAsset? By(IdentifierKind kind, string text)
    {
        foreach (var fact in _ledger.Identified(text, _asOfMs))
        {
            if (fact.Key == IdentifierKeys.Of(kind))
            {
                return Find(new AssetId(fact.Subject.Number));
            }
        }

        return null;
    }

    /// <summary>Assets that any kind of identifier with this text belongs to.</summary>
    public IEnumerable<FleetAsset> By(string text) => _ledger.Identified(text, _asOfMs)
        .Select(fact => new AssetId(fact.Subject.Number)).Distinct().Select(Find).OfType<FleetAsset>();
}

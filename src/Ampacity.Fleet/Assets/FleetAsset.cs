using System.Collections.Immutable;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>A thing: our id, where it is, what it is known by. Null or empty is what nobody said.</summary>
/// <param name="Id">Our own id.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Identifiers">Dated identifiers that hold at this instant.</param>
/// <param name="Sku">SKU revision; if null its place's build says it.</param>
/// <param name="State">Lifecycle state; if null it inherits its rack's.</param>
public sealed record FleetAsset(
    AssetId Id, StableKey? Place, ImmutableArray<AssetIdentifier> Identifiers, string? Sku, LifecycleState? State)
{
    /// <summary>The maker's part number.</summary>
    public string? PartNumber { get; init; }

    /// <summary>Who has to do with it, where that differs from its place.</summary>
    public PartiesFact? Parties { get; init; }

    /// <summary>Firmware by component.</summary>
    public ImmutableArray<FirmwareFact> Firmware { get; init; } = [];

    /// <summary>Where its BMC is to be looked for.</summary>
    public string? BmcAddress { get; init; }

    /// <summary>What its ports are declared to be connected to.</summary>
    public ImmutableArray<CableFact> Cables { get; init; } = [];

    /// <summary>Tags, in ordinal order.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>A remark.</summary>
    public string? Note { get; init; }

    /// <summary>The asset that this one turned out to be.</summary>
    public AssetId? MergedInto { get; init; }

    /// <summary>The asset that this one was recorded as before they were told apart.</summary>
    public AssetId? SplitFrom { get; init; }

    /// <summary>The identifier of a kind, or null.</summary>
    public string? this[IdentifierKind kind]
    {
        get
        {
            foreach (var identifier in Identifiers)
            {
                if (identifier.Kind == kind)
                {
                    return identifier.Text;
                }
            }

            return null;
        }
    }
}

/// <summary>Gathers the facts of one asset at one instant.</summary>
internal struct FleetAssetBuilder
{
    private bool _any;
    private StableKey? _place;
    private List<AssetIdentifier>? _identifiers;
    private string? _sku;
    private LifecycleState? _state;
    private string? _partNumber;
    private PartiesFact? _parties;
    private List<FirmwareFact>? _firmware;
    private string? _bmcAddress;
    private List<CableFact>? _cables;
    private List<string>? _tags;
    private string? _note;
    private AssetId? _mergedInto;
    private AssetId? _splitFrom;

    public void Add(RecordedFact fact)
    {
        _any = true;
        switch (fact.Aspect)
        {
            case FactAspect.Placement:
                _place = fact.Place;
                return;
            case FactAspect.Identifier:
                (_identifiers ??= []).Add(new AssetIdentifier(IdentifierKeys.KindOf(fact.Key), Encoding.UTF8.GetString(fact.Text)));
                return;
        }

        switch (fact.Value)
        {
            case PinnedSkuFact value: _sku = value.Sku; break;
            case LifecycleFact value: _state = value.State; break;
            case PartNumberFact value: _partNumber = value.PartNumber; break;
            case PartiesFact value: _parties = value; break;
            case FirmwareFact value: (_firmware ??= []).Add(value); break;
            case BmcAddressFact value: _bmcAddress = value.Address; break;
            case CableFact value: (_cables ??= []).Add(value); break;
            case TagFact value: (_tags ??= []).Add(value.Tag); break;
            case NoteFact value: _note = value.Text; break;
            case OriginFact: break; // Only the next import asks, and it asks the ledger.
            case MergedIntoFact value: _mergedInto = new AssetId(value.Asset); break;
            case SplitFromFact value: _splitFrom = new AssetId(value.Asset); break;
            case var value: throw new InvalidOperationException($"Bug: an asset has no {value.Aspect}");
        }
    }

    public readonly FleetAsset? ToAsset(AssetId id) => !_any ? null : new FleetAsset(
        id, _place, _identifiers is null ? [] : [.. _identifiers.OrderBy(identifier => identifier.Kind)], _sku, _state)
    {
        PartNumber = _partNumber,
        Parties = _parties,
        Firmware = _firmware is null ? [] : [.. _firmware.OrderBy(firmware => firmware.Component, StringComparer.Ordinal)],
        BmcAddress = _bmcAddress,
        Cables = _cables is null ? [] : [.. _cables.OrderBy(cable => cable.Port, StringComparer.Ordinal)],
        Tags = _tags is null ? [] : [.. _tags.Order(StringComparer.Ordinal)],
        Note = _note,
        MergedInto = _mergedInto,
        SplitFrom = _splitFrom,
    };
}

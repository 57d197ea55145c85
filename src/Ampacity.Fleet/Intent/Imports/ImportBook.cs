namespace Ampacity.Fleet;

/// <summary>
/// What an import knows of the one before it: which node and asset each object became. It decides what a declaration means here, and
/// what of the former import goes.
/// </summary>
/// <remarks>One a plan; not thread-safe.</remarks>
internal sealed partial class ImportBook
{
    private readonly DraftWriter _draft;
    private readonly ImportOrigins _origins;
    private readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AssetId> _assets = new(StringComparer.Ordinal);
    private readonly HashSet<int> _claimedNodes = [];
    private readonly HashSet<AssetId> _claimedAssets = [];
    private readonly HashSet<AssetId> _identified = [];
    private readonly HashSet<int> _stated = [];
    private readonly List<ImportRemark> _remarks = [];
    private readonly List<FileError> _errors = [];

    public ImportBook(DraftWriter draft, ImportOrigins origins, IReadOnlyList<DeclaredFile> files)
    {
        (_draft, _origins) = (draft, origins);
        draft.Owner = origins.Source;
        draft.LeavesStepsOut = true;
        foreach (var fact in draft.Ledger.OfAspect(FactAspect.Origin, draft.AtMs))
        {
            if (fact.Key != origins.Source || fact.Value is not OriginFact { Called: var called })
            {
                continue;
            }

            if (fact.Subject.Kind == SubjectKind.Asset)
            {
                _assets.TryAdd(called, new AssetId(fact.Subject.Number));
            }
            else if (draft.Graph.NodeOf((int)fact.Subject.Number) is not null)
            {
                _nodes.TryAdd(called, (int)fact.Subject.Number);
            }
        }

        _claimedNodes.UnionWith(origins.Nodes.Values.Concat(origins.Organisations.Values).Where(_nodes.ContainsKey).Select(called => _nodes[called]));
        _claimedAssets.UnionWith(origins.Assets.Values.Where(_assets.ContainsKey).Select(called => _assets[called]));
        foreach (var asset in files.SelectMany(file => file.Halls).SelectMany(hall => hall.Body.Assets))
        {
            if (ByHardware(asset) is { } known)
            {
                _identified.Add(known);
            }
        }
    }

    /// <summary>What could not be done as the source says.</summary>
    public IReadOnlyList<ImportRemark> Remarks => _remarks;

    /// <summary>What keeps the import from being carried out.</summary>
    public IReadOnlyList<FileError> Errors => _errors;

    /// <summary>The node that a declaration means: the one that its object became before, whatever that is called now; else the one of its name; else a new one.</summary>
    public int State(NodeKind kind, string name, int parent)
    {
        var path = parent < 0 ? name : $"{_draft.Name(Subject.Node(parent))}/{name}";
        var called = (kind.IsRegister() ? _origins.Organisations : _origins.Nodes).GetValueOrDefault(path);
        var found = kind.IsRegister() ? _draft.FindRegister(kind, name) : _draft.FindNode(parent, name);
        var known = called is not null && _nodes.TryGetValue(called, out var before) && !_stated.Contains(before) ? before : -1;
        var node = known >= 0 && _draft.Graph.KindOf(known) == kind ? known : -1;

        // Who bears the name and is claimed by another object gets another name by this same import.
        if (found >= 0 && found != node && (found == known || !_claimedNodes.Contains(found)))
        {
            var isOurs = IsOurs(Subject.Node(found), FactAspect.Node);
            if (node < 0 && _draft.Graph.KindOf(found) == kind)
            {
                node = found;
            }
            else if (!isOurs)
            {
                Refuse(path, "place-taken", $"{_origins.Source} calls {called ?? "something"} so, and a {_draft.Graph.KindOf(found)} of that name was declared here by somebody else; rename one of the two");
            }
        }

        node = _draft.StateAs(kind, name, parent, node);
        _stated.Add(node);
        if (called is not null)
        {
            _draft.State(Subject.Node(node), new OriginFact(_origins.Source, called), _origins.Source);
        }

        return node;
    }

    /// <summary>The asset that a declaration means; null where it is retired here and stays so.</summary>
    public AssetId? AssetFor(DeclaredAsset declared, StableKey place)
    {
        var path = _draft.Name(Subject.Node(place.Node));
        path = declared.PartPath.Length == 0 ? path : $"{path}/{declared.PartPath}";
        var called = _origins.Assets.GetValueOrDefault(path);
        var asset = ByHardware(declared) ?? ByOrigin(declared, called) ?? ByName(declared) ?? InPlace(declared, place) ?? _draft.NewAsset();
        var subject = Subject.Asset(asset);
        if (_draft.Holding<LifecycleFact>(subject) is { State: LifecycleState.Retired })
        {
            _remarks.Add(new("retired-here", "it is retired here and the source still has it in its place; it stays retired", $"{path} ({called})"));
            _keptSubjects.Add(subject);
            return null;
        }

        if (called is not null)
        {
            _draft.State(subject, new OriginFact(_origins.Source, called), _origins.Source);
        }

        return asset;
    }

    /// <summary>The value to state for what the source says: what holds where that says the same in more detail.</summary>
    public FactValue Settle(Subject subject, FactValue said)
    {
        switch (said)
        {
            case LifecycleFact { State: var state } when _draft.Holding<LifecycleFact>(subject) is { } held && held.State != state:
                if (held.State == LifecycleState.Retired)
                {
                    _remarks.Add(new("retired-here", "it is retired here and the source still has it in its place; it stays retired", _draft.Name(subject)));
                    return held;
                }

                return Covers(state, held.State) ? held : said;
            case PinnedSkuFact { Sku: var sku } when _draft.Holding<PinnedSkuFact>(subject) is { } pinned
                && SkuRevision.TryParse(sku, out var wanted) && SkuRevision.TryParse(pinned.Sku, out var there) && wanted.Id == there.Id:
                // A revision that came into the catalogue meanwhile is no news of the source.
                return pinned;
            default:
                return said;
        }
    }

    // The source knows fewer states than we do: what it says is met by any of these.
    private static bool Covers(LifecycleState said, LifecycleState held) => said switch
    {
        LifecycleState.Planned => held is LifecycleState.Ordered or LifecycleState.Shipped,
        LifecycleState.Racked => held is LifecycleState.Powered or LifecycleState.BurnIn or LifecycleState.Accepted,
        LifecycleState.Live => held is LifecycleState.Powered or LifecycleState.BurnIn or LifecycleState.Accepted,
        LifecycleState.Failed => held is LifecycleState.Repair,
        _ => false,
    };

    // Serial, MAC and UUID are on the thing; a host name and an asset tag move with a role or a hand. A MAC is often left in NetBox when the
    // thing was replaced and its serial changed: the serial counts.
    private AssetId? ByHardware(DeclaredAsset declared) =>
        By(declared, kind => kind is IdentifierKind.Serial or IdentifierKind.Mac or IdentifierKind.Uuid) is { } known && IsSameSerial(declared, known) ? known : null;

    private AssetId? ByName(DeclaredAsset declared) =>
        By(declared, kind => kind is IdentifierKind.Hostname or IdentifierKind.AssetTag) is { } known && !_claimedAssets.Contains(known) && !_identified.Contains(known)
            && IsSameSerial(declared, known) ? known : null;

    private AssetId? By(DeclaredAsset declared, Func<IdentifierKind, bool> isAsked)
    {
        foreach (var identifier in declared.Identifiers.Where(identifier => isAsked(identifier.Kind)).OrderBy(identifier => identifier.Kind))
        {
            if (_draft.AssetBy(identifier.Kind, identifier.Text) is { } known)
            {
                return known;
            }
        }

        return null;
    }

    private AssetId? ByOrigin(DeclaredAsset declared, string? called) =>
        called is not null && _assets.TryGetValue(called, out var known) && !_identified.Contains(known) && IsSameSerial(declared, known) ? known : null;

    private AssetId? InPlace(DeclaredAsset declared, StableKey place) =>
        _draft.AssetAt(place) is { } there && !_claimedAssets.Contains(there) && !_identified.Contains(there) && IsSameSerial(declared, there) ? there : null;

    // Another serial is another thing; a thing without one may be the one that is named now.
    private bool IsSameSerial(DeclaredAsset declared, AssetId known) =>
        declared.Identifier(IdentifierKind.Serial) is not { } serial
        || _draft.Holding<IdentifierFact>(Subject.Asset(known), nameof(IdentifierKind.Serial)) is not { } held || held.Text == serial;

    private bool IsOurs(Subject subject, FactAspect aspect) =>
        _draft.Ledger.Holding(subject, aspect, "", _draft.AtMs) is { } fact && fact.DeclaredBy == _origins.Source;

    private void Refuse(string path, string rule, string hint) => _errors.Add(new(_origins.Source, 1, path, rule, hint));
}

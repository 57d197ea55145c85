using System.Text;

namespace Ampacity.Fleet;

/// <summary>
/// What edits make of a ledger, slot by slot over all of valid time. Unlike a <see cref="DraftWriter"/> it has no single instant: each edit
/// names its own, in the past or the future.
/// </summary>
/// <remarks>Not thread-safe; one a plan. Pure. Memory in proportion to what is touched.</remarks>
internal sealed class EditDraft(FactLedger ledger, Func<long, FleetGraph> graphAt)
{
    private readonly Dictionary<Slot, SlotPieces> _slots = [];
    private readonly Dictionary<Subject, List<Slot>> _ofSubject = [];
    private readonly List<Subject> _placed = [];
    private readonly List<Slot> _identified = [];
    private readonly List<int> _nodes = [];

    public FactLedger Ledger { get; } = ledger;

    /// <summary>The edit being planned, from 0.</summary>
    public int Edit { get; set; }

    public IReadOnlyDictionary<Slot, SlotPieces> Slots => _slots;

    public AssetId NewAsset() => new(NextAsset++);

    public long NextAsset { get; private set; } = ledger.NextAsset;

    /// <summary>The fleet before the edits, at an instant.</summary>
    public FleetGraph GraphAt(long atMs) => graphAt(atMs);

    /// <summary>The slot, to read and to change.</summary>
    public SlotPieces Of(Slot slot)
    {
        if (_slots.TryGetValue(slot, out var pieces))
        {
            return pieces;
        }

        var before = new List<Piece>();
        foreach (var fact in Ledger.Of(slot.Subject))
        {
            if (fact.Aspect == slot.Aspect && fact.Key == slot.Key)
            {
                before.Add(new Piece(fact.Valid, fact.Value, fact.DeclaredBy, fact.Id));
            }
        }

        before.Sort((left, right) => left.Valid.FromMs.CompareTo(right.Valid.FromMs));
        pieces = _slots[slot] = new SlotPieces(before);
        (_ofSubject.TryGetValue(slot.Subject, out var list) ? list : _ofSubject[slot.Subject] = []).Add(slot);
        switch (slot.Aspect)
        {
            case FactAspect.Placement: _placed.Add(slot.Subject); break;
            case FactAspect.Identifier: _identified.Add(slot); break;
            case FactAspect.Node: _nodes.Add((int)slot.Subject.Number); break;
        }

        return pieces;
    }

    /// <summary>From an instant on, to the end of what holds there.</summary>
    public void Begin(Subject subject, FactValue value, long atMs, string key = "")
    {
        var slot = new Slot(subject, FactAspects.Of(value), key);
        Set(slot, value, Of(slot).SpanFrom(atMs));
    }

    public void Set(Slot slot, FactValue? value, Validity span, string owner = "")
    {
        var pieces = Of(slot);
        pieces.Set(value, span, owner);
        pieces.Edit = Edit;
    }

    /// <summary>Ends what holds at an instant; what is planned for later stays.</summary>
    public void End(Slot slot, long atMs)
    {
        if (Of(slot).At(atMs) is { } piece)
        {
            Set(slot, null, piece.Valid with { FromMs = atMs });
        }
    }

    /// <summary>Ends a slot from an instant on for good.</summary>
    public void EndForGood(Slot slot, long atMs) => Set(slot, null, Validity.Since(atMs));

    public T? Holding<T>(Subject subject, long atMs, string key = "")
        where T : FactValue => Of(new Slot(subject, FactAspects.OfType(typeof(T)), key)).At(atMs)?.Value as T;

    /// <summary>Every slot of a subject that has a value at an instant.</summary>
    public IReadOnlyList<(Slot Slot, FactValue Value)> HoldingOf(Subject subject, long atMs) =>
        [.. SlotsOf(subject).Select(slot => (Slot: slot, Of(slot).At(atMs)?.Value)).Where(held => held.Value is not null).Select(held => (held.Slot, held.Value!))];

    /// <summary>Every slot of a subject that has a value at any time.</summary>
    public IReadOnlyList<Slot> SlotsOf(Subject subject)
    {
        var slots = new HashSet<Slot>();
        if (subject.Number < (subject.Kind == SubjectKind.Node ? Ledger.NextNode : Ledger.NextAsset))
        {
            foreach (var fact in Ledger.Of(subject))
            {
                slots.Add(new Slot(subject, fact.Aspect, fact.Key));
            }
        }

        slots.UnionWith(_ofSubject.GetValueOrDefault(subject) ?? []);
        return [.. slots];
    }

    public StableKey? PlaceOf(AssetId asset, long atMs) =>
        Holding<PlacementFact>(Subject.Asset(asset), atMs) is { } placed ? new StableKey(placed.Rack, placed.Part) : null;

    /// <summary>Assets in a rack at an instant, by part.</summary>
    public IReadOnlyList<(int Part, AssetId Asset)> AssetsIn(int rack, long atMs)
    {
        var inside = new List<(int Part, AssetId Asset)>();
        foreach (var fact in Ledger.PlacedIn(rack, atMs))
        {
            if (!_slots.ContainsKey(new Slot(fact.Subject, FactAspect.Placement, "")))
            {
                inside.Add((fact.Place.Part, new AssetId(fact.Subject.Number)));
            }
        }

        foreach (var subject in _placed)
        {
            if (PlaceOf(new AssetId(subject.Number), atMs) is { } place && place.Node == rack)
            {
                inside.Add((place.Part, new AssetId(subject.Number)));
            }
        }

        inside.Sort((left, right) => left.Part.CompareTo(right.Part));
        return inside;
    }

    public AssetId? AssetAt(StableKey place, long atMs)
    {
        foreach (var (part, asset) in AssetsIn(place.Node, atMs))
        {
            if (part == place.Part)
            {
                return asset;
            }
        }

        return null;
    }

    /// <summary>Assets that an identifier of a kind belongs to at an instant; more than one only where the record was broken before.</summary>
    public AssetId? AssetBy(IdentifierKind kind, string text, long atMs)
    {
        foreach (var fact in Ledger.Identified(text, atMs))
        {
            if (fact.Key == IdentifierKeys.Of(kind) && !_slots.ContainsKey(new Slot(fact.Subject, FactAspect.Identifier, fact.Key)))
            {
                return new AssetId(fact.Subject.Number);
            }
        }

        foreach (var slot in _identified)
        {
            if (Of(slot).At(atMs)?.Value is IdentifierFact held && held.Kind == kind && held.Text == text)
            {
                return new AssetId(slot.Subject.Number);
            }
        }

        return null;
    }

    public NodeFact? NodeAt(int node, long atMs) => _slots.ContainsKey(NodeSlot(node))
        ? Holding<NodeFact>(Subject.Node(node), atMs)
        : GraphAt(atMs).NodeOf(node) is { } about ? new NodeFact(about.Kind, about.Name, about.Parent) : null;

    public int ChildOf(int parent, string name, long atMs)
    {
        foreach (var node in _nodes)
        {
            if (NodeAt(node, atMs) is { } moved && !moved.Kind.IsRegister() && moved.Parent == parent && moved.Name == name)
            {
                return node;
            }
        }

        var child = GraphAt(atMs).ChildOf(parent, name);
        return child >= 0 && _slots.ContainsKey(NodeSlot(child)) ? -1 : child;
    }

    /// <summary>Racks directly below a row at an instant, by natural order of name.</summary>
    public IReadOnlyList<int> RacksOf(int row, long atMs)
    {
        var racks = new List<int>();
        foreach (var child in GraphAt(atMs).ChildrenOf(row))
        {
            if (!_slots.ContainsKey(NodeSlot(child)) && GraphAt(atMs).KindOf(child) == NodeKind.Rack)
            {
                racks.Add(child);
            }
        }

        racks.AddRange(_nodes.Where(node => NodeAt(node, atMs) is { Kind: NodeKind.Rack } fact && fact.Parent == row));
        racks.Sort((left, right) => NaturalOrder.Comparer.Compare(NodeAt(left, atMs)!.Name, NodeAt(right, atMs)!.Name));
        return racks;
    }

    /// <summary>Path of a node, or id of an asset.</summary>
    public string Name(Subject subject, long atMs)
    {
        if (subject.Kind == SubjectKind.Asset)
        {
            return new AssetId(subject.Number).ToString();
        }

        var path = new List<string>();
        for (var node = (int)subject.Number; node >= 0;)
        {
            if (NodeAt(node, atMs) is not { } fact)
            {
                return Known(subject) ?? subject.ToString();
            }

            path.Add(fact.Name);
            node = fact.Parent;
        }

        path.Reverse();
        return string.Join('/', path);
    }

    private static Slot NodeSlot(int node) => new(Subject.Node(node), FactAspect.Node, "");

    // A node that is not there at that instant is called what it was called last.
    private string? Known(Subject subject)
    {
        var slot = NodeSlot((int)subject.Number);
        var last = _slots.TryGetValue(slot, out var pieces) && pieces.Before is [.., var newest] ? newest.Value : null;
        return (last as NodeFact)?.Name is { } name ? new StringBuilder(name).Append(" (").Append(subject).Append(')').ToString() : null;
    }
}

namespace Ampacity.Fleet;

/// <summary>
/// Writes a draft fact by fact against a ledger and the graph of now: what a planner of files, an import and an edit have in common.
/// Knows what it has written itself, so that later statements build on earlier ones.
/// </summary>
/// <remarks>Not thread-safe; one a plan. Pure: writes to memory only.</remarks>
public sealed class DraftWriter
{
    private readonly List<FactId> _retract = [];
    private readonly HashSet<FactId> _retracted = [];
    private readonly FactBatch _record = new();
    private readonly Dictionary<(Subject Subject, FactAspect Aspect, string Key), FactValue> _stated = [];
    private readonly Dictionary<(int Parent, string Name), int> _children = [];
    private readonly Dictionary<int, (string Name, int Parent)> _names = [];
    private readonly Dictionary<StableKey, AssetId> _placed = [];
    private readonly Dictionary<(IdentifierKind Kind, string Text), AssetId> _identified = [];
    private readonly List<RuleBreak> _broken = [];
    private readonly List<string> _stepsLeftOut = [];

    /// <summary>Begins a draft.</summary>
    /// <param name="ledger">What is believed.</param>
    /// <param name="graph">The graph of <paramref name="ledger"/> at <paramref name="atMs"/>.</param>
    /// <param name="atMs">When what it states begins to hold, UTC milliseconds.</param>
    public DraftWriter(FactLedger ledger, FleetGraph graph, long atMs)
    {
        Ledger = ledger;
        Graph = graph;
        AtMs = atMs;
        NextNode = ledger.NextNode;
        NextAsset = ledger.NextAsset;
    }

    /// <summary>What is believed.</summary>
    public FactLedger Ledger { get; }

    /// <summary>The fleet before the draft.</summary>
    public FleetGraph Graph { get; }

    /// <summary>When what it states begins to hold, UTC milliseconds.</summary>
    public long AtMs { get; }

    /// <summary>The subtree on whose behalf facts are stated from now on; empty for a person or program.</summary>
    public string Owner { get; set; } = "";

    /// <summary>What it changes.</summary>
    public ChangeTally Tally { get; } = new();

    /// <summary>
    /// Whether a step that the lifecycle does not know is taken as several that nobody saw, as of an import from a system with fewer states:
    /// the state before ends a millisecond earlier, so that the record says of no instant what nobody knows.
    /// </summary>
    public bool LeavesStepsOut { get; set; }

    /// <summary>What it left steps out of, and from which state to which.</summary>
    public IReadOnlyList<string> StepsLeftOut => _stepsLeftOut;

    /// <summary>Rules of the lifecycle that it breaks: a draft with any is not carried out.</summary>
    public IReadOnlyList<RuleBreak> Broken => _broken;

    /// <summary>First node ordinal not given yet.</summary>
    public int NextNode { get; private set; }

    /// <summary>First asset number not given yet.</summary>
    public long NextAsset { get; private set; }

    /// <summary>The draft so far.</summary>
    public ChangeDraft ToDraft(string author, string reason) => new(Ledger.Revision, author, reason, _retract, _record, NextNode, NextAsset);

    /// <summary>A number for a new asset.</summary>
    public AssetId NewAsset() => new(NextAsset++);

    /// <summary>The node of a name below a parent (−1: among the sites), or −1.</summary>
    public int FindNode(int parent, string name)
    {
        if (_children.TryGetValue((parent, name), out var node))
        {
            return node;
        }

        // A parent made by this draft has only children made by it.
        node = parent < Graph.NodeCount ? Graph.ChildOf(parent, name) : -1;
        return node >= 0 && _names.TryGetValue(node, out var moved) && (moved.Parent, moved.Name) != (parent, name) ? -1 : node;
    }

    /// <summary>The node of a path, or −1.</summary>
    public int FindPath(string path)
    {
        var node = -1;
        foreach (var segment in path.Split('/'))
        {
            node = FindNode(node, segment);
            if (node < 0)
            {
                return -1;
            }
        }

        return node;
    }

    /// <summary>The programme or organisation of a name, or −1.</summary>
    public int FindRegister(NodeKind kind, string name) =>
        _children.TryGetValue((RegisterParent(kind), name), out var node) ? node : Graph.RegisterOf(kind, name);

    /// <summary>The ordinal of a node, given now if there is none of that name; that it exists is stated by the way.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its name below the parent.</param>
    /// <param name="parent">What holds it; −1 for a site, a programme or an organisation.</param>
    /// <param name="formerly">The node that becomes it, if none of that name is there; −1 for none.</param>
    public int State(NodeKind kind, string name, int parent, int formerly = -1)
    {
        var node = kind.IsRegister() ? FindRegister(kind, name) : FindNode(parent, name);
        if (node < 0)
        {
            node = formerly >= 0 ? formerly : NextNode++;
        }

        return StateAs(kind, name, parent, node);
    }

    /// <summary>States that a node has this name from now on, whatever it was called until now and whatever bears the name.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its name below the parent.</param>
    /// <param name="parent">What holds it; −1 for a site, a programme or an organisation.</param>
    /// <param name="node">The node; −1 for a new one.</param>
    /// <returns>Its ordinal.</returns>
    public int StateAs(NodeKind kind, string name, int parent, int node)
    {
        node = node >= 0 ? node : NextNode++;
        _children[(kind.IsRegister() ? RegisterParent(kind) : parent, name)] = node;
        _names[node] = (name, parent);
        State(Subject.Node(node), new NodeFact(kind, name, parent));
        return node;
    }

    /// <summary>What holds a node once the draft is carried out; −1 for nothing.</summary>
    public int ParentOf(int node) => _names.TryGetValue(node, out var named) ? named.Parent : Graph.ParentOf(node);

    /// <summary>States a fact from <see cref="AtMs"/> on, unless it holds already.</summary>
    public void State(Subject subject, FactValue value, string key = "")
    {
        var aspect = FactAspects.Of(value);
        var slot = (subject, aspect, key);
        if (_stated.TryGetValue(slot, out var before))
        {
            if (before.Equals(value))
            {
                return;
            }

            throw new InvalidOperationException($"Bug: {subject} is given two {aspect} {key} by one draft");
        }

        _stated.Add(slot, value);
        if (value is PlacementFact placement)
        {
            CheckPlacement(subject);
            Displace(subject, new StableKey(placement.Rack, placement.Part));
        }
        else if (value is IdentifierFact identifier)
        {
            _identified[(identifier.Kind, identifier.Text)] = new AssetId(subject.Number);
        }

        RecordedFact? held = IsNew(subject) ? null : Ledger.Holding(subject, aspect, key, AtMs);
        if (held is { } old && !_retracted.Contains(old.Id))
        {
            if (old.Value.Equals(value))
            {
                return;
            }

            var untilMs = AtMs;
            if (value is LifecycleFact { State: var to } && old.Value is LifecycleFact { State: var from } && !Lifecycle.Allows(from, to))
            {
                if (LeavesStepsOut && from != LifecycleState.Retired && old.Valid.FromMs < AtMs - 1)
                {
                    untilMs = AtMs - 1;
                    _stepsLeftOut.Add($"{Name(subject)}: {from} to {to}");
                }
                else
                {
                    _broken.Add(new RuleBreak(subject, "lifecycle-step", Lifecycle.Hint(from, to)));
                }
            }

            Retract(old, untilMs);
            Record(subject, value, key);
            Retire(subject, value);
            Tally.Add(ChangeVerb.Change, subject, Name, old.Value, value);
            return;
        }

        Record(subject, value, key);
        Retire(subject, value);
        Tally.Add(ChangeVerb.Add, subject, Name, null, value);
    }

    /// <summary>The value that holds once the draft is carried out, or null.</summary>
    public T? Holding<T>(Subject subject, string key = "")
        where T : FactValue
    {
        var aspect = AspectOf<T>.Value;
        if (_stated.TryGetValue((subject, aspect, key), out var stated))
        {
            return stated as T;
        }

        return !IsNew(subject) && Ledger.Holding(subject, aspect, key, AtMs) is { } fact && !_retracted.Contains(fact.Id) ? fact.Value as T : null;
    }

    /// <summary>Whether the draft states this slot.</summary>
    public bool States(Subject subject, FactAspect aspect, string key) => _stated.ContainsKey((subject, aspect, key));

    /// <summary>Whether a recorded fact is already ended or replaced by the draft.</summary>
    public bool HasRetracted(FactId id) => _retracted.Contains(id);

    /// <summary>Ends a fact that holds now: it keeps its past.</summary>
    public void End(RecordedFact fact)
    {
        if (!_retracted.Contains(fact.Id))
        {
            var (subject, value) = (fact.Subject, fact.Value);
            Retract(fact);
            Tally.Add(ChangeVerb.Remove, subject, Name, value, null);
        }
    }

    /// <summary>Takes a fact back as never true: a correction, which leaves no past.</summary>
    public void Withdraw(RecordedFact fact)
    {
        if (_retracted.Add(fact.Id))
        {
            _retract.Add(fact.Id);
            Tally.Add(ChangeVerb.Remove, fact.Subject, Name, fact.Value, null);
        }
    }

    /// <summary>Records a fact for a span of its own; what it replaces was ended or withdrawn before.</summary>
    public void Record(Subject subject, FactValue value, string key, Validity valid)
    {
        _record.Add(subject, value, key, valid, Owner);
        Tally.Add(ChangeVerb.Add, subject, Name, null, value);
    }

    /// <summary>The asset in a place once the draft is carried out, or null.</summary>
    public AssetId? AssetAt(StableKey place)
    {
        if (_placed.TryGetValue(place, out var asset))
        {
            return asset;
        }

        if (place.Node < Graph.NodeCount)
        {
            foreach (var fact in Ledger.PlacedIn(place.Node, AtMs))
            {
                if (fact.Place.Part == place.Part && !_retracted.Contains(fact.Id))
                {
                    return new AssetId(fact.Subject.Number);
                }
            }
        }

        return null;
    }

    /// <summary>The asset that an identifier belongs to once the draft is carried out, or null.</summary>
    public AssetId? AssetBy(IdentifierKind kind, string text)
    {
        if (_identified.TryGetValue((kind, text), out var asset))
        {
            return asset;
        }

        foreach (var fact in Ledger.Identified(text, AtMs))
        {
            if (fact.Key == IdentifierKeys.Of(kind) && !_retracted.Contains(fact.Id))
            {
                return new AssetId(fact.Subject.Number);
            }
        }

        return null;
    }

    /// <summary>Path of a node once the draft is carried out, or the id of an asset.</summary>
    public string Name(Subject subject)
    {
        if (subject.Kind == SubjectKind.Asset)
        {
            return new AssetId(subject.Number).ToString();
        }

        var path = new List<string>();
        for (var node = (int)subject.Number; node >= 0;)
        {
            var (name, parent) = _names.TryGetValue(node, out var named) ? named : (Graph.NameOf(node), Graph.ParentOf(node));
            path.Add(name);
            node = parent;
        }

        path.Reverse();
        return string.Join('/', path);
    }

    // Programmes and organisations have spaces of names apart from the sites'.
    private static int RegisterParent(NodeKind kind) => -(int)kind;

    private bool IsNew(Subject subject) => subject.Number >= (subject.Kind == SubjectKind.Node ? Ledger.NextNode : Ledger.NextAsset);

    // One thing in one place: who was there leaves.
    private void Displace(Subject comer, StableKey place)
    {
        if (place.Node < Graph.NodeCount)
        {
            foreach (var fact in Ledger.PlacedIn(place.Node, AtMs))
            {
                if (fact.Place.Part == place.Part && fact.Subject != comer)
                {
                    End(fact);
                }
            }
        }

        _placed[place] = new AssetId(comer.Number);
    }

    private void CheckPlacement(Subject asset)
    {
        if (Holding<LifecycleFact>(asset) is { State: LifecycleState.Retired })
        {
            _broken.Add(new RuleBreak(asset, "retired-asset", "it is Retired, and a retired asset has no place; take it out, or name the thing that is there now"));
        }

        if (IsNew(asset) || Ledger.Holding(asset, FactAspect.Placement, "", AtMs) is not null)
        {
            return;
        }

        var states = new List<(LifecycleState, long)>();
        foreach (var fact in Ledger.Of(asset))
        {
            if (fact.Aspect == FactAspect.Lifecycle)
            {
                states.Add((((LifecycleFact)fact.Value).State, fact.Valid.FromMs));
            }
        }

        if (Lifecycle.EarliestPlacementMs(states) > AtMs)
        {
            _broken.Add(new RuleBreak(asset, "placed-before-ordered", "its placement would begin before it was ordered; correct the state, or place it later"));
        }
    }

    // What is retired keeps its identity and loses its place.
    private void Retire(Subject subject, FactValue value)
    {
        if (subject.Kind != SubjectKind.Asset || value is not LifecycleFact { State: LifecycleState.Retired })
        {
            return;
        }

        if (States(subject, FactAspect.Placement, ""))
        {
            _broken.Add(new RuleBreak(subject, "retired-asset", "it is given a place and the state Retired at once; a retired asset has no place"));
        }
        else if (!IsNew(subject) && Ledger.Holding(subject, FactAspect.Placement, "", AtMs) is { } placement)
        {
            End(placement);
        }
    }

    private void Retract(RecordedFact fact) => Retract(fact, AtMs);

    private void Retract(RecordedFact fact, long untilMs)
    {
        if (!_retracted.Add(fact.Id))
        {
            return;
        }

        _retract.Add(fact.Id);

        // A fact that began before now keeps its past; one that begins now never held.
        if (fact.Valid.FromMs < untilMs)
        {
            _record.Add(fact.Subject, fact.Value, fact.Key, fact.Valid with { ToMs = untilMs }, fact.DeclaredBy);
        }
    }

    // Until the next fact of the slot begins, where one is planned already.
    private void Record(Subject subject, FactValue value, string key)
    {
        var toMs = Validity.Open;
        if (!IsNew(subject))
        {
            var aspect = FactAspects.Of(value);
            foreach (var fact in Ledger.Of(subject))
            {
                if (fact.Aspect == aspect && fact.Valid.FromMs > AtMs && fact.Valid.FromMs < toMs && fact.Key == key && !_retracted.Contains(fact.Id))
                {
                    toMs = fact.Valid.FromMs;
                }
            }
        }

        _record.Add(subject, value, key, new Validity(AtMs, toMs), Owner);
    }

    private static class AspectOf<T>
        where T : FactValue
    {
        public static readonly FactAspect Value = FactAspects.OfType(typeof(T));
    }
}

namespace Ampacity.Fleet;

/// <summary>
/// Works out what a fleet file changes: its declarations against the facts that hold now. Pure, so <c>diff</c> and <c>apply</c> cannot differ.
/// </summary>
/// <remarks>
/// What the file states differently is *changed* (the old fact ends now, the new one begins). What it no longer states is ended only if
/// this file created it. What it never stated is left alone, so accepted drift and applied plans stay.
/// </remarks>
public sealed class ChangePlanner
{
    private readonly FactLedger _ledger;
    private readonly DeclaredFile _file;
    private readonly long _nowMs;
    private readonly Dictionary<(Subject Subject, string Aspect, string Key), Fact> _holding;
    private readonly Dictionary<(int Parent, string Name), int> _children = [];
    private readonly HashSet<(Subject, string, string)> _stated = [];
    private readonly List<FactId> _retract = [];
    private readonly List<Fact> _record = [];
    private readonly List<PlannedChange> _changes = [];
    private readonly Dictionary<int, (string Name, int Parent)> _names = [];
    private int _nextNode;
    private long _nextAsset;

    private ChangePlanner(FactLedger ledger, DeclaredFile file, long nowMs)
    {
        _ledger = ledger;
        _file = file;
        _nowMs = nowMs;
        _nextNode = ledger.NextNode;
        _nextAsset = ledger.NextAsset;
        _holding = ledger.HoldingAt(nowMs).ToDictionary(fact => fact.Slot);
        foreach (var fact in _holding.Values)
        {
            if (fact.Value is NodeFact node)
            {
                _children[(node.Parent, node.Name)] = (int)fact.Subject.Number;
                _names[(int)fact.Subject.Number] = (node.Name, node.Parent);
            }
        }
    }

    /// <summary>Plans one file.</summary>
    /// <param name="ledger">What is believed now.</param>
    /// <param name="file">What the file declares, already checked.</param>
    /// <param name="author">Who changes.</param>
    /// <param name="reason">Why.</param>
    /// <param name="nowMs">When the changes begin to hold, UTC milliseconds.</param>
    public static ChangePlan Plan(FactLedger ledger, DeclaredFile file, string author, string reason, long nowMs)
    {
        var planner = new ChangePlanner(ledger, file, nowMs);
        new DeclarationWalk(planner, file).Walk();
        planner.EndWhatDisappeared();
        var draft = new ChangeDraft(
            ledger.Revision, author, reason, planner._retract, planner._record, planner._nextNode, planner._nextAsset);
        return new ChangePlan(draft, planner._changes);
    }

    /// <summary>The ordinal of a node, given now if there is none of that name; its existence is stated by the way.</summary>
    internal int State(NodeKind kind, string name, int parent)
    {
        if (!_children.TryGetValue((parent, name), out var node))
        {
            node = _nextNode++;
            _children[(parent, name)] = node;
            _names[node] = (name, parent);
        }

        State(Subject.Node(node), new NodeFact(kind, name, parent));
        return node;
    }

    /// <summary>States a fact from now on, unless it already holds.</summary>
    internal void State(Subject subject, FactValue value, string key = "")
    {
        var slot = (subject, value.Aspect, key);
        if (!_stated.Add(slot))
        {
            throw new InvalidOperationException($"Bug: {subject} is given two {value.Aspect} {key} by one file");
        }

        var old = _holding.GetValueOrDefault(slot);
        if (old is not null && old.Value.Equals(value))
        {
            return;
        }

        End(old);
        _record.Add(new Fact(default, subject, key, value, Validity.Since(_nowMs), _file.Owns, default));
        _changes.Add(new PlannedChange(old is null ? ChangeVerb.Add : ChangeVerb.Change, Name(subject), old?.Value, value));
    }

    /// <summary>The value that holds now, or null.</summary>
    internal T? Holding<T>(Subject subject, string aspect)
        where T : FactValue => _holding.GetValueOrDefault((subject, aspect, ""))?.Value as T;

    /// <summary>The asset that a declaration means: the one known by its serial or MAC, else the one in its place, else a new one.</summary>
    internal AssetId AssetFor(DeclaredAsset declared, StableKey place)
    {
        foreach (var identifier in declared.Identifiers.OrderBy(identifier => identifier.Kind))
        {
            var known = _holding.Values.FirstOrDefault(fact =>
                fact.Value is IdentifierFact held && held.Kind == identifier.Kind && held.Text == identifier.Text);
            if (known is not null)
            {
                return new AssetId(known.Subject.Number);
            }
        }

        var there = _holding.Values.FirstOrDefault(fact =>
            fact.Value is PlacementFact placement && placement.Rack == place.Node && placement.Part == place.Part);
        var serial = there is null ? null : _holding.GetValueOrDefault((there.Subject, "identifier", nameof(IdentifierKind.Serial)));

        // Another serial in the same place is another thing; a thing without one may be the one that is named now.
        return there is not null && (serial is null || declared.Identifier(IdentifierKind.Serial) is null)
            ? new AssetId(there.Subject.Number)
            : new AssetId(_nextAsset++);
    }

    private void EndWhatDisappeared()
    {
        foreach (var fact in _holding.Values.Where(fact => fact.DeclaredBy == _file.Owns && !_stated.Contains(fact.Slot)).OrderBy(fact => fact.Id.Number))
        {
            End(fact);
            _changes.Add(new PlannedChange(ChangeVerb.Remove, Name(fact.Subject), fact.Value, null));
        }
    }

    // A fact that began before now keeps its past; one that begins now, or later, never held.
    private void End(Fact? fact)
    {
        if (fact is null)
        {
            return;
        }

        _retract.Add(fact.Id);
        if (fact.Valid.FromMs < _nowMs)
        {
            _record.Add(fact with { Id = default, Valid = fact.Valid with { ToMs = _nowMs }, RecordedBy = default });
        }
    }

    private string Name(Subject subject)
    {
        if (subject.Kind == SubjectKind.Asset)
        {
            return new AssetId(subject.Number).ToString();
        }

        var path = new List<string>();
        for (var node = (int)subject.Number; node >= 0 && _names.TryGetValue(node, out var named); node = named.Parent)
        {
            path.Add(named.Name);
        }

        path.Reverse();
        return string.Join('/', path);
    }
}

/// <summary>What a file would change: the draft to carry out, and the same for people.</summary>
/// <param name="Draft">To carry out in one transaction.</param>
/// <param name="Changes">One line a fact, in order of the file.</param>
public sealed record ChangePlan(ChangeDraft Draft, IReadOnlyList<PlannedChange> Changes);

/// <summary>What happens to a fact.</summary>
public enum ChangeVerb : byte
{
    /// <summary>It begins where none held.</summary>
    Add,

    /// <summary>Another value begins.</summary>
    Change,

    /// <summary>It ends.</summary>
    Remove,
}

/// <summary>One fact that begins, changes or ends.</summary>
/// <param name="Verb">Which.</param>
/// <param name="What">Path of the place or node, or id of the asset.</param>
/// <param name="Before">Value before, or null.</param>
/// <param name="After">Value after, or null.</param>
public sealed record PlannedChange(ChangeVerb Verb, string What, FactValue? Before, FactValue? After);

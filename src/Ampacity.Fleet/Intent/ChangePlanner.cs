namespace Ampacity.Fleet;

/// <summary>
/// Works out what fleet files change: their declarations against the facts that hold now. Pure, so <c>diff</c> and <c>apply</c> cannot differ.
/// </summary>
/// <remarks>
/// What a file states differently is *changed* (the old fact ends now, the new one begins). What it no longer states is ended only if
/// this file created it. What it never stated is left alone, so accepted drift and applied plans stay.
/// </remarks>
public sealed class ChangePlanner
{
    private readonly DraftWriter _draft;
    private readonly HashSet<string> _owners = new(StringComparer.Ordinal);
    private readonly HashSet<int> _removable = [];
    private readonly List<FileError> _errors = [];
    private int _broken;

    private ChangePlanner(DraftWriter draft) => _draft = draft;

    /// <summary>Plans files as one change set; each builds on those before it.</summary>
    /// <param name="ledger">What is believed now.</param>
    /// <param name="graph">The graph of <paramref name="ledger"/> at <paramref name="nowMs"/>.</param>
    /// <param name="files">What the files declare, already checked.</param>
    /// <param name="author">Who changes.</param>
    /// <param name="reason">Why.</param>
    /// <param name="nowMs">When the changes begin to hold, UTC milliseconds.</param>
    public static ChangePlan Plan(
        FactLedger ledger, FleetGraph graph, IReadOnlyList<DeclaredFile> files, string author, string reason, long nowMs)
    {
        var planner = new ChangePlanner(new DraftWriter(ledger, graph, nowMs));
        foreach (var file in files)
        {
            new DeclarationWalk(planner, file).Walk();
            planner.EndWhatDisappeared(file);
            planner.RefuseBroken(file);
        }

        var tally = planner._draft.Tally;
        return new ChangePlan(planner._draft.ToDraft(author, reason), tally.Listed, tally, planner._errors);
    }

    /// <summary>Facts stated from now on are declared by this subtree; what it no longer states at the end is ended.</summary>
    internal void Own(string owner)
    {
        _owners.Add(owner);
        _draft.Owner = owner;
    }

    /// <inheritdoc cref="DraftWriter.State(NodeKind, string, int, int)"/>
    internal int State(NodeKind kind, string name, int parent, int formerly = -1) => _draft.State(kind, name, parent, formerly);

    /// <inheritdoc cref="DraftWriter.State(Subject, FactValue, string)"/>
    internal void State(Subject subject, FactValue value, string key = "") => _draft.State(subject, value, key);

    /// <summary>The value that holds now, or null.</summary>
    internal T? Holding<T>(Subject subject, string key = "")
        where T : FactValue => _draft.Holding<T>(subject, key);

    /// <inheritdoc cref="DraftWriter.FindNode"/>
    internal int FindNode(int parent, string name) => _draft.FindNode(parent, name);

    /// <inheritdoc cref="DraftWriter.FindPath"/>
    internal int FindPath(string path) => _draft.FindPath(path);

    /// <inheritdoc cref="DraftWriter.FindRegister"/>
    internal int FindRegister(NodeKind kind, string name) => _draft.FindRegister(kind, name);

    /// <summary>A rule is broken against what holds: the plan will not be carried out.</summary>
    internal void Refuse(FileError error) => _errors.Add(error);

    /// <summary>The file names this rack as one that goes, or a place with all its racks.</summary>
    internal void AllowRemoval(int node)
    {
        _removable.Add(node);
        foreach (var below in _draft.Graph.ChildrenOf(node).ToArray())
        {
            AllowRemoval(below);
        }
    }

    /// <summary>The asset that a declaration means: the one known by its serial or MAC, else the one in its place, else a new one.</summary>
    internal AssetId AssetFor(DeclaredAsset declared, StableKey place)
    {
        foreach (var identifier in declared.Identifiers.OrderBy(identifier => identifier.Kind))
        {
            if (_draft.AssetBy(identifier.Kind, identifier.Text) is { } known)
            {
                return known;
            }
        }

        // Another serial in the same place is another thing; a thing without one may be the one that is named now.
        return _draft.AssetAt(place) is { } there
            && (_draft.Holding<IdentifierFact>(Subject.Asset(there), nameof(IdentifierKind.Serial)) is null
                || declared.Identifier(IdentifierKind.Serial) is null)
                ? there
                : _draft.NewAsset();
    }

    private void RefuseBroken(DeclaredFile file)
    {
        for (; _broken < _draft.Broken.Count; _broken++)
        {
            var broken = _draft.Broken[_broken];
            var named = broken.Subject.Kind == SubjectKind.Asset && _draft.Holding<PlacementFact>(broken.Subject) is { } placed
                ? $"{_draft.Name(broken.Subject)} in {_draft.Name(Subject.Node(placed.Rack))}"
                : _draft.Name(broken.Subject);
            _errors.Add(new FileError(file.File, 1, named, broken.Rule, broken.Hint));
        }
    }

    private void EndWhatDisappeared(DeclaredFile file)
    {
        foreach (var owner in _owners)
        {
            foreach (var fact in _draft.Ledger.DeclaredBy(owner, _draft.AtMs))
            {
                if (_draft.HasRetracted(fact.Id) || _draft.States(fact.Subject, fact.Aspect, fact.Key))
                {
                    continue;
                }

                if (fact is { Aspect: FactAspect.Node, Value: NodeFact { Kind: NodeKind.Rack } })
                {
                    EndRack(file, fact);
                }

                _draft.End(fact);
            }
        }

        _owners.Clear();
    }

    private void EndRack(DeclaredFile file, RecordedFact fact)
    {
        var rack = (int)fact.Subject.Number;
        if (!_removable.Contains(rack))
        {
            var path = _draft.Name(fact.Subject);
            _errors.Add(file.UnnamedRemoval(path));
        }

        foreach (var inside in _draft.Ledger.PlacedIn(rack, _draft.AtMs))
        {
            if (!_draft.States(inside.Subject, FactAspect.Placement, ""))
            {
                _draft.End(inside);
            }
        }
    }
}

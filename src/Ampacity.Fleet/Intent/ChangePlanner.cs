namespace Ampacity.Fleet;

/// <summary>
/// Works out what fleet files change: their declarations against the facts that hold now. Pure, so <c>diff</c> and <c>apply</c> cannot differ.
/// </summary>
/// <remarks>
/// What a file states differently is *changed* (the old fact ends now, the new one begins). What it no longer states is ended only if
/// this file created it. What it never stated is left alone, so accepted drift and applied plans stay. The same holds for each field of a
/// fact that several writers state parts of (<see cref="FactFields"/>); a list, such as what feeds a rack, is stated whole.
/// </remarks>
public sealed class ChangePlanner
{
    private readonly DraftWriter _draft;
    private readonly HashSet<string> _owners = new(StringComparer.Ordinal);
    private readonly HashSet<int> _removable = [];
    private readonly List<FileError> _errors = [];
    private readonly ImportBook? _book;
    private int _broken;

    private ChangePlanner(DraftWriter draft, ImportBook? book = null) => (_draft, _book) = (draft, book);

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

    /// <summary>
    /// Plans files that were made of another system's objects: what an object became before is what it is now, whatever its name, and what
    /// an earlier import of the same source created and this one does not have goes.
    /// </summary>
    /// <param name="ledger">What is believed now.</param>
    /// <param name="graph">The graph of <paramref name="ledger"/> at <paramref name="nowMs"/>.</param>
    /// <param name="files">What the files declare, already checked.</param>
    /// <param name="origins">What their things are called where they came from.</param>
    /// <param name="author">Who imports.</param>
    /// <param name="reason">Why.</param>
    /// <param name="nowMs">When the changes begin to hold, UTC milliseconds.</param>
    /// <returns>The plan, and what could not be done as the source says.</returns>
    public static (ChangePlan Plan, IReadOnlyList<ImportRemark> Remarks) PlanImport(
        FactLedger ledger, FleetGraph graph, IReadOnlyList<DeclaredFile> files, ImportOrigins origins, string author, string reason, long nowMs)
    {
        var draft = new DraftWriter(ledger, graph, nowMs);
        var book = new ImportBook(draft, origins, files);
        var planner = new ChangePlanner(draft, book);
        foreach (var file in files)
        {
            new DeclarationWalk(planner, file).Walk();
            planner.RefuseBroken(file);
        }

        book.EndWhatDisappeared(planner.EndFields);
        return (new ChangePlan(draft.ToDraft(author, reason), draft.Tally.Listed, draft.Tally, [.. planner._errors, .. book.Errors]), book.Remarks);
    }

    /// <summary>Facts stated from now on are declared by this subtree; what it no longer states at the end is ended.</summary>
    internal void Own(string owner)
    {
        if (_book is not null)
        {
            // Everything is the source's, whichever subtree it is in.
            return;
        }

        _owners.Add(owner);
        _draft.Owner = owner;
    }

    /// <inheritdoc cref="DraftWriter.State(NodeKind, string, int, int)"/>
    internal int State(NodeKind kind, string name, int parent, int formerly = -1) =>
        _book?.State(kind, name, parent) ?? _draft.State(kind, name, parent, formerly);

    /// <summary>States a fact from now on; fields of it that the value does not say stay what others made them.</summary>
    internal void State(Subject subject, FactValue value, string key = "") =>
        _draft.State(subject, Completed(subject, _book?.Settle(subject, value) ?? value, key), key);

    /// <summary>
    /// The file has stated all facts of an aspect that a subject has, such as its feeds: those that nobody's file declared end. Another file's
    /// stay; its own that it no longer states end with all that disappeared.
    /// </summary>
    internal void StateNoOther(Subject subject, FactAspect aspect)
    {
        if (subject.Number >= _draft.Ledger.NextNode)
        {
            return;
        }

        foreach (var fact in _draft.Ledger.Of(subject))
        {
            if (fact.Aspect == aspect && fact.DeclaredBy.Length == 0 && fact.Valid.Contains(_draft.AtMs) && !_draft.States(subject, aspect, fact.Key))
            {
                _draft.End(fact);
            }
        }
    }

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

    /// <summary>
    /// The asset that a declaration means: the one known by its serial or MAC, else the one in its place, else a new one. Null where an import
    /// names one that is retired here.
    /// </summary>
    internal AssetId? AssetFor(DeclaredAsset declared, StableKey place)
    {
        if (_book is not null)
        {
            return _book.AssetFor(declared, place);
        }

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

    private FactValue Completed(Subject subject, FactValue value, string key)
    {
        var aspect = FactAspects.Of(value);
        var fields = FactFields.Of(aspect);
        if (fields.IsEmpty || subject.Number >= (subject.Kind == SubjectKind.Node ? _draft.Ledger.NextNode : _draft.Ledger.NextAsset)
            || _draft.Ledger.Holding(subject, aspect, key, _draft.AtMs) is not { } held || held.Value.Equals(value))
        {
            return value;
        }

        foreach (var field in fields)
        {
            if (field.Get(value) is null && field.Get(held.Value) is { } unsaid && FactFields.CreatorOf(_draft.Ledger, held, field) != _draft.Owner)
            {
                value = field.With(value, unsaid);
            }
        }

        return value;
    }

    // Of a fact that the file says nothing of any more, what others said stays, and it ends where nothing is left.
    private void EndFields(Subject subject, FactAspect aspect, string key)
    {
        if (_draft.States(subject, aspect, key) || _draft.Ledger.Holding(subject, aspect, key, _draft.AtMs) is not { } held || _draft.HasRetracted(held.Id))
        {
            return;
        }

        var (rest, isLeft) = (held.Value, false);
        foreach (var field in FactFields.Of(aspect))
        {
            if (field.Get(rest) is null)
            {
                continue;
            }

            if (FactFields.CreatorOf(_draft.Ledger, held, field) == _draft.Owner)
            {
                rest = field.With(rest, null);
            }
            else
            {
                isLeft = true;
            }
        }

        if (FactFields.IsNothingElse(aspect) ? !isLeft : held.DeclaredBy == _draft.Owner)
        {
            _draft.End(held);
        }
        else
        {
            _draft.State(subject, rest, key);
        }
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
            // What somebody else changed a field of since may still have others that this file made.
            var fielded = new HashSet<(Subject, FactAspect, string)>();
            foreach (var fact in _draft.Ledger.EverDeclaredBy(owner))
            {
                if (!fact.Valid.Contains(_draft.AtMs))
                {
                    if (!FactFields.Of(fact.Aspect).IsEmpty)
                    {
                        fielded.Add((fact.Subject, fact.Aspect, fact.Key));
                    }

                    continue;
                }

                if (_draft.HasRetracted(fact.Id) || _draft.States(fact.Subject, fact.Aspect, fact.Key))
                {
                    continue;
                }

                if (fact is { Aspect: FactAspect.Node, Value: NodeFact { Kind: NodeKind.Rack } })
                {
                    EndRack(file, fact);
                }

                if (FactFields.Of(fact.Aspect).IsEmpty)
                {
                    _draft.End(fact);
                }
                else
                {
                    fielded.Add((fact.Subject, fact.Aspect, fact.Key));
                }
            }

            _draft.Owner = owner;
            foreach (var (subject, aspect, key) in fielded)
            {
                EndFields(subject, aspect, key);
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

namespace Ampacity.Fleet;

// What the import before created and the source no longer has: it goes, unless somebody else's things hang on it.
internal sealed partial class ImportBook
{
    // Any of these says what a rack is fed by.
    private static readonly string[] FeedLists = ["cables", "power-ports", "power-outlets", "power-feeds"];

    private readonly HashSet<Subject> _keptSubjects = [];

    /// <summary>Ends what this source declared before and does not now.</summary>
    /// <param name="endFields">Ends what is this source's of a fact that several writers say parts of.</param>
    public void EndWhatDisappeared(Action<Subject, FactAspect, string> endFields)
    {
        var sites = _stated.Where(node => _draft.ParentOf(node) < 0).ToHashSet();
        var left = new HashSet<int>();
        var facts = _draft.Ledger.EverDeclaredBy(_origins.Source)
            .Where(fact => fact.Valid.Contains(_draft.AtMs) || HasFieldsOfOthersNow(fact))
            .Where(fact => !_draft.HasRetracted(fact.Id) && !_draft.States(fact.Subject, fact.Aspect, fact.Key) && !_keptSubjects.Contains(fact.Subject))
            .Where(fact => _origins.RemovesSites || IsWithin(fact, sites, left)).ToList();
        foreach (var site in left)
        {
            _remarks.Add(new("site-left", "an earlier import made this site and the source does not name it now; it is left as it is, say --remove-sites where it is to go", _draft.Name(Subject.Node(site))));
        }

        Keep(facts);
        Blame(facts);
        foreach (var fact in facts)
        {
            if (fact is { Aspect: FactAspect.Node, Value: NodeFact { Kind: NodeKind.Rack } })
            {
                foreach (var inside in _draft.Ledger.PlacedIn((int)fact.Subject.Number, _draft.AtMs).ToArray())
                {
                    if (!_draft.States(inside.Subject, FactAspect.Placement, ""))
                    {
                        _draft.End(inside);
                    }
                }
            }

            if (FactFields.Of(fact.Aspect).IsEmpty)
            {
                _draft.End(fact);
            }
            else
            {
                endFields(fact.Subject, fact.Aspect, fact.Key);
            }
        }

        foreach (var unseen in _draft.StepsLeftOut)
        {
            _remarks.Add(new("unseen-steps", "the source does not say how it came from the one state to the other: its history has a moment without a state", unseen));
        }
    }

    // What somebody else changed a field of since may still have others that an import made.
    private bool HasFieldsOfOthersNow(RecordedFact fact) => !FactFields.Of(fact.Aspect).IsEmpty
        && _draft.Ledger.Holding(fact.Subject, fact.Aspect, fact.Key, _draft.AtMs) is not null;

    // An import of some sites says nothing of the others.
    private bool IsWithin(RecordedFact fact, HashSet<int> sites, HashSet<int> left)
    {
        var node = fact.Subject.Kind == SubjectKind.Node ? (int)fact.Subject.Number
            : _draft.Ledger.Holding(fact.Subject, FactAspect.Placement, "", _draft.AtMs) is { } placed ? placed.Place.Node : -1;
        if (node < 0)
        {
            // A thing that is nowhere belongs to no site.
            return true;
        }

        if (_draft.Graph.NodeOf(node) is { } about && about.Kind.IsRegister())
        {
            return !_nodes.Values.Any(known => _draft.Graph.KindOf(known) == NodeKind.Site && !sites.Contains(known));
        }

        var site = _draft.Graph.Above(node, NodeKind.Site);
        if (site < 0 || sites.Contains(site))
        {
            return true;
        }

        left.Add(site);
        return false;
    }

    // A place stays while something stays in it, and a rack while a thing that others put there does.
    private void Keep(List<RecordedFact> facts)
    {
        var going = facts.Where(fact => fact.Aspect == FactAspect.Node).Select(fact => (int)fact.Subject.Number).ToHashSet();
        var kept = new HashSet<int>();
        for (var more = true; more;)
        {
            more = false;
            foreach (var node in going.Where(node => HoldsOthers(node, going)).ToArray())
            {
                going.Remove(node);
                kept.Add(node);
                more = true;
            }
        }

        foreach (var node in kept)
        {
            var path = _draft.Name(Subject.Node(node));
            if (_draft.FindNode(_draft.ParentOf(node), path[(path.LastIndexOf('/') + 1)..]) is var now && now >= 0 && now != node)
            {
                Refuse(path, "place-taken", "the source has another thing of that name now, and things of others are in the one that is here; move them first");
            }

            _remarks.Add(new("kept", "the source no longer has it, and something that somebody else put there is in it; it stays", path));
        }

        facts.RemoveAll(fact => fact.Subject.Kind == SubjectKind.Node && kept.Contains((int)fact.Subject.Number));
    }

    private bool HoldsOthers(int node, HashSet<int> going)
    {
        foreach (var child in _draft.Graph.ChildrenOf(node))
        {
            if (!going.Contains(child) && _draft.ParentOf(child) == node)
            {
                return true;
            }
        }

        return _draft.Graph.KindOf(node) == NodeKind.Rack && _draft.Ledger.PlacedIn(node, _draft.AtMs).Any(placed =>
            !_draft.HasRetracted(placed.Id) && !_draft.States(placed.Subject, FactAspect.Placement, "") && placed.DeclaredBy != _origins.Source
            && _draft.Ledger.Holding(placed.Subject, FactAspect.Origin, _origins.Source, _draft.AtMs) is null);
    }

    // What a list that was not given would take away is no news of the source.
    private void Blame(IEnumerable<RecordedFact> facts)
    {
        if (_origins.AcceptsMissing || _origins.MissingLists.IsEmpty)
        {
            return;
        }

        var blamed = facts.Select(ListBehind).OfType<string>().Where(_origins.MissingLists.Contains).CountBy(list => list, StringComparer.Ordinal);
        foreach (var (list, count) in blamed.OrderBy(blame => blame.Key, StringComparer.Ordinal))
        {
            Refuse(list, "list-missing", FormattableString.Invariant(
                $"{list} could not be read this time, and {count} facts that an earlier import made of it would go; give the token's user the permission to view {list}, or say --accept-missing where they are to go"));
        }
    }

    private string? ListBehind(RecordedFact fact) => fact switch
    {
        { Aspect: FactAspect.Origin, Value: OriginFact { Called: var called } } => called[..Math.Max(0, called.IndexOf('/', StringComparison.Ordinal))],
        { Aspect: FactAspect.Feed } => FeedLists.FirstOrDefault(_origins.MissingLists.Contains),
        { Aspect: FactAspect.Identifier } when fact.Key == nameof(IdentifierKind.Mac) => "interfaces",
        _ => null,
    };
}

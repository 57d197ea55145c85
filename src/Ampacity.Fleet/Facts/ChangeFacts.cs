namespace Ampacity.Fleet;

/// <summary>What a change set did to a fact.</summary>
public enum ChangeEffect : byte
{
    /// <summary>Something holds of which nothing was said before.</summary>
    Added,

    /// <summary>One value ended and another began.</summary>
    Changed,

    /// <summary>A value ended; its past stays.</summary>
    Ended,

    /// <summary>What was recorded wrongly was replaced for the same span.</summary>
    Corrected,

    /// <summary>What was recorded wrongly was taken back, and nothing stands in its place.</summary>
    Withdrawn,
}

/// <summary>What one change set did to one fact.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Aspect">Which aspect.</param>
/// <param name="Key">Tells facts of one aspect apart, or empty.</param>
/// <param name="Effect">What was done.</param>
/// <param name="Before">What was believed; null where nothing was.</param>
/// <param name="After">What is believed since; null where it ended.</param>
/// <param name="Valid">When <paramref name="After"/> holds; of an ended fact when <paramref name="Before"/> held.</param>
public sealed record FactChange(
    Subject Subject, string Aspect, string Key, ChangeEffect Effect, FactValue? Before, FactValue? After, Validity Valid);

/// <summary>A page of what a change set did.</summary>
/// <param name="Changes">In order of recording; what was only taken back comes last.</param>
/// <param name="Next">Where to go on; null at the end.</param>
public sealed record FactChangePage(IReadOnlyList<FactChange> Changes, int? Next);

/// <summary>
/// What the change sets of a ledger did. A change set's recorded facts stand side by side in the table, so a page of one costs what it
/// shows, whatever its size.
/// </summary>
/// <remarks>Immutable, any thread; a view.</remarks>
public sealed class ChangeFacts
{
    /// <summary>Facts that one page looks at: a filter that lets nothing of a million through gives an empty page and where to go on.</summary>
    public const int LooksMax = 1_000_000;

    // Guessed: what is said of a rack and of the things in it is some hundred facts, of any other node some; a site of the 10 GW fleet is
    // looked through in the time of a page, and what is larger is met soon enough.
    private const int NodesMax = 20_000;
    private const int FactsOfNode = 8;

    private readonly FactLedger _ledger;

    private ChangeFacts(FactLedger ledger) => _ledger = ledger;

    /// <summary>Those of a ledger; costs nothing.</summary>
    public static ChangeFacts Of(FactLedger ledger) => new(ledger);

    /// <summary>How many facts a change set recorded, and how many it took back or ended.</summary>
    public (int Recorded, int Retracted) CountOf(ChangeSetId change)
    {
        var (first, end) = _ledger.RecordedRows(change);
        return (end - first, _ledger.RetractedBy(change).Count);
    }

    /// <summary>
    /// Change sets that said or took back something about one of some nodes, or about a thing that is or was in one of them; newest first.
    /// Costs by the nodes, not by the facts.
    /// </summary>
    public int[] Touching(IEnumerable<int> nodes)
    {
        var changes = new HashSet<int>();
        foreach (var node in nodes)
        {
            _ledger.Table.Changes.CollectTouching(node, _ledger.Revision.Number, changes);
        }

        int[] numbers = [.. changes];
        Array.Sort(numbers, (left, right) => right.CompareTo(left));
        return numbers;
    }

    /// <summary>Facts that a change set recorded or retracted, in order of id.</summary>
    public IEnumerable<RecordedFact> FactsOf(ChangeSetId change)
    {
        // What it retracted was recorded by those before it.
        foreach (var row in _ledger.RetractedBy(change))
        {
            yield return new RecordedFact(_ledger.Table, row);
        }

        var (first, end) = _ledger.RecordedRows(change);
        for (var row = first; row < end; row++)
        {
            yield return new RecordedFact(_ledger.Table, row);
        }
    }

    /// <summary>A page of what a change set did.</summary>
    /// <param name="change">The change set.</param>
    /// <param name="from">0, or <see cref="FactChangePage.Next"/> of the page before.</param>
    /// <param name="limit">Most changes of the page.</param>
    /// <param name="asked">Which nodes are meant, with what is or was in them; null for all.</param>
    public FactChangePage Read(ChangeSetId change, int from, int limit, IReadOnlySet<int>? asked)
    {
        var (first, end) = _ledger.RecordedRows(change);
        var retracted = _ledger.RetractedBy(change);
        var touched = retracted.Select(row => new RecordedFact(_ledger.Table, row).Subject).ToHashSet();
        var changes = new List<FactChange>();
        var all = end - first + retracted.Count;

        // Of a large change set a few nodes are looked up by what is said of them, never by what else was said.
        var found = asked is not null && asked.Count <= Math.Min(NodesMax, all / FactsOfNode) ? Positions(change, asked, first, end, retracted) : null;
        var looks = 0;
        for (var at = NextOf(found, Math.Max(0, from)); at < all; at = NextOf(found, at + 1))
        {
            if (changes.Count >= limit || looks++ >= LooksMax)
            {
                return new FactChangePage(changes, at);
            }

            var row = at < end - first ? first + at : retracted[at - (end - first)];
            if (found is not null || asked is null || IsAbout(row, asked))
            {
                Add(changes, change, row, touched);
            }
        }

        return new FactChangePage(changes, null);
    }

    private static int NextOf(int[]? positions, int from)
    {
        if (positions is null)
        {
            return from;
        }

        var at = Array.BinarySearch(positions, from);
        at = at < 0 ? ~at : at;
        return at < positions.Length ? positions[at] : int.MaxValue;
    }

    // Where the facts about some nodes stand among those of a change set: recorded ones first, then what was only taken back.
    private int[] Positions(ChangeSetId change, IReadOnlySet<int> nodes, int first, int end, List<int> retracted)
    {
        var positions = new SortedSet<int>();
        foreach (var node in nodes)
        {
            Take(_ledger.HistoryOf(Subject.Node(node)));
            foreach (var placed in _ledger.EverPlacedIn(node))
            {
                Take(_ledger.HistoryOf(placed.Subject));
            }
        }

        return [.. positions];

        void Take(SubjectFacts facts)
        {
            foreach (var fact in facts)
            {
                var row = FactTable.Row(fact.Id);
                if (row >= first && row < end)
                {
                    positions.Add(row - first);
                }

                if (_ledger.Table.RetractedBy(row) == change.Number && retracted.BinarySearch(row) is >= 0 and var at)
                {
                    positions.Add(end - first + at);
                }
            }
        }
    }

    private void Add(List<FactChange> changes, ChangeSetId change, int row, HashSet<Subject> touched)
    {
        var fact = new RecordedFact(_ledger.Table, row);
        if (!touched.Contains(fact.Subject))
        {
            changes.Add(new FactChange(fact.Subject, fact.Value.Aspect, fact.Key, ChangeEffect.Added, null, fact.Value, fact.Valid));
            return;
        }

        // All that the change set did to this slot, told once: at its first recorded fact, or at its first retracted one if it recorded none.
        var (recorded, retracted) = Slot(fact, change);
        if (row != (recorded.Count > 0 ? recorded[0] : retracted[0]))
        {
            return;
        }

        // A fact that ends is recorded anew with its end: that copy is no news.
        var copies = recorded.Where(one => retracted.Any(old => IsCopy(one, old))).ToHashSet();
        var before = retracted.Count == 0 ? (RecordedFact?)null : new RecordedFact(_ledger.Table, retracted[^1]);
        var news = recorded.Where(one => !copies.Contains(one)).ToArray();
        if (news.Length == 0 && before is { } ended)
        {
            var shortened = copies.Count > 0;
            changes.Add(new FactChange(
                fact.Subject, ended.Value.Aspect, fact.Key, shortened ? ChangeEffect.Ended : ChangeEffect.Withdrawn, ended.Value, null,
                shortened ? _ledger.Table.Valid(copies.Max()) : ended.Valid));
        }

        foreach (var one in news)
        {
            var after = new RecordedFact(_ledger.Table, one);
            var effect = before is not { } was ? ChangeEffect.Added
                : after.Valid.FromMs > was.Valid.FromMs ? ChangeEffect.Changed : ChangeEffect.Corrected;
            changes.Add(new FactChange(after.Subject, after.Value.Aspect, after.Key, effect, before?.Value, after.Value, after.Valid));
        }
    }

    private (List<int> Recorded, List<int> Retracted) Slot(RecordedFact of, ChangeSetId change)
    {
        var (recorded, retracted) = (new List<int>(), new List<int>());
        foreach (var fact in _ledger.HistoryOf(of.Subject))
        {
            var row = FactTable.Row(fact.Id);
            if (fact.Aspect != of.Aspect || fact.Key != of.Key)
            {
                continue;
            }

            if (_ledger.Table.RecordedBy(row) == change.Number)
            {
                recorded.Insert(0, row);
            }
            else if (_ledger.Table.RetractedBy(row) == change.Number)
            {
                retracted.Insert(0, row);
            }
        }

        return (recorded, retracted);
    }

    private bool IsCopy(int row, int old)
    {
        var (valid, was) = (_ledger.Table.Valid(row), _ledger.Table.Valid(old));
        return valid.FromMs == was.FromMs && valid.ToMs < was.ToMs
            && new RecordedFact(_ledger.Table, row).Value.Equals(new RecordedFact(_ledger.Table, old).Value);
    }

    private bool IsAbout(int row, IReadOnlySet<int> asked)
    {
        var fact = new RecordedFact(_ledger.Table, row);
        if (fact.Subject is { Kind: SubjectKind.Node } node)
        {
            return asked.Contains((int)node.Number);
        }

        if (fact.Aspect == FactAspect.Placement)
        {
            return asked.Contains(fact.Place.Node);
        }

        foreach (var about in _ledger.HistoryOf(fact.Subject))
        {
            if (about.Aspect == FactAspect.Placement && asked.Contains(about.Place.Node))
            {
                return true;
            }
        }

        return false;
    }
}

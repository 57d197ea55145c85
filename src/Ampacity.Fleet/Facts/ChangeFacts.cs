using System.Runtime.CompilerServices;

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
/// <remarks>Immutable, any thread; made once a ledger, when first asked for: one walk over the column of retractions.</remarks>
public sealed class ChangeFacts
{
    /// <summary>Facts that one page looks at: a filter that lets nothing of a million through gives an empty page and where to go on.</summary>
    public const int LooksMax = 1_000_000;

    private static readonly ConditionalWeakTable<FactLedger, ChangeFacts> Made = [];
    private readonly FactLedger _ledger;
    private readonly Dictionary<long, List<int>> _retracted = [];

    private ChangeFacts(FactLedger ledger)
    {
        _ledger = ledger;
        for (var row = 0; row < ledger.RecordedCount; row++)
        {
            if (ledger.Table.RetractedBy(row) is var by and not 0 && by <= ledger.Revision.Number)
            {
                (_retracted.TryGetValue(by, out var rows) ? rows : _retracted[by] = []).Add(row);
            }
        }
    }

    /// <summary>Those of a ledger.</summary>
    public static ChangeFacts Of(FactLedger ledger) => Made.GetValue(ledger, made => new ChangeFacts(made));

    /// <summary>How many facts a change set recorded, and how many it took back or ended.</summary>
    public (int Recorded, int Retracted) CountOf(ChangeSetId change)
    {
        var (first, end) = Recorded(change);
        return (end - first, RetractedBy(change).Count);
    }

    /// <summary>Whether a change set has a fact about a node, or about a thing that ever was in a rack, for which the answer is yes.</summary>
    /// <param name="change">The change set.</param>
    /// <param name="isAsked">Whether a node is meant.</param>
    public bool Touches(ChangeSetId change, Func<int, bool> isAsked)
    {
        var (first, end) = Recorded(change);
        foreach (var row in RetractedBy(change))
        {
            if (IsAbout(row, isAsked))
            {
                return true;
            }
        }

        for (var row = first; row < end; row++)
        {
            if (IsAbout(row, isAsked))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Facts that a change set recorded or retracted, in order of id.</summary>
    public IEnumerable<RecordedFact> FactsOf(ChangeSetId change)
    {
        // What it retracted was recorded by those before it.
        foreach (var row in RetractedBy(change))
        {
            yield return new RecordedFact(_ledger.Table, row);
        }

        var (first, end) = Recorded(change);
        for (var row = first; row < end; row++)
        {
            yield return new RecordedFact(_ledger.Table, row);
        }
    }

    /// <summary>A page of what a change set did.</summary>
    /// <param name="change">The change set.</param>
    /// <param name="from">0, or <see cref="FactChangePage.Next"/> of the page before.</param>
    /// <param name="limit">Most changes of the page.</param>
    /// <param name="isAsked">Which nodes are meant, with what is or was in them; null for all.</param>
    public FactChangePage Read(ChangeSetId change, int from, int limit, Func<int, bool>? isAsked)
    {
        var (first, end) = Recorded(change);
        var retracted = RetractedBy(change);
        var touched = retracted.Select(row => new RecordedFact(_ledger.Table, row).Subject).ToHashSet();
        var changes = new List<FactChange>();
        var all = end - first + retracted.Count;
        for (var at = Math.Max(0, from); at < all; at++)
        {
            if (changes.Count >= limit || at - from >= LooksMax)
            {
                return new FactChangePage(changes, at);
            }

            var row = at < end - first ? first + at : retracted[at - (end - first)];
            if (isAsked is null || IsAbout(row, isAsked))
            {
                Add(changes, change, row, touched);
            }
        }

        return new FactChangePage(changes, null);
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

    private bool IsAbout(int row, Func<int, bool> isAsked)
    {
        var fact = new RecordedFact(_ledger.Table, row);
        if (fact.Subject is { Kind: SubjectKind.Node } node)
        {
            return isAsked((int)node.Number);
        }

        if (fact.Aspect == FactAspect.Placement)
        {
            return isAsked(fact.Place.Node);
        }

        foreach (var about in _ledger.HistoryOf(fact.Subject))
        {
            if (about.Aspect == FactAspect.Placement && isAsked(about.Place.Node))
            {
                return true;
            }
        }

        return false;
    }

    private List<int> RetractedBy(ChangeSetId change) => _retracted.GetValueOrDefault(change.Number) ?? [];

    private (int First, int End) Recorded(ChangeSetId change) => (LowerBound(change.Number), LowerBound(change.Number + 1));

    // Change sets are in order of rows.
    private int LowerBound(long change)
    {
        var (low, high) = (0, _ledger.RecordedCount);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = _ledger.Table.RecordedBy(middle) < change ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

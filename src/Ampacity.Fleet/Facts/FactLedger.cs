namespace Ampacity.Fleet;

/// <summary>
/// What was believed once a change set had been recorded: a view of the <see cref="FactTable"/>, past and future intervals included,
/// and the counters that go with it.
/// </summary>
/// <remarks>Immutable, any thread; a view costs nothing, so every revision may have one.</remarks>
public sealed class FactLedger
{
    private readonly int _rows;

    internal FactLedger(FactTable table, int rows, ChangeSetId revision, int nextNode, long nextAsset)
    {
        Table = table;
        _rows = rows;
        Revision = revision;
        NextNode = nextNode;
        NextAsset = nextAsset;
    }

    /// <summary>The inventory before anything was recorded, over a table of its own.</summary>
    public static FactLedger Empty => new FactTable().Ledger(default, 0, 1);

    /// <summary>The table that it is a view of.</summary>
    public FactTable Table { get; }

    /// <summary>Newest change set in it.</summary>
    public ChangeSetId Revision { get; }

    /// <summary>First node ordinal not given yet.</summary>
    public int NextNode { get; }

    /// <summary>First asset number not given yet; the first asset is 1.</summary>
    public long NextAsset { get; }

    /// <summary>Facts recorded so far, those no longer believed included.</summary>
    public int RecordedCount => _rows;

    /// <summary>Facts believed, in order of id, as objects: for tests and small inventories.</summary>
    public IEnumerable<Fact> Facts
    {
        get
        {
            for (var row = 0; row < _rows; row++)
            {
                if (Believes(row))
                {
                    yield return new RecordedFact(Table, row).ToFact();
                }
            }
        }
    }

    /// <summary>What was believed at an earlier revision. The counters stay the newest: numbers are never given twice.</summary>
    public FactLedger KnownAt(ChangeSetId revision)
    {
        return new FactLedger(Table, FirstRowFrom(revision.Number + 1), revision, NextNode, NextAsset);
    }

    /// <summary>Facts that hold at an instant, as objects: for tests and small inventories.</summary>
    public IEnumerable<Fact> HoldingAt(long atMs) => Facts.Where(fact => fact.Valid.Contains(atMs));

    /// <summary>Facts believed about a subject, over all time, newest recorded first.</summary>
    public SubjectFacts Of(Subject subject) => new(this, subject, everRecorded: false);

    /// <summary>Every fact ever recorded about a subject, retracted ones included, newest recorded first.</summary>
    public SubjectFacts HistoryOf(Subject subject) => new(this, subject, everRecorded: true);

    /// <summary>The fact of a slot that holds at an instant, or null.</summary>
    public RecordedFact? Holding(Subject subject, FactAspect aspect, string key, long atMs)
    {
        foreach (var fact in Of(subject))
        {
            if (fact.Aspect == aspect && fact.Valid.Contains(atMs) && fact.Key == key)
            {
                return fact;
            }
        }

        return null;
    }

    /// <summary>A recorded fact by id, believed or not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none in this ledger.</exception>
    public RecordedFact this[FactId id]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)(id.Number - 1), (ulong)(_rows - 1), nameof(id));
            return new(Table, FactTable.Row(id));
        }
    }

    /// <summary>Facts that a change set recorded or retracted, in order of id. Costs what it gives.</summary>
    public IEnumerable<Fact> OfChange(ChangeSetId change)
    {
        // What is taken back was recorded before: its rows come first.
        foreach (var row in RetractedBy(change))
        {
            yield return new RecordedFact(Table, row).ToFact();
        }

        var (first, end) = RecordedRows(change);
        for (var row = first; row < end; row++)
        {
            yield return new RecordedFact(Table, row).ToFact();
        }
    }

    /// <summary>Rows that a change set recorded: the first, and the one behind the last.</summary>
    internal (int First, int End) RecordedRows(ChangeSetId change) => (FirstRowFrom(change.Number), FirstRowFrom(change.Number + 1));

    /// <summary>Rows that a change set retracted, rising; none for one that came after this ledger.</summary>
    internal List<int> RetractedBy(ChangeSetId change) =>
        change.Number is > 0 and <= int.MaxValue && change.Number <= Revision.Number ? Table.Changes.RetractedBy((int)change.Number) : [];

    // Change sets are in order of rows, so the first row of one is found by halving.
    private int FirstRowFrom(long change)
    {
        var (low, high) = (0, _rows);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Table.RecordedBy(middle) < change ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Whether a node ever was the source of a feed, by any fact recorded: only such a one can close a loop.</summary>
    public bool EverFeeds(int node) => Table.EverFeeds(node);

    /// <summary>Facts that hold at an instant and were declared by an owner, in order of id.</summary>
    public IEnumerable<RecordedFact> DeclaredBy(string owner, long atMs) => EverDeclaredBy(owner).Where(fact => fact.Valid.Contains(atMs));

    /// <summary>Facts believed that an owner declared, past and future ones included, in order of id.</summary>
    public IEnumerable<RecordedFact> EverDeclaredBy(string owner)
    {
        if (!Table.TryFindOwner(owner, out var number))
        {
            yield break;
        }

        for (var first = 0; first < _rows; first += FactPage.Rows)
        {
            var owners = Table.PageOf(first).Owner;
            var count = Math.Min(FactPage.Rows, _rows - first);
            for (var at = 0; at < count; at++)
            {
                // The one column is scanned: 2 bytes a fact, 30 MB for 15 million.
                var next = owners.AsSpan(at, count - at).IndexOf((ushort)number);
                if (next < 0)
                {
                    break;
                }

                at += next;
                if (Believes(first + at))
                {
                    yield return new RecordedFact(Table, first + at);
                }
            }
        }
    }

    /// <summary>Placements in a rack that hold at an instant, newest recorded first.</summary>
    public IEnumerable<RecordedFact> PlacedIn(int rack, long atMs)
    {
        for (var row = Table.NewestInRack(rack); row >= 0; row = Table.PreviousInRack(row))
        {
            if (Believes(row) && Table.Valid(row).Contains(atMs))
            {
                yield return new RecordedFact(Table, row);
            }
        }
    }

    /// <summary>The placement of a whole rack at a position that holds at an instant, or null: what a list of racks asks of each.</summary>
    internal RecordedFact? WholeIn(int rack, long atMs)
    {
        for (var row = Table.Racks.NewestWhole(rack); row >= 0; row = Table.Racks.PreviousWhole(row))
        {
            if (Believes(row) && Table.Valid(row).Contains(atMs))
            {
                return new RecordedFact(Table, row);
            }
        }

        return null;
    }

    /// <summary>Identifiers of any kind with a text that hold at an instant, in no order.</summary>
    public IEnumerable<RecordedFact> Identified(string text, long atMs)
    {
        foreach (var row in Table.Identifiers.Find(text))
        {
            if (Believes(row) && Table.Valid(row).Contains(atMs))
            {
                yield return new RecordedFact(Table, row);
            }
        }
    }

    /// <summary>The asset that has an identifier at an instant, or null; without allocation, for imports of millions.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="utf8">Normalised.</param>
    /// <param name="atMs">The instant, UTC milliseconds.</param>
    internal AssetId? HolderOf(IdentifierKind kind, ReadOnlySpan<byte> utf8, long atMs)
    {
        var found = Table.Identifiers.Rows(utf8);
        while (found.MoveNext())
        {
            if (Believes(found.Current) && Table.Key(found.Current) == IdentifierKeys.Of(kind) && Table.Valid(found.Current).Contains(atMs))
            {
                return new AssetId(new RecordedFact(Table, found.Current).Subject.Number);
            }
        }

        return null;
    }

    /// <summary>Nodes about which a fact begins or ends after the earlier of two instants and not after the later.</summary>
    internal HashSet<int> NodesChangingBetween(long oneMs, long otherMs)
    {
        var changing = new HashSet<int>();
        var inside = Table.InstantsBetween(oneMs, otherMs);
        for (var index = 0; inside.Length > 0 && index < Table.NodeRowCount; index++)
        {
            var row = Table.NodeRow(index);
            var (page, at) = (Table.PageOf(row), row & FactPage.Mask);
            if (page.From[at] < inside.Length && page.To[at] < inside.Length && (inside[page.From[at]] || inside[page.To[at]]) && Believes(row))
            {
                changing.Add(page.Subject[at]);
            }
        }

        return changing;
    }

    internal bool Believes(int row) => row < _rows && Table.RetractedBy(row) is var by && (by == 0 || by > Revision.Number);

    internal bool Has(int row) => row < _rows;
}

using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Every fact ever recorded, as columns in order of id: what all ledgers of a store are views of. A fact is never overwritten; it is
/// marked as retracted, and a ledger of an earlier revision goes on believing it.
/// </summary>
/// <remarks>
/// One writer at a time (<see cref="Load"/>, <see cref="Append"/>); any number of readers through their <see cref="FactLedger"/>, without
/// locks: a reader looks only at rows that its ledger has, and ignores retractions by later change sets.
/// </remarks>
public sealed class FactTable
{
    private readonly SharedList<string> _keys = new(StringComparer.Ordinal);
    private readonly SharedList<long> _instants = new();
    private readonly SharedList<string> _owners = new(StringComparer.Ordinal);
    private readonly TextSlab _texts = new();
    private readonly PagedInts _newestOfNode = new();
    private readonly PagedInts _newestOfAsset = new();
    private readonly PagedInts _previousOfSubject = new();
    private readonly PagedInts _recordedBy = new();
    private readonly PagedInts _retractedBy = new();
    private readonly PagedInts _nodeRows = new();
    private readonly PagedInts _newestBelow = new();
    private readonly PagedInts _previousBelow = new();
    private readonly PagedInts _everFeeds = new();
    private readonly IdentifierIndex _identifiers;
    private FactPage[] _pages = [];
    private FactValue[] _values = new FactValue[64];
    private int _valueCount;

    /// <summary>A table without facts.</summary>
    public FactTable() => _identifiers = new IdentifierIndex(this);

    /// <summary>How many facts were recorded; the ids are 1 to this.</summary>
    public int Count { get; private set; }

    internal ReadOnlySpan<long> Instants => _instants.Items;

    /// <summary>
    /// By number of instant, whether it is after the earlier of two instants and not after the later; empty where none is. The usual change
    /// finds none, and allocates nothing.
    /// </summary>
    internal bool[] InstantsBetween(long oneMs, long otherMs)
    {
        var (afterMs, untilMs) = (Math.Min(oneMs, otherMs), Math.Max(oneMs, otherMs));
        var instants = Instants;
        var inside = Array.Empty<bool>();
        for (var i = 0; i < instants.Length; i++)
        {
            if (instants[i] > afterMs && instants[i] <= untilMs)
            {
                inside = inside.Length == 0 ? new bool[instants.Length] : inside;
                inside[i] = true;
            }
        }

        return inside;
    }

    /// <summary>Keeps a value that several facts may share; only the loader calls it.</summary>
    /// <returns>Its number for <see cref="Load"/>.</returns>
    public int KeepValue(FactValue value)
    {
        if (_valueCount == _values.Length)
        {
            var grown = new FactValue[_values.Length * 2];
            _values.CopyTo(grown, 0);
            Volatile.Write(ref _values, grown);
        }

        _values[_valueCount] = value;
        return _valueCount++;
    }

    /// <summary>Adds a recorded fact as the store holds it, in order of id.</summary>
    /// <param name="id">One more than <see cref="Count"/>.</param>
    /// <param name="row">The fact; the value of an aspect other than placement and identifier is <paramref name="value"/>.</param>
    /// <param name="value">Number of the value, from <see cref="KeepValue"/>; unused for placements and identifiers.</param>
    /// <param name="recordedBy">Change set.</param>
    /// <param name="retractedBy">Change set, or default.</param>
    /// <exception cref="FormatException">The ids are not 1, 2, 3 …</exception>
    public void Load(FactId id, in FactRow row, int value, ChangeSetId recordedBy, ChangeSetId retractedBy)
    {
        if (id.Number != Count + 1L)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{id} follows on fact_{Count}: a fact is missing"));
        }

        var payload = row.Aspect switch
        {
            FactAspect.Placement => ((long)row.Place.Node << 16) | (uint)row.Place.Part,
            FactAspect.Identifier => _texts.Add(row.Text),
            _ => value,
        };
        Write(row.Subject, row.Aspect, _keys.Add(row.Key), payload, _instants.Add(row.Valid.FromMs), _instants.Add(row.Valid.ToMs),
            checked((ushort)_owners.Add(row.DeclaredBy)), recordedBy, retractedBy);
    }

    /// <summary>The view of everything loaded.</summary>
    /// <param name="revision">Newest change set in it.</param>
    /// <param name="nextNode">First node ordinal not given yet.</param>
    /// <param name="nextAsset">First asset number not given yet.</param>
    public FactLedger Ledger(ChangeSetId revision, int nextNode, long nextAsset) => new(this, Count, revision, nextNode, nextAsset);

    /// <summary>Marks a fact as retracted from a change set on; for the loader that catches up with another process.</summary>
    public void Retract(FactId id, ChangeSetId by)
    {
        var row = Row(id);
        var change = checked((int)by.Number);

        // A loader that goes on after a failure may say it again.
        if (_retractedBy[row] == 0)
        {
            Changes.AddRetracted(row, change);
            Touch(row, change);
        }

        _retractedBy[row] = change;
    }

    /// <summary>Takes in a draft that the store has recorded; ledgers of earlier revisions do not change.</summary>
    /// <param name="draft">What was carried out.</param>
    /// <param name="by">The change set that the store gave it.</param>
    /// <returns>The newest ledger.</returns>
    public FactLedger Append(ChangeDraft draft, ChangeSetId by)
    {
        foreach (var id in draft.Retract)
        {
            Retract(id, by);
        }

        var batch = draft.Record;
        var keys = Renumber(batch.Keys, _keys);
        var instants = Renumber(batch.Instants, _instants);
        var owners = Renumber(batch.Owners, _owners);
        var values = new int[batch.Values.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = KeepValue(batch.Values[i]);
        }

        for (var index = 0; index < batch.Count; index++)
        {
            var (page, at) = (batch.PageOf(index), index & FactPage.Mask);
            var aspect = (FactAspect)page.Aspect[at];
            var payload = aspect switch
            {
                FactAspect.Placement => page.Payload[at],
                FactAspect.Identifier => _texts.Add(batch.Texts[page.Payload[at]]),
                _ => values[page.Payload[at]],
            };
            Write(new Subject((SubjectKind)page.Kind[at], page.Subject[at]), aspect, keys[page.Key[at]], payload,
                instants[page.From[at]], instants[page.To[at]], (ushort)owners[page.Owner[at]], by, default);
        }

        return new FactLedger(this, Count, by, draft.NextNode, draft.NextAsset);
    }

    internal static int Row(FactId id) => checked((int)(id.Number - 1));

    internal FactPage PageOf(int row) => Volatile.Read(ref _pages)[row >> FactPage.Bits];

    internal int NewestOf(Subject subject) =>
        (subject.Kind == SubjectKind.Node ? _newestOfNode : _newestOfAsset)[(int)subject.Number] - 1;

    internal int PreviousOfSubject(int row) => _previousOfSubject[row] - 1;

    /// <summary>Placements by rack.</summary>
    internal RackRows Racks { get; } = new();

    /// <summary>Facts by change set, and change sets by node.</summary>
    internal ChangeRows Changes { get; } = new();

    internal int NewestInRack(int rack) => Racks.Newest(rack);

    internal int PreviousInRack(int row) => Racks.Previous(row);

    internal int RecordedBy(int row) => _recordedBy[row];

    internal int RetractedBy(int row) => _retractedBy[row];

    internal string Key(int row) => _keys[PageOf(row).Key[row & FactPage.Mask]];

    internal string Owner(int row) => _owners[PageOf(row).Owner[row & FactPage.Mask]];

    internal bool TryFindOwner(string owner, out int number) => _owners.TryFind(owner, out number);

    internal Validity Valid(int row)
    {
        var page = PageOf(row);
        return new Validity(_instants[page.From[row & FactPage.Mask]], _instants[page.To[row & FactPage.Mask]]);
    }

    internal FactValue Value(int number) => Volatile.Read(ref _values)[number];

    internal ReadOnlySpan<byte> Text(long reference) => _texts[reference];

    internal IdentifierIndex Identifiers => _identifiers;

    /// <summary>How many facts are about nodes; their rows are <see cref="NodeRow"/> of 0 to this.</summary>
    internal int NodeRowCount { get; private set; }

    internal int NodeRow(int index) => _nodeRows[index];

    /// <summary>Newest fact that names a node below a parent, or −1; a parent of −1 holds sites and registers.</summary>
    internal int NewestBelow(int parent) => _newestBelow[parent + 1] - 1;

    /// <summary>The fact before that names a node below the same parent, or −1.</summary>
    internal int PreviousBelow(int row) => _previousBelow[row] - 1;

    /// <summary>Whether any fact ever recorded has a node as a source.</summary>
    internal bool EverFeeds(int node) => _everFeeds[node] != 0;

    private static int[] Renumber<T>(SharedList<T> from, SharedList<T> to)
        where T : notnull
    {
        var numbers = new int[from.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = to.Add(from[i]);
        }

        return numbers;
    }

    private void Write(
        Subject subject, FactAspect aspect, int key, long payload, int from, int to, ushort owner, ChangeSetId recordedBy, ChangeSetId retractedBy)
    {
        var (row, at) = (Count, Count & FactPage.Mask);
        if (at == 0)
        {
            FactPage[] pages = [.. _pages, new FactPage()];
            Volatile.Write(ref _pages, pages);
        }

        var page = _pages[^1];
        var number = checked((int)subject.Number);
        page.Subject[at] = number;
        page.Kind[at] = (byte)subject.Kind;
        page.Aspect[at] = (byte)aspect;
        page.Key[at] = key;
        page.Payload[at] = payload;
        page.From[at] = from;
        page.To[at] = to;
        page.Owner[at] = owner;
        _recordedBy[row] = checked((int)recordedBy.Number);
        if (retractedBy.Number != 0)
        {
            _retractedBy[row] = checked((int)retractedBy.Number);
        }

        // The chains come last: who follows one finds whole rows. Row numbers are kept plus one, so that 0 is none.
        var newest = subject.Kind == SubjectKind.Node ? _newestOfNode : _newestOfAsset;
        _previousOfSubject[row] = newest[number];
        newest[number] = row + 1;
        if (aspect == FactAspect.Placement)
        {
            Racks.Add(row, new StableKey((int)(payload >> 16), (int)(payload & 0xffff)));
        }

        if (subject.Kind == SubjectKind.Node)
        {
            _nodeRows[NodeRowCount++] = row;
            if (aspect == FactAspect.Node && Value((int)payload) is NodeFact { Parent: >= -1 } named)
            {
                _previousBelow[row] = _newestBelow[named.Parent + 1];
                _newestBelow[named.Parent + 1] = row + 1;
            }
            else if (aspect == FactAspect.Feed && Value((int)payload) is FeedFact { Source: >= 0 } feed)
            {
                _everFeeds[feed.Source] = 1;
            }
        }

        Count++;
        if (aspect == FactAspect.Identifier)
        {
            _identifiers.Add(row);
        }

        Relate(row, subject, aspect);
    }

    // A thing and the racks that it is or was in belong together, whichever was recorded first.
    private void Relate(int row, Subject subject, FactAspect aspect)
    {
        var (recordedBy, retractedBy) = (_recordedBy[row], _retractedBy[row]);
        Touch(row, recordedBy);
        if (retractedBy != 0)
        {
            Changes.AddRetracted(row, retractedBy);
            Touch(row, retractedBy);
        }

        if (subject.Kind != SubjectKind.Asset || aspect is not (FactAspect.Placement or FactAspect.Lifecycle))
        {
            return;
        }

        var isPlaced = aspect == FactAspect.Placement;
        var states = !isPlaced;
        for (var other = PreviousOfSubject(row); other >= 0; other = PreviousOfSubject(other))
        {
            var known = (FactAspect)PageOf(other).Aspect[other & FactPage.Mask];
            states |= known == FactAspect.Lifecycle;
            if (isPlaced)
            {
                // What was said of the thing before is said of this rack's thing from now on.
                Changes.Touch(RackOf(row), _recordedBy[other]);
                if (_retractedBy[other] is var by and not 0)
                {
                    Changes.Touch(RackOf(row), by);
                }
            }
            else if (known == FactAspect.Placement)
            {
                Racks.Stated(RackOf(other));
            }
        }

        if (isPlaced && states)
        {
            Racks.Stated(RackOf(row));
        }
    }

    private void Touch(int row, int change)
    {
        var (page, at) = (PageOf(row), row & FactPage.Mask);
        if (page.Kind[at] == (byte)SubjectKind.Node)
        {
            Changes.Touch(page.Subject[at], change);
            return;
        }

        if (page.Aspect[at] == (byte)FactAspect.Placement)
        {
            Changes.Touch(RackOf(row), change);
            return;
        }

        for (var other = _newestOfAsset[page.Subject[at]] - 1; other >= 0; other = PreviousOfSubject(other))
        {
            if (PageOf(other).Aspect[other & FactPage.Mask] == (byte)FactAspect.Placement)
            {
                Changes.Touch(RackOf(other), change);
            }
        }
    }

    private int RackOf(int row) => (int)(PageOf(row).Payload[row & FactPage.Mask] >> 16);
}

namespace Ampacity.Fleet;

/// <summary>
/// Which asset a file puts where and when, as columns (32 bytes a row), so that the rule of one thing in one place is held once all rows
/// are known: two things may change places in one file.
/// </summary>
internal sealed class CsvStays(CsvGround ground, CsvDraft draft, CsvErrors errors)
{
    private readonly List<(int Part, RecordedFact Fact)> _held = [];
    private long[] _places = new long[1024];
    private long[] _fromMs = new long[1024];
    private long[] _toMs = new long[1024];
    private int[] _assets = new int[1024];
    private int[] _lines = new int[1024];
    private int _count;
    private bool _inOrder = true;

    /// <summary>Adds a stay that the draft records.</summary>
    public void Add(AssetId asset, StableKey place, Validity valid, int line)
    {
        if (_count == _places.Length)
        {
            var length = _count * 2;
            Array.Resize(ref _places, length);
            Array.Resize(ref _fromMs, length);
            Array.Resize(ref _toMs, length);
            Array.Resize(ref _assets, length);
            Array.Resize(ref _lines, length);
        }

        var key = ((long)place.Node << 16) | (uint)place.Part;
        _inOrder &= _count == 0 || _places[_count - 1] <= key;
        (_places[_count], _fromMs[_count], _toMs[_count]) = (key, valid.FromMs, valid.ToMs);
        (_assets[_count], _lines[_count]) = (checked((int)asset.Number), line);
        _count++;
    }

    /// <summary>Adds what is left of a stay that the draft has cut.</summary>
    public void AddRest(RecordedFact fact, long untilMs, int line)
    {
        if (fact.Valid.FromMs < untilMs)
        {
            Add(new AssetId(fact.Subject.Number), fact.Place, fact.Valid with { ToMs = untilMs }, line);
        }
    }

    /// <summary>Refuses two things in one place at one time, among the rows and against the fleet.</summary>
    public void Check()
    {
        int[]? order = null;
        if (!_inOrder)
        {
            order = new int[_count];
            for (var i = 0; i < _count; i++)
            {
                order[i] = i;
            }

            Array.Sort(_places.AsSpan(0, _count).ToArray(), order);
        }

        var rack = -1;
        for (var first = 0; first < _count && !errors.Full;)
        {
            var place = _places[At(first)];
            var end = first + 1;
            while (end < _count && _places[At(end)] == place)
            {
                end++;
            }

            if ((int)(place >> 16) != rack)
            {
                rack = (int)(place >> 16);
                Load(rack);
            }

            for (var one = first; one < end; one++)
            {
                for (var other = one + 1; other < end; other++)
                {
                    CheckRows(At(one), At(other));
                }

                CheckHeld(At(one));
            }

            first = end;
        }

        int At(int i) => order is null ? i : order[i];
    }

    private void CheckRows(int one, int other)
    {
        if (_assets[one] != _assets[other] && _fromMs[one] < _toMs[other] && _fromMs[other] < _toMs[one])
        {
            var (early, late) = _lines[one] < _lines[other] ? (one, other) : (other, one);
            errors.Add(_lines[late], "place", "slot-taken", FormattableString.Invariant(
                $"line {_lines[early]} puts another thing at {Path(late)} at the same time; one of them is elsewhere"));
        }
    }

    private void CheckHeld(int row)
    {
        foreach (var (part, fact) in _held)
        {
            if (part == (int)(_places[row] & 0xffff) && fact.Subject.Number != _assets[row]
                && fact.Valid.FromMs < _toMs[row] && _fromMs[row] < fact.Valid.ToMs && !draft.HasRetracted(fact.Id))
            {
                var there = new AssetId(fact.Subject.Number);
                var serial = ground.Graph.Assets.Find(there)?[IdentifierKind.Serial] is { } text ? $" (serial {text})" : "";
                errors.Add(_lines[row], "place", "slot-taken",
                    $"{Path(row)} holds {there}{serial}; say in this file where that is now, or end its placement first");
                return;
            }
        }
    }

    private string Path(int row) => ground.Graph.PathOf(new StableKey((int)(_places[row] >> 16), (int)(_places[row] & 0xffff)));

    private void Load(int rack)
    {
        _held.Clear();
        var table = ground.Ledger.Table;
        for (var row = table.NewestInRack(rack); row >= 0; row = table.PreviousInRack(row))
        {
            if (ground.Ledger.Believes(row))
            {
                var fact = new RecordedFact(table, row);
                _held.Add((fact.Place.Part, fact));
            }
        }
    }
}

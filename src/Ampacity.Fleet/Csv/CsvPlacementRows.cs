namespace Ampacity.Fleet;

/// <summary>The rows of <c>placements.csv</c>: where known assets are, were and will be.</summary>
/// <remarks>All rows are read first, since what one changes depends on the others of its asset: 36 bytes a row.</remarks>
internal sealed class CsvPlacementRows
{
    private readonly CsvTable _table;
    private readonly CsvErrors _errors;
    private readonly CsvGround _ground;
    private readonly CsvCells _cells;
    private readonly CsvDraft _draft;
    private readonly CsvStays _stays;
    private readonly List<Stated> _rows = [];

    public CsvPlacementRows(CsvTable table, CsvErrors errors, CsvGround ground)
    {
        (_table, _errors, _ground) = (table, errors, ground);
        _cells = new CsvCells(table, errors);
        _draft = new CsvDraft(ground);
        _stays = new CsvStays(ground, _draft, errors);
    }

    public ChangePlan Plan(string author, string reason)
    {
        var places = new CsvPlaces(_ground.Graph);
        while (_table.Next())
        {
            Read(places);
        }

        _rows.Sort((one, other) => one.Asset != other.Asset ? one.Asset.CompareTo(other.Asset)
            : one.FromMs != other.FromMs ? one.FromMs.CompareTo(other.FromMs) : one.Line.CompareTo(other.Line));
        for (var first = 0; first < _rows.Count && !_errors.Full;)
        {
            var end = first + 1;
            while (end < _rows.Count && _rows[end].Asset == _rows[first].Asset)
            {
                end++;
            }

            Asset(first, end);
            first = end;
        }

        _stays.Check();
        return _draft.ToPlan(author, reason, _errors);
    }

    private void Read(CsvPlaces places)
    {
        var name = _table.Words(_table.Column("asset"));
        if (Named(name) is not { } asset)
        {
            _cells.Wrong("asset", name.IsEmpty ? "missing-value" : "unknown-asset",
                $"no asset has the id or serial '{CsvCells.Shown(name)}'; import it with assets first, which gives it an id");
            return;
        }

        var path = _table.Words(_table.Column("place"));
        if (!places.TryFind(path, out var place, out var rule, out var hint))
        {
            _cells.Wrong("place", path.IsEmpty ? "missing-value" : rule, hint);
            return;
        }

        var before = _errors.Count;
        var from = _cells.Time("from", _table.Column("from"));
        var to = _cells.Time("to", _table.Column("to"));
        if (before != _errors.Count)
        {
            return;
        }

        if (from is null && _ground.Graph.Assets.PlaceOf(asset) == place)
        {
            // It is there: the row says so, or when that ends.
            from = _ground.Ledger.Holding(Subject.Asset(asset), FactAspect.Placement, "", _ground.NowMs)!.Value.Valid.FromMs;
        }

        var fromMs = from ?? _ground.NowMs;
        if (to <= fromMs)
        {
            _cells.Wrong("to", "ends-before-it-begins", $"it would begin {CsvTimes.Text(fromMs)} and end {CsvTimes.Text(to.Value)}");
            return;
        }

        _rows.Add(new Stated(asset.Number, place, fromMs, to ?? 0, to is not null, _table.Line));
    }

    private AssetId? Named(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return null;
        }

        if (name.StartsWith("asset_") && AssetId.TryParse(CsvCells.Shown(name), out var id))
        {
            return id.Number < _ground.Ledger.NextAsset && _ground.Graph.Assets.Find(id) is not null ? id : null;
        }

        Span<byte> utf8 = stackalloc byte[512];
        var length = CsvIdentifiers.Normalise(IdentifierKind.Serial, name, utf8, out _);
        return length < 0 ? null : _ground.Ledger.HolderOf(IdentifierKind.Serial, utf8[..length], _ground.NowMs);
    }

    // The asset's stays as recorded, changed row by row in order of time; what differs at the end is written.
    private void Asset(int first, int end)
    {
        var asset = new AssetId(_rows[first].Asset);
        var subject = Subject.Asset(asset);
        var recorded = new List<RecordedFact>();
        var states = new List<(LifecycleState, long)>();
        var retired = false;
        foreach (var fact in _ground.Ledger.Of(subject))
        {
            if (fact.Aspect == FactAspect.Placement)
            {
                recorded.Add(fact);
            }
            else if (fact.Aspect == FactAspect.Lifecycle)
            {
                var state = ((LifecycleFact)fact.Value).State;
                states.Add((state, fact.Valid.FromMs));
                retired |= state == LifecycleState.Retired && fact.Valid.Contains(_ground.NowMs);
            }
        }

        var plan = new List<Stay>(recorded.Select(fact => new Stay(fact.Place, fact.Valid.FromMs, fact.Valid.ToMs, fact, 0)));
        var earliest = states.Count == 0 ? null : Lifecycle.EarliestPlacementMs(states);
        for (var i = first; i < end; i++)
        {
            var row = _rows[i];
            if (!Lay(plan, row, asset, earliest, retired))
            {
                return;
            }
        }

        plan.Sort((one, other) => one.FromMs.CompareTo(other.FromMs));
        for (var i = 1; i < plan.Count; i++)
        {
            if (plan[i].FromMs < plan[i - 1].ToMs)
            {
                var line = Math.Max(plan[i].Line, plan[i - 1].Line);
                _errors.Add(line, "from", "placement-overlaps",
                    $"{asset} would be at {Path(plan[i - 1].Place)} and at {Path(plan[i].Place)} from {CsvTimes.Text(plan[i].FromMs)} on; say when the first ends");
                return;
            }
        }

        Write(asset, plan);
    }

    private bool Lay(List<Stay> plan, Stated row, AssetId asset, long? earliest, bool retired)
    {
        var same = plan.FindIndex(stay => stay.Place == row.Place && stay.FromMs == row.FromMs);
        if (same >= 0)
        {
            if (plan[same].Line != 0)
            {
                _errors.Add(row.Line, "from", "stated-twice", FormattableString.Invariant($"line {plan[same].Line} states this stay too; join the two"));
                return false;
            }

            plan[same] = plan[same] with { ToMs = row.SaysTo ? row.ToMs : plan[same].ToMs, Line = row.Line };
            return true;
        }

        if (earliest > row.FromMs)
        {
            _errors.Add(row.Line, "from", "placed-before-ordered",
                $"{asset} would be in its place from {CsvTimes.Text(row.FromMs)} on and was ordered {CsvTimes.Text(earliest.Value)}; correct the one that is wrong");
            return false;
        }

        if (retired && (!row.SaysTo || row.ToMs > _ground.NowMs))
        {
            _errors.Add(row.Line, "place", "retired-asset", $"{asset} is Retired, and a retired asset has no place");
            return false;
        }

        // It leaves where it is; what begins later, recorded or in this file, ends the stay where no end is said.
        var toMs = row.SaysTo ? row.ToMs : Validity.Open;
        for (var i = 0; i < plan.Count; i++)
        {
            var stay = plan[i];
            if (stay.FromMs < row.FromMs && stay.ToMs > row.FromMs && (stay.Line == 0 || stay.ToMs == Validity.Open) && !stay.SaysTo)
            {
                plan[i] = stay with { ToMs = row.FromMs, CutLine = row.Line };
            }
            else if (!row.SaysTo && stay.FromMs > row.FromMs)
            {
                toMs = Math.Min(toMs, stay.FromMs);
            }
        }

        plan.Add(new Stay(row.Place, row.FromMs, toMs, null, row.Line) { SaysTo = row.SaysTo });
        return true;
    }

    private void Write(AssetId asset, List<Stay> plan)
    {
        foreach (var stay in plan)
        {
            var valid = new Validity(stay.FromMs, stay.ToMs);
            if (stay.Recorded is not { } fact)
            {
                _draft.Place(asset, stay.Place, valid);
                _stays.Add(asset, stay.Place, valid, stay.Line);
            }
            else if (fact.Valid != valid)
            {
                _draft.Redate(fact, valid);
                _stays.Add(asset, stay.Place, valid, Math.Max(stay.Line, stay.CutLine));
            }
        }
    }

    private string Path(StableKey place) => _ground.Graph.PathOf(place);

    private readonly record struct Stated(long Asset, StableKey Place, long FromMs, long ToMs, bool SaysTo, int Line);

    private readonly record struct Stay(StableKey Place, long FromMs, long ToMs, RecordedFact? Recorded, int Line)
    {
        public bool SaysTo { get; init; }

        public int CutLine { get; init; }
    }
}

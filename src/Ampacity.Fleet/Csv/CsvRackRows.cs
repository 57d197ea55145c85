using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>The rows of <c>racks.csv</c>: new racks in halls that are there, and what is said of those that are known.</summary>
/// <remarks>A list in a cell (feeds, cdus, tags) is the whole list: what it leaves out ends.</remarks>
internal sealed class CsvRackRows
{
    /// <summary>Low voltage ends here (IEC 60038: 1,000 V AC, 1,500 V DC).</summary>
    private const double MaxRackVolts = NodeReference.MaxRackVolts;

    private const double MaxFloorMeters = 10_000;
    private const double ToleranceMeters = 0.0005; // What a sum of floats adds, as in fleet files.
    private readonly CsvTable _table;
    private readonly CsvErrors _errors;
    private readonly CsvGround _ground;
    private readonly CsvCells _cells;
    private readonly DraftWriter _draft;
    private readonly CsvNodes _nodes;
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<Subject, int> _lineOf = [];
    private readonly List<(int Row, int Rack, FloorPositionFact At, int Line)> _stood = [];

    public CsvRackRows(CsvTable table, CsvErrors errors, CsvGround ground)
    {
        (_table, _errors, _ground) = (table, errors, ground);
        _cells = new CsvCells(table, errors);
        _draft = new DraftWriter(ground.Ledger, ground.Graph, ground.NowMs) { Owner = ground.Owner };
        _nodes = new CsvNodes(ground.Graph);
    }

    public ChangePlan Plan(string author, string reason)
    {
        while (_table.Next())
        {
            Row();
        }

        CheckFloors();
        foreach (var broken in _draft.Broken)
        {
            _errors.Add(_lineOf.GetValueOrDefault(broken.Subject, 1), "state", broken.Rule, $"{_draft.Name(broken.Subject)}: {broken.Hint}");
        }

        return new ChangePlan(_draft.ToDraft(author, reason), _draft.Tally.Listed, _draft.Tally, _errors.Sorted);
    }

    private void Row()
    {
        if (_cells.Word("path", _table.Column("path")) is not { } path)
        {
            _cells.Wrong("path", "missing-value", "every rack has a path: site/hall/row/rack");
            return;
        }

        if (!_lines.TryAdd(path, _table.Line))
        {
            _cells.Wrong("path", "duplicate-path", FormattableString.Invariant($"{path} is that of line {_lines[path]} too; join the two"));
            return;
        }

        var rack = Rack(path, out var hall);
        if (rack < 0)
        {
            return;
        }

        var subject = Subject.Node(rack);
        _lineOf[subject] = _table.Line;
        Sku(subject);
        Position(subject, hall);
        Feeds(subject, hall);
        Coolers(subject, hall);
        Tags(subject);
        if (_cells.Word("programme", _table.Column("programme")) is { } programme)
        {
            _draft.State(subject, new ProgrammeFact(programme));
        }

        if (_cells.State("state", _table.Column("state")) is { } state)
        {
            _draft.State(subject, new LifecycleFact(state));
        }

        var (tenant, owner) = (_cells.Word("tenant", _table.Column("tenant")), _cells.Word("owner", _table.Column("owner")));
        if (tenant is not null || owner is not null)
        {
            var held = _draft.Holding<PartiesFact>(subject);
            _draft.State(subject, new PartiesFact(held?.Operator, tenant ?? held?.Tenant, owner ?? held?.Owner));
        }
    }

    private int Rack(string path, out int hall)
    {
        hall = -1;
        var segments = path.Split('/');
        var place = segments.Length is 4 or 5 ? _ground.Graph.FindPath(string.Join('/', segments[..^2])) : -1;
        if (place < 0 || _ground.Graph.KindOf(place) != NodeKind.Hall)
        {
            _cells.Wrong("path", "unknown-hall", $"'{CsvCells.Shown(path)}' is in no hall that is there; a rack is site/hall/row/rack, and halls are declared by a fleet file");
            return -1;
        }

        hall = place;
        var (row, rack) = (_draft.FindNode(hall, segments[^2]), -1);
        if (row >= 0)
        {
            rack = _draft.FindNode(row, segments[^1]);
        }

        if (rack >= 0)
        {
            if (_ground.Graph.KindOf(rack) is NodeKind.Rack or NodeKind.None)
            {
                return rack;
            }

            _cells.Wrong("path", "not-a-rack", $"{path} is a {_ground.Graph.KindOf(rack)}");
            return -1;
        }

        if ((row >= 0 && row < _ground.Graph.NodeCount && _ground.Graph.KindOf(row) is not (NodeKind.Row or NodeKind.None))
            || !IsName(segments[^2]) || !IsName(segments[^1]))
        {
            _cells.Wrong("path", "bad-name", "row and rack have names of 1 to 63 characters: lower-case letters, digits, _ . -, beginning with a letter or digit; and the row is a row");
            return -1;
        }

        row = row >= 0 ? row : _draft.State(NodeKind.Row, segments[^2], hall);
        return _draft.State(NodeKind.Rack, segments[^1], row);
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 63 && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '-');

    private void Sku(Subject subject)
    {
        if (_cells.Word("sku", _table.Column("sku")) is not { } sku)
        {
            return;
        }

        if (!SkuRevision.TryParse(sku, out var revision) || !_ground.Catalogue.TryFind(revision, out var found))
        {
            _cells.Wrong("sku", "unknown-sku", $"the catalogue has no '{CsvCells.Shown(sku)}'; write a revision such as nvidia/gb200-nvl72@1, or add its file");
        }
        else if (found.Kind != SkuKind.Rack)
        {
            _cells.Wrong("sku", "not-a-rack", $"{sku} is a {found.Kind}");
        }
        else
        {
            _draft.State(subject, new PinnedSkuFact(sku));
        }
    }

    private void Position(Subject subject, int hall)
    {
        var before = _errors.Count;
        var x = _cells.Number("x_m", _table.Column("x_m"), -MaxFloorMeters, MaxFloorMeters);
        var y = _cells.Number("y_m", _table.Column("y_m"), -MaxFloorMeters, MaxFloorMeters);
        if ((x is null) != (y is null))
        {
            if (before == _errors.Count)
            {
                _cells.Wrong(x is null ? "x_m" : "y_m", "half-a-position", "a position has both x_m and y_m");
            }
        }
        else if (x is { } across && y is { } along)
        {
            var floor = _ground.Graph.NodeOf(hall)?.Hall;
            if (across < 0 || along < 0 || across > floor?.WidthMeters || along > floor?.DepthMeters)
            {
                _cells.Wrong("x_m", "outside-hall", FormattableString.Invariant(
                    $"{across} m, {along} m is outside {_ground.Graph.PathOf(hall)}, which is {floor?.WidthMeters} m by {floor?.DepthMeters} m from its origin"));
                return;
            }

            var position = new FloorPositionFact(across, along);
            _draft.State(subject, position);
            _stood.Add((_draft.ParentOf((int)subject.Number), (int)subject.Number, position, _table.Line));
        }
    }

    // Racks of a row that this file sets down, beside each other and beside those that stand there: two of one line take room from x to x + width.
    private void CheckFloors()
    {
        foreach (var row in _stood.GroupBy(stood => stood.Row))
        {
            var there = row.ToDictionary(stood => stood.Rack, stood => (stood.At, stood.Line));
            foreach (var rack in row.Key < _ground.Graph.NodeCount ? _ground.Graph.ChildrenOf(row.Key) : [])
            {
                if (_ground.Graph.NodeOf(rack)?.Position is { } at)
                {
                    there.TryAdd(rack, (at, 0));
                }
            }

            foreach (var line in there.GroupBy(stood => Math.Round(stood.Value.At.YMeters / ToleranceMeters)))
            {
                CheckLine([.. line.OrderBy(stood => stood.Value.At.XMeters).Select(stood => (stood.Key, stood.Value.At.XMeters, stood.Value.Line))]);
            }
        }
    }

    private void CheckLine((int Rack, double X, int Line)[] line)
    {
        for (var at = 1; at < line.Length; at++)
        {
            var (left, right) = (line[at - 1], line[at]);
            if (left.Line + right.Line > 0 && right.X < left.X + WidthOf(left.Rack) - ToleranceMeters)
            {
                var (said, other) = right.Line > 0 ? (right, left) : (left, right);
                _errors.Add(said.Line, "x_m", "racks-overlap", FormattableString.Invariant(
                    $"at {said.X} m it would overlap {_draft.Name(Subject.Node(other.Rack))} at {other.X} m; move one of them"));
            }
        }
    }

    private double WidthOf(int rack)
    {
        var subject = Subject.Node(rack);
        return _draft.Holding<RackFrameFact>(subject)?.WidthMeters
            ?? (_draft.Holding<PinnedSkuFact>(subject) is { } pinned && SkuRevision.TryParse(pinned.Sku, out var revision)
                && _ground.Catalogue.TryFind(revision, out var sku) ? sku.Width?.Value : null) ?? ToleranceMeters * 2;
    }

    private void Feeds(Subject subject, int hall)
    {
        if (_cells.Words("feeds", _table.Column("feeds")) is { } names)
        {
            var sources = new List<int>();
            foreach (var name in names)
            {
                if (!_nodes.TryFind(name, hall, kind => kind.IsPower(), out var source))
                {
                    _cells.Wrong("feeds", "unknown-feed", $"no power node is named '{CsvCells.Shown(name)}' in the hall, its building or its site; a path from the site names it elsewhere");
                    return;
                }

                var rating = _ground.Graph.NodeOf(source)!.PowerRating;
                if ((_ground.Graph.NodeOf(source)!.Voltage?.OutputVolts ?? rating?.Volts) is > MaxRackVolts and var volts)
                {
                    _cells.Wrong("feeds", "feed-voltage", FormattableString.Invariant($"{name} is at {volts} V; a rack takes at most {MaxRackVolts} V, so put a transformer between them"));
                    return;
                }

                if (sources.Contains(source))
                {
                    _cells.Wrong("feeds", "named-twice", $"'{name}' is there already under another name; name each feed once");
                    return;
                }

                sources.Add(source);
            }

            for (var order = 0; order < sources.Count; order++)
            {
                var key = Key(sources[order]);
                var held = _draft.Holding<FeedFact>(subject, key);
                _draft.State(subject, held is null ? new FeedFact(sources[order], order) : held with { Order = order }, key);
            }

            EndOthers(subject, FactAspect.Feed);
        }

        if (_cells.Word("mode", _table.Column("mode")) is { } word)
        {
            if (CsvModes.TryParse(word, out var mode))
            {
                // Sharing is what a rack does of which nobody said anything.
                var held = _draft.Holding<FeedModeFact>(subject);
                if (held is not null || mode != FeedMode.ActiveActive)
                {
                    _draft.State(subject, new FeedModeFact(mode, held?.TransferSeconds));
                }
            }
            else
            {
                _cells.Wrong("mode", "unknown-mode", $"'{CsvCells.Shown(word)}' is no mode; it is active-active, preferred or catcher");
            }
        }
    }

    private void Coolers(Subject subject, int hall)
    {
        if (_cells.Words("cdus", _table.Column("cdus")) is not { } names)
        {
            return;
        }

        var sources = new List<int>();
        foreach (var name in names)
        {
            if (!_nodes.TryFind(name, hall, kind => kind.IsCooling(), out var source))
            {
                _cells.Wrong("cdus", "unknown-cdu", $"no cooling node is named '{CsvCells.Shown(name)}' in the hall, its building or its site; a path from the site names it elsewhere");
                return;
            }

            if (!sources.Contains(source))
            {
                sources.Add(source);
            }
        }

        foreach (var source in sources)
        {
            _draft.State(subject, new CoolFact(source), Key(source));
        }

        EndOthers(subject, FactAspect.Cool);
    }

    private void Tags(Subject subject)
    {
        if (_cells.Words("tags", _table.Column("tags")) is { } tags)
        {
            foreach (var tag in tags)
            {
                _draft.State(subject, new TagFact(tag), tag);
            }

            EndOthers(subject, FactAspect.Tag);
        }
    }

    private void EndOthers(Subject subject, FactAspect aspect)
    {
        if (subject.Number >= _ground.Ledger.NextNode)
        {
            return;
        }

        foreach (var fact in _ground.Ledger.Of(subject))
        {
            if (fact.Aspect == aspect && fact.Valid.Contains(_ground.NowMs) && !_draft.States(subject, aspect, fact.Key))
            {
                _draft.End(fact);
            }
        }
    }

    private static string Key(int node) => node.ToString(CultureInfo.InvariantCulture);
}

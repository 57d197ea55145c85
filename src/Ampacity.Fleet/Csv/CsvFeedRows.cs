using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>The rows of <c>feeds.csv</c>: edges of the power graph, each with what its cable may carry.</summary>
internal sealed class CsvFeedRows
{
    /// <summary>Highest order of a feed: nobody has a thousand.</summary>
    private const int MaxOrder = 999;

    private readonly CsvTable _table;
    private readonly CsvErrors _errors;
    private readonly CsvGround _ground;
    private readonly CsvCells _cells;
    private readonly DraftWriter _draft;
    private readonly Dictionary<(int Node, int Source), int> _lines = [];
    private readonly Dictionary<int, int> _nextOrder = [];
    private readonly Dictionary<string, int> _paths = new(StringComparer.Ordinal);

    public CsvFeedRows(CsvTable table, CsvErrors errors, CsvGround ground)
    {
        (_table, _errors, _ground) = (table, errors, ground);
        _cells = new CsvCells(table, errors);
        _draft = new DraftWriter(ground.Ledger, ground.Graph, ground.NowMs) { Owner = ground.Owner };
    }

    public ChangePlan Plan(string author, string reason)
    {
        while (_table.Next())
        {
            Row();
        }

        return new ChangePlan(_draft.ToDraft(author, reason), _draft.Tally.Listed, _draft.Tally, _errors.Sorted);
    }

    private void Row()
    {
        if (Node("node", kind => kind.IsPower() || kind == NodeKind.Rack || kind.IsCooling(), "a rack, power node or cooling node") is not { } node
            || Node("source", kind => kind.IsPower(), "a power node") is not { } source)
        {
            return;
        }

        if (!_lines.TryAdd((node, source), _table.Line))
        {
            _cells.Wrong("source", "duplicate-feed", FormattableString.Invariant($"line {_lines[(node, source)]} states this feed too; join the two"));
            return;
        }

        var graph = _ground.Graph;
        if (node == source)
        {
            _cells.Wrong("source", "feed-loop", $"{graph.PathOf(node)} cannot feed itself");
            return;
        }

        var subject = Subject.Node(node);
        var key = source.ToString(CultureInfo.InvariantCulture);
        var held = _draft.Holding<FeedFact>(subject, key);
        var order = _cells.Number("order", _table.Column("order"), 0, MaxOrder);
        if (order is { } number && number != Math.Floor(number))
        {
            _cells.Wrong("order", "bad-number", "the order is a whole number; 0 is the preferred feed");
            return;
        }

        var weight = _cells.Number("weight", _table.Column("weight"), 1e-6, 1e6) ?? held?.Weight;
        var rating = Rating(held?.Rating, out var good);
        if (!good)
        {
            return;
        }

        var volts = rating?.Volts ?? graph.NodeOf(source)!.Voltage?.OutputVolts ?? graph.NodeOf(source)!.PowerRating?.Volts;
        if (graph.KindOf(node) == NodeKind.Rack && volts > NodeReference.MaxRackVolts)
        {
            _cells.Wrong(rating?.Volts > NodeReference.MaxRackVolts ? "voltage_v" : "source", "feed-voltage",
                FormattableString.Invariant($"the feed is at {volts} V; a rack takes at most {NodeReference.MaxRackVolts} V, so put a transformer between them"));
            return;
        }

        var place = (int?)order ?? held?.Order ?? NextOrder(node);
        _nextOrder[node] = Math.Max(NextOrder(node), place + 1);
        _draft.State(subject, new FeedFact(source, place, weight, rating), key);
    }

    private int? Node(string column, Func<NodeKind, bool> good, string what)
    {
        if (_cells.Word(column, _table.Column(column)) is not { } path)
        {
            _cells.Wrong(column, "missing-value", $"every feed has a {column}: the path of {what}");
            return null;
        }

        if (!_paths.TryGetValue(path, out var node))
        {
            _paths[path] = node = _ground.Graph.FindPath(path);
        }

        if (node >= 0 && good(_ground.Graph.KindOf(node)))
        {
            return node;
        }

        _cells.Wrong(column, node < 0 ? "unknown-node" : "wrong-node",
            node < 0 ? $"nothing is at '{CsvCells.Shown(path)}'; write a path from the site, such as site/hall/ups-a" : $"{path} is a {_ground.Graph.KindOf(node)}; this is {what}");
        return null;
    }

    private PowerRatingFact? Rating(PowerRatingFact? held, out bool good)
    {
        var before = _errors.Count;
        var amperes = _cells.Number("rating_a", _table.Column("rating_a"), 0.1, 1e6);
        var volts = _cells.Number("voltage_v", _table.Column("voltage_v"), 1, 1e6);
        var phases = _cells.Word("phases", _table.Column("phases"));
        CurrentForm? form = phases switch { "3" => CurrentForm.ThreePhase, "1" => CurrentForm.SinglePhase, "dc" or "DC" => CurrentForm.Direct, _ => null };
        good = true;
        if (phases is not null && form is null)
        {
            _cells.Wrong("phases", "bad-phases", $"'{CsvCells.Shown(phases)}' is not 3, 1 or dc");
            good = false;
        }
        else if ((amperes is null) != (volts is null) || (phases is not null && amperes is null))
        {
            good = false;
            if (before == _errors.Count)
            {
                _cells.Wrong("rating_a", "half-a-rating", "a rating has both rating_a and voltage_v; phases are 3 unless said");
            }
        }

        if (amperes is null || !good)
        {
            return held;
        }

        // What the columns do not say stays as it is; a new one may be loaded to its rating, at the usual power factor of racks.
        var current = form ?? held?.Form ?? CurrentForm.ThreePhase;
        return held is not null && (held.Amperes, held.Volts) == (amperes, volts) && held.Form == current
            ? held
            : new PowerRatingFact(null, null, amperes, volts, held?.ContinuousFactor ?? 1, current == CurrentForm.Direct ? 1 : held?.PowerFactor ?? 0.98, held?.Overload ?? [], current);
    }

    // After the feeds that it has and those that rows before this one gave it.
    private int NextOrder(int node) => _nextOrder.TryGetValue(node, out var next)
        ? next
        : _ground.Graph.NodeOf(node)!.Feeds is { IsEmpty: false } feeds ? feeds.Max(feed => feed.Order) + 1 : 0;
}

using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Edits of racks and of the edges of nodes: move to another position, feeds, coolers.</summary>
internal sealed class RackEdits(EditDraft draft, SkuCatalogue catalogue)
{
    private const double RackVoltsMax = 1_500;
    private const double ToleranceMeters = 0.0005; // What a sum of floats adds, as in fleet files.

    public static bool IsEdge(string field) => field is "feeds" or "cdus" or "coolers";

    /// <summary>Gives a node other feeds or coolers from an instant on; null or empty takes all away.</summary>
    public void SetEdges(Subject subject, string field, string? names, long atMs)
    {
        var (node, aspect) = NodeOf(subject, field);
        Edges(node, aspect, Wanted(node, aspect, names, atMs, atMs), atMs);
    }

    /// <summary>
    /// Feeds or coolers were recorded wrongly. They are one field of several facts: what is corrected, where nothing else is said, is the span
    /// around the instant in which they were the same. What stays keeps the share and rating of its whip.
    /// </summary>
    /// <exception cref="EditRefusal">Nothing was recorded then, and no span says since when something was there.</exception>
    public void CorrectEdges(Subject subject, FleetEdit.Correct correct, long atMs)
    {
        var (node, aspect) = NodeOf(subject, correct.Field);
        var slots = draft.SlotsOf(subject).Where(slot => slot.Aspect == aspect).ToArray();
        var instant = correct.Span?.FromMs ?? atMs;
        if (correct.Span is null && !Array.Exists(slots, slot => draft.Of(slot).At(instant) is not null))
        {
            throw new EditRefusal("nothing-to-correct", $"no {correct.Field} are recorded at that time; say from when to when with from and to, or set them");
        }

        var span = correct.Span ?? SpanOfSame(slots, instant);
        var wanted = Wanted(node, aspect, correct.Value, instant, span.FromMs);
        foreach (var slot in slots.Where(slot => !wanted.ContainsKey(slot.Key)))
        {
            draft.Set(slot, null, span);
        }

        foreach (var (key, value) in wanted)
        {
            draft.Set(new Slot(subject, aspect, key), value, span);
        }
    }

    private static (int Node, FactAspect Aspect) NodeOf(Subject subject, string field) => subject.Kind == SubjectKind.Node
        ? ((int)subject.Number, field == "feeds" ? FactAspect.Feed : FactAspect.Cool)
        : throw new EditRefusal("unknown-field", $"an asset has no {field}; its rack has");

    // From the last instant at which any of them began or ended to the next one.
    private Validity SpanOfSame(IEnumerable<Slot> slots, long instant)
    {
        var (fromMs, toMs) = (0L, Validity.Open);
        foreach (var edge in slots.SelectMany(slot => draft.Of(slot).Now).SelectMany(piece => (long[])[piece.Valid.FromMs, piece.Valid.ToMs]))
        {
            (fromMs, toMs) = edge <= instant ? (Math.Max(fromMs, edge), toMs) : (fromMs, Math.Min(toMs, edge));
        }

        return new Validity(fromMs, toMs);
    }

    // Names are looked up as of one instant; the edges begin at another, and what they lead to has to stand then.
    private Dictionary<string, FactValue> Wanted(int node, FactAspect aspect, string? names, long lookMs, long fromMs)
    {
        var isFeed = aspect == FactAspect.Feed;
        var wanted = new Dictionary<string, FactValue>(StringComparer.Ordinal);
        foreach (var name in (names ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var source = Source(node, name, isFeed, lookMs);
            var key = source.ToString(CultureInfo.InvariantCulture);
            var held = isFeed ? draft.Holding<FeedFact>(Subject.Node(node), lookMs, key) : null;
            if (!wanted.TryAdd(key, isFeed ? (held ?? new FeedFact(source, 0)) with { Order = wanted.Count } : new CoolFact(source)))
            {
                throw new EditRefusal("named-twice", $"{draft.Name(Subject.Node(source), lookMs)} is named twice");
            }

            if (fromMs < lookMs && draft.NodeAt(source, fromMs) is null)
            {
                throw new EditRefusal(isFeed ? "unknown-feed" : "unknown-cdu", $"{draft.Name(Subject.Node(source), lookMs)} was not there yet when the span begins; give a later from");
            }

            if (isFeed)
            {
                CheckVolts(node, source, lookMs);
            }
        }

        return wanted;
    }

    /// <summary>Moves a rack to another position: its ordinal stays, so that its columns and telemetry stay.</summary>
    public void Move(int rack, FleetEdit.Move move, long atMs)
    {
        var cut = move.To.LastIndexOf('/');
        var fact = draft.NodeAt(rack, atMs)!;
        if (cut <= 0 || !EditTarget.TryPlace(draft, move.To[..cut], atMs, out var row) || row.Part != 0 || draft.NodeAt(row.Node, atMs)?.Kind != NodeKind.Row)
        {
            throw EditTarget.Missing(move.To, "a rack moves to a position of a row that exists, such as site/hall/r02/20");
        }

        var name = EditFields.Name(move.To[(cut + 1)..]);
        var there = draft.ChildOf(row.Node, name, atMs);
        if (there == rack)
        {
            throw new EditRefusal("already-there", $"it stands at {move.To} already");
        }

        if (draft.Holding<LifecycleFact>(Subject.Node(rack), atMs) is { State: LifecycleState.Retired })
        {
            throw new EditRefusal("retired-asset", "the rack is Retired");
        }

        var neighbours = draft.RacksOf(row.Node, atMs).Where(other => other != rack && other != there).ToArray();
        FloorPositionFact? vacated = null;
        if (there >= 0)
        {
            if (draft.NodeAt(there, atMs)!.Kind != NodeKind.Rack || draft.Holding<PinnedSkuFact>(Subject.Node(there), atMs) is not null || draft.AssetsIn(there, atMs).Count > 0)
            {
                throw new EditRefusal("place-taken", $"something stands at {move.To}; move it away first, or take another position");
            }

            vacated = draft.Holding<FloorPositionFact>(Subject.Node(there), atMs);
            neighbours = [there, .. neighbours];
        }

        var nearest = there >= 0 && Feeds(there, atMs).Count > 0 ? there : Nearest(neighbours.Where(other => other != there), name, atMs);
        var position = move.Position is { } said ? EditFields.Position(said) : vacated ?? Derive([.. neighbours.Where(other => other != there)], name, atMs);
        var stays = fact.Parent == row.Node;
        var feeds = move.Feeds is not null
            ? [.. move.Feeds.Select((feed, order) => new FeedFact(Source(row.Node, feed, power: true, atMs), order))]
            : stays ? Feeds(rack, atMs) : nearest >= 0 ? Feeds(nearest, atMs) : SameHall(fact.Parent, row.Node, atMs) ? Feeds(rack, atMs)
                : throw new EditRefusal("no-neighbour", "no rack in that row says what feeds it; give feeds (--feeds) and coolers (--cdus)");
        var coolers = move.Coolers is not null
            ? [.. move.Coolers.Select(cooler => Source(row.Node, cooler, power: false, atMs))]
            : stays || nearest < 0 ? Coolers(rack, atMs) : Coolers(nearest, atMs);
        if (position is not null)
        {
            CheckFloor(rack, position, row.Node, neighbours.Where(other => other != there), atMs);
        }

        if (there >= 0)
        {
            Clear(there, atMs);
        }

        draft.Begin(Subject.Node(rack), new NodeFact(NodeKind.Rack, name, row.Node), atMs);
        SetFeeds(rack, feeds, atMs);
        SetCoolers(rack, coolers, atMs);
        if (position is not null)
        {
            draft.Begin(Subject.Node(rack), position, atMs);
        }
        else
        {
            draft.End(new Slot(Subject.Node(rack), FactAspect.FloorPosition, ""), atMs);
        }
    }

    /// <summary>Ends all that is said of a node.</summary>
    public void Clear(int node, long atMs)
    {
        foreach (var slot in draft.SlotsOf(Subject.Node(node)))
        {
            draft.EndForGood(slot, atMs);
        }
    }

    private void CheckVolts(int node, int source, long atMs)
    {
        if (draft.NodeAt(node, atMs)?.Kind == NodeKind.Rack && draft.GraphAt(atMs).NodeOf(source)?.PowerRating?.Volts > RackVoltsMax)
        {
            throw new EditRefusal("feed-voltage", $"{draft.Name(Subject.Node(source), atMs)} is over 1,500 V; put a transformer between them");
        }
    }

    private void SetFeeds(int node, IReadOnlyList<FeedFact> feeds, long atMs)
    {
        foreach (var feed in feeds)
        {
            CheckVolts(node, feed.Source, atMs);
        }

        Edges(node, FactAspect.Feed, Keyed(feeds.Select(feed => (feed.Source, (FactValue)feed)), atMs), atMs);
    }

    private void SetCoolers(int node, IReadOnlyList<int> coolers, long atMs) =>
        Edges(node, FactAspect.Cool, Keyed(coolers.Select(cooler => (cooler, (FactValue)new CoolFact(cooler))), atMs), atMs);

    private Dictionary<string, FactValue> Keyed(IEnumerable<(int Source, FactValue Value)> wanted, long atMs)
    {
        var values = new Dictionary<string, FactValue>(StringComparer.Ordinal);
        foreach (var (source, value) in wanted)
        {
            if (!values.TryAdd(source.ToString(CultureInfo.InvariantCulture), value))
            {
                throw new EditRefusal("named-twice", $"{draft.Name(Subject.Node(source), atMs)} is named twice");
            }
        }

        return values;
    }

    private void Edges(int node, FactAspect aspect, Dictionary<string, FactValue> values, long atMs)
    {
        var subject = Subject.Node(node);
        foreach (var (slot, _) in draft.HoldingOf(subject, atMs))
        {
            if (slot.Aspect == aspect && !values.ContainsKey(slot.Key))
            {
                draft.End(slot, atMs);
            }
        }

        foreach (var (key, value) in values)
        {
            draft.Begin(subject, value, atMs, key);
        }
    }

    private IReadOnlyList<FeedFact> Feeds(int node, long atMs) =>
        [.. draft.HoldingOf(Subject.Node(node), atMs).Select(held => held.Value).OfType<FeedFact>().OrderBy(feed => feed.Order)];

    private IReadOnlyList<int> Coolers(int node, long atMs) =>
        [.. draft.HoldingOf(Subject.Node(node), atMs).Select(held => held.Value).OfType<CoolFact>().Select(cool => cool.Source)];

    // A name is looked up in the hall, then its building, then its site, as in fleet files; with a slash it is a path from the root.
    private int Source(int from, string name, bool power, long atMs)
    {
        var found = -1;
        if (name.Contains('/', StringComparison.Ordinal))
        {
            found = EditTarget.TryPlace(draft, name, atMs, out var place) && place.Part == 0 ? place.Node : -1;
        }

        for (var above = from; found < 0 && above >= 0 && !name.Contains('/', StringComparison.Ordinal); above = draft.NodeAt(above, atMs)?.Parent ?? -1)
        {
            found = draft.ChildOf(above, name, atMs);
        }

        var kind = found < 0 ? NodeKind.None : draft.NodeAt(found, atMs)!.Kind;
        return (power ? kind.IsPower() : kind.IsCooling()) ? found : throw new EditRefusal(
            power ? "unknown-feed" : "unknown-cdu", $"no {(power ? "power" : "cooling")} node is named '{name}' in the hall, its building or its site");
    }

    private bool SameHall(int one, int other, long atMs) => HallOf(one, atMs) is var hall && hall >= 0 && hall == HallOf(other, atMs);

    private int HallOf(int node, long atMs)
    {
        while (node >= 0 && draft.NodeAt(node, atMs) is { } fact && fact.Kind != NodeKind.Hall)
        {
            node = fact.Parent;
        }

        return node;
    }

    private int Nearest(IEnumerable<int> racks, string name, long atMs)
    {
        var best = -1;
        foreach (var rack in racks.Where(rack => Feeds(rack, atMs).Count > 0))
        {
            // The last one before it, else the first one after it.
            if (best < 0 || NaturalOrder.Comparer.Compare(draft.NodeAt(rack, atMs)!.Name, name) < 0)
            {
                best = rack;
            }
        }

        return best;
    }

    // Two numbered racks of the row give its pitch.
    private FloorPositionFact? Derive(IReadOnlyList<int> racks, string name, long atMs)
    {
        var known = new List<(int Number, FloorPositionFact At)>();
        foreach (var rack in racks)
        {
            if (int.TryParse(draft.NodeAt(rack, atMs)!.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && draft.Holding<FloorPositionFact>(Subject.Node(rack), atMs) is { } at)
            {
                known.Add((number, at));
            }
        }

        if (known.Count < 2 || known[0].Number == known[^1].Number || !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
        {
            return null;
        }

        var (first, last) = (known[0], known[^1]);
        var share = (double)(wanted - first.Number) / (last.Number - first.Number);
        return new FloorPositionFact(
            first.At.XMeters + ((last.At.XMeters - first.At.XMeters) * share), first.At.YMeters + ((last.At.YMeters - first.At.YMeters) * share));
    }

    /// <summary>A position that is set: in the hall, and beside the other racks of the row.</summary>
    /// <exception cref="EditRefusal">It would stand outside, or in another rack.</exception>
    public void CheckPosition(int rack, FloorPositionFact at, long atMs)
    {
        var row = draft.NodeAt(rack, atMs)!.Parent;
        CheckFloor(rack, at, row, draft.RacksOf(row, atMs).Where(other => other != rack), atMs);
    }

    private void CheckFloor(int rack, FloorPositionFact at, int row, IEnumerable<int> neighbours, long atMs)
    {
        var graph = draft.GraphAt(atMs);
        var others = neighbours.Select(other => (Rack: other, At: draft.Holding<FloorPositionFact>(Subject.Node(other), atMs))).Where(other => other.At is not null).ToArray();
        var alongY = others.Length > 1 && others.All(other => Math.Abs(other.At!.XMeters - others[0].At!.XMeters) < ToleranceMeters);
        var width = Width(rack);
        var (left, across) = alongY ? (at.YMeters, at.XMeters) : (at.XMeters, at.YMeters);
        var hall = graph.NodeOf(HallOf(row, atMs))?.Hall;
        if ((alongY ? hall?.DepthMeters : hall?.WidthMeters) is { } along && left + width > along + ToleranceMeters
            || (alongY ? hall?.WidthMeters : hall?.DepthMeters) is { } beside && across > beside + ToleranceMeters)
        {
            throw new EditRefusal("off-the-floor", $"at {at.XMeters} m, {at.YMeters} m it would stand outside the hall");
        }

        foreach (var (other, stands) in others)
        {
            var (otherLeft, otherAcross) = alongY ? (stands!.YMeters, stands.XMeters) : (stands!.XMeters, stands.YMeters);
            if (Math.Abs(across - otherAcross) < ToleranceMeters
                && left < otherLeft + Math.Max(Width(other), 0.01) - ToleranceMeters && otherLeft < left + Math.Max(width, 0.01) - ToleranceMeters)
            {
                throw new EditRefusal("racks-overlap", $"at {at.XMeters} m, {at.YMeters} m it would overlap {draft.Name(Subject.Node(other), atMs)}; give another position (--position)");
            }
        }

        double Width(int node) => draft.Holding<RackFrameFact>(Subject.Node(node), atMs)?.WidthMeters ?? (graph.BuildOf(node) is { } build ? catalogue[build.Sku].Width?.Value : null) ?? 0;
    }
}

using System.Collections.Immutable;

namespace Ampacity.Fleet;

/// <summary>Makes a <see cref="FleetNode"/> of the facts about one ordinal that hold at an instant.</summary>
internal sealed class FleetNodeReader(FactsAfter facts, long atMs, SkuCatalogue catalogue)
{
    // Racks of one row have the same feeds and coolers: one array for all of them.
    private readonly Dictionary<FeedFact, ImmutableArray<FeedFact>> _singleFeeds = [];
    private readonly Dictionary<(FeedFact, FeedFact), ImmutableArray<FeedFact>> _pairFeeds = [];
    private readonly Dictionary<(FeedFact, FeedFact), PowerNode> _pairPower = [];
    private readonly Dictionary<int, ImmutableArray<int>> _singleCoolers = [];
    private readonly Dictionary<string, RackBuild?> _builds = new(StringComparer.Ordinal);
    private readonly Parts _parts = new();

    /// <summary>The node, or null if none holds.</summary>
    public FleetNode? Read(int ordinal)
    {
        _parts.Clear();
        facts.VisitNode(ordinal, atMs, _parts.Add);
        return _parts.Node is { } node ? Make(node) : null;
    }

    private FleetNode Make(NodeFact node)
    {
        var parts = _parts;
        parts.Feeds.Sort((left, right) => left.Order != right.Order ? left.Order.CompareTo(right.Order) : left.Source.CompareTo(right.Source));
        var rating = parts.Rating is null ? null : NodePower.From(parts.Rating);
        return new FleetNode(node.Kind, node.Name, node.Parent)
        {
            Hall = parts.Hall,
            Parties = parts.Parties,
            Position = parts.Position,
            Frame = parts.Frame,
            Sku = parts.Sku,
            Build = parts.Sku is null ? null : BuildOf(parts.Sku),
            Programme = parts.Programme,
            State = parts.State,
            BoundTo = parts.BoundTo,
            HeatSplit = parts.HeatSplit,
            PowerRating = parts.Rating,
            Voltage = parts.Voltage,
            StoredEnergy = parts.Stored,
            Feeds = Shared(parts.Feeds),
            Power = PowerOf(rating),
            Cooling = parts.Cooling,
            Coolers = Coolers(parts.Coolers),
            Domains = parts.Domains.Count == 0 ? [] : [.. parts.Domains.OrderBy(domain => domain.Part, StringComparer.Ordinal)],
            Plane = parts.Plane,
            Links = parts.Links.Count == 0 ? [] : [.. parts.Links.OrderBy(link => link.Plane).ThenBy(link => link.Peer)],
            Tranches = parts.Tranches.Count == 0 ? [] : [.. parts.Tranches.OrderBy(tranche => tranche.Name, NaturalOrder.Comparer)],
            Terms = parts.Terms,
            Milestones = parts.Milestones.Count == 0 ? [] : [.. parts.Milestones.OrderBy(milestone => milestone.DueMs)],
            Organisation = parts.Organisation,
            BindingRules = parts.Rules.Count == 0 ? [] : [.. parts.Rules.OrderBy(rule => rule.Rank)],
            Baselines = parts.Baselines.Count == 0 ? [] : [.. parts.Baselines.OrderBy(one => one.Sku, StringComparer.Ordinal).ThenBy(one => one.Property, StringComparer.Ordinal)],
            Tags = parts.Tags.Count == 0 ? [] : [.. parts.Tags.Order(StringComparer.Ordinal)],
            Note = parts.Note,
        };
    }

    private PowerNode? PowerOf(NodePower? rating)
    {
        var (feeds, mode) = (_parts.Feeds, _parts.Mode);
        if (feeds.Count == 0 && rating is null && _parts.Efficiency is null)
        {
            return null;
        }

        // The usual rack has two feeds that share, and nothing else: all of a row have one object.
        if (feeds.Count == 2 && rating is null && _parts.Efficiency is null
            && (mode is null || mode is { Mode: FeedMode.ActiveActive, TransferSeconds: null }))
        {
            return _pairPower.TryGetValue((feeds[0], feeds[1]), out var shared) ? shared : _pairPower[(feeds[0], feeds[1])] = New();
        }

        return New();

        PowerNode New() => new(
            [.. feeds.Select(feed => new PowerFeed(feed.Source, feed.Weight ?? 1, feed.Rating is null ? null : NodePower.From(feed.Rating)))],
            mode?.Mode ?? FeedMode.ActiveActive, mode?.TransferSeconds, rating, _parts.Efficiency);
    }

    private ImmutableArray<FeedFact> Shared(List<FeedFact> feeds)
    {
        switch (feeds.Count)
        {
            case 0:
                return [];
            case 1:
                return _singleFeeds.TryGetValue(feeds[0], out var single) ? single : _singleFeeds[feeds[0]] = [feeds[0]];
            case 2:
                return _pairFeeds.TryGetValue((feeds[0], feeds[1]), out var pair) ? pair : _pairFeeds[(feeds[0], feeds[1])] = [feeds[0], feeds[1]];
            default:
                return [.. feeds];
        }
    }

    private ImmutableArray<int> Coolers(List<int> coolers)
    {
        switch (coolers.Count)
        {
            case 0:
                return [];
            case 1:
                return _singleCoolers.TryGetValue(coolers[0], out var single) ? single : _singleCoolers[coolers[0]] = [coolers[0]];
            default:
                coolers.Sort();
                return [.. coolers];
        }
    }

    private RackBuild? BuildOf(string sku)
    {
        if (!_builds.TryGetValue(sku, out var build))
        {
            build = catalogue.FindBuild(sku);
            _builds[sku] = build;
        }

        return build;
    }

    /// <summary>The facts of one node as they come; reused from node to node.</summary>
    private sealed class Parts
    {
        public NodeFact? Node { get; private set; }

        public HallFact? Hall { get; private set; }

        public PartiesFact? Parties { get; private set; }

        public FloorPositionFact? Position { get; private set; }

        public RackFrameFact? Frame { get; private set; }

        public string? Sku { get; private set; }

        public string? Programme { get; private set; }

        public LifecycleState? State { get; private set; }

        public int BoundTo { get; private set; }

        public HeatSplitFact? HeatSplit { get; private set; }

        public PowerRatingFact? Rating { get; private set; }

        public VoltageFact? Voltage { get; private set; }

        public StoredEnergyFact? Stored { get; private set; }

        public EfficiencyFact? Efficiency { get; private set; }

        public FeedModeFact? Mode { get; private set; }

        public CoolingRatingFact? Cooling { get; private set; }

        public PlaneFact? Plane { get; private set; }

        public ProgrammeTermsFact? Terms { get; private set; }

        public OrganisationFact? Organisation { get; private set; }

        public string? Note { get; private set; }

        public List<FeedFact> Feeds { get; } = [];

        public List<int> Coolers { get; } = [];

        public List<(string Part, string Domain)> Domains { get; } = [];

        public List<LinkFact> Links { get; } = [];

        public List<(string Name, TrancheFact Tranche)> Tranches { get; } = [];

        public List<MilestoneFact> Milestones { get; } = [];

        public List<BindingRuleFact> Rules { get; } = [];

        public List<BaselineFact> Baselines { get; } = [];

        public List<string> Tags { get; } = [];

        public void Clear()
        {
            (Node, Hall, Parties, Position, Frame, Sku, Programme, State, BoundTo) = (null, null, null, null, null, null, null, null, -1);
            (HeatSplit, Rating, Voltage, Stored, Efficiency, Mode, Cooling) = (null, null, null, null, null, null, null);
            (Plane, Terms, Organisation, Note) = (null, null, null, null);
            Feeds.Clear();
            Coolers.Clear();
            Domains.Clear();
            Links.Clear();
            Tranches.Clear();
            Milestones.Clear();
            Rules.Clear();
            Baselines.Clear();
            Tags.Clear();
        }

        public void Add(string key, FactValue value)
        {
            switch (value)
            {
                case NodeFact fact: Node = fact; break;
                case HallFact fact: Hall = fact; break;
                case PartiesFact fact: Parties = fact; break;
                case FloorPositionFact fact: Position = fact; break;
                case RackFrameFact fact: Frame = fact; break;
                case PinnedSkuFact fact: Sku = fact.Sku; break;
                case ProgrammeFact fact: Programme = fact.Programme; break;
                case LifecycleFact fact: State = fact.State; break;
                case BoundToFact fact: BoundTo = fact.Rack; break;
                case HeatSplitFact fact: HeatSplit = fact; break;
                case PowerRatingFact fact: Rating = fact; break;
                case VoltageFact fact: Voltage = fact; break;
                case StoredEnergyFact fact: Stored = fact; break;
                case EfficiencyFact fact: Efficiency = fact; break;
                case FeedModeFact fact: Mode = fact; break;
                case FeedFact fact: Feeds.Add(fact); break;
                case CoolingRatingFact fact: Cooling = fact; break;
                case CoolFact fact: Coolers.Add(fact.Source); break;
                case DomainFact fact: Domains.Add((key, fact.Domain)); break;
                case PlaneFact fact: Plane = fact; break;
                case LinkFact fact: Links.Add(fact); break;
                case TrancheFact fact: Tranches.Add((key, fact)); break;
                case ProgrammeTermsFact fact: Terms = fact; break;
                case MilestoneFact fact: Milestones.Add(fact); break;
                case OrganisationFact fact: Organisation = fact; break;
                case BindingRuleFact fact: Rules.Add(fact); break;
                case BaselineFact fact: Baselines.Add(fact); break;
                case TagFact fact: Tags.Add(fact.Tag); break;
                case NoteFact fact: Note = fact.Text; break;
                case OriginFact: break; // Only the next import asks, and it asks the ledger.
                default: throw new InvalidOperationException($"Bug: a node has no {value.Aspect}");
            }
        }
    }
}

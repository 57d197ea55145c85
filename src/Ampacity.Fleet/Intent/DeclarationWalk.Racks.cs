namespace Ampacity.Fleet;

// Rows and racks. What racks of a row share is worked out once a hall and stated rack by rack.
internal sealed partial class DeclarationWalk
{
    private readonly Dictionary<SkuRevision, PinnedSkuFact> _skus = [];

    private int[] StateRacks(DeclaredHallBody body, Ground ground)
    {
        var racks = new int[body.Racks.Length];
        var shared = new Dictionary<RackTerms, (FactValue Value, string Key)[]>(ReferenceEqualityComparer.Instance);
        foreach (var row in body.Rows)
        {
            var node = StateNode(NodeKind.Row, row.Name, ground.Node, row.Formerly, ground.Path, row.Line);
            if (row.Note is { } note)
            {
                planner.State(Subject.Node(node), new NoteFact(note));
            }

            for (var index = row.First; index < row.First + row.RackCount; index++)
            {
                var rack = body.Racks[index];
                racks[index] = StateNode(NodeKind.Rack, rack.Name, node, rack.Formerly, ground.Path, rack.Line);
                if (!shared.TryGetValue(rack.Terms, out var facts))
                {
                    shared.Add(rack.Terms, facts = [.. FactsOf(rack.Terms, ground, rack.Line)]);
                }

                StateRack(rack, Subject.Node(racks[index]), facts);
            }
        }

        for (var index = 0; index < racks.Length; index++)
        {
            if (body.Racks[index].BoundTo is var served and >= 0)
            {
                planner.State(Subject.Node(racks[index]), new BoundToFact(racks[served]));
            }
        }

        return racks;
    }

    private void StateRack(DeclaredRack rack, Subject subject, (FactValue Value, string Key)[] shared)
    {
        foreach (var (value, key) in shared)
        {
            planner.State(subject, value, key);
        }

        StateAll(subject, rack.Terms.Feeds.Length > 0, FactAspect.Feed);
        StateAll(subject, rack.Terms.Cdus.Length > 0, FactAspect.Cool);
        if (rack is { X: { } x, Y: { } y })
        {
            planner.State(subject, new FloorPositionFact(x.Value, y.Value));
        }

        if (rack.Terms.Tenant is not null || rack.Terms.Owner is not null)
        {
            StateParties(subject, new(null, rack.Terms.Tenant, rack.Terms.Owner));
        }

        foreach (var (part, domain) in rack.Domains)
        {
            planner.State(subject, new DomainFact(domain), part);
        }
    }

    private List<(FactValue Value, string Key)> FactsOf(RackTerms terms, Ground ground, int line)
    {
        var facts = new List<(FactValue, string)>();
        if (terms.Sku is { } sku)
        {
            facts.Add((_skus.TryGetValue(sku, out var pinned) ? pinned : _skus[sku] = new PinnedSkuFact(sku.ToString()), ""));
        }

        Add(terms.Programme is { } programme ? new ProgrammeFact(programme) : null);
        Add(terms.State is { } state ? new LifecycleFact(state) : null);
        Add(terms.LiquidShare is { } liquid ? new HeatSplitFact(liquid) : null);
        Add(terms.Frame);
        Add(terms.Note is { } note ? new NoteFact(note) : null);
        facts.AddRange(terms.Tags.Select(tag => ((FactValue)new TagFact(tag), tag)));
        facts.AddRange(Feeds(terms.Feeds, terms.Mode, terms.TransferSeconds, ground, line));
        facts.AddRange(Coolers(terms.Cdus, ground, line));
        return facts;

        void Add(FactValue? value)
        {
            if (value is not null)
            {
                facts.Add((value, ""));
            }
        }
    }
}

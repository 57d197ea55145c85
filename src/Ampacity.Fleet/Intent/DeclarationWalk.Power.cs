namespace Ampacity.Fleet;

// The power and cooling sections.
internal sealed partial class DeclarationWalk
{
    private void StatePower(IReadOnlyList<DeclaredPowerNode> nodes, Ground ground)
    {
        foreach (var node in nodes)
        {
            var subject = Subject.Node(ground.Names[node.Name]);
            foreach (var fact in (FactValue?[])[node.Rating?.Fact, node.Efficiency, node.Volts, node.Stored])
            {
                if (fact is not null)
                {
                    planner.State(subject, fact);
                }
            }

            foreach (var (value, key) in Feeds(node.FedBy, node.Mode, node.TransferSeconds, ground, node.Line))
            {
                planner.State(subject, value, key);
            }

            StateAll(subject, node.FedBy.Length > 0, FactAspect.Feed);
            StateRemarks(subject, node.Note, node.Tags);
        }
    }

    // Who names one feed names all: a list is one thing that a file says.
    private void StateAll(Subject subject, bool isStated, FactAspect aspect)
    {
        if (isStated)
        {
            planner.StateNoOther(subject, aspect);
        }
    }

    private void StateCooling(IReadOnlyList<DeclaredCoolingNode> nodes, Ground ground)
    {
        foreach (var node in nodes)
        {
            var subject = Subject.Node(ground.Names[node.Name]);
            if (node.Rating is { } rating)
            {
                planner.State(subject, rating);
            }

            foreach (var (value, key) in Coolers(node.CooledBy, ground, node.Line))
            {
                planner.State(subject, value, key);
            }

            StateAll(subject, node.CooledBy.Length > 0, FactAspect.Cool);
            StateRemarks(subject, node.Note, node.Tags);
        }
    }

    private List<(FactValue Value, string Key)> Feeds(
        IReadOnlyList<DeclaredFeed> feeds, FeedMode? mode, double? transferSeconds, Ground ground, int line)
    {
        var facts = new List<(FactValue, string)>(feeds.Count + 1);
        var sources = new HashSet<int>();
        for (var order = 0; order < feeds.Count; order++)
        {
            var feed = feeds[order];
            var source = Resolve(feed.From, ground, "unknown-feed", line);
            if (source >= 0 && !sources.Add(source))
            {
                // A name and a path may mean the same node, which only shows here.
                planner.Refuse(new(file.File, line, ground.Path, "duplicate-feed", $"'{feed.From}' feeds it already under another name; name each feed once"));
            }
            else if (source >= 0)
            {
                facts.Add((new FeedFact(source, order, feed.Share, feed.Rating?.Fact), Key(source)));
            }
        }

        if (mode is { } stated)
        {
            facts.Add((new FeedModeFact(stated, transferSeconds), ""));
        }

        return facts;
    }

    private IEnumerable<(FactValue Value, string Key)> Coolers(IReadOnlyList<string> names, Ground ground, int line) => names
        .Select(name => Resolve(name, ground, "unknown-cdu", line)).Where(source => source >= 0).Distinct()
        .Select(source => ((FactValue)new CoolFact(source), Key(source)));
}

using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Walks a fleet file's declarations and states each as facts: first every node that stands above the racks, so that feeds may lead
/// anywhere, then what is said of them, hall by hall.
/// </summary>
internal sealed partial class DeclarationWalk(ChangePlanner planner, DeclaredFile file)
{
    private readonly List<(DeclaredHall Hall, Ground Ground)> _halls = [];
    private readonly List<(DeclaredPremises Premises, Ground Ground)> _premises = [];

    public void Walk()
    {
        foreach (var owner in file.Owns)
        {
            planner.Own(owner);
        }

        planner.Own(file.Owns[0]);
        StateRegisters();
        foreach (var site in file.Sites)
        {
            StateGround(site, null);
        }

        foreach (var (premises, ground) in _premises)
        {
            if (premises.Owner is { } owner)
            {
                planner.Own(owner);
                StatePremises(premises, ground);
            }
        }

        foreach (var (hall, ground) in _halls)
        {
            planner.Own(hall.Owner);
            StateHall(hall, ground);
        }
    }

    // A site above the owned halls is stated on behalf of the first of them: somebody has to.
    private void StateGround(DeclaredPremises premises, Ground? outer)
    {
        planner.Own(premises.Owner ?? premises.Halls.Select(hall => hall.Owner)
            .Concat(premises.Buildings.SelectMany(building => building.Halls.Select(hall => hall.Owner).Prepend(building.Owner ?? "")))
            .FirstOrDefault(owner => owner.Length > 0) ?? file.Owns[0]);
        var node = StateNode(premises.Kind, premises.Name, outer?.Node ?? -1, premises.Formerly, "", premises.Line);
        var ground = new Ground(node, premises.Path, outer);
        _premises.Add((premises, ground));
        StateNodes(ground, premises.Power, premises.Cooling);
        foreach (var building in premises.Buildings)
        {
            StateGround(building, ground);
        }

        foreach (var hall in premises.Halls)
        {
            planner.Own(hall.Owner);
            var inside = new Ground(StateNode(NodeKind.Hall, hall.Name, node, hall.Formerly, "", hall.Line), hall.Path, ground);
            _halls.Add((hall, inside));
            StateNodes(inside, hall.Body.Power, hall.Body.Cooling);
        }
    }

    private void StateNodes(Ground ground, IReadOnlyList<DeclaredPowerNode> power, IReadOnlyList<DeclaredCoolingNode> cooling)
    {
        foreach (var node in power)
        {
            ground.Names[node.Name] = StateNode(node.Kind, node.Name, ground.Node, node.Formerly, ground.Path, node.Line);
        }

        foreach (var node in cooling)
        {
            ground.Names[node.Name] = StateNode(node.Kind, node.Name, ground.Node, node.Formerly, ground.Path, node.Line);
        }
    }

    private void StatePremises(DeclaredPremises premises, Ground ground)
    {
        AllowRemovals(premises.Removed, ground);
        var subject = Subject.Node(ground.Node);
        StateParties(subject, premises.Parties);
        StateRemarks(subject, premises.Note, premises.Tags);
        StatePower(premises.Power, ground);
        StateCooling(premises.Cooling, ground);
    }

    private void StateHall(DeclaredHall hall, Ground ground)
    {
        var (body, subject) = (hall.Body, Subject.Node(ground.Node));
        AllowRemovals(body.Removed, ground);
        if (body.Width is not null || body.Depth is not null || hall.Parties is not null)
        {
            planner.State(subject, new HallFact(
                body.Width?.Value, body.Depth?.Value, hall.Parties?.Operator, hall.Parties?.Tenant, hall.Parties?.Owner));
        }

        StateRemarks(subject, hall.Note, hall.Tags);
        foreach (var tranche in hall.Tranches)
        {
            planner.State(subject, tranche.Fact, tranche.Name);
        }

        foreach (var baseline in body.Baselines)
        {
            planner.State(subject, baseline, BaselineFact.KeyOf(baseline.Sku, baseline.Property));
        }

        StatePower(body.Power, ground);
        StateCooling(body.Cooling, ground);
        var racks = StateRacks(body, ground);
        StateFabric(body, ground, racks);
        StateAssets(body.Assets, racks);
        foreach (var binding in body.Bindings)
        {
            planner.State(
                subject,
                new BindingRuleFact(binding.Rank, binding.Match, binding.AssetBy, binding.AssetFrom, binding.Place),
                binding.Rank.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void StateParties(Subject subject, DeclaredParties? parties)
    {
        if (parties is not null)
        {
            planner.State(subject, new PartiesFact(parties.Operator, parties.Tenant, parties.Owner));
        }
    }

    private void StateRemarks(Subject subject, string? note, IReadOnlyList<string> tags)
    {
        if (note is not null)
        {
            planner.State(subject, new NoteFact(note));
        }

        foreach (var tag in tags)
        {
            planner.State(subject, new TagFact(tag), tag);
        }
    }

    private void AllowRemovals(IReadOnlyList<string> removed, Ground ground)
    {
        foreach (var path in removed)
        {
            // One that is gone already was removed by an earlier run of the same file.
            if (planner.FindPath($"{ground.Path}/{path}") is var node and >= 0)
            {
                planner.AllowRemoval(node);
            }
        }
    }

    /// <summary>A site, building or hall with the ordinals of its power and cooling nodes.</summary>
    private sealed class Ground(int node, string path, Ground? outer)
    {
        public int Node { get; } = node;

        public string Path { get; } = path;

        public Ground? Outer { get; } = outer;

        public Dictionary<string, int> Names { get; } = new(StringComparer.Ordinal);
    }
}

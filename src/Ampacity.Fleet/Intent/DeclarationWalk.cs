using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Walks a fleet file's declarations and states each as facts.</summary>
internal sealed class DeclarationWalk(ChangePlanner planner, DeclaredFile file)
{
    /// <summary>Power factor of accelerator racks where the file names none (domain.md §2.1 vectors).</summary>
    private const double UsualPowerFactor = 0.98;

    private readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);

    public void Walk()
    {
        planner.Own(file.Owns);
        var site = planner.State(NodeKind.Site, file.Site, -1);
        var hall = planner.State(NodeKind.Hall, file.Hall, site);
        if (file.Floor is { } floor)
        {
            var subject = Subject.Node(hall);
            var held = planner.Holding<HallFact>(subject);
            planner.State(subject, new HallFact(
                floor.Width?.Value ?? held?.WidthMeters,
                floor.Depth?.Value ?? held?.DepthMeters,
                floor.Operator ?? held?.Operator,
                floor.Tenant ?? held?.Tenant));
        }

        foreach (var node in file.Power)
        {
            _nodes[node.Name] = planner.State(node.Kind, node.Name, hall);
        }

        foreach (var node in file.Cooling)
        {
            _nodes[node.Name] = planner.State(node.Kind, node.Name, hall);
        }

        foreach (var node in file.Power)
        {
            StatePower(node);
        }

        foreach (var node in file.Cooling.Where(node => node.Capacity is not null || node.Loop is not null))
        {
            planner.State(
                Subject.Node(_nodes[node.Name]), new CoolingRatingFact(node.Capacity?.Value, node.Approach?.Value, node.Loop));
        }

        var rows = file.Rows.ToDictionary(row => row.Name, row => planner.State(NodeKind.Row, row.Name, hall), StringComparer.Ordinal);
        var racks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var rack in file.Racks)
        {
            racks[rack.Path] = planner.State(NodeKind.Rack, rack.Name, rows[rack.Row]);
            StateRack(rack, racks[rack.Path]);
        }

        foreach (var asset in file.Assets)
        {
            StateAsset(asset, new StableKey(racks[asset.RackPath], asset.Part));
        }

        foreach (var binding in file.Bindings)
        {
            planner.State(
                Subject.Node(hall),
                new BindingRuleFact(binding.Rank, binding.Match, binding.AssetBy, binding.AssetFrom, binding.Place),
                binding.Rank.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void StatePower(DeclaredPowerNode node)
    {
        var subject = Subject.Node(_nodes[node.Name]);
        if (node.Rating is { } rating)
        {
            planner.State(subject, new PowerRatingFact(
                (rating as PowerRating.Real)?.Power.Value,
                (rating as PowerRating.ApparentPower)?.Power.Value,
                (rating as PowerRating.CurrentAtVoltage)?.Rating.Current.Value,
                (rating as PowerRating.CurrentAtVoltage)?.Rating.LineToLine.Value,
                node.Continuous ?? 1,
                node.PowerFactor ?? UsualPowerFactor,
                node.Overload));
        }

        if (node.Efficiency is { } efficiency)
        {
            planner.State(subject, new EfficiencyFact(efficiency));
        }

        StateFeeds(subject, node.FedBy, node.Mode);
    }

    private void StateRack(DeclaredRack rack, int node)
    {
        var subject = Subject.Node(node);
        planner.State(subject, new PinnedSkuFact(rack.Sku.ToString()));
        if (rack is { X: { } x, Y: { } y })
        {
            planner.State(subject, new FloorPositionFact(x.Value, y.Value));
        }

        if (rack.Programme is { } programme)
        {
            planner.State(subject, new ProgrammeFact(programme));
        }

        StateFeeds(subject, rack.Feeds, rack.Mode);
        foreach (var cdu in rack.Cdus)
        {
            planner.State(subject, new CoolFact(_nodes[cdu]), Key(_nodes[cdu]));
        }
    }

    private void StateFeeds(Subject subject, IReadOnlyList<string> feeds, FeedMode? mode)
    {
        for (var order = 0; order < feeds.Count; order++)
        {
            planner.State(subject, new FeedFact(_nodes[feeds[order]], order), Key(_nodes[feeds[order]]));
        }

        if (mode is { } stated && feeds.Count > 1)
        {
            planner.State(subject, new FeedModeFact(stated));
        }
    }

    private void StateAsset(DeclaredAsset declared, StableKey place)
    {
        var subject = Subject.Asset(planner.AssetFor(declared, place));
        planner.State(subject, new PlacementFact(place.Node, place.Part));
        foreach (var identifier in declared.Identifiers)
        {
            planner.State(subject, new IdentifierFact(identifier.Kind, identifier.Text), identifier.Kind.ToString());
        }
    }

    private static string Key(int node) => node.ToString(CultureInfo.InvariantCulture);
}

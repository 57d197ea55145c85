using System.Globalization;

namespace Ampacity.Fleet;

// Planes, switches and links.
internal sealed partial class DeclarationWalk
{
    private void StateFabric(DeclaredHallBody body, Ground ground, int[] racks)
    {
        var planes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var plane in body.Planes)
        {
            var node = planes[plane.Name] = planner.State(NodeKind.Plane, plane.Name, ground.Node);
            planner.State(Subject.Node(node), new PlaneFact(plane.Kind));
            StateRemarks(Subject.Node(node), plane.Note, []);
        }

        var switches = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in body.Switches)
        {
            var subject = Subject.Node(switches[item.Name] = planner.State(NodeKind.Switch, item.Name, ground.Node));
            if (item.Sku is { } sku)
            {
                planner.State(subject, new PinnedSkuFact(sku.ToString()));
            }

            if (item.Rack >= 0)
            {
                planner.State(subject, new BoundToFact(racks[item.Rack]));
            }

            StateRemarks(subject, item.Note, []);
        }

        foreach (var link in body.Links)
        {
            StateLinks(link, link.Plane is { } plane ? planes[plane] : -1, End);
        }

        int End(LinkEnd end, int line) => end.Rack >= 0
            ? racks[end.Rack]
            : switches.TryGetValue(end.Name, out var node) ? node : Resolve(end.Name, ground, "unknown-end", line);
    }

    private void StateLinks(DeclaredLink link, int plane, Func<LinkEnd, int, int> nodeOf)
    {
        int[] peers = [.. link.To.Select(end => nodeOf(end, link.Line)).Where(node => node >= 0).Distinct()];
        var facts = peers.Select(peer => (
            Value: new LinkFact(peer, plane, link.Count, link.BitsPerSecond, link.Optic, link.LengthMeters),
            Key: string.Create(CultureInfo.InvariantCulture, $"{plane}/{peer}"))).ToArray();
        foreach (var from in link.From.Select(end => nodeOf(end, link.Line)).Where(node => node >= 0).Distinct())
        {
            foreach (var (value, key) in facts.Where(fact => fact.Value.Peer != from))
            {
                planner.State(Subject.Node(from), value, key);
            }
        }
    }
}

using Ampacity.Fleet;
using CsCheck;

namespace Ampacity.Tests.Fleet;

/// <summary>A graph that grew change by change must be the graph that is built from nothing, at every instant and revision.</summary>
public sealed class FleetTimelineTests
{
    private enum Act
    {
        Add, Move, Rename, Remove, Feed, Unfeed, Cool,
    }

    private static readonly Gen<(Act Act, int A, int B)[]> Acts =
        Gen.Select(Gen.Enum<Act>(), Gen.Int[0, 40], Gen.Int[0, 40], (act, a, b) => (act, a, b)).Array[1, 60];

    [Fact]
    public void A_graph_that_grew_by_changes_is_the_one_built_from_nothing()
    {
        Acts.Sample(acts =>
        {
            var ledger = new FactTable().Ledger(default, 0, 1);
            var graph = FleetGraph.Empty;
            var history = new List<FactLedger>();
            for (var step = 0; step < acts.Length; step++)
            {
                var atMs = 1000L + step;
                graph = FleetGraphBuilder.At(graph, ledger, atMs, SkuCatalogue.Empty);
                var writer = new DraftWriter(ledger, graph, atMs);
                Carry(writer, acts[step]);
                var draft = writer.ToDraft("test", "");
                var id = new ChangeSetId(ledger.Revision.Number + 1);
                FleetGraph after;
                try
                {
                    after = FleetGraphBuilder.After(graph, ledger, draft, id, atMs, SkuCatalogue.Empty);
                }
                catch (FeedLoopException)
                {
                    continue;
                }

                ledger = ledger.Table.Append(draft, id);
                graph = after.WithLedger(ledger);
                history.Add(ledger);
                Assert.Equal(Drawn(FleetGraphBuilder.Build(ledger, atMs, SkuCatalogue.Empty)), Drawn(graph));
            }

            var timeline = new FleetTimeline(ledger, SkuCatalogue.Empty, graph);
            for (var atMs = 1000L + acts.Length; atMs >= 999; atMs -= 3)
            {
                Assert.Equal(Drawn(FleetGraphBuilder.Build(ledger, atMs, SkuCatalogue.Empty)), Drawn(timeline.At(atMs)));
            }

            // Later change sets do not change what an earlier revision believed.
            foreach (var earlier in history)
            {
                var known = ledger.KnownAt(earlier.Revision);
                Assert.Equal(earlier.RecordedCount, known.RecordedCount);
                Assert.Equal(Drawn(FleetGraphBuilder.Build(earlier, 5000, SkuCatalogue.Empty)), Drawn(FleetGraphBuilder.Build(known, 5000, SkuCatalogue.Empty)));
            }
        }, iter: 300);
    }

    private static void Carry(DraftWriter writer, (Act Act, int A, int B) act)
    {
        var nodes = Enumerable.Range(0, writer.NextNode).Where(node => writer.Graph.NodeOf(node) is not null).ToArray();
        if (nodes.Length == 0 || act.Act == Act.Add)
        {
            var parent = nodes.Length == 0 || act.A % 5 == 0 ? -1 : nodes[act.A % nodes.Length];
            writer.State(parent < 0 ? NodeKind.Site : NodeKind.Ups, $"n{act.B}", parent);
            return;
        }

        var (node, other) = (nodes[act.A % nodes.Length], nodes[act.B % nodes.Length]);
        var about = writer.Graph.NodeOf(node)!;
        var subject = Subject.Node(node);
        switch (act.Act)
        {
            case Act.Move when !IsBelow(writer.Graph, other, node) && writer.Graph.ChildOf(other, about.Name) < 0:
                writer.State(subject, new NodeFact(about.Kind, about.Name, other));
                break;
            case Act.Rename when writer.Graph.ChildOf(about.Parent, $"x{act.B}") < 0:
                writer.State(subject, new NodeFact(about.Kind, $"x{act.B}", about.Parent));
                break;
            case Act.Remove:
                End(writer, subject, FactAspect.Node, "");
                break;
            case Act.Feed:
                writer.State(subject, new FeedFact(other, act.A), $"{other}");
                break;
            case Act.Unfeed:
                End(writer, subject, FactAspect.Feed, $"{other}");
                break;
            case Act.Cool:
                writer.State(subject, new CoolFact(other), $"{other}");
                break;
        }
    }

    private static void End(DraftWriter writer, Subject subject, FactAspect aspect, string key)
    {
        if (writer.Ledger.Holding(subject, aspect, key, writer.AtMs) is { } fact)
        {
            writer.End(fact);
        }
    }

    private static bool IsBelow(FleetGraph graph, int node, int ancestor)
    {
        while (node >= 0 && node != ancestor)
        {
            node = graph.ParentOf(node);
        }

        return node == ancestor;
    }

    private static string Drawn(FleetGraph graph) => string.Join('\n', graph.Places.Order.ToArray().Select(node =>
        $"{graph.PathOf(node)} {graph.KindOf(node)} fed by {string.Join(',', graph.Power.FeedsOf(node).ToArray())}"
        + $" feeds {string.Join(',', graph.Power.LoadsOf(node).ToArray())} cooled by {string.Join(',', graph.CoolersOf(node).ToArray())}"
        + $" cools {string.Join(',', graph.CooledBy(node).ToArray())} found {graph.FindPath(graph.PathOf(node))}"));
}

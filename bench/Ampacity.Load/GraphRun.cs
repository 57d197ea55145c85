using System.Diagnostics;
using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Load;

/// <summary>Measures what the program thinks with, without a store: plans, graphs, moves and questions on the synthetic fleet.</summary>
internal static class GraphRun
{
    private const long NowMs = 1_790_000_000_000;

    public static void Run(int halls, bool named, SkuCatalogue catalogue)
    {
        var declared = Timed("parse fleet files", () => Enumerable.Range(0, halls)
            .Select(hall => FleetFile.Parse($"{hall}.yaml", SyntheticFleet.HallText(hall), catalogue).OrThrow()).ToArray());
        var plan = Timed("plan", () => ChangePlanner.Plan(FactLedger.Empty, FleetGraph.Empty, declared, "load", "", NowMs));
        var table = new FactTable();
        var graph = Timed("graph of the draft", () => FleetGraphBuilder.After(
            FleetGraph.Empty, table.Ledger(default, 0, 1), plan.Draft, new ChangeSetId(1), NowMs, catalogue));
        var ledger = Timed("append to the table", () => table.Append(plan.Draft, new ChangeSetId(1)));
        Say("facts", ledger.RecordedCount);
        graph = graph.WithLedger(ledger);
        _ = Timed("graph from nothing", () => FleetGraphBuilder.Build(ledger, NowMs, catalogue));
        _ = Timed("depth-first order", () => graph.Places.Order.Length);
        _ = Timed("power order", () => graph.Power.Topological.Length);
        _ = Timed("plan again: no change", () => ChangePlanner.Plan(ledger, graph, declared, "load", "", NowMs + 1000).Tally.Count);
        if (named)
        {
            var batch = Timed("draft of named things", () => SyntheticFleet.NamedDraft(graph, ledger, catalogue, NowMs + 1));
            ledger = Timed("append to the table", () => table.Append(batch, new ChangeSetId(2)));
            graph = graph.WithLedger(ledger);
            Say("things", ledger.NextAsset - 1);
            Say("facts", ledger.RecordedCount);
        }

        Collect();
        Move(ledger, graph, catalogue);
        _ = Timed("as of a month ago, first", () => FleetGraphBuilder.At(graph, ledger, NowMs - 1, catalogue).NodeCount);
        var rack = graph.FindPath("s01/h01/r01/01");
        _ = Timed("assets of one rack", () => graph.Assets.In(rack).Count);
        _ = Timed("by serial", () => graph.Assets.By(IdentifierKind.Serial, "SN000000007919")?.Id.Number ?? 0);
    }

    // One rack goes to another hall: its name, feeds and place on the floor change; what is in it does not.
    private static void Move(FactLedger ledger, FleetGraph graph, SkuCatalogue catalogue)
    {
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.GetTimestamp();
            var atMs = NowMs + 10_000 + round;
            var writer = new DraftWriter(ledger, graph, atMs);
            var rack = graph.FindPath($"s01/h01/r01/{round + 1:00}");
            var row = graph.FindPath("s02/h05/r20");
            var subject = Subject.Node(rack);
            writer.State(subject, new NodeFact(NodeKind.Rack, string.Create(CultureInfo.InvariantCulture, $"{20 + round}"), row));
            writer.State(subject, new FloorPositionFact(20 + round, 3));
            foreach (var fact in ledger.Of(subject))
            {
                if (fact.Aspect is FactAspect.Feed or FactAspect.Cool)
                {
                    writer.End(fact);
                }
            }

            foreach (var name in new[] { "bw-20a", "bw-20b" })
            {
                var source = graph.ChildOf(graph.ParentOf(row), name);
                writer.State(subject, new FeedFact(source, 0), source.ToString(CultureInfo.InvariantCulture));
            }

            var draft = writer.ToDraft("load", "move");
            var next = new ChangeSetId(ledger.Revision.Number + 1);
            var after = FleetGraphBuilder.After(graph, ledger, draft, next, atMs, catalogue);
            ledger = ledger.Table.Append(draft, next);
            graph = after.WithLedger(ledger);
            Say($"move a rack, round {round}: ms", Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            Say("  bytes allocated", GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static T Timed<T>(string what, Func<T> act)
    {
        var clock = Stopwatch.GetTimestamp();
        var answer = act();
        Say($"{what}: ms", Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        return answer;
    }

    private static void Collect()
    {
        GC.Collect();
        Say("live heap, MB", GC.GetTotalMemory(forceFullCollection: true) / 1e6);
        Say("resident, MB", Environment.WorkingSet / 1e6);
    }

    private static void Say(string what, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-40} {value,14:0.###}"));
}

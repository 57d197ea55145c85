using Ampacity.Fleet;
using Ampacity.PromQL;
using Ampacity.Samples;
using Ampacity.Topology;
using CsCheck;

namespace Ampacity.Tests;

/// <summary>At every instant one source of a family speaks for a component: never two, and never none while one does.</summary>
public sealed class SourceTurnTests
{
    private const long T = OneRack.BeganMs + 7_200_000;
    private const long PollMs = 15_000;
    private const int Polls = 200;
    private const long LookbackMs = NodeRollUp.FreshMs;

    private static readonly FactLedger Ledger = OneRack.Apply(
        OneRack.Ledger(),
        OneRack.Declared(text => text.Replace("r01/01/05: {serial: EXAMPLE-CT-0001,", "r01/01/05: {serial: EXAMPLE-CT-0001, hostname: node-05,")),
        OneRack.BeganMs + 1).Ledger;

    // The most trusted first; the last two are instances of one GPU that repeat its power, and no order is between them.
    private static readonly LabelSet[] Sources =
    [
        LabelSet.Of(("__name__", "hw_power_watts"), ("bmc", "02:00:00:01:01:05"), ("component", "gpu0")),
        Dcgm(("gpu", "0")), Dcgm(("gpu", "0"), ("GPU_I_ID", "7")), Dcgm(("gpu", "0"), ("GPU_I_ID", "8")),
    ];

    private static LabelSet Dcgm(params (string, string)[] labels) =>
        LabelSet.Of([("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("job", "dcgm"), ("Hostname", "node-05"), .. labels]);

    /// <summary>Spans of polls in which each source speaks, whether it says when it ends, and by how much its polls are later than the others'.</summary>
    private static readonly Gen<(int From, int Until, bool Marks, int PhaseMs)[][]> Speeches = Gen.Select(
        Gen.Int[-20, Polls], Gen.Int[1, 120], Gen.Bool, Gen.Int[0, (int)PollMs - 1], (from, polls, marks, phaseMs) => (from, from + polls, marks, phaseMs)).Array[0, 3].Array[4];

    [Fact]
    public async Task Sources_that_come_and_go_are_counted_once_at_every_step() => await Gen.Select(Speeches, Gen.Long[0, 60_000], Gen.Int[7_000, 90_000]).SampleAsync(
        async (speeches, startMs, stepMs) =>
        {
            var store = new MemorySeriesReader();
            var said = new SortedSet<long>[Sources.Length];
            var ends = new List<long>();
            for (var source = 0; source < Sources.Length; source++)
            {
                said[source] = [];
                foreach (var (from, until, marks, phaseMs) in speeches[source].OrderBy(speech => speech.From))
                {
                    for (var poll = Math.Max(from, 0); poll < Math.Min(until, Polls); poll++)
                    {
                        var atMs = T + (poll * PollMs) + speeches[source][0].PhaseMs;
                        store.Add(Sources[source], atMs, 1 << source);
                        said[source].Add(atMs);
                    }

                    if (marks && until > 0 && !speeches[source].Any(other => other.From <= until && other.Until > until))
                    {
                        var endMs = T + (until * PollMs) + speeches[source][0].PhaseMs;
                        store.Add(Sources[source], endMs, StaleMarker.Value);
                        ends.Add(endMs);
                    }
                }
            }

            var timeline = new TopologyTimeline(Ledger, OneRack.Catalogue);
            var engine = new QueryEngine(new TopologyReader(store, TopologyReaderTests.Families, () => timeline), new QueryEngineOptions());
            var result = await engine.EvaluateRangeAsync(
                "sum(hw_power_watts)", T + startMs, T + (Polls * PollMs) + 400_000, stepMs, new QueryContext(SeriesScope.Whole), TestContext.Current.CancellationToken);
            var answers = result.Labels.Count == 0 ? [] : result.TimestampsOf(0).ToArray().Zip(result.ValuesOf(0).ToArray()).ToDictionary(pair => pair.First, pair => pair.Second);
            for (var atMs = T + startMs; atMs <= T + (Polls * PollMs) + 400_000; atMs += stepMs)
            {
                if (answers.TryGetValue(atMs, out var watts))
                {
                    Assert.True(watts is 1 or 2 or 4 or 8, $"at {atMs - T}: {watts} is two sources in one sum");
                    var source = (int)Math.Log2(watts);
                    Assert.True(said[source].GetViewBetween(atMs - LookbackMs + 1, atMs).Count > 0, $"at {atMs - T}: source {source} says nothing");
                }
                else
                {
                    // Who speaks is heard, but for the one poll after another one ended: its next sample is the first that counts.
                    bool Ended(long endMs) => endMs > atMs - PollMs && endMs <= atMs;
                    var relieved = ends.Exists(Ended) || said.Any(times => times.Any(lastMs => Ended(lastMs + LookbackMs) && times.GetViewBetween(lastMs + 1, lastMs + LookbackMs).Count == 0));
                    Assert.True(relieved || said.All(times => times.GetViewBetween(atMs - PollMs + 1, atMs).Count == 0), $"at {atMs - T}: nobody is heard");
                }
            }
        },
        iter: 400, threads: 1);

    [Fact]
    public async Task An_instance_that_is_made_anew_takes_over_from_one_that_is_gone()
    {
        var store = new MemorySeriesReader();
        for (var poll = 0; poll < 40; poll++)
        {
            store.Add(Sources[poll < 20 ? 2 : 3], T + (poll * PollMs), 400);
        }

        store.Add(Sources[2], T + (20 * PollMs), StaleMarker.Value);
        var timeline = new TopologyTimeline(Ledger, OneRack.Catalogue);
        var engine = new QueryEngine(new TopologyReader(store, TopologyReaderTests.Families, () => timeline), new QueryEngineOptions());
        var result = await engine.EvaluateRangeAsync("sum(hw_power_watts)", T, T + (39 * PollMs), PollMs, new QueryContext(SeriesScope.Whole), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Repeat(400.0, 40), result.ValuesOf(0).ToArray());
    }
}

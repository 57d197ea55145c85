using System.Collections;
using Ampacity.Fleet;
using Ampacity.PromQL;
using Ampacity.Samples;
using Ampacity.Tests.Tsdb;
using Ampacity.Topology;
using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests;

/// <summary>An aggregation or a join by columns gives to the bit what the general way gives, in the same order, with the same notes and refusals.</summary>
public sealed class ColumnsDifferentialTests
{
    // The fleet of the example began before; the store's clock starts here.
    private const long BeginMs = StoreFolder.BeginMs;
    private const int Polls = 40;
    private const long PollMs = 10_000;
    private const string Mac = "02:00:00:01:01:0";

    private static readonly string[] Operators =
    [
        "sum {1} ({0})", "avg {1} ({0})", "min {1} ({0})", "max {1} ({0})", "count {1} ({0})", "group {1} ({0})", "stddev {1} ({0})", "stdvar {1} ({0})", "quantile {1} (0.8, {0})",
        "topk {1} (2, {0})", "bottomk {1} (3, {0})", "topk {1} (1, {0})", "bottomk {1} (scalar(b), {0})", "count_values {1} (\"v\", {0})", "count_values {1} (\"gpu\", {0})",
    ];

    private static readonly string[] Groupings = ["", "by (rack)", "by (rack, gpu)", "without (gpu)", "by (__name__)", "by (slot)", "by (nothing)", "by (hall, component)"];

    private static readonly string[] Selectors =
    [
        "a_total", "b", "{__name__=~\"a_total|b\"}", "b{rack=\"r1\"}", "b{rack!~\"r[12]\"}", "b{__quality__=~\".+\"}", "{gpu=~\".+\"}", "{rack=~\".*1\"}",
        "hw_power_watts", "hw_power_watts{slot=\"05\"}", "{bmc=~\".+\"}", "hw_temperature_celsius", "c{slot!=\"06\"}", "c",
    ];

    private static readonly string[] Shapes =
    [
        "{0}", "{0}", "{0} offset 30s", "-{0}", "{0} > 2", "{0} * 2 > bool 3", "abs({0} - 3) < 2", "round({0}, 0.5)", "{0} @ 1700000200", "({0})",
        "rate({0}[1m])", "increase({0}[45s] offset 10s)", "avg_over_time({0}[1m])", "max_over_time({0}[35s])", "last_over_time({0}[1m])", "2 * rate(({0}[1m]))",
        "quantile_over_time(0.7, {0}[1m])", "count_over_time({0}[25s])", "clamp({0}, 1, scalar(b))", "changes({0}[2m])", "irate({0}[1m])", "absent_over_time({0}[1m])",
    ];

    // Two sides that may be any selector in any shape, or an aggregation.
    private static readonly string[] Joins =
    [
        "{0} * on (rack, gpu) {1}", "{0} / ignoring (gpu) {1}", "{0} + {1}", "{0} > on (gpu, rack) {1}", "{0} == bool on (gpu) {1}", "{0} < {1}",
        "{0} * on (rack) group_left () sum by (rack) ({1})", "{0} - on (rack) group_left (gpu) {1}", "{0} / on (gpu) group_left (slot, hall) {1}", "{0} >= on (rack) group_left () {1}",
        "{0} * on (gpu) group_right () {1}", "max by (gpu) ({0}) + on (gpu) group_right (rack) {1}", "{0} * on () group_left (v) count_values(\"v\", {1} > 6)",
        "{0} and on (rack) {1}", "{0} unless on (rack, gpu) {1}", "{0} and {1}", "{0} unless ignoring (gpu) sum by (rack) ({1})", "{0} or on (rack) {1}",
        "({0} * on (rack, gpu) {1}) * on (rack, gpu) {0}", "-(abs({0}) * on (gpu) group_left () rate(a_total[1m])) < 7 unless {1}", "2 + ({0} > on (rack, gpu) ({1} - 3))",
        "{0} * on (component, slot) {1}", "{0} / on (slot, component) group_left (rack, gpu) {1}", "{0} * on (__name__) {1}",
    ];

    private static readonly Gen<Case> Cases =
        from op in Gen.Int[0, Operators.Length - 1]
        from grouping in Gen.Int[0, Groupings.Length - 1]
        from selector in Gen.Int[0, Selectors.Length - 1]
        from shape in Gen.Int[0, Shapes.Length - 1]
        from startMs in Gen.Long[-20_000, Polls * PollMs]
        from steps in Gen.Int[1, 9]
        from stepMs in Gen.Int[1, 60_000]
        from lookbackMs in Gen.Int[5_000, 120_000]
        from workers in Gen.Int[1, 3]
        from slice in Gen.Int[1, 5]
        from scope in Gen.Int[0, 255]
        from asOf in Gen.Bool
        select new Case(
            Put(Operators[op], Put(Shapes[shape], Selectors[selector], ""), Groupings[grouping]),
            BeginMs + startMs, steps, stepMs, lookbackMs, workers, slice, scope, asOf && scope % 3 == 0 ? BeginMs + startMs : null);

    private static readonly Gen<Case> JoinCases =
        from one in Cases
        from meeting in Gen.Int[0, Joins.Length - 1]
        from left in Gen.Int[0, Selectors.Length - 1]
        from right in Gen.Frequency((1, Gen.Const(-1)), (2, Gen.Int[0, Selectors.Length - 1]))
        from shapes in Gen.Frequency((3, Gen.Const((0, 0))), (1, Gen.Select(Gen.Int[0, Shapes.Length - 1], Gen.Int[0, Shapes.Length - 1])))
        from op in Gen.Frequency((1, Gen.Const(-1)), (2, Gen.Int[0, Operators.Length - 1]))
        from grouping in Gen.Int[0, Groupings.Length - 1]
        let joined = Put(
            Joins[meeting],
            Put(shapes.Item1 == 0 ? "{0}" : $"({Shapes[shapes.Item1]})", Selectors[left], ""),
            Put(shapes.Item2 == 0 ? "{0}" : $"({Shapes[shapes.Item2]})", Selectors[right < 0 ? left : right], ""))
        select one with { Text = op < 0 ? joined : Put(Operators[op], joined, Groupings[grouping]) };

    private static readonly Gen<Sample[]> Samples = Gen.Select(
        Gen.Int[0, 18], Gen.Int[0, Polls - 1], Gen.OneOf(Gen.Int[0, 9].Select(i => i * 0.7), Gen.Const(StaleMarker.Value), Gen.Const(double.NaN), Gen.Const(1e300), Gen.Const(1e9)),
        Gen.Frequency((8, Gen.Const(SampleQuality.Good)), (1, Gen.Const(SampleQuality.Stale)), (1, Gen.Const(SampleQuality.Inferred))), Gen.Int[0, 3],
        (series, poll, value, quality, late) => new Sample(series, poll, value, quality, late == 0)).Array[20, 400];

    [Fact]
    public async Task On_the_store_alone() => await Gen.Select(Samples, Cases.Array[12], Gen.Int[0, 2]).SampleAsync(
        async (samples, cases, flush) =>
        {
            await using var world = await World.OpenAsync(samples, flush);
            foreach (var one in cases)
            {
                await SameAsync(one, world.Store, new PlainReader(world.Store));
            }
        },
        iter: 100, threads: 1);

    [Fact]
    public async Task Two_sides_on_the_store_alone() => await Gen.Select(Samples, JoinCases.Array[16], Gen.Int[0, 2]).SampleAsync(
        async (samples, cases, flush) =>
        {
            await using var world = await World.OpenAsync(samples, flush);
            foreach (var one in cases)
            {
                await SameAsync(one, world.Store, new PlainReader(world.Store));
            }
        },
        iter: 150, threads: 1);

    [Fact]
    public async Task Two_sides_through_the_join_with_places_that_change() =>
        await Gen.Select(Samples, JoinCases.Array[16], Gen.Int[0, 2], Gen.Long[-50_000, Polls * PollMs]).SampleAsync(
        async (samples, cases, flush, movedMs) =>
        {
            await using var world = await World.OpenAsync(samples, flush);
            var timeline = new TopologyTimeline(Moved(BeginMs + movedMs), OneRack.Catalogue);
            foreach (var one in cases)
            {
                await SameAsync(
                    one,
                    new TopologyReader(world.Store, TopologyReaderTests.Families, () => timeline),
                    new TopologyReader(new PlainReader(world.Store), TopologyReaderTests.Families, () => timeline));
            }
        },
        iter: 150, threads: 1);

    [Fact]
    public async Task Through_the_join_with_places_that_change() => await Gen.Select(Samples, Cases.Array[12], Gen.Int[0, 2], Gen.Long[-50_000, Polls * PollMs]).SampleAsync(
        async (samples, cases, flush, movedMs) =>
        {
            await using var world = await World.OpenAsync(samples, flush);
            var timeline = new TopologyTimeline(Moved(BeginMs + movedMs), OneRack.Catalogue);
            foreach (var one in cases)
            {
                await SameAsync(
                    one,
                    new TopologyReader(world.Store, TopologyReaderTests.Families, () => timeline),
                    new TopologyReader(new PlainReader(world.Store), TopologyReaderTests.Families, () => timeline));
            }
        },
        iter: 100, threads: 1);

    [Fact]
    public async Task Selections_follow_series_that_come_later()
    {
        await using var world = await World.OpenAsync([], 0);
        var timeline = new TopologyTimeline(Moved(BeginMs + 1000), OneRack.Catalogue);
        var fast = new TopologyReader(world.Store, TopologyReaderTests.Families, () => timeline);
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 40; i++)
            {
                var rack = LabelSet.Of(("__name__", "b"), ("rack", $"r{(round * 7) + (i % 3)}"), ("gpu", $"{round}-{i}"));
                var bound = LabelSet.Of(("__name__", "b"), ("bmc", Mac + (5 + (i % 2))), ("component", $"gpu{round}x{i}"));
                await world.Store.AppendAsync(
                    StoreFolder.Batch((world.Store.Resolve(rack.Canonical), BeginMs + (round * 2000), i), (world.Store.Resolve(bound.Canonical), BeginMs + (round * 2000), i)),
                    StoreFolder.Stop);
            }

            foreach (var text in (string[])["sum by (rack) (b)", "sum by (slot) (b)", "count(b{rack=~\"r.*\"})", "sum without (gpu) (b{slot=\"05\"})"])
            {
                var one = new Case(text, BeginMs + (round * 2000), 1, 1, 300_000, 2, 7, 0, null);
                await SameAsync(one, world.Store, new PlainReader(world.Store));
                await SameAsync(one, fast, new TopologyReader(new PlainReader(world.Store), TopologyReaderTests.Families, () => timeline));
            }
        }
    }

    [Fact]
    public async Task A_thousand_groups_of_many_series_sum_to_the_same_bits_whatever_the_number_of_threads()
    {
        await using var world = await World.OpenAsync([], 0);
        var random = new Random(20261130);
        var series = Enumerable.Range(0, 20_000)
            .Select(i => world.Store.Resolve(LabelSet.Of(("__name__", "b"), ("rack", $"r{i % 1000}"), ("gpu", $"{i}")).Canonical)).ToArray();
        foreach (var atMs in (long[])[BeginMs, BeginMs + 10_000])
        {
            await world.Store.AppendAsync(
                new SampleBatch(new[] { new Poll(atMs, series.Length) }, series, series.Select(_ => random.NextDouble() * Math.Pow(10, random.Next(-9, 9))).ToArray(), default),
                StoreFolder.Stop);
        }

        foreach (var text in (string[])["sum by (rack) (b)", "sum(b)", "avg(b)", "stddev by (rack) (rate(b[1m]))", "quantile(0.9, b)", "topk(30, b)", "bottomk by (rack) (2, b)", "sum(b / on (rack, gpu) b)", "b * on (rack) group_left avg by (rack) (b)"])
        {
            foreach (var workers in (int[])[1, 2, 7])
            {
                await SameAsync(new Case(text, BeginMs + 10_000, 3, 5_000, 300_000, workers, 512, 0, null), world.Store, new PlainReader(world.Store));
            }
        }
    }

    private static string Put(string template, string first, string second) =>
        template.Replace("{0}", first, StringComparison.Ordinal).Replace("{1}", second, StringComparison.Ordinal);

    private static FactLedger Moved(long atMs)
    {
        var moved = OneRack.Declared(text => string.Join('\n', text.Split('\n').Where(line => !line.Contains("EXAMPLE-CT-0002")))
            .Replace("r01/01/05: {serial: EXAMPLE-CT-0001,", "r01/01/06: {serial: EXAMPLE-CT-0001, hostname: node-05,"));
        var named = OneRack.Declared(text => text.Replace("r01/01/05: {serial: EXAMPLE-CT-0001,", "r01/01/05: {serial: EXAMPLE-CT-0001, hostname: node-05,"));
        var began = OneRack.Apply(FactLedger.Empty, named, BeginMs - 60_000).Ledger;
        return OneRack.Apply(began, moved, atMs).Ledger;
    }

    private static async Task SameAsync(Case one, ISeriesReader fast, ISeriesReader general)
    {
        var want = await AnswerAsync(one, general);
        var got = await AnswerAsync(one, fast);
        if (want != got)
        {
            Assert.Fail($"{one}\ngeneral: {want}\ncolumns: {got}");
        }
    }

    private static async Task<string> AnswerAsync(Case one, ISeriesReader reader)
    {
        var engine = new QueryEngine(reader, new QueryEngineOptions { MaxWorkers = one.Workers, MaxSliceSeries = one.Slice });
        var bits = new BitArray(19);
        for (var i = 0; i < 19; i++)
        {
            bits[i] = (one.Scope & (1 << (i % 8))) != 0;
        }

        var context = new QueryContext(one.Scope < 128 ? SeriesScope.Whole : SeriesScope.Of(bits))
        {
            LookbackDelta = TimeSpan.FromMilliseconds(one.LookbackMs),
            AsOfMs = one.AsOfMs,
        };
        try
        {
            var result = one.Steps == 1
                ? await engine.EvaluateInstantAsync(one.Text, one.StartMs, context, StoreFolder.Stop)
                : await engine.EvaluateRangeAsync(one.Text, one.StartMs, one.StartMs + ((one.Steps - 1) * (long)one.StepMs), one.StepMs, context, StoreFolder.Stop);
            var rows = Enumerable.Range(0, result.Labels.Count).Select(i =>
                $"{result.Labels[i]} {string.Join(' ', result.TimestampsOf(i).ToArray().Zip(result.ValuesOf(i).ToArray(), (t, v) => $"{t - BeginMs}:{BitConverter.DoubleToInt64Bits(v):x}"))}");
            return string.Join('\n', rows.Concat(result.Warnings).Concat(result.Infos));
        }
        catch (PromQLSyntaxException error)
        {
            throw new InvalidOperationException(one.Text, error);
        }
        catch (Exception error) when (error is QueryException or ReadBudgetException)
        {
            return $"{error.GetType().Name}: {error.Message}";
        }
    }

    private sealed record Case(string Text, long StartMs, int Steps, int StepMs, int LookbackMs, int Workers, int Slice, int Scope, long? AsOfMs);

    private sealed record Sample(int Series, int Poll, double Value, SampleQuality Quality, bool Late);

    private sealed class World(StoreFolder folder, SampleStore store) : IAsyncDisposable
    {
        private static readonly LabelSet[] Series =
        [
            .. Enumerable.Range(0, 4).Select(i => LabelSet.Of(("__name__", "a_total"), ("rack", $"r{i % 2}"), ("gpu", $"{i}"))),
            .. Enumerable.Range(0, 4).Select(i => LabelSet.Of(("__name__", "b"), ("rack", $"r{i % 3}"), ("gpu", $"{i}"))),
            LabelSet.Of(("__name__", "b")),
            .. Enumerable.Range(0, 2).Select(i => LabelSet.Of(("__name__", "hw_power_watts"), ("bmc", $"{Mac}{5 + i}"), ("component", "gpu0"))),
            LabelSet.Of(("__name__", "c"), ("bmc", $"{Mac}5"), ("component", "gpu1"), ("rack", "theirs")),
            LabelSet.Of(("__name__", "c"), ("bmc", $"{Mac}6"), ("component", "gpu1")),
            LabelSet.Of(("__name__", "c"), ("rack", "r01/01"), ("slot", "06")),
            LabelSet.Of(("__name__", "DCGM_FI_DEV_GPU_TEMP"), ("gpu", "0"), ("UUID", "a")),
            LabelSet.Of(("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("gpu", "1"), ("UUID", "b")),

            // Of an accelerator that the BMC reads too, and of one that is cut into two.
            LabelSet.Of(("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("job", "dcgm"), ("Hostname", "node-05"), ("gpu", "0")),
            .. Enumerable.Range(0, 2).Select(i => LabelSet.Of(("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("job", "dcgm"), ("Hostname", "node-05"), ("gpu", "1"), ("GPU_I_ID", $"{i}"))),
        ];

        public SampleStore Store => store;

        public static async Task<World> OpenAsync(Sample[] samples, int flush)
        {
            var folder = new StoreFolder();
            var store = await folder.Open();
            var numbers = Array.ConvertAll(Series, labels => store.Resolve(labels.Canonical));
            foreach (var (part, at) in new[] { samples.Where(sample => !sample.Late), samples.Where(sample => sample.Late) }.Select((part, at) => (part, at)))
            {
                foreach (var poll in part.GroupBy(sample => sample.Poll).OrderBy(poll => poll.Key))
                {
                    var taken = poll.DistinctBy(sample => sample.Series).OrderBy(sample => sample.Series).ToArray();
                    await store.AppendAsync(
                        new SampleBatch(
                            new[] { new Poll(BeginMs + (poll.Key * PollMs), taken.Length) },
                            Array.ConvertAll(taken, sample => numbers[sample.Series]),
                            Array.ConvertAll(taken, sample => sample.Value),
                            Array.ConvertAll(taken, sample => sample.Quality)),
                        StoreFolder.Stop);
                }

                if (flush == at + 1)
                {
                    await store.FlushAsync(StoreFolder.Stop);
                }
            }

            return new World(folder, store);
        }

        public async ValueTask DisposeAsync()
        {
            await store.DisposeAsync();
            folder.Dispose();
        }
    }
}

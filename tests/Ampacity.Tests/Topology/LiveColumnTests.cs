using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Tests.Tsdb;
using Ampacity.Topology;
using CsCheck;

namespace Ampacity.Tests;

public sealed class LiveColumnTests
{
    private const long NowMs = OneRack.BeganMs + 600_000;

    private static readonly Gen<(int Rack, int Part, int Watts, int AgeMs)[]> Readings =
        Gen.Select(Gen.Int[-1, 6], Gen.Int[0, 40], Gen.Int[-1, 1200], Gen.Int[0, 20]).Array[0, 400];

    [Fact]
    public void A_rack_sums_what_is_fresh_whatever_the_width_of_a_vector() => Readings.Sample(readings =>
    {
        var (layout, column) = Column(readings, watts => (double)watts);
        var (_, single) = Column(readings, watts => (float)watts);
        var (sums, counts) = (new double[layout.Racks.Length], new int[layout.Racks.Length]);
        var (singles, singleCounts) = (new float[layout.Racks.Length], new int[layout.Racks.Length]);
        foreach (var freshFromMs in (long[])[long.MinValue, NowMs - 10, NowMs, NowMs + 1])
        {
            column.Sum(freshFromMs, sums, counts);
            single.Sum(freshFromMs, singles, singleCounts);
            for (var rack = 0; rack < layout.Racks.Length; rack++)
            {
                var counted = readings.Where(reading => reading.Rack == layout.Racks[rack] && reading.Watts >= 0 && NowMs - reading.AgeMs >= freshFromMs).ToArray();
                Assert.Equal(counted.Length, counts[rack]);
                Assert.Equal(counted.Length, singleCounts[rack]);
                Assert.Equal(counted.Length == 0 ? double.NaN : counted.Sum(reading => reading.Watts), sums[rack]);
                Assert.Equal(counted.Length == 0 ? float.NaN : counted.Sum(reading => reading.Watts), singles[rack]);
            }
        }
    });

    [Fact]
    public void Every_reading_has_a_slot_of_its_own_among_those_of_its_rack() => Readings.Sample(readings =>
    {
        var layout = LiveLayout.Of(readings.Select(reading => new StableKey(reading.Rack, reading.Part)).ToArray());
        var taken = new HashSet<int>();
        for (var i = 0; i < readings.Length; i++)
        {
            var slot = layout.SlotOf(i);
            Assert.Equal(readings[i].Rack < 0, slot < 0);
            if (slot >= 0)
            {
                var (from, count) = layout.SlotsOf(readings[i].Rack).GetOffsetAndLength(layout.Slots);
                Assert.InRange(slot, from, from + count - 1);
                Assert.Equal(readings[i].Part, layout.PartOf[slot]);
                Assert.True(taken.Add(slot));
            }
        }

        Assert.Equal(layout.Slots, taken.Count);
        Assert.Equal(default, layout.SlotsOf(7));
    });

    [Fact]
    public async Task A_frame_by_selections_is_the_frame_by_reading_also_when_series_come_and_two_sources_speak() =>
        await Gen.Select(Gen.UInt, Gen.Int[1, 5], Gen.Bool).SampleAsync(
            async (seed, rounds, twoSources) =>
            {
                var random = new Random((int)(seed & int.MaxValue));
                using var folder = new StoreFolder();
                folder.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(NowMs));
                await using var store = await folder.Open();
                var named = OneRack.Declared(text => text.Replace(
                    "r01/01/05: {serial: EXAMPLE-CT-0001,", "r01/01/05: {serial: EXAMPLE-CT-0001, hostname: node-05,"));
                var (ledger, _) = OneRack.Apply(OneRack.Ledger(), named, OneRack.BeganMs + 1);
                var timeline = new TopologyTimeline(ledger, OneRack.Catalogue);
                var fast = new TopologyReader(store, TopologyReaderTests.Families, () => timeline);
                var plain = new TopologyReader(new PlainReader(store), TopologyReaderTests.Families, () => timeline);
                var frames = new LiveFrames();
                for (var round = 0; round < rounds; round++)
                {
                    var atMs = NowMs + (round * 10_000);
                    for (var i = 0; i < 12; i++)
                    {
                        var value = random.Next(12) == 0 ? StaleMarker.Value : random.Next(1, 90);
                        var labels = twoSources && i % 4 == 3
                            ? LabelSet.Of(("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("job", "dcgm"), ("Hostname", "node-05"), ("gpu", $"{random.Next(4)}"))
                            : LabelSet.Of(
                                ("__name__", random.Next(2) == 0 ? "hw_power_watts" : "hw_temperature_celsius"),
                                ("bmc", $"02:00:00:01:01:0{random.Next(5, 8)}"), ("component", $"gpu{random.Next(4)}"));
                        await store.AppendAsync(StoreFolder.Batch((store.Resolve(labels.Canonical), atMs - random.Next(4000), value)), StoreFolder.Stop);
                    }

                    var expected = await LiveFrame.ReadAsync(plain, timeline, atMs, StoreFolder.Stop);
                    Same(expected, await frames.ReadAsync(fast, timeline, atMs, StoreFolder.Stop));
                }
            },
            iter: 60, threads: 1);

    private static void Same(LiveFrame expected, LiveFrame frame)
    {
        Assert.Equal(expected.CarriedWatts.ToArray(), frame.CarriedWatts.ToArray());
        Assert.Equal(expected.Draw.OldestMs, frame.Draw.OldestMs);
        for (var node = 0; node < frame.Graph.NodeCount; node++)
        {
            for (var part = 0; part < Math.Max(1, frame.Graph.BuildOf(node)?.Parts.Length ?? 0); part++)
            {
                var key = new StableKey(node, part);
                Assert.Equal(expected.PowerWatts(key), frame.PowerWatts(key));
                Assert.Equal(expected.TemperatureCelsius(key), frame.TemperatureCelsius(key));
            }
        }
    }

    private static (LiveLayout Layout, LiveColumn<T> Column) Column<T>((int Rack, int Part, int Watts, int AgeMs)[] readings, Func<int, T> of)
        where T : struct, System.Numerics.IFloatingPointIeee754<T>
    {
        var layout = LiveLayout.Of(readings.Select(reading => new StableKey(reading.Rack, reading.Part)).ToArray());
        var column = new LiveColumn<T>(layout);
        for (var i = 0; i < readings.Length; i++)
        {
            if (layout.SlotOf(i) is var slot and >= 0)
            {
                column.Set(slot, readings[i].Watts < 0 ? T.NaN : of(readings[i].Watts), NowMs - readings[i].AgeMs);
            }
        }

        column.Close();
        return (layout, column);
    }
}

using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Topology;

namespace Ampacity.Tests;

public sealed class TopologyReaderTests
{
    private const long T = OneRack.BeganMs + 600_000;
    private const string Mac05 = "02:00:00:01:01:05";

    internal static readonly FamilyCatalogue Families = new(
        Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "metrics"), "*.json")
            .Select(file => FamilyFile.Parse(file, File.ReadAllText(file)))
            .Select(read => read.Family ?? throw new FormatException(string.Join('\n', read.Errors))));

    private readonly MemorySeriesReader _store = new();

    private void Sensor(string mac, string component, double watts, long atMs = T, string name = "hw_power_watts") =>
        _store.Add(LabelSet.Of(("__name__", name), ("bmc", mac), ("component", component)), atMs, watts);

    private TopologyReader Reader(FactLedger? ledger = null)
    {
        var timeline = new TopologyTimeline(ledger ?? OneRack.Ledger(), OneRack.Catalogue);
        return new TopologyReader(_store, Families, () => timeline);
    }

    private static async Task<Dictionary<string, double>> ReadAsync(
        TopologyReader reader, string selector, Func<SeriesQuery, SeriesQuery>? edit = null)
    {
        var query = new SeriesQuery(SelectorText.Parse(selector), T - 300_000, T + 300_000, SeriesScope.Whole);
        var found = new Dictionary<string, double>();
        await foreach (var batch in reader.ReadAsync(edit?.Invoke(query) ?? query, TestContext.Current.CancellationToken))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                found.Add(batch.Labels[i].ToString(), batch.Values[batch.Offsets[i + 1] - 1]);
            }
        }

        return found;
    }

    private Task<LiveFrame> FrameAsync(FactLedger ledger, FactLedger? readers = null) => LiveFrame.ReadAsync(
        Reader(readers ?? ledger), new TopologyTimeline(ledger, OneRack.Catalogue), T, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_sensor_gets_the_labels_of_its_socket_which_no_source_ever_sent()
    {
        Sensor(Mac05, "gpu2", 1100);
        var (labels, watts) = Assert.Single(await ReadAsync(Reader(), "hw_power_watts"));
        Assert.Equal(1100, watts);
        Assert.Equal(
            "hw_power_watts{bmc=\"02:00:00:01:01:05\",cdu=\"cdu-1\",component=\"gpu2\",feed=\"bw-1a+bw-1b\",hall=\"hall\",programme=\"example-programme\","
            + "rack=\"r01/01\",row=\"r01\",site=\"site\",sku=\"nvidia/gb200-nvl72@1\",slot=\"05\",socket=\"2\",tenant=\"example-tenant\",ups=\"ups-a+ups-b\",vendor=\"nvidia\"}",
            labels);
    }

    [Fact]
    public async Task A_part_is_in_the_domain_that_was_stated_for_it_and_a_rack_in_those_of_its_parts()
    {
        var file = OneRack.Declared(text => $"{text}\ndomains:\n  d1: {{racks: [r01/01]}}\n");
        var began = OneRack.Apply(FactLedger.Empty, file, OneRack.BeganMs).Ledger;
        var plan = EditPlanner.Plan(
            began, new FleetTimeline(began, OneRack.Catalogue).At, OneRack.Catalogue, [new FleetEdit.Change("site/hall/r01/01", "domain.06", "d2", null)], "test", "", OneRack.BeganMs + 1);
        Assert.Empty(plan.Errors);
        var ledger = began.Table.Append(plan.Draft, new ChangeSetId(began.Revision.Number + 1));
        var graph = FleetGraphBuilder.Build(ledger, OneRack.BeganMs + 1, OneRack.Catalogue);
        var labels = new PlaceLabels(graph);
        string? Of(string path) => graph.Within(PlaceScope.Whole).TryFind(path, out var key) ? labels.Of(key).FirstOrDefault(label => label.Name == "domain").Value : throw new KeyNotFoundException(path);
        Assert.Equal(("d1", "d2", "d2", "d1+d2"), (Of("site/hall/r01/01/05/0"), Of("site/hall/r01/01/06/0"), Of("site/hall/r01/01/06"), Of("site/hall/r01/01")));
        Assert.Null(Of("site/hall"));
        Sensor(Mac05, "gpu2", 1);
        Assert.Contains("domain=\"d1\"", Assert.Single(await ReadAsync(Reader(ledger), "hw_power_watts")).Key);
    }

    [Fact]
    public async Task A_matcher_on_topology_selects_and_one_that_fails_selects_nothing()
    {
        Sensor(Mac05, "gpu0", 1);
        Sensor("02:00:00:01:01:06", "gpu0", 2);
        Assert.Equal([2.0], (await ReadAsync(Reader(), "hw_power_watts{slot=\"06\",ups=~\".*ups-a.*\"}")).Values);
        Assert.Empty(await ReadAsync(Reader(), "hw_power_watts{hall=\"other\"}"));
    }

    [Fact]
    public async Task An_incoming_label_of_the_same_name_is_kept_beside_on_a_bound_series_and_stands_on_an_unbound_one()
    {
        _store.Add(LabelSet.Of(("__name__", "x"), ("bmc", Mac05), ("rack", "their-rack")), T, 1);
        _store.Add(LabelSet.Of(("__name__", "y"), ("rack", "their-rack")), T, 2);
        var bound = Assert.Single(await ReadAsync(Reader(), "x{rack=\"r01/01\"}")).Key;
        Assert.Contains("exported_rack=\"their-rack\"", bound);
        Assert.Equal("y{rack=\"their-rack\"}", Assert.Single(await ReadAsync(Reader(), "y{rack=\"their-rack\"}")).Key);
    }

    [Fact]
    public async Task A_series_that_moved_is_one_series_for_each_place_as_of_each_samples_time()
    {
        // The tray of slot 05 is declared for slot 06 from T on: its BMC's series moves with it.
        var moved = OneRack.Declared(text => string.Join('\n', text.Split('\n').Where(line => !line.Contains("EXAMPLE-CT-0002")))
            .Replace("r01/01/05: {serial: EXAMPLE-CT-0001", "r01/01/06: {serial: EXAMPLE-CT-0001"));
        var (ledger, _) = OneRack.Apply(OneRack.Ledger(), moved, T);
        Sensor(Mac05, "gpu0", 10, T - 1000);
        Sensor(Mac05, "gpu0", 20, T);
        Sensor(Mac05, "gpu0", 30, T + 1000);
        var series = await ReadAsync(Reader(ledger), "hw_power_watts");
        Assert.Equal(2, series.Count);
        Assert.Equal(30, series.Single(one => one.Key.Contains("slot=\"06\"")).Value);

        // Where it was before it has ended, so that nobody who looks back sees it at both places.
        Assert.True(StaleMarker.Is(series.Single(one => one.Key.Contains("slot=\"05\"")).Value));

        // Held to one instant, all of it is one series there.
        var then = await ReadAsync(Reader(ledger), "hw_power_watts", query => query with { AsOfMs = T - 1 });
        Assert.Contains("slot=\"05\"", Assert.Single(then).Key);
    }

    [Fact]
    public async Task Two_sources_of_one_accelerator_are_counted_once_and_the_preferred_one_wins()
    {
        var named = OneRack.Declared(text => text.Replace(
            "r01/01/05: {serial: EXAMPLE-CT-0001,", "r01/01/05: {serial: EXAMPLE-CT-0001, hostname: node-05,"));
        var (ledger, _) = OneRack.Apply(OneRack.Ledger(), named, OneRack.BeganMs + 1);
        _store.Add(LabelSet.Of(("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("job", "dcgm"), ("Hostname", "node-05"), ("gpu", "0")), T, 990);
        _store.Add(LabelSet.Of(("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("job", "dcgm"), ("Hostname", "node-05"), ("gpu", "1")), T, 880);
        Sensor(Mac05, "gpu0", 1000);
        var series = await ReadAsync(Reader(ledger), "hw_power_watts{slot=\"05\"}");
        Assert.Equal([880, 1000], series.Values.Order());
        Assert.Contains(series.Keys, key => key.Contains("component=\"gpu1\"") && key.Contains("socket=\"1\""));
    }

    [Fact]
    public async Task A_source_that_ended_does_not_hide_one_that_speaks()
    {
        var named = OneRack.Declared(text => text.Replace(
            "r01/01/05: {serial: EXAMPLE-CT-0001,", "r01/01/05: {serial: EXAMPLE-CT-0001, hostname: node-05,"));
        var (ledger, _) = OneRack.Apply(OneRack.Ledger(), named, OneRack.BeganMs + 1);
        _store.Add(LabelSet.Of(("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("job", "dcgm"), ("Hostname", "node-05"), ("gpu", "0")), T, 990);
        Sensor(Mac05, "gpu0", StaleMarker.Value);
        var series = await ReadAsync(Reader(ledger), "hw_power_watts{slot=\"05\"}");
        Assert.Contains(990.0, series.Values);
    }

    [Fact]
    public async Task A_raw_value_is_scaled_to_the_familys_unit_and_nonsense_is_out_of_range()
    {
        _store.Add(LabelSet.Of(("__name__", "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), ("gpu", "0"), ("UUID", "a")), T, 5_000);
        _store.Add(LabelSet.Of(("__name__", "DCGM_FI_DEV_GPU_TEMP"), ("gpu", "0"), ("UUID", "a")), T, 82_505);
        _store.Add(LabelSet.Of(("__name__", "DCGM_FI_DEV_GPU_TEMP"), ("gpu", "1"), ("UUID", "b")), T, 61);
        Assert.Equal(5.0, Assert.Single(await ReadAsync(Reader(), "hw_energy_joules_total")).Value, 9);
        Assert.Equal(61, Assert.Single(await ReadAsync(Reader(), "hw_temperature_celsius")).Value);
        Assert.Equal(82_505, Assert.Single(await ReadAsync(Reader(), "hw_temperature_celsius{__quality__=\"out_of_range\"}")).Value);
    }

    [Fact]
    public async Task The_newest_credible_sample_answers_where_the_newest_is_nonsense()
    {
        var labels = LabelSet.Of(("__name__", "DCGM_FI_DEV_GPU_TEMP"), ("gpu", "0"));
        _store.Add(labels, T - 1000, 60);
        _store.Add(labels, T, 644_245_923);
        var newest = await ReadAsync(Reader(), "hw_temperature_celsius", query => query with { Shape = ReadShape.Newest });
        Assert.Equal(60, Assert.Single(newest).Value);
    }

    [Fact]
    public async Task A_stale_marker_passes_the_scaling_to_the_bit()
    {
        _store.Add(LabelSet.Of(("__name__", "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"), ("gpu", "0")), T, StaleMarker.Value);
        Assert.True(StaleMarker.Is(Assert.Single(await ReadAsync(Reader(), "hw_energy_joules_total")).Value));
    }

    [Fact]
    public async Task A_partner_reads_the_series_of_its_places_only()
    {
        Sensor(Mac05, "gpu0", 1);
        _store.Add(LabelSet.Of(("__name__", "hw_power_watts"), ("bmc", "02:ff:ff:ff:ff:ff"), ("component", "gpu0")), T, 2);
        var snapshot = new TopologyTimeline(OneRack.Ledger(), OneRack.Catalogue).At(T);
        var token = TestContext.Current.CancellationToken;
        var own = await SeriesScopes.TranslateAsync(PlaceScope.Subtrees("site/hall"), snapshot, _store, T, token);
        var tenant = await SeriesScopes.TranslateAsync(PlaceScope.Tenants("example-tenant"), snapshot, _store, T, token);
        var other = await SeriesScopes.TranslateAsync(PlaceScope.Subtrees("site/other"), snapshot, _store, T, token);
        Assert.Equal([1.0], (await ReadAsync(Reader(), "hw_power_watts", query => query with { Scope = own })).Values);
        Assert.Equal([1.0], (await ReadAsync(Reader(), "hw_power_watts", query => query with { Scope = tenant })).Values);
        Assert.Empty(await ReadAsync(Reader(), "hw_power_watts", query => query with { Scope = other }));
    }

    [Fact]
    public async Task Label_values_come_from_the_topology_and_families_are_names()
    {
        _store.Add(LabelSet.Of(("__name__", "DCGM_FI_DEV_POWER_USAGE"), ("gpu", "0")), T, 1);
        Sensor(Mac05, "gpu0", 1, name: "raw");
        var query = new SeriesQuery([], T - 1, T, SeriesScope.Whole);
        var token = TestContext.Current.CancellationToken;
        Assert.Equal(["05"], await Reader().ReadLabelValuesAsync("slot", query, token));
        Assert.Equal(["DCGM_FI_DEV_POWER_USAGE", "hw_power_watts", "raw"], await Reader().ReadLabelValuesAsync("__name__", query, token));
        Assert.Contains("ups", await Reader().ReadLabelNamesAsync(query, token));
    }

    [Fact]
    public async Task A_frame_adds_up_the_trays_and_shares_the_rack_between_its_feeds()
    {
        Sensor(Mac05, "gpu0", 1000);
        Sensor(Mac05, "cpu0", 200);
        Sensor("02:00:00:01:01:06", "gpu3", 800);
        Sensor(Mac05, "gpu0", 55, name: "hw_temperature_celsius");
        Sensor(Mac05, "gpu0/dram", 61, name: "hw_temperature_celsius");
        var frame = await FrameAsync(OneRack.Ledger());
        var view = frame.Graph.Within(PlaceScope.Whole);
        double Carried(string path) => view.TryFind(path, out var key) ? frame.CarriedWatts[key.Node] : throw new KeyNotFoundException(path);
        Assert.True(view.TryFind("site/hall/r01/01/05", out var tray));
        Assert.Equal(1200, frame.PowerWatts(tray));
        Assert.Equal(61, frame.TemperatureCelsius(tray));
        Assert.True(view.TryFind("site/hall/r01/01/07", out var unread));
        Assert.Null(frame.PowerWatts(unread));
        Assert.Equal((2000, 2000, 1000, 1000), (Carried("site/hall/r01/01"), Carried("site/hall"), Carried("site/hall/ups-a"), Carried("site/hall/bw-1b")));
        Assert.Equal(2000 / 0.96, Carried("site/hall/utility"), 6);
        Assert.True(double.IsNaN(Carried("site/hall/cdu-1")));
    }

    [Fact]
    public async Task Readings_older_than_a_querys_lookback_are_no_present_draw()
    {
        Sensor(Mac05, "gpu0", 1000, T - NodeRollUp.FreshMs - 1);
        var frame = await FrameAsync(OneRack.Ledger());
        Assert.All(frame.CarriedWatts.ToArray(), watts => Assert.True(double.IsNaN(watts)));
    }

    [Fact]
    public async Task A_frame_is_of_one_inventory_even_while_another_is_applied()
    {
        // What is applied meanwhile knows a second rack, whose ordinal lies beyond the columns of the frame's graph.
        var second = OneRack.Declared(text => text.Replace("racks: 1", "racks: 2").Replace("r01/01/05: {", "r01/02/05: {"));
        Sensor(Mac05, "gpu0", 1000);
        var frame = await FrameAsync(OneRack.Ledger(), OneRack.Apply(OneRack.Ledger(), second, T - 1).Ledger);
        Assert.True(frame.Graph.Within(PlaceScope.Whole).TryFind("site/hall/r01/01/05", out var tray));
        Assert.Equal(1000, frame.PowerWatts(tray));
    }

    [Fact]
    public async Task A_reading_taken_just_before_a_move_counts_where_its_tray_is_now()
    {
        var moved = OneRack.Declared(text => text.Replace("racks: 1", "racks: 2").Replace("r01/01/05: {", "r01/02/05: {"));
        Sensor(Mac05, "gpu0", 1000, T - 1000);
        var frame = await FrameAsync(OneRack.Apply(OneRack.Ledger(), moved, T - 500).Ledger);
        var view = frame.Graph.Within(PlaceScope.Whole);
        Assert.True(view.TryFind("site/hall/r01/01", out var old));
        Assert.True(view.TryFind("site/hall/r01/02", out var now));
        Assert.True(double.IsNaN(frame.CarriedWatts[old.Node]));
        Assert.Equal(1000, frame.CarriedWatts[now.Node]);
    }

    [Fact]
    public async Task A_ladder_of_doubled_feeds_is_walked_once_a_node_and_not_once_a_path()
    {
        // 2^40 paths lead from the rack to the UPS blocks: a walk of each would not end.
        var ladder = string.Concat(Enumerable.Range(1, 40).Select(level =>
        {
            var fedBy = level == 1 ? "[ups-a, ups-b]" : $"[l{level - 1}a, l{level - 1}b]";
            return $"  l{level}a: {{kind: Switchboard, fedBy: {fedBy}, mode: active-active}}\n  l{level}b: {{kind: Switchboard, fedBy: {fedBy}, mode: active-active}}\n";
        }));
        var file = OneRack.Declared(text => text.Replace("\ncooling:\n", $"\n{ladder}\ncooling:\n").Replace("feeds: [bw-1a, bw-1b]", "feeds: [l40a, l40b]"));
        Sensor(Mac05, "gpu0", 1);
        var series = Assert.Single(await ReadAsync(Reader(OneRack.Apply(FactLedger.Empty, file, OneRack.BeganMs).Ledger), "hw_power_watts"));
        Assert.Contains("ups=\"ups-a+ups-b\"", series.Key);
    }
}

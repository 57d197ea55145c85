using System.Diagnostics;
using System.Globalization;
using Ampacity.Fleet;
using Ampacity.Simulator;

namespace Ampacity.Load;

/// <summary>
/// The BMCs of one rack, simulated in this process with faults of every kind, and a real <c>ampacity serve</c> that reads them for hours. In the end
/// nothing may be left at a BMC, memory may not have grown, every gap in every series has its fault, and the log shows no error.
/// </summary>
internal sealed class SoakRun(SoakOptions options)
{
    private const string Password = "ampacity-sim";

    // Simulated seconds until the discovery has ended, generously; faults are planned from there.
    private const double DiscoverySeconds = 15;

    private readonly SoakFindings _findings = new();
    private readonly SeriesStamps _stamps = new();
    private readonly SessionWatch _sessions = new();
    private readonly MemoryWindows _resident = new();
    private readonly MemoryWindows _heap = new();
    private readonly MemoryWindows _simulator = new();
    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Runs; prints a line now and then and what was found at the end.</summary>
    /// <returns>0 when nothing was found; else 1, and the data folder is kept.</returns>
    public async Task<int> RunAsync()
    {
        var catalogue = SkuCatalogue.Load(Directory.EnumerateFiles("catalogue", "*.yaml", SearchOption.AllDirectories)
            .Select(file => (file, File.ReadAllText(file)))).OrThrow();
        var trays = SoakRack.Trays(catalogue);
        var rules = SoakFaults.Plan(trays, options, DiscoverySeconds);
        Say($"seed {options.Seed}, {trays.Count} BMCs, {options.Seconds:0} s, {rules.Count} faults of {rules.Select(rule => rule.Do).Distinct().Count()} kinds, {options.Program}");
        var folder = Path.Combine(options.Folder, FormattableString.Invariant($"soak-{options.Seed}"));
        Directory.CreateDirectory(folder);
        using var process = new ServeProcess(
            options.Program, Path.Combine(folder, "data"), options.BlockSpan, "--poll-interval", options.PollInterval.ToString(CultureInfo.InvariantCulture));
        using var server = new SoakServer(process, options.Program, await process.UrlAsync());
        await server.RunAsync(null, "apply", SoakRack.FleetFileName);
        await server.RunAsync(Password + "\n", "credentials", "set", "root", "--password-stdin");
        var simulationBeganMs = NowMs();
        await using var simulator = await SimulatorHost.StartAsync(
            new SimulatorOptions { Trays = trays, Port = options.Port, Username = "root", Password = Password, Seed = options.Seed, FaultRules = rules }, _time, CancellationToken.None);
        Say((await server.RunAsync(null, "discover", "127.80.1.1-127.80.1.254", "--scheme", "http", "--port", options.Port.ToString(CultureInfo.InvariantCulture))).Split('\n')[^2]);
        if (NowMs() - simulationBeganMs > (DiscoverySeconds + options.FaultsFrom) * 1000)
        {
            throw new SoakException("the discovery reached into the faults: the machine is too busy for this run");
        }

        var clock = new SoakClock(simulationBeganMs, simulationBeganMs + (long)(DiscoverySeconds * 1000));
        await WatchAsync(server, simulator, trays, clock);
        await JudgeAsync(server, simulator, trays, rules, clock);
        await File.WriteAllTextAsync(Path.Combine(folder, "serve.log"), server.Log);
        _findings.Print(Say);
        if (_findings.IsClean)
        {
            Directory.Delete(folder, recursive: true);
        }

        return _findings.IsClean ? 0 : 1;
    }

    private async Task WatchAsync(SoakServer server, SimulatorHost simulator, IReadOnlyList<SimulatedTray> trays, SoakClock clock)
    {
        var every = Math.Max(20, options.Seconds / 24);
        var (next, readMs, nextHeap) = (every, clock.ReadingBeganMs, options.WarmUp);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        for (var look = 0; clock.Second(NowMs()) < options.Seconds; look++)
        {
            await timer.WaitForNextTickAsync();
            var second = clock.Second(NowMs());
            _sessions.Look(second, simulator.Endpoints);
            if (look % 5 == 0)
            {
                _resident.Add(second, MemoryWindows.Resident(server.ProcessId));
                _simulator.Add(second, MemoryWindows.Resident(Environment.ProcessId));
            }

            // Once a window.
            if (second >= nextHeap)
            {
                nextHeap += MemoryWindows.Length(options.WarmUp, options.Seconds);
                await FullCollection.AskAsync(server.ProcessId, _time);
                _heap.Add(second, (await server.MetricsAsync())["ampacity_process_heap_bytes"]);
            }

            if (second >= next)
            {
                next += every;

                // A poll writes with the time of its begin: one of a BMC that times out again and again takes a minute.
                readMs = await ReadBackAsync(server, trays, readMs, NowMs() - 60_000);
                await TellAsync(server, simulator, second);
            }
        }

        clock.ReadUntilMs = NowMs();
        await Task.Delay(TimeSpan.FromSeconds(3), _time);
        await ReadBackAsync(server, trays, readMs, clock.ReadUntilMs);
    }

    private async Task<long> ReadBackAsync(SoakServer server, IReadOnlyList<SimulatedTray> trays, long fromMs, long throughMs)
    {
        if (throughMs <= fromMs)
        {
            return fromMs;
        }

        foreach (var tray in trays)
        {
            await _stamps.ReadAsync(server.Http, server.Url, tray.Mac, fromMs, throughMs);
        }

        return throughMs;
    }

    private async Task TellAsync(SoakServer server, SimulatorHost simulator, double second)
    {
        var (metrics, bmcs) = (await server.MetricsAsync(), simulator.Endpoints);
        Say($"{second,6:0} s  server {MemoryWindows.Resident(server.ProcessId) / 1e6:0} MB resident, {metrics["ampacity_process_heap_bytes"] / 1e6:0} MB heap, {MemoryWindows.ProcessorSeconds(server.ProcessId):0} CPU-s;"
            + $" sessions {bmcs.Sum(bmc => bmc.LiveSessions)} open, {bmcs.Sum(bmc => bmc.SessionCount)} ever; listeners {bmcs.Sum(bmc => bmc.LiveListeners)}; failing {metrics["ampacity_bmc_failing"]:0} of {metrics["ampacity_bmc_polled"]:0};"
            + $" bodies {metrics["ampacity_bmc_reports_read_total"]:0}, failed {metrics["ampacity_bmc_report_failures_total"]:0}; samples read back {_stamps.Samples}; events {metrics["ampacity_events_kept_total"]:0}");
    }

    private async Task JudgeAsync(SoakServer server, SimulatorHost simulator, IReadOnlyList<SimulatedTray> trays, IReadOnlyList<FaultRule> rules, SoakClock clock)
    {
        var gaps = new SeriesGaps(rules, trays.ToDictionary(tray => tray.Mac, tray => tray.Place, StringComparer.Ordinal), clock.SimulationBeganMs, options.PollInterval);
        var periods = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
        foreach (var tray in trays)
        {
            periods[tray.Mac] = await server.PeriodsMsAsync(tray.Mac, options.PollInterval);
        }

        foreach (var (mac, series, stamps) in _stamps.All)
        {
            _findings.AddSeries(mac);
            foreach (var gap in SeriesGaps.Find(mac, series, stamps, periods[mac], clock.ReadingBeganMs, clock.ReadUntilMs))
            {
                _findings.Add(gap, gaps.Cause(gap), clock);
            }
        }

        _findings.Silent(trays.Where(tray => !_findings.Macs.Contains(tray.Mac)).Select(tray => tray.Place));
        var (expected, missing) = ExpectedEvents.Hold(rules, trays.ToDictionary(tray => tray.Place, tray => tray.Mac, StringComparer.Ordinal), await server.EventsAsync(), clock.SimulationBeganMs);
        _findings.Events(expected, missing);
        _findings.Metrics(await server.MetricsAsync());
        _findings.Memory("server resident, median", _resident.Medians(options.WarmUp, options.Seconds), options.MostGrowth);
        _findings.Memory("server heap, live", _heap.Medians(options.WarmUp, options.Seconds), options.MostGrowth);
        _findings.Memory("simulator resident, median", _simulator.Medians(options.WarmUp, options.Seconds), options.MostGrowth);

        Say($"server {MemoryWindows.ProcessorSeconds(server.ProcessId):0} CPU-s, this process {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:0} CPU-s in {options.Seconds:0} s; {_stamps.Samples} samples read back");
        _findings.Sessions(_sessions, simulator.Endpoints);
        _findings.Ended(await server.StopAsync(), server.Log);
        _findings.Left(SessionWatch.Left(simulator.Endpoints));
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();


    private static void Say(string line) => Console.WriteLine(line);
}

/// <summary>The times of a soak, UTC milliseconds.</summary>
/// <param name="SimulationBeganMs">Faults count from here.</param>
/// <param name="ReadingBeganMs">The soak counts from here.</param>
internal sealed record SoakClock(long SimulationBeganMs, long ReadingBeganMs)
{
    /// <summary>Up to here samples were read back.</summary>
    public long ReadUntilMs { get; set; }

    public double Second(long atMs) => (atMs - ReadingBeganMs) / 1000.0;
}

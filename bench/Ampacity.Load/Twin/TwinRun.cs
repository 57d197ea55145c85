using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Ampacity.Load;

/// <summary>
/// A bound twin: halls in the inventory, a million series that rules bind to its racks, and sums by topology labels asked of a real <c>ampacity serve</c> by HTTP,
/// newest and 15 s ago, idle and while samples are written. Every idle answer is held against what was sent.
/// </summary>
internal sealed class TwinRun(TwinOptions options)
{
    private const int Senders = 4;
    private const int TickMs = 10_000;
    private const double BlockSpanSeconds = 7200;

    private readonly TwinFleet _fleet = new(options.Racks);
    private readonly List<string> _wrong = [];
    private readonly ConcurrentQueue<(long Tick, long AtMs)> _written = new();
    private long _underWayMs;
    private long _aheadMs;

    /// <summary>Runs, and prints a table.</summary>
    /// <returns>0 when all answers were right.</returns>
    public async Task<int> RunAsync()
    {
        Directory.CreateDirectory(options.Folder);
        using var process = new ServeProcess(options.Program, Path.Combine(options.Folder, "data"), BlockSpanSeconds, isBrief: false, []);
        var url = await process.UrlAsync();
        using var server = new SoakServer(process, options.Program, url);
        var files = Enumerable.Range(0, _fleet.Halls).Select(hall => Path.Combine(options.Folder, $"hall-{hall}.yaml")).ToArray();
        for (var hall = 0; hall < files.Length; hall++)
        {
            await File.WriteAllTextAsync(files[hall], _fleet.HallText(hall));
        }

        await server.RunAsync(null, ["apply", .. files]);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Senders + 2 }) { Timeout = TimeSpan.FromSeconds(90) };
        var senders = Enumerable.Range(0, Senders)
            .Select(i => new TwinSender(_fleet.Accelerators * i / Senders, _fleet.Accelerators * (i + 1) / Senders, options.Metrics)).ToArray();
        Say($"{_fleet.Racks} racks in {_fleet.Halls} halls, {_fleet.Accelerators * (long)options.Metrics:N0} series, {_fleet.Accelerators:N0} a metric, {options.Program}");

        // Bound from the change set's time on: so samples begin behind it, and run ahead of the clock by less than the ten minutes that a store takes.
        var beganMs = NowMs() + 1;
        var newestMs = beganMs + ((options.Ticks - 1L) * TickMs);
        _aheadMs = newestMs - NowMs();
        for (var tick = 0; tick < options.Ticks; tick++)
        {
            await TickAsync(senders, http, url, tick, beganMs + (tick * (long)TickMs), TimeSpan.Zero, CancellationToken.None);
        }

        Say($"{senders.Sum(sender => sender.Samples):N0} samples written, server CPU {CpuSeconds(process.Id):F1} s, peak {PeakMiB(process.Id):N0} MiB");
        Console.WriteLine("idle, ms                                            first   median      p99      max   CPU ms");
        foreach (var query in TwinQuery.All)
        {
            var tick = options.Ticks - 1 - ((query.AgeMs + TickMs - 1) / TickMs);
            await MeasureAsync(query, http, url, process.Id, () => newestMs - query.AgeMs, tick);
        }

        await BesideAsync(senders, http, url, process.Id);
        Say($"peak {PeakMiB(process.Id):N0} MiB; {(_wrong.Count == 0 ? "all answers right" : "WRONG:\n" + string.Join('\n', _wrong))}");
        await process.StopAsync();
        Directory.Delete(options.Folder, recursive: true);
        return _wrong.Count == 0 ? 0 : 1;
    }

    // The same while samples are written: how much of the newest tick is there nobody knows, so only what is 15 s old is held against what was sent.
    private async Task BesideAsync(TwinSender[] senders, HttpClient http, string url, int processId)
    {
        using var stop = new CancellationTokenSource();
        var period = TimeSpan.FromSeconds(_fleet.Accelerators * (double)options.Metrics / options.Rate);
        var (before, began) = (senders.Sum(sender => sender.Samples), Stopwatch.GetTimestamp());
        var writing = Task.Run(async () =>
        {
            for (long tick = 1000; !stop.IsCancellationRequested; tick++)
            {
                var atMs = SampleNowMs();
                Volatile.Write(ref _underWayMs, atMs);
                await TickAsync(senders, http, url, tick, atMs, period, stop.Token);
                _written.Enqueue((tick, atMs));
            }
        }, CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(20), CancellationToken.None);
        Console.WriteLine("while samples are written, ms                       first   median      p99      max");
        foreach (var query in TwinQuery.All)
        {
            if (query.AgeMs > 0)
            {
                await CheckWrittenAsync(query, http, url);
            }

            await MeasureAsync(query, http, url, null, () => SampleNowMs() - query.AgeMs, null);
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await stop.CancelAsync();
        await writing;
        Say(FormattableString.Invariant($"written meanwhile: {(senders.Sum(sender => sender.Samples) - before) / seconds:N0} samples/s of {options.Rate:N0} that were asked for; server CPU in all {CpuSeconds(processId):F1} s"));
    }

    private async Task CheckWrittenAsync(TwinQuery query, HttpClient http, string url)
    {
        var timeMs = SampleNowMs() - query.AgeMs;
        var whole = Volatile.Read(ref _underWayMs) > timeMs ? _written.LastOrDefault(written => written.AtMs <= timeMs) : default;
        if (whole.AtMs == 0)
        {
            Say($"writers are more than {query.AgeMs / 1000} s behind: {query.Text} is not held against what was sent");
            return;
        }

        var (_, answer) = await query.AskAsync(http, url, timeMs);
        if (query.Wrong(answer, _fleet, whole.Tick) is { } wrong)
        {
            _wrong.Add($"{query.Text} while samples are written: {wrong}");
        }
    }

    private async Task MeasureAsync(TwinQuery query, HttpClient http, string url, int? processId, Func<long> timeMs, long? tick)
    {
        var (first, answer) = await query.AskAsync(http, url, timeMs());
        if (tick is { } known && query.Wrong(answer, _fleet, known) is { } wrong)
        {
            _wrong.Add($"{query.Text}, {query.AgeMs / 1000} s ago: {wrong}");
        }

        var cpu = processId is { } id ? CpuSeconds(id) : 0;
        var times = new double[options.Repeat];
        for (var i = 0; i < times.Length; i++)
        {
            (times[i], _) = await query.AskAsync(http, url, timeMs());
        }

        var perQuery = processId is { } same ? (CpuSeconds(same) - cpu) * 1000 / times.Length : double.NaN;
        Array.Sort(times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{query.Text,-40} {(query.AgeMs == 0 ? "newest" : "-15 s"),6} {first,8:F1} {times[times.Length / 2],8:F1} {times[times.Length * 99 / 100],8:F1} {times[^1],8:F1} {(double.IsNaN(perQuery) ? "" : perQuery.ToString("F1", CultureInfo.InvariantCulture)),8}"));
    }

    private static Task TickAsync(TwinSender[] senders, HttpClient http, string url, long tick, long atMs, TimeSpan within, CancellationToken cancellationToken) =>
        Task.WhenAll(senders.Select(sender => Task.Run(() => sender.SendAsync(http, url, tick, atMs, within, cancellationToken), CancellationToken.None)));

    // User and system time, the 14th and 15th field of /proc/<pid>/stat in hundredths of a second; the name before them may hold anything up to its bracket.
    private static double CpuSeconds(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }

    private static double PeakMiB(int processId) => File.ReadLines($"/proc/{processId}/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).Single();

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private long SampleNowMs() => NowMs() + _aheadMs;

    private static void Say(string text) => Console.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {text}");
}

using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Samples;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>
/// Scrapes exporters as a <c>prometheus.yml</c> says, with targets that are written down, in files, or in the inventory: those follow what is recorded.
/// </summary>
internal sealed class ScrapeService : BackgroundService
{
    /// <summary>How often targets are looked for anew; a file or the inventory that did not change costs a look at its time or its revision.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<ScrapeJob> _jobs;
    private readonly CurrentFleet _fleet;
    private readonly TimeProvider _time;
    private readonly ILogger<ScrapeService> _log;
    private readonly ScrapePool _pool;
    private readonly HttpTargetLists _lists;
    private readonly Dictionary<string, (DateTime WrittenAt, IReadOnlyList<FoundTarget> Targets)> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<(ScrapeJob Job, IReadOnlyList<(string Name, string Value)> Labels)> _dropped = [];

    public ScrapeService(IReadOnlyList<ScrapeJob> jobs, CurrentFleet fleet, ExpositionReceiver receiver, ISeriesWriter writer, TimeProvider time, ILogger<ScrapeService> log)
    {
        (_jobs, _fleet, _time, _log) = (jobs, fleet, time, log);
        _pool = new ScrapePool(receiver, writer, time);
        _lists = new HttpTargetLists(_pool.Clients, time);
    }

    /// <summary>How each target does.</summary>
    public IReadOnlyList<ScrapeState> States => _pool.States;

    /// <summary>Targets that a rule dropped, at most a thousand.</summary>
    public IReadOnlyList<(ScrapeJob Job, IReadOnlyList<(string Name, string Value)> Labels)> Dropped => _dropped;

    /// <summary>What was done since start.</summary>
    public ScrapeCounts Counts => _pool.Counts;

    /// <summary>Reads what to scrape.</summary>
    /// <exception cref="StartException">The file cannot be read or is not right; says every line that is not, and why.</exception>
    public static IReadOnlyList<ScrapeJob> ReadJobs(string? path, out IReadOnlyList<string> passedOver)
    {
        passedOver = [];
        if (path is null)
        {
            return [];
        }

        try
        {
            var (jobs, errors) = PrometheusFile.Read(path, File.ReadAllText(path), out passedOver);
            foreach (var kind in jobs.SelectMany(job => job.Inventory).SelectMany(inventory => inventory.Kinds))
            {
                _ = TargetFilter.KindOf(kind);
            }

            return errors.Count == 0 ? jobs : throw new StartException("What to scrape is not right:\n" + string.Join('\n', errors));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or QuestionException)
        {
            throw new StartException($"--scrape: {path}: {error.Message}", error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_jobs.Count == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(LookInterval, _time);
        try
        {
            do
            {
                try
                {
                    _pool.Set(Look());
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // Our own bug. Those that are scraped go on.
                    _log.LogError(error, "Bug: targets could not be looked for");
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            await _lists.DisposeAsync();
            await _pool.DisposeAsync();
        }
    }

    private List<ScrapeTarget> Look()
    {
        var all = new List<ScrapeTarget>();
        var dropped = new List<(ScrapeJob, IReadOnlyList<(string, string)>)>();
        var told = new HashSet<string>(StringComparer.Ordinal);
        var view = _fleet.GraphAt(_fleet.NowMs).Within(PlaceScope.Whole);
        foreach (var job in _jobs)
        {
            var targets = new List<ScrapeTarget>();
            foreach (var found in job.Static.Concat(job.Files.SelectMany(pattern => OfFiles(pattern, told))).Concat(job.Http.SelectMany(list => _lists.Of(list, what => Tell(told, what)))).Concat(job.Inventory.SelectMany(inventory => OfInventory(inventory, view, told))))
            {
                try
                {
                    if (ScrapeTarget.Make(job, found) is { } target)
                    {
                        targets.Add(target);
                    }
                    else if (dropped.Count < 1000)
                    {
                        dropped.Add((job, [.. ScrapeTarget.Before(job, found).Select(label => (label.Key, label.Value))]));
                    }
                }
                catch (Exception error) when (error is FormatException or ArgumentException)
                {
                    Tell(told, error.Message);
                }
            }

            // As in Prometheus they are down, which an alert on up sees, and not gone.
            var refusal = job.TargetLimit > 0 && targets.Count > job.TargetLimit ? FormattableString.Invariant($"target_limit exceeded: {targets.Count} targets, limit {job.TargetLimit}") : null;
            if (refusal is not null)
            {
                Tell(told, $"job {job.Name}: {refusal}: none of them is scraped");
            }

            all.AddRange(refusal is null ? targets : targets.Select(target => target with { Refusal = refusal }));
        }

        _dropped = dropped;
        _told.IntersectWith(told);
        return all;
    }

    private IEnumerable<FoundTarget> OfInventory(InventoryTargets wanted, FleetView view, HashSet<string> told)
    {
        StableKey? under = null;
        if (wanted.Under is { } path)
        {
            if (!view.TryFind(path, out var key))
            {
                Tell(told, $"line {wanted.Line}: there is no {path}: nothing below it is scraped");
                return [];
            }

            under = key;
        }

        var labels = new TargetLabels(view, _fleet.Timeline.At(_fleet.NowMs).Labels);
        return FleetTargets.Of(view, _fleet.Catalogue, new TargetFilter(under, [.. wanted.Kinds.Select(TargetFilter.KindOf)], new PlaceFilter()))
            .Select(target => new FoundTarget(
                wanted.Port == 0 ? target.Host : FormattableString.Invariant($"{target.Host}:{wanted.Port}"), [.. labels.Of(target)]));
    }

    private FoundTarget[] OfFiles(string pattern, HashSet<string> told)
    {
        var (folder, name) = (Path.GetDirectoryName(pattern)!, Path.GetFileName(pattern));
        if (!Directory.Exists(folder))
        {
            Tell(told, $"{folder} is not there: no targets of {pattern}");
            return [];
        }

        return Directory.EnumerateFiles(folder, name).Order(StringComparer.Ordinal).SelectMany(file => OfFile(file, told)).ToArray();
    }

    // A file that cannot be read keeps the targets that it had: it may be half written.
    private IReadOnlyList<FoundTarget> OfFile(string path, HashSet<string> told)
    {
        var known = _files.GetValueOrDefault(path);
        try
        {
            var writtenAt = File.GetLastWriteTimeUtc(path);
            if (known.Targets is not null && known.WrittenAt == writtenAt)
            {
                return known.Targets;
            }

            var (targets, errors) = PrometheusFile.ReadTargets(path, File.ReadAllText(path));
            if (errors.Count == 0)
            {
                _files[path] = (writtenAt, targets);
                return targets;
            }

            Tell(told, string.Join('\n', errors.Take(5)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Tell(told, $"{path}: {error.Message}");
        }

        return known.Targets ?? [];
    }

    // Once, as long as it holds.
    private void Tell(HashSet<string> told, string what)
    {
        told.Add(what);
        if (_told.Add(what))
        {
            _log.LogWarning("Scraping: {What}", what);
        }
    }
}

using System.Globalization;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Records;
using Ampacity.Samples;
using Ampacity.Topology;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>
/// Looks at the family <c>hw_error_code</c>, whoever sends it, and makes an event of each code that an accelerator reports anew: a gauge that says the
/// newest code forgets it with the next.
/// </summary>
/// <remarks>The ledger says what was told before, so that a restart tells nothing twice.</remarks>
internal sealed class ErrorCodeWatch(TopologyReader reader, FactStore store, EventLedger ledger, CurrentFleet fleet, TimeProvider time, ILogger<ErrorCodeWatch> log) : BackgroundService
{
    /// <summary>The family whose values are codes.</summary>
    public const string Family = "hw_error_code";

    /// <summary>Between two looks; a scrape interval, so that few codes of one accelerator fall between two.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    // What comes late is seen as long as it is not later than this; samples seen before are told apart by their time.
    private const long OverlapMs = 60_000;

    // A gauge that is silent for longer has ended.
    private const long LookBackMs = 300_000;

    // Enough that every accelerator whose code still stands is among them, as long as fewer report one between two starts (guessed).
    private const int MaxEventsRead = 20_000;

    private static readonly string[] PlaceNames = ["site", "building", "hall", "rack", "slot"];
    private static readonly string[] SourceNames = ["hostname", "instance", "job", "UUID", "modelName"];

    private readonly Dictionary<string, (long AtMs, double Code)> _newest = new(StringComparer.Ordinal);

    // Series that said something else than 0 since the start.
    private readonly HashSet<LabelSet> _told = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var from = time.GetUtcNow().ToUnixTimeMilliseconds() - LookBackMs;
        var isBegun = false;
        do
        {
            try
            {
                if (!isBegun)
                {
                    await RememberAsync(stoppingToken);
                    isBegun = true;
                }

                var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
                await LookAsync(from, nowMs, stoppingToken);
                from = nowMs - OverlapMs;
            }
            catch (Exception error) when (error is SeriesStoreException or ReadBudgetException or RecordStoreException)
            {
                log.LogError("Error codes are not looked at: {Reason}", error.Message);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Our own bug. It must not end the host, which is taking samples beside this.
                log.LogError(error, "Bug: error codes could not be looked at");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Looks at the samples of a span of time.</summary>
    internal async Task LookAsync(long fromMs, long throughMs, CancellationToken cancellationToken)
    {
        var view = fleet.GraphAt(fleet.NowMs).Within(PlaceScope.Whole);
        var query = new SeriesQuery([new Matcher(LabelSet.MetricName, MatchKind.Equal, Family)], fromMs, throughMs, SeriesScope.Whole);
        await foreach (var batch in reader.ReadAsync(query, cancellationToken))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                var (from, end) = (batch.Offsets[i], batch.Offsets[i + 1]);

                // Nearly all of a fleet say 0 and always did: they cost no more than this.
                var labels = batch.Labels[i];
                if (batch.Values[from..end].IndexOfAnyExcept(0.0) < 0 && !_told.Contains(labels))
                {
                    continue;
                }

                _told.Add(labels);
                var place = PlaceOf(view, labels);
                for (var at = from; at < end; at++)
                {
                    See(labels, place, batch.TimestampsMs[at], batch.Values[at]);
                }
            }
        }
    }

    private void See(LabelSet labels, string place, long atMs, double code)
    {
        if (double.IsNaN(code))
        {
            // A stale marker: the series ends, and what it said last stays known.
            return;
        }

        var key = KeyOf(place.Length > 0 ? place : SourceOf(labels), labels["component"], labels["code_set"]);
        var known = _newest.GetValueOrDefault(key);
        if (atMs <= known.AtMs)
        {
            return;
        }

        _newest[key] = (atMs, code);
        if (code == known.Code || code == 0)
        {
            return;
        }

        ledger.Take(new BmcEvent(
            atMs, labels["bmc"], labels["component"], BmcEventKind.ErrorCode, EventSeverity.Warning, "samples",
            string.Create(CultureInfo.InvariantCulture, $"{labels["code_set"]} {code:R} of {SourceOf(labels)}"))
        { Place = place });
    }

    // Slot, or rack, as the join names them; empty for what no rule binds.
    private static string PlaceOf(FleetView view, LabelSet labels)
    {
        var path = string.Join('/', PlaceNames.Select(name => labels[name]).Where(part => part.Length > 0));
        return labels["rack"].Length > 0 && view.TryFind(path, out _) ? path : "";
    }

    // What the sender itself says of where it is.
    private static string SourceOf(LabelSet labels) =>
        string.Join(',', SourceNames.Where(name => labels[name].Length > 0).Select(name => $"{name}={labels[name]}"));

    private static string KeyOf(string where, string component, string codeSet) => $"{where} {component} {codeSet}";

    private async Task RememberAsync(CancellationToken cancellationToken)
    {
        foreach (var row in (await store.ReadEventsAsync(MaxEventsRead, long.MaxValue, nameof(BmcEventKind.ErrorCode), null, null, cancellationToken)).Reverse())
        {
            // "xid 79 of hostname=…"
            var words = row.Evidence.Split(' ', 4);
            if (words.Length == 4 && double.TryParse(words[1], CultureInfo.InvariantCulture, out var code))
            {
                _newest[KeyOf(row.Place.Length > 0 ? row.Place : words[3], row.Component, words[0])] = (row.AtMs, code);
            }
        }
    }
}

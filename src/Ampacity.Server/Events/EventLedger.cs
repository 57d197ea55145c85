using System.Threading.Channels;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Records;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>
/// Keeps what happens to hardware: takes events as polls see them, adds the place and asset that the BMC had then, and writes them in batches.
/// </summary>
/// <remarks>
/// Any thread. What was written last of a part says whether an event is news: a restart, or a poller that begins anew, tells nothing twice.
/// </remarks>
internal sealed class EventLedger(FactStore store, CurrentFleet fleet, ILogger<EventLedger> log) : BackgroundService
{
    // A hall that loses a feed is some thousands of events; what does not fit waits in the poll that saw it, not in memory.
    private const int MaxWaiting = 65_536;
    private const int MaxBatch = 1_000;

    // Enough that every part with something wrong is among them, as long as fewer than this happens between two states of one part.
    private const int MaxRead = 20_000;

    private readonly Channel<BmcEvent> _waiting = Channel.CreateBounded<BmcEvent>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Dictionary<(string Bmc, string Component, string Kind), string> _newest = [];
    private long _kept;
    private long _lost;

    /// <summary>Events kept since the start.</summary>
    public long Kept => Interlocked.Read(ref _kept);

    /// <summary>Events that could not be kept: more than fit waited, or the store did not take them.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Takes an event.</summary>
    public void Take(BmcEvent news)
    {
        if (!_waiting.Writer.TryWrite(news))
        {
            Interlocked.Increment(ref _lost);
            log.LogError("An event is lost, {Count} wait already: {Mac} {Component} {Kind} {Severity}: {Evidence}", MaxWaiting, news.Mac, news.Component, news.Kind, news.Severity, news.Evidence);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var row in (await store.ReadEventsAsync(MaxRead, long.MaxValue, null, null, null, stoppingToken)).Reverse())
            {
                _newest[(row.Bmc, row.Component, row.Kind)] = row.Severity;
            }

            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                await KeepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was seen up to now is kept even so.
            await KeepAsync(CancellationToken.None);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var batch = new List<EventRow>();
        while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var news))
        {
            var key = (news.Mac, news.Component, news.Kind.ToString());
            if (news.Kind is not (BmcEventKind.Reported or BmcEventKind.ErrorCode) && _newest.GetValueOrDefault(key, nameof(EventSeverity.Ok)) == news.Severity.ToString())
            {
                continue;
            }

            _newest[key] = news.Severity.ToString();
            batch.Add(Row(news));
            log.Log(
                news.Severity == EventSeverity.Ok ? LogLevel.Information : LogLevel.Warning, "{Kind} {Severity} at {Place} {Component} ({Mac}): {Evidence}",
                news.Kind, news.Severity, batch[^1].Place, news.Component, news.Mac, news.Evidence);
        }

        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await store.AppendEventsAsync(batch, cancellationToken);
            Interlocked.Add(ref _kept, batch.Count);
        }
        catch (RecordStoreException error)
        {
            // They stand in the log, each with its evidence; the store's own health says why it does not write.
            Interlocked.Add(ref _lost, batch.Count);
            log.LogError(error, "{Count} events could not be kept", batch.Count);
        }
    }

    private static FleetAsset? AssetAt(FleetGraph graph, string path) =>
        path.Length > 0 && graph.Within(PlaceScope.Whole).TryFind(path, out var key) ? graph.Assets.At(key) : null;

    private EventRow Row(BmcEvent news)
    {
        var graph = fleet.GraphAt(news.AtMs);
        var asset = news.Place is { } said ? AssetAt(graph, said) : graph.Assets.By(IdentifierKind.Mac, news.Mac);
        var evidence = news.Evidence.Length <= EventRow.EvidenceCharsMax ? news.Evidence : news.Evidence[..EventRow.EvidenceCharsMax];
        return new EventRow(
            0, news.AtMs, news.Mac, news.Place ?? (asset?.Place is { } place ? graph.PathOf(place) : ""), asset?.Id.ToString() ?? "", news.Component, news.Source,
            news.Kind.ToString(), news.Severity.ToString(), evidence);
    }
}

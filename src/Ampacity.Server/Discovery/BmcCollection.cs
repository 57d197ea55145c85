using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Samples;
using Ampacity.Tsdb;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>
/// Reads every BMC that surveys found, by its plan. A newer survey or account changes what is read of the BMCs that it is about; the others go on
/// with the sessions that they have.
/// </summary>
internal sealed class BmcCollection(
    Surveys surveys, BmcAccounts accounts, PlatformProfiles profiles, ISeriesWriter writer, ServerSettings settings, TimeProvider time, EventLedger events,
    BmcGates gates, SampleStore samples, PushListener push, BmcRewalks rewalks, ILogger<BmcCollection> log)
    : BackgroundService
{
    // Guessed: long enough not to fill the log, short enough that a folder made right by hand is noticed.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    // Every endpoint has its own.
    private static readonly BmcCredentials NoAccount = new("", "");

    private volatile BmcPoller? _poller;
    private long _changes;

    /// <summary>What was read since the start; zeros before the first survey.</summary>
    public BmcPollCounts Counts => _poller?.Counts ?? default;

    /// <summary>How each BMC does.</summary>
    public IReadOnlyList<BmcPollState> States => _poller?.States ?? [];

    /// <summary>Values refused by reason and failures by kind; null before the first survey.</summary>
    public PollTally? Tally => _poller?.Tally;

    /// <summary>Event streams open now.</summary>
    public int EventStreams => _poller?.EventStreams ?? 0;

    /// <summary>Subscriptions at BMCs that could not be deleted.</summary>
    public int SubscriptionsLeft => _poller?.SubscriptionsLeft ?? 0;

    /// <summary>How one BMC does; null for one that is not read.</summary>
    public BmcPollState? StateOf(string mac) => _poller?.StateOf(mac);

    /// <summary>How the schedule does.</summary>
    public ScheduleState Schedule => _poller?.Schedule ?? default;

    /// <summary>BMCs that polls have found changed, since the start.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changed = new SemaphoreSlim(0);
        void OnChanged() => changed.Release();
        surveys.Changed += OnChanged;
        accounts.Changed += OnChanged;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await PollAsync(changed, stoppingToken);
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception error)
                {
                    // A survey or an account that cannot be read, or our own bug: told, since silence would look like a fleet at rest, and
                    // tried again, since ending the host would end the taking of samples beside this.
                    log.LogError(error, "BMCs are not read; tried again in {Seconds} s, or with the next survey or account", RetryAfter.TotalSeconds);
                    await changed.WaitAsync(RetryAfter, stoppingToken);
                }
            }
        }
        finally
        {
            surveys.Changed -= OnChanged;
            accounts.Changed -= OnChanged;
        }
    }

    // One poller, until it fails or the host stops.
    private async Task PollAsync(SemaphoreSlim changed, CancellationToken stoppingToken)
    {
        var endpoints = await EndpointsAsync(stoppingToken);
        while (endpoints.Length == 0)
        {
            await changed.WaitAsync(stoppingToken);
            endpoints = await EndpointsAsync(stoppingToken);
        }

        using var round = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var poller = Begin(endpoints);
        var polling = poller.RunAsync(round.Token);
        try
        {
            while (!polling.IsCompleted)
            {
                var news = changed.WaitAsync(round.Token);
                await Task.WhenAny(polling, news);
                if (news.IsCompletedSuccessfully && !polling.IsCompleted)
                {
                    while (changed.Wait(0, CancellationToken.None))
                    {
                        // Several changes at one time are one.
                    }

                    var before = endpoints.ToDictionary(endpoint => endpoint.Address.Authority, endpoint => endpoint.CertificateSha256, StringComparer.OrdinalIgnoreCase);
                    endpoints = await EndpointsAsync(stoppingToken);
                    if (Array.Exists(endpoints, endpoint => before.TryGetValue(endpoint.Address.Authority, out var pin) && pin != endpoint.CertificateSha256))
                    {
                        return; // connections that trusted the certificate of before are closed with the poller
                    }

                    await poller.ReplaceAsync(endpoints, stoppingToken);
                    log.LogInformation("Reading {Count} BMCs", endpoints.Length);
                }

                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // Also when the host stops: sessions on a BMC are few, and a poller gives its own back as it ends.
            await round.CancelAsync();
            await polling;
        }
    }

    private BmcPoller Begin(BmcEndpoint[] endpoints)
    {
        var poller = new BmcPoller(
            endpoints,
            NoAccount,
            writer,
            new BmcPollerOptions
            {
                Interval = TimeSpan.FromSeconds(settings.PollIntervalSeconds),
                Gates = gates,
                Push = push.Desk,
                MaxEventStreams = settings.BmcStreams,
                NewestMs = samples.NewestMs,
                ReadsEverything = settings.ReadsEverything,
            },
            time);
        poller.Changed += change =>
        {
            Interlocked.Increment(ref _changes);
            log.LogInformation("BMC {Mac} at {Address} has changed ({Kind}): {Evidence}", change.Mac, change.Address, change.Kind, change.Evidence);
            rewalks.Note(change);
        };
        poller.Happened += events.Take;
        _poller = poller;
        log.LogInformation("Reading {Count} BMCs every {Seconds} s", endpoints.Length, settings.PollIntervalSeconds);
        return poller;
    }

    private async Task<BmcEndpoint[]> EndpointsAsync(CancellationToken cancellationToken)
    {
        if (await surveys.PictureAsync(keepSilent: true, cancellationToken) is not { } survey
            || await accounts.ReadAsync(cancellationToken) is not { Count: > 0 } book)
        {
            return [];
        }

        // Two BMCs with one MAC cannot be told apart: drift says so, and neither is read.
        return
        [
            .. survey.Bmcs
                .Where(bmc => bmc.Mac is not null).GroupBy(bmc => bmc.Mac!, StringComparer.Ordinal)
                .Where(group => group.Count() == 1).Select(group => Endpoint(group.Single(), book)).OfType<BmcEndpoint>(),
        ];
    }

    private BmcEndpoint? Endpoint(SurveyedBmc bmc, AccountBook book)
    {
        // As a sweep chooses; a BMC that no account is for is not asked.
        if (book.For(new Uri(bmc.Address).Host, bmc.Mac, bmc.ProfileId, bmc.Account) is not { } account)
        {
            return null;
        }

        if (profiles.ById(bmc.ProfileId) is { } profile)
        {
            // Surveys of before there were plans name reports only; a BMC without either has nothing to be read by.
            string[] reports = [.. profile.Reports.Where(report => bmc.ReportUris.Contains(report))];
            var endpoint = new BmcEndpoint(new Uri(bmc.Address), bmc.Mac!, profile, reports, bmc.CertificateSha256)
            {
                Credentials = account,
                Components = [.. bmc.Components.Select(component => (component.Uri, component.Id))],
                Firmware = string.Join(' ', bmc.Firmware.Select(entry => $"{entry.Id}={entry.Version}")),
            };
            endpoint = bmc.ReadPlan.Count == 0 ? endpoint : endpoint with { Reads = bmc.ReadPlan };
            return endpoint.Reads.Count == 0 ? null : endpoint;
        }

        log.LogWarning("{Address} was surveyed with profile {Profile}, which no longer ships: survey it again", bmc.Address, bmc.ProfileId);
        return null;
    }
}

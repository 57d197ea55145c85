using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Samples;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>Reads every BMC that surveys found, at the poll interval, and begins anew when a newer survey or account stands.</summary>
internal sealed class BmcCollection(
    Surveys surveys, BmcAccounts accounts, PlatformProfiles profiles, ISeriesWriter writer, ServerSettings settings, TimeProvider time, EventLedger events,
    ILogger<BmcCollection> log)
    : BackgroundService
{
    // Guessed: long enough not to fill the log, short enough that a folder made right by hand is noticed.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    // Every endpoint has its own.
    private static readonly BmcCredentials NoAccount = new("", "");

    private volatile BmcPoller? _poller;
    private long _changes;

    /// <summary>What was read so far by the poller of the newest survey; zeros before the first.</summary>
    public BmcPollCounts Counts => _poller?.Counts ?? default;

    /// <summary>How each BMC does.</summary>
    public IReadOnlyList<BmcPollState> States => _poller?.States ?? [];

    /// <summary>Values refused by reason and failures by kind, by the poller of the newest survey; null before the first.</summary>
    public PollTally? Tally => _poller?.Tally;

    /// <summary>How the schedule of that poller does.</summary>
    public ScheduleState Schedule => _poller?.Schedule ?? default;

    /// <summary>BMCs that polls have found changed, since the start.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void OnChanged() => changed.TrySetResult();
            surveys.Changed += OnChanged;
            accounts.Changed += OnChanged;
            try
            {
                await PollUntilAsync(changed.Task, stoppingToken);
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
                await Task.WhenAny(changed.Task, Task.Delay(RetryAfter, time, stoppingToken));
            }
            finally
            {
                surveys.Changed -= OnChanged;
                accounts.Changed -= OnChanged;
            }
        }
    }

    private async Task PollUntilAsync(Task changed, CancellationToken stoppingToken)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        if (await BeginAsync(round.Token) is not { } polling)
        {
            await changed.WaitAsync(stoppingToken);
            return;
        }

        try
        {
            // A poller ends by itself only when it fails.
            await Task.WhenAny(polling, changed).WaitAsync(stoppingToken);
        }
        finally
        {
            // Also when the host stops: sessions on a BMC are few, and a poller gives its own back as it ends.
            await round.CancelAsync();
            await polling;
        }
    }

    // Null where there is nothing to read.
    private async Task<Task?> BeginAsync(CancellationToken cancellationToken)
    {
        if (await surveys.PictureAsync(keepSilent: true, cancellationToken) is not { } survey
            || await accounts.ReadAsync(cancellationToken) is not { Count: > 0 } book)
        {
            return null;
        }

        // Two BMCs with one MAC cannot be told apart: drift says so, and neither is read.
        var endpoints = survey.Bmcs
            .Where(bmc => bmc.Mac is not null).GroupBy(bmc => bmc.Mac!, StringComparer.Ordinal)
            .Where(group => group.Count() == 1).Select(group => Endpoint(group.Single(), book)).OfType<BmcEndpoint>().ToArray();
        var poller = new BmcPoller(
            endpoints,
            NoAccount,
            writer,
            new BmcPollerOptions { Interval = TimeSpan.FromSeconds(settings.PollIntervalSeconds), ReadsEverything = settings.ReadsEverything },
            time);
        poller.Changed += change =>
        {
            Interlocked.Increment(ref _changes);
            log.LogInformation("BMC {Mac} at {Address} has changed ({Kind}): {Evidence}", change.Mac, change.Address, change.Kind, change.Evidence);
        };
        poller.Happened += events.Take;
        _poller = poller;
        log.LogInformation("Reading {Count} BMCs every {Seconds} s", endpoints.Length, settings.PollIntervalSeconds);
        return endpoints.Length == 0 ? null : poller.RunAsync(cancellationToken);
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

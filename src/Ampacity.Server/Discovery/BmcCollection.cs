using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Ampacity.Samples;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>Reads every BMC that the newest survey found, at the poll interval, and begins anew when a newer survey stands.</summary>
internal sealed class BmcCollection(
    Surveys surveys, BmcAccounts accounts, PlatformProfiles profiles, ISeriesWriter writer, ServerSettings settings, TimeProvider time, ILogger<BmcCollection> log)
    : BackgroundService
{
    private volatile BmcPoller? _poller;

    /// <summary>What was read so far by the poller of the newest survey; zeros before the first.</summary>
    public BmcPollCounts Counts => _poller?.Counts ?? default;

    /// <summary>How each BMC does.</summary>
    public IReadOnlyList<BmcPollState> States => _poller?.States ?? [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void OnChanged() => changed.TrySetResult();
            surveys.Changed += OnChanged;
            using var round = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            try
            {
                var polling = await BeginAsync(round.Token);
                await changed.Task.WaitAsync(stoppingToken);
                await round.CancelAsync();
                await polling;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            finally
            {
                surveys.Changed -= OnChanged;
            }
        }
    }

    private async Task<Task> BeginAsync(CancellationToken cancellationToken)
    {
        if (await surveys.LatestAsync(cancellationToken) is not { } survey
            || await accounts.FindAsync(BmcAccounts.DefaultName, cancellationToken) is not { } account)
        {
            return Task.CompletedTask;
        }

        // Two BMCs with one MAC cannot be told apart: drift says so, and neither is read.
        var endpoints = survey.Bmcs
            .Where(bmc => bmc.Mac is not null).GroupBy(bmc => bmc.Mac!, StringComparer.Ordinal)
            .Where(group => group.Count() == 1).Select(group => Endpoint(group.Single())).OfType<BmcEndpoint>().ToArray();
        var poller = new BmcPoller(
            endpoints,
            new BmcCredentials(account.Username, account.Password),
            writer,
            new BmcPollerOptions { Interval = TimeSpan.FromSeconds(settings.PollIntervalSeconds) },
            time);
        _poller = poller;
        log.LogInformation("Reading {Count} BMCs every {Seconds} s", endpoints.Length, settings.PollIntervalSeconds);
        return poller.RunAsync(cancellationToken);
    }

    private BmcEndpoint? Endpoint(SurveyedBmc bmc)
    {
        if (profiles.ById(bmc.ProfileId) is { } profile)
        {
            // A BMC that offers none of the profile's reports has nothing to be read by; the survey keeps what it offers.
            string[] reports = [.. profile.Reports.Where(report => bmc.ReportUris.Contains(report))];
            return reports.Length == 0 ? null : new BmcEndpoint(new Uri(bmc.Address), bmc.Mac!, profile, reports, bmc.CertificateSha256);
        }

        log.LogWarning("{Address} was surveyed with profile {Profile}, which no longer ships: survey it again", bmc.Address, bmc.ProfileId);
        return null;
    }
}

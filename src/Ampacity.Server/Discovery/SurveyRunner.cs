using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>Makes surveys, one at a time, and says how far the one under way is.</summary>
/// <remarks>Any thread. A sweep outlives the request that began it and ends with the server.</remarks>
internal sealed class SurveyRunner(
    PlatformProfiles profiles, BmcAccounts accounts, Surveys surveys, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<SurveyRunner> log)
{
    private readonly Lock _gate = new();
    private volatile SurveyProgress? _progress;

    /// <summary>The sweep under way or ended last; null if none was begun since start.</summary>
    public SurveyProgress? Progress => _progress;

    /// <summary>Begins a sweep.</summary>
    /// <returns>False if one is under way.</returns>
    public bool TryBegin(IReadOnlyList<SurveyTarget> targets, (string Username, string Password) account, string by, bool trustOnFirstUse)
    {
        lock (_gate)
        {
            if (_progress is { State: SurveyState.Running })
            {
                return false;
            }

            _progress = new SurveyProgress(SurveyState.Running, 0, targets.Count, 0, null);
        }

        _ = Task.Run(() => SweepAsync(targets, account, by, trustOnFirstUse), CancellationToken.None);
        return true;
    }

    /// <summary>The account that BMCs are asked with, or null if none is set.</summary>
    public Task<(string Username, string Password)?> AccountAsync(CancellationToken cancellationToken) =>
        accounts.FindAsync(BmcAccounts.DefaultName, cancellationToken);

    private async Task SweepAsync(IReadOnlyList<SurveyTarget> targets, (string Username, string Password) account, string by, bool trustOnFirstUse)
    {
        var total = targets.Count;
        try
        {
            var options = new BmcSweepOptions();
            options = options with { Client = options.Client with { TrustOnFirstUse = trustOnFirstUse } };
            var sweep = new BmcSweep(options, profiles, new BmcCredentials(account.Username, account.Password), time);
            var survey = await sweep.RunAsync(targets, by, new Teller(this), lifetime.ApplicationStopping);
            await surveys.SaveAsync(survey, CancellationToken.None);
            _progress = new SurveyProgress(SurveyState.Done, total, total, survey.Bmcs.Count, null);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            _progress = new SurveyProgress(SurveyState.Failed, 0, total, 0, "the server was stopped");
        }
        catch (Exception error)
        {
            // Whatever it is, the one who waits for the survey must be told, and the log must hold it.
            log.LogError(error, "The survey failed");
            _progress = new SurveyProgress(SurveyState.Failed, 0, total, 0, error.Message);
        }
    }

    private sealed class Teller(SurveyRunner runner) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) =>
            runner._progress = new SurveyProgress(SurveyState.Running, value.Done, value.Total, value.Found, null);
    }
}

/// <summary>Where a sweep is.</summary>
public enum SurveyState
{
    /// <summary>Under way.</summary>
    Running,

    /// <summary>Ended; the survey is kept.</summary>
    Done,

    /// <summary>Ended without a survey.</summary>
    Failed,
}

/// <summary>How far a sweep is.</summary>
/// <param name="State">Where it is.</param>
/// <param name="Done">Addresses asked to the end.</param>
/// <param name="Total">Addresses to ask.</param>
/// <param name="Found">BMCs among them.</param>
/// <param name="Error">Why it failed.</param>
public sealed record SurveyProgress(SurveyState State, int Done, int Total, int Found, string? Error);

using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>Makes surveys, one at a time, and says how far the one under way is.</summary>
/// <remarks>
/// Any thread. A sweep outlives the request that began it. One that is stopped, by a person or with the server, keeps what it saw as a survey;
/// one whose process ended leaves a <see cref="SweepJournal"/>. What either did not get to can be looked at later.
/// </remarks>
internal sealed class SurveyRunner(
    PlatformProfiles profiles, BmcAccounts accounts, Surveys surveys, DriftBook drift, TimeProvider time, ServerSettings settings, BmcGates gates, IHostApplicationLifetime lifetime, ILogger<SurveyRunner> log)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly string _folder = Path.Combine(settings.DataFolder, "sweeps");
    private volatile SurveyProgress? _progress;
    private CancellationTokenSource? _stop;
    private Task _sweeping = Task.CompletedTask;

    /// <summary>The sweep under way or ended last; null if none was begun since start.</summary>
    public SurveyProgress? Progress => _progress;

    /// <summary>Begins a sweep.</summary>
    /// <returns>False if one is under way.</returns>
    public bool TryBegin(IReadOnlyList<SurveyTarget> targets, AccountBook book, string by, bool trustOnFirstUse)
    {
        lock (_gate)
        {
            if (_progress is { State: SurveyState.Running })
            {
                return false;
            }

            _progress = new SurveyProgress(SurveyState.Running, 0, targets.Count, 0, null);
            _stop?.Dispose();
            _stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
            var stop = _stop.Token;
            _sweeping = Task.Run(() => SweepAsync(targets, book, by, trustOnFirstUse, stop), CancellationToken.None);
        }

        return true;
    }

    /// <summary>Ends the sweep under way; what it saw is kept.</summary>
    /// <returns>False if none is under way.</returns>
    public async Task<bool> StopAsync()
    {
        Task sweeping;
        lock (_gate)
        {
            if (_progress is not { State: SurveyState.Running } || _stop is null)
            {
                return false;
            }

            _stop.Cancel();
            sweeping = _sweeping;
        }

        await sweeping;
        return true;
    }

    /// <summary>Accounts for BMCs as they are now.</summary>
    public Task<AccountBook> AccountsAsync(CancellationToken cancellationToken) => accounts.ReadAsync(cancellationToken);

    /// <summary>
    /// What an unfinished sweep did not get to, or null where none is unfinished. What it saw becomes a survey now, if its process ended before
    /// it could keep it.
    /// </summary>
    public async Task<UnfinishedSweep?> TakeUnfinishedAsync(CancellationToken cancellationToken)
    {
        if (_progress is { State: SurveyState.Running } || SweepJournal.Read(_folder) is not { } unfinished)
        {
            return null;
        }

        var survey = unfinished.ToSurvey();
        var latest = await surveys.LatestAsync(cancellationToken);
        if (unfinished.Lines.Count > 0 && (latest is null || latest.BeganAt < survey.BeganAt))
        {
            await surveys.SaveAsync(survey, cancellationToken);
        }

        return unfinished;
    }

    /// <summary>Waits until what was seen is kept.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _sweeping;
        _stop?.Dispose();
    }

    private async Task SweepAsync(IReadOnlyList<SurveyTarget> targets, AccountBook book, string by, bool trustOnFirstUse, CancellationToken stop)
    {
        var total = targets.Count;
        var began = time.GetUtcNow();
        try
        {
            using var journal = SweepJournal.Begin(_folder, new SweepHeading(by, began.ToUnixTimeMilliseconds(), trustOnFirstUse, targets));
            var options = new BmcSweepOptions { Plan = BmcSweepOptions.PlanOf(settings.ReadsEverything), Gates = gates };
            options = options with { Client = options.Client with { TrustOnFirstUse = trustOnFirstUse } };
            var sweep = new BmcSweep(options, profiles, book.With(await drift.SeenAsync(CancellationToken.None)), time);
            var survey = await sweep.RunAsync(targets, by, new Teller(this), stop, journal.Append);
            await surveys.SaveAsync(survey, CancellationToken.None);
            journal.Finish();
            _progress = new SurveyProgress(SurveyState.Done, total, total, survey.Bmcs.Count, null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await KeepAsync(total);
        }
        catch (Exception error)
        {
            // Whatever it is, the one who waits for the survey must be told, and the log must hold it.
            log.LogError(error, "The survey failed");
            _progress = new SurveyProgress(SurveyState.Failed, 0, total, 0, error.Message);
        }
    }

    // The journal stays: it says what is left.
    private async Task KeepAsync(int total)
    {
        try
        {
            var seen = SweepJournal.Read(_folder)!;
            if (seen.Lines.Count > 0)
            {
                await surveys.SaveAsync(seen.ToSurvey(), CancellationToken.None);
            }

            _progress = new SurveyProgress(SurveyState.Stopped, seen.Lines.Count, total, seen.Lines.Count(line => line.Bmc is not null), null);
        }
        catch (Exception error)
        {
            log.LogError(error, "What the stopped survey saw could not be kept; its journal stays in {Folder}", _folder);
            _progress = new SurveyProgress(SurveyState.Failed, 0, total, 0, error.Message);
        }
    }

    private sealed class Teller(SurveyRunner runner) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            // Several report at once: the furthest counts.
            if (runner._progress is { State: SurveyState.Running } before && before.Done < value.Done)
            {
                runner._progress = new SurveyProgress(SurveyState.Running, value.Done, value.Total, value.Found, null);
            }
        }
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

    /// <summary>Stopped; what it saw is kept, and what is left can be looked at with resume.</summary>
    Stopped,
}

/// <summary>How far a sweep is.</summary>
/// <param name="State">Where it is.</param>
/// <param name="Done">Addresses asked to the end.</param>
/// <param name="Total">Addresses to ask.</param>
/// <param name="Found">BMCs among them.</param>
/// <param name="Error">Why it failed.</param>
public sealed record SurveyProgress(SurveyState State, int Done, int Total, int Found, string? Error);

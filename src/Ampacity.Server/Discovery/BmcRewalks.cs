using System.Collections.Concurrent;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.Redfish;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>
/// Walks BMCs again that polls found changed: booted, other firmware, other parts. What a walk shows that is different becomes a survey, on which
/// drift and the read plans then stand. Seldom, few at a time, and through the gate of each BMC.
/// </summary>
internal sealed class BmcRewalks(
    Surveys surveys, BmcAccounts accounts, DriftBook drift, PlatformProfiles profiles, BmcGates gates, ServerSettings settings, TimeProvider time,
    ILogger<BmcRewalks> log)
    : BackgroundService
{
    /// <summary>Who looked, in such a survey.</summary>
    public const string Author = "collector";

    // A walk is some hundred GETs one after another: eight at one time are less than what a sweep does with 256.
    private const int AtOneTime = 8;

    // What comes in together is one survey: a hall that was powered is not 300.
    private const int MostOfASurvey = 256;

    private readonly RewalkPlan _queue = new(settings.Rewalks, time);
    private readonly SemaphoreSlim _noted = new(0);
    private long _walks;
    private long _failures;
    private long _different;

    /// <summary>Walks made since the start.</summary>
    public long Walks => Interlocked.Read(ref _walks);

    /// <summary>Of these, those that did not see their BMC whole.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Of these, those that showed other hardware or another plan.</summary>
    public long Different => Interlocked.Read(ref _different);

    /// <summary>BMCs that wait for a walk.</summary>
    public int Waiting => _queue.Waiting;

    /// <summary>Notes that a BMC has changed. Any thread.</summary>
    public void Note(BmcChange change)
    {
        _queue.Note(change);
        _noted.Release();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _noted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(stoppingToken);
                var due = _queue.TakeDue(MostOfASurvey);
                if (due.Count > 0)
                {
                    await WalkAsync(due, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                log.LogError(error, "BMCs that have changed could not be walked again; those that change next are");
            }
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var noted = _noted.WaitAsync(either.Token);
        await (_queue.NextIn() is { } wait ? Task.WhenAny(noted, Task.Delay(wait, time, either.Token)) : noted);
        await either.CancelAsync();

        // What is due together is walked together.
        await Task.Delay(settings.Rewalks.Gather, time, stoppingToken);
        while (_noted.Wait(0, CancellationToken.None))
        {
            // What was noted meanwhile is in the queue.
        }
    }

    private async Task WalkAsync(IReadOnlyList<Rewalk> due, CancellationToken stoppingToken)
    {
        var ended = new ConcurrentDictionary<string, byte>(StringComparer.Ordinal);
        try
        {
            var picture = await surveys.PictureAsync(keepSilent: true, stoppingToken);
            var known = (picture?.Bmcs ?? []).Where(bmc => bmc.Mac is not null).ToLookup(bmc => bmc.Mac!, StringComparer.Ordinal);
            var book = (await accounts.ReadAsync(stoppingToken)).With(await drift.SeenAsync(stoppingToken));
            var began = time.GetUtcNow();
            var seen = new ConcurrentBag<Survey>();
            var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOneTime, CancellationToken = stoppingToken };
            await Parallel.ForEachAsync(due, limits, async (one, token) =>
            {
                if (known[one.Mac].FirstOrDefault() is not { } before)
                {
                    Note(ended, one, isRead: true, isDifferent: false); // nobody reads it any more
                    return;
                }

                var survey = await LookAsync(before, book, token);
                var now = survey.Bmcs.FirstOrDefault(bmc => bmc.Mac is not null && bmc.ReadPlan.Count > 0);
                var isDifferent = now is not null && !IsSame(before, now);
                Interlocked.Increment(ref _walks);
                Interlocked.Add(ref _failures, now is null ? 1 : 0);
                Interlocked.Add(ref _different, isDifferent ? 1 : 0);
                log.LogInformation("BMC {Mac} walked again ({Why}): {Outcome}", one.Mac, one.Why, now is null ? "not read" : isDifferent ? "different" : "as before");
                if (isDifferent)
                {
                    seen.Add(survey);
                }

                Note(ended, one, now is not null, isDifferent);
            });
            if (!seen.IsEmpty)
            {
                await surveys.SaveAsync(
                    new Survey(Author, began, time.GetUtcNow(), seen.Count, [.. seen.SelectMany(one => one.Bmcs)], [.. seen.SelectMany(one => one.Errors)]), stoppingToken);
            }
        }
        finally
        {
            // Those that were not got to are due again.
            foreach (var one in due.Where(one => !ended.ContainsKey(one.Mac)))
            {
                _queue.Walked(one.Mac, isRead: false, isDifferent: false);
            }
        }
    }

    private void Note(ConcurrentDictionary<string, byte> ended, Rewalk one, bool isRead, bool isDifferent)
    {
        if (ended.TryAdd(one.Mac, 0))
        {
            _queue.Walked(one.Mac, isRead, isDifferent);
        }
    }

    // With the certificate that is pinned for it, and at the address where it was seen last.
    private async Task<Survey> LookAsync(SurveyedBmc before, IBmcAccounts book, CancellationToken cancellationToken)
    {
        var address = new Uri(before.Address);
        var options = new BmcSweepOptions { Plan = BmcSweepOptions.PlanOf(settings.ReadsEverything), Gates = gates };
        options = options with { Client = options.Client with { CertificateSha256 = before.CertificateSha256 } };
        return await new BmcSweep(options, profiles, book, time).RunAsync(
            [new SurveyTarget(address.Scheme, address.Host.Trim('[', ']'), address.Port) { Account = before.Account }], Author, null, cancellationToken);
    }

    // Bytes of a plan's reads differ from look to look: they are no other plan.
    private static bool IsSame(SurveyedBmc before, SurveyedBmc now) =>
        before.Mac == now.Mac && before.Serial?.Value == now.Serial?.Value && before.ProfileId == now.ProfileId
        && before.Components.SequenceEqual(now.Components) && before.Firmware.SequenceEqual(now.Firmware) && before.Ports.SequenceEqual(now.Ports)
        && before.ReadPlan.Select(read => read with { Bytes = 0 }).SequenceEqual(now.ReadPlan.Select(read => read with { Bytes = 0 }));
}

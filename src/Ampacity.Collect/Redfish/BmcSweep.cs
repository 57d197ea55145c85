using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>How far a sweep is.</summary>
/// <param name="Done">Addresses asked to the end.</param>
/// <param name="Total">Addresses to ask.</param>
/// <param name="Found">BMCs among them.</param>
public readonly record struct SweepProgress(int Done, int Total, int Found);

/// <summary>Limits of a <see cref="BmcSweep"/>.</summary>
public sealed record BmcSweepOptions
{
    /// <summary>
    /// Addresses asked at one time, each with one request at a time: a GB200 tray answers 83 requests in 18 s, and with 256 a site of 17,750 BMCs took
    /// 8.5 minutes of waiting.
    /// </summary>
    public int MaxConcurrentTargets { get; init; } = 512;

    /// <summary>
    /// Longest time for one BMC; what was seen until then is kept. A DGX H100, which answers in 0.5 s and carries no members, takes 5 minutes.
    /// </summary>
    public TimeSpan BmcBudget { get; init; } = TimeSpan.FromMinutes(7);

    /// <summary>How much of one BMC is looked at.</summary>
    public WalkLimits Walk { get; init; } = new();

    /// <summary>How often what is found would be read.</summary>
    public PlanRules Plan { get; init; } = PlanOf(everything: false);

    /// <summary>Places at each BMC, where others than this sweep read it; null: nobody does.</summary>
    public BmcGates? Gates { get; init; }

    /// <summary>Limits of each client; a sweep always asks one thing at a time.</summary>
    public RedfishClientOptions Client { get; init; } = new() { ConnectTimeout = TimeSpan.FromSeconds(3) };

    /// <summary>What a plan reads for: <see cref="DefaultFamilies"/>, or every value that a family is for, of which a GB300 tray has some 3,800.</summary>
    public static PlanRules PlanOf(bool everything) => everything ? new() { MaxValues = 10_000, EveryReport = true } : new() { IsWanted = DefaultFamilies.Has };

    // A survey is inventory: whatever else is read of the BMC goes first.
    internal RedfishClientOptions Share(RedfishClientOptions client, SurveyTarget target, PlatformProfile? profile) =>
        Gates is null ? client : client with { Turn = Gates.Turns(new Uri(target.Address), profile?.Concurrency, ReadClass.Inventory) };
}

/// <summary>Looks at addresses for BMCs and notes what is there. Reads only.</summary>
/// <remarks>Any thread; runs may overlap, and share each BMC's places with them and with polls where <see cref="BmcSweepOptions.Gates"/> says so.</remarks>
public sealed class BmcSweep(BmcSweepOptions options, PlatformProfiles profiles, IBmcAccounts accounts, TimeProvider time)
{
    /// <summary>A sweep with one account for every BMC.</summary>
    public BmcSweep(BmcSweepOptions options, PlatformProfiles profiles, BmcCredentials credentials, TimeProvider time)
        : this(options, profiles, new OneBmcAccount(credentials), time)
    {
    }

    /// <summary>
    /// Asks all targets what they are, without credentials: one GET each. Which of them are BMCs, and of which platform by their root alone.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<IReadOnlyList<(SurveyTarget Target, BmcIdentity Identity)>> IdentifyAsync(
        IReadOnlyList<SurveyTarget> targets, CancellationToken cancellationToken)
    {
        var identities = new BmcIdentity[targets.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrentTargets, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, targets.Count, limits, async (index, token) =>
            identities[index] = await BmcIdentification.RunAsync(new Uri(targets[index].Address), options.Share(options.Client, targets[index], null), profiles, time, token));
        return [.. targets.Zip(identities)];
    }

    /// <summary>Asks all targets. What fails is in the survey's errors; only cancelling throws.</summary>
    /// <param name="targets">Where to look.</param>
    /// <param name="by">Who looks.</param>
    /// <param name="progress">Told after each address; may be null.</param>
    /// <param name="cancellationToken">Ends the sweep without a survey.</param>
    /// <param name="keep">
    /// Told of each address when it was looked at to the end, from any thread and several at once: what is kept there survives a sweep that is
    /// cancelled or a process that ends. Null keeps nothing.
    /// </param>
    /// <exception cref="OperationCanceledException">Cancelled; sessions are deleted all the same.</exception>
    public async Task<Survey> RunAsync(
        IReadOnlyList<SurveyTarget> targets, string by, IProgress<SweepProgress>? progress, CancellationToken cancellationToken,
        Action<SurveyTarget, SurveyedBmc?, IReadOnlyList<SurveyError>>? keep = null)
    {
        var began = time.GetUtcNow();

        // What was seen, not who looked: a walk holds every answer that it got.
        var seen = new (SurveyedBmc? Bmc, List<SurveyError> Errors)[targets.Count];
        var shared = new SharedLooks();
        var (done, found) = (0, 0);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrentTargets, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, targets.Count, limits, async (index, token) =>
        {
            var look = new BmcLook(targets[index], options, profiles, time);
            await look.RunAsync(accounts, token);
            var bmc = look.Bmc is { } looked ? shared.Share(looked with { Account = targets[index].Account }) : null;
            seen[index] = (bmc, look.Errors);
            keep?.Invoke(targets[index], bmc, look.Errors);
            if (bmc is not null)
            {
                Interlocked.Increment(ref found);
            }

            progress?.Report(new SweepProgress(Interlocked.Increment(ref done), targets.Count, Volatile.Read(ref found)));
        });
        return new Survey(
            by, began, time.GetUtcNow(), targets.Count,
            [.. seen.Select(one => one.Bmc).OfType<SurveyedBmc>()],
            [.. seen.SelectMany(one => one.Errors)]);
    }
}

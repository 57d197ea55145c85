using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>A BMC to read, and what to read there.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Mac">MAC of the BMC, lower case with colons: the value of the <c>bmc</c> label.</param>
/// <param name="Profile">What its values mean.</param>
/// <param name="Reports">Paths of the metric reports to read at each poll; those of the profile unless a survey says they are not there.</param>
/// <param name="CertificateSha256">The certificate to trust, or null for the system's trust.</param>
public sealed record BmcEndpoint(
    Uri Address, string Mac, PlatformProfile Profile, IReadOnlyList<string> Reports, string? CertificateSha256 = null);

/// <summary>Limits of a <see cref="BmcPoller"/>.</summary>
public sealed record BmcPollerOptions
{
    /// <summary>From poll to poll of one BMC.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait between attempts at a dead BMC.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a BMC may be silent until its series end with a staleness marker: as long as a query looks back.</summary>
    public TimeSpan GoneAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>BMCs read at one time.</summary>
    public int MaxConcurrentBmcs { get; init; } = 256;

    /// <summary>Limits of each client; the number of requests at one time is the profile's.</summary>
    public RedfishClientOptions Client { get; init; } = new() { RequestTimeout = TimeSpan.FromSeconds(20) };
}

/// <summary>What a poller has done since it began.</summary>
/// <param name="Reads">Reports read.</param>
/// <param name="Failures">Reports that could not be read, or not to the end.</param>
/// <param name="BytesRead">Bytes of their bodies.</param>
/// <param name="Samples">Samples written.</param>
/// <param name="Unmapped">Values that no rule of the profile is for.</param>
/// <param name="Ambiguous">Values left out because another property already is the same series.</param>
/// <param name="Absent">Values that the BMC did not have; among the samples.</param>
/// <param name="Stale">Values that the BMC flagged as old; among the samples.</param>
/// <param name="Markers">Staleness markers written; not among the samples.</param>
/// <param name="Refused">Samples that the store refused: too old, too new, or over its limit of series.</param>
/// <param name="WriteFailures">Polls that the store did not take.</param>
public readonly record struct BmcPollCounts(
    long Reads, long Failures, long BytesRead, long Samples, long Unmapped, long Ambiguous, long Absent, long Stale, long Markers,
    long Refused, long WriteFailures)
{
    /// <summary>Sums, one by one.</summary>
    public static BmcPollCounts operator +(BmcPollCounts a, BmcPollCounts b) => new(
        a.Reads + b.Reads, a.Failures + b.Failures, a.BytesRead + b.BytesRead, a.Samples + b.Samples, a.Unmapped + b.Unmapped,
        a.Ambiguous + b.Ambiguous, a.Absent + b.Absent, a.Stale + b.Stale, a.Markers + b.Markers, a.Refused + b.Refused,
        a.WriteFailures + b.WriteFailures);
}

/// <summary>How one BMC does.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Mac">MAC of the BMC.</param>
/// <param name="ReadAt">When it was last read, or null when never.</param>
/// <param name="FailuresInRow">Polls that failed since.</param>
/// <param name="Outcome">Of the newest request.</param>
/// <param name="Error">In words; empty when well.</param>
/// <param name="SeriesCount">Series that it feeds now.</param>
/// <param name="Counts">What was done for it.</param>
public sealed record BmcPollState(
    Uri Address, string Mac, DateTimeOffset? ReadAt, int FailuresInRow, RedfishOutcome Outcome, string Error, int SeriesCount, BmcPollCounts Counts);

/// <summary>Reads metric reports of many BMCs at an interval and writes them as series with the labels <c>bmc</c> and <c>component</c>.</summary>
/// <remarks>
/// One run at a time; the counts may be read from any thread. Every BMC has its own phase in the interval. A sample's time is the begin of our
/// poll: the BMC's clock is not trusted.
/// </remarks>
public sealed class BmcPoller
{
    private readonly BmcPoll[] _polls;
    private readonly BmcPollerOptions _options;
    private readonly TimeProvider _time;

    /// <summary>A poller for these BMCs; nothing is sent until <see cref="RunAsync"/>.</summary>
    /// <exception cref="ArgumentException">Two endpoints have one MAC: their series would be the same.</exception>
    public BmcPoller(
        IReadOnlyList<BmcEndpoint> endpoints, BmcCredentials credentials, ISeriesWriter writer, BmcPollerOptions options, TimeProvider time)
    {
        if (endpoints.GroupBy(endpoint => endpoint.Mac).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"two BMCs have the MAC {twice.Key}: {string.Join(", ", twice.Select(endpoint => endpoint.Address))}", nameof(endpoints));
        }

        _options = options;
        _time = time;
        _polls = [.. endpoints.Select(endpoint => new BmcPoll(endpoint, credentials, writer, options, time))];
    }

    /// <summary>What was done so far, over all BMCs.</summary>
    public BmcPollCounts Counts => _polls.Aggregate(default(BmcPollCounts), (sum, poll) => sum + poll.Counts);

    /// <summary>How each BMC does.</summary>
    public IReadOnlyList<BmcPollState> States => [.. _polls.Select(poll => poll.State)];

    /// <summary>Polls until cancelled, then deletes the sessions and returns.</summary>
    /// <remarks>What one BMC says never ends the polls of the others: a bug of ours is a failed poll, and its error says "Bug".</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(_options.MaxConcurrentBmcs, _options.MaxConcurrentBmcs);
        await Task.WhenAll(_polls.Select(poll => RunOneAsync(poll, slots, stop)));
    }

    /// <summary>Polls every BMC once, now, whatever its phase.</summary>
    public async Task PollOnceAsync(CancellationToken cancellationToken)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrentBmcs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_polls, limits, async (poll, token) => await poll.PollAsync(token));
    }

    /// <summary>Deletes the sessions; <see cref="RunAsync"/> does so at its end by itself.</summary>
    public async Task EndSessionsAsync() => await Task.WhenAll(_polls.Select(poll => poll.EndSessionAsync()));

    private async Task RunOneAsync(BmcPoll poll, SemaphoreSlim slots, CancellationTokenSource stop)
    {
        try
        {
            var intervalMs = (long)_options.Interval.TotalMilliseconds;
            var offsetMs = PollPhase.OffsetMs(poll.Endpoint.Mac, intervalMs);
            while (true)
            {
                var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
                var delay = poll.BackOff.Delay(_options.Interval, _options.MaxBackOff, poll.Endpoint.Mac);
                var due = PollPhase.NextDueMs(nowMs + (long)delay.TotalMilliseconds, intervalMs, offsetMs);
                await Task.Delay(TimeSpan.FromMilliseconds(due - nowMs), _time, stop.Token);
                await slots.WaitAsync(stop.Token);
                try
                {
                    await poll.PollAsync(stop.Token);
                }
                catch (Exception bug) when (bug is not OperationCanceledException)
                {
                    poll.FailByBug(bug);
                }
                finally
                {
                    slots.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The way in which a run ends.
        }
        finally
        {
            await poll.EndSessionAsync();
        }
    }
}

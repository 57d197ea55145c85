using Ampacity.Redfish;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Limits of a <see cref="BmcPoller"/>.</summary>
public sealed record BmcPollerOptions
{
    /// <summary>From poll to poll of one BMC, where its plan says no longer period.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait between attempts at a dead BMC.</summary>
    public TimeSpan MaxBackOff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a BMC may be silent until its series end with a staleness marker: as long as a query looks back.</summary>
    public TimeSpan GoneAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// BMCs read at one time: 17,750 of them that answer in 0.18 s (mean) fill 280 places at two turns a minute, and one that waits for an answer costs
    /// a few kilobytes.
    /// </summary>
    public int MaxConcurrentBmcs { get; init; } = 1_024;

    /// <summary>A BMC whose newest poll took longer is slow: slow ones share half of the places. Captured BMCs answer a request in 0.05 to 0.5 s (mean).</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests a second over all BMCs: 17,750 BMCs of 12 requests a minute are 3,550.</summary>
    public double MaxRequestsPerSecond { get; init; } = 5_000;

    /// <summary>
    /// Write every value that a family is for. Otherwise those of <see cref="DefaultFamilies"/> alone: a GB200 tray's reports hold 1,600 values,
    /// two thirds of them counters of ports.
    /// </summary>
    public bool ReadsEverything { get; init; }

    /// <summary>Takes what BMCs push; null: nobody said at which address they reach us, and none is asked to.</summary>
    public PushDesk? Push { get; init; }

    /// <summary>
    /// Event streams open at one time, over all BMCs; those beyond are polled. Each is a connection of its own (a buffer of 4 to 16 KB, and the
    /// kernel's): 2,000 are less than 100 MB (guessed).
    /// </summary>
    public int MaxEventStreams { get; init; } = 2_000;

    /// <summary>Bytes of what came by event and waits to be taken, over all BMCs.</summary>
    public long MaxWaitingEventBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Time of the newest sample of a series in the store, by its number; null where there is none or it is not known. What a report's history
    /// says of the time before we began is written from there on. Null: such history is left out.
    /// </summary>
    public Func<int, long?>? NewestMs { get; init; }

    /// <summary>Limits of each client; the number of requests at one time is the profile's.</summary>
    public RedfishClientOptions Client { get; init; } = new() { RequestTimeout = TimeSpan.FromSeconds(20) };

    /// <summary>Places at each BMC, where others than this poller read it; null: its own.</summary>
    public BmcGates? Gates { get; init; }
}

/// <summary>Reads what is planned at many BMCs and writes it as series with the labels <c>bmc</c> and <c>component</c>.</summary>
/// <remarks>
/// One run at a time; the counts may be read from any thread. Every BMC has its own phase in each period. A sample's time is the begin of our
/// poll, or when it came by event: the BMC's clock is not trusted. A dead BMC costs one attempt a back-off step.
/// </remarks>
public sealed class BmcPoller
{
    private readonly BmcPollerOptions _options;
    private readonly TimeProvider _time;
    private readonly PollShared _shared;
    private readonly TurnSchedule _schedule;
    private readonly Lock _gate = new();
    private volatile BmcPoll[] _polls;
    private BmcPollCounts _ofOthers;
    private Task _replacing = Task.CompletedTask;
    private RedfishConnections? _connections;

    /// <summary>A poller for these BMCs; nothing is sent until <see cref="RunAsync"/>.</summary>
    /// <exception cref="ArgumentException">Two endpoints have one MAC: their series would be the same.</exception>
    public BmcPoller(
        IReadOnlyList<BmcEndpoint> endpoints, BmcCredentials credentials, ISeriesWriter writer, BmcPollerOptions options, TimeProvider time)
    {
        RefuseTwins(endpoints);
        _options = options;
        _time = time;
        Sources = new EventSources(options);
        _shared = new PollShared(
            credentials, writer, options, time, new ReadLayouts(), new ReadScratches(), Tally, options.Gates ?? new BmcGates(), Connections, Sources,
            poll => _schedule!.Look(poll), change => Changed?.Invoke(change), news => Happened?.Invoke(news), polled => Polled?.Invoke(polled));
        _polls = [.. endpoints.Where(endpoint => endpoint.Reads.Count > 0).Select(endpoint => new BmcPoll(endpoint, _shared))];
        _schedule = new TurnSchedule(_polls, options.MaxConcurrentBmcs, options.MaxRequestsPerSecond, time);
    }

    /// <summary>A BMC should be looked at again; called from the poll that saw it, which waits for it.</summary>
    public event Action<BmcChange>? Changed;

    /// <summary>A leak, a trip, an input lost, a login refused, and the end of each; called from the poll that saw it, which waits for it.</summary>
    public event Action<BmcEvent>? Happened;

    /// <summary>A poll has ended; called from it, which waits for it. For measurements.</summary>
    public event Action<BmcPolled>? Polled;

    /// <summary>What was done so far, over all BMCs, those that are read no more included.</summary>
    public BmcPollCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _polls.Aggregate(_ofOthers, (sum, poll) => sum + poll.Counts);
            }
        }
    }

    /// <summary>Values refused by reason, failures by kind.</summary>
    public PollTally Tally { get; } = new();

    /// <summary>How the schedule does.</summary>
    public ScheduleState Schedule => _schedule.State;

    /// <summary>How each BMC does.</summary>
    public IReadOnlyList<BmcPollState> States => [.. _polls.Select(poll => poll.State)];

    /// <summary>Event streams open now.</summary>
    public int EventStreams => Sources.Streams;

    /// <summary>Subscriptions that could not be deleted; a BMC ends them by itself after its retries.</summary>
    public int SubscriptionsLeft => Volatile.Read(ref Sources.Left);

    private EventSources Sources { get; }

    /// <summary>How one BMC does; null for one that is not read.</summary>
    public BmcPollState? StateOf(string mac) => Array.Find(_polls, poll => poll.Endpoint.Mac == mac)?.State;

    /// <summary>Polls until cancelled, then deletes the subscriptions and sessions and returns.</summary>
    /// <remarks>What one BMC says never ends the polls of the others: a bug of ours is a failed poll, and its error says "Bug".</remarks>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var poll in _polls)
            {
                poll.Start(nowMs);
            }

            await _schedule.RunAsync(cancellationToken);
        }
        finally
        {
            await InOrderAsync(EndSessionsAsync);
        }
    }

    /// <summary>
    /// Reads these BMCs from now on. Those of which nothing has changed go on as they are, with their sessions; those that were planned anew
    /// are read whole once, now, and go on feeding the series that they feed; the series of those that are gone end.
    /// </summary>
    /// <remarks>While it runs.</remarks>
    /// <exception cref="ArgumentException">Two endpoints have one MAC.</exception>
    public async Task ReplaceAsync(IReadOnlyList<BmcEndpoint> endpoints, CancellationToken cancellationToken)
    {
        RefuseTwins(endpoints);
        await InOrderAsync(async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = _polls.ToDictionary(poll => poll.Endpoint.Mac, StringComparer.Ordinal);
            var now = new List<BmcPoll>(endpoints.Count);
            var fresh = new List<(BmcPoll Poll, BmcPoll? Before)>();
            foreach (var endpoint in endpoints.Where(endpoint => endpoint.Reads.Count > 0))
            {
                if (before.Remove(endpoint.Mac, out var known) && known.Endpoint.ReadsAs(endpoint))
                {
                    now.Add(known);
                    continue;
                }

                var poll = new BmcPoll(endpoint, _shared);
                now.Add(poll);
                fresh.Add((poll, known));
            }

            lock (_gate)
            {
                foreach (var left in before.Values.Concat(fresh.Select(one => one.Before).OfType<BmcPoll>()))
                {
                    _ofOthers += left.Counts;
                }

                _polls = [.. now];
            }

            var limits = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrentBmcs, CancellationToken = CancellationToken.None };
            await Parallel.ForEachAsync(before.Values, limits, async (poll, _) =>
            {
                await LeaveAsync(poll);
                await poll.EndSeriesAsync();
            });
            await Parallel.ForEachAsync(fresh, limits, async (one, _) =>
            {
                var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
                if (one.Before is null)
                {
                    one.Poll.Start(nowMs);
                }
                else
                {
                    await LeaveAsync(one.Before);
                    one.Poll.StartAfter(one.Before, nowMs);
                }

                _schedule.Join(one.Poll);
            });
        });
    }

    // Which BMCs there are changes in one place at one time: what replaces, and the end.
    private async Task InOrderAsync(Func<Task> change)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate)
        {
            (before, _replacing) = (_replacing, done.Task);
        }

        await before;
        try
        {
            await change();
        }
        finally
        {
            done.SetResult();
        }
    }

    /// <summary>Polls every BMC once, now, all that is planned there.</summary>
    public async Task PollOnceAsync(CancellationToken cancellationToken)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrentBmcs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_polls, limits, async (poll, token) => await poll.PollAsync(null, token));
    }

    /// <summary>Deletes subscriptions and sessions; <see cref="RunAsync"/> does so at its end by itself.</summary>
    public async Task EndSessionsAsync()
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrentBmcs };
        await Parallel.ForEachAsync(_polls, limits, async (poll, _) => await poll.EndSessionAsync());
        Interlocked.Exchange(ref _connections, null)?.Dispose();
    }

    // One pool for all BMCs, until the sessions end.
    private RedfishConnections Connections() =>
        LazyInitializer.EnsureInitialized(ref _connections, () => new RedfishConnections(_options.Client.ConnectTimeout))!;

    private async Task LeaveAsync(BmcPoll poll)
    {
        await _schedule.LeaveAsync(poll);
        await poll.EndSessionAsync();
    }

    private static void RefuseTwins(IReadOnlyList<BmcEndpoint> endpoints)
    {
        if (endpoints.GroupBy(endpoint => endpoint.Mac, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"two BMCs have the MAC {twice.Key}: {string.Join(", ", twice.Select(endpoint => endpoint.Address))}", nameof(endpoints));
        }
    }
}

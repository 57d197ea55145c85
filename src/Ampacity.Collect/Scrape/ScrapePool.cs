using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>The targets that are scraped now: those that are new begin, those that are gone end, the others go on.</summary>
/// <remarks>Any thread; <see cref="Set"/> by one at a time.</remarks>
public sealed class ScrapePool : IAsyncDisposable
{
    /// <summary>
    /// Scrapes at one time; guessed: pages are read and parsed on the machine's cores, and what waits longest is an exporter that hangs until its timeout.
    /// 512 of those, each 10 s, still leave room for 50 scrapes a second.
    /// </summary>
    private const int AtOnce = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots = new(AtOnce, AtOnce);
    private readonly CancellationTokenSource _stop = new();
    private readonly ExpositionReceiver _receiver;
    private readonly ISeriesWriter _writer;
    private readonly TimeProvider _time;
    private ScrapeCounts _ended;

    /// <summary>A pool without targets.</summary>
    public ScrapePool(ExpositionReceiver receiver, ISeriesWriter writer, TimeProvider time) => (_receiver, _writer, _time) = (receiver, writer, time);

    /// <summary>The clients that pages are fetched by.</summary>
    public ScrapeClients Clients { get; } = new();

    /// <summary>What was done since start, by targets that are gone too.</summary>
    public ScrapeCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _running.Values.Aggregate(_ended, (sum, running) => sum + running.Scrape.Counts);
            }
        }
    }

    /// <summary>How each target does.</summary>
    public IReadOnlyList<ScrapeState> States
    {
        get
        {
            lock (_lock)
            {
                return [.. _running.Values.Select(running => running.Scrape.State)];
            }
        }
    }

    /// <summary>Says which targets there are; of equal ones the first.</summary>
    public void Set(IEnumerable<ScrapeTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        lock (_lock)
        {
            var wanted = new HashSet<string>(StringComparer.Ordinal);
            foreach (var target in targets)
            {
                var key = target.Key;
                if (wanted.Add(key) && !_running.ContainsKey(key))
                {
                    _running.Add(key, Begin(target));
                }
            }

            foreach (var (key, running) in _running.Where(pair => !wanted.Contains(pair.Key)).ToArray())
            {
                _running.Remove(key);
                _ended += running.Scrape.Counts;
                running.IsGone = true;
                running.Stop.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] ending;
        lock (_lock)
        {
            ending = [.. _running.Values.Select(running => running.Task)];
        }

        await Task.WhenAll(ending);
        Clients.Dispose();
        _stop.Dispose();
        _slots.Dispose();
    }

    private Running Begin(ScrapeTarget target)
    {
        var scrape = new TargetScrape(target, Clients.Of(target.Job.Connection), _receiver, _writer, _time);
        var running = new Running(scrape, CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
        // The task itself is not cancelled: its end is where the target's series are ended.
        running.Task = Task.Run(() => scrape.RunAsync(_slots, () => running.IsGone, running.Stop.Token), CancellationToken.None);
        return running;
    }

    private sealed class Running(TargetScrape scrape, CancellationTokenSource stop)
    {
        private volatile bool _isGone;

        public TargetScrape Scrape => scrape;

        public CancellationTokenSource Stop => stop;

        public Task Task { get; set; } = Task.CompletedTask;

        /// <summary>Whether it is stopped because the target is no more, not because the server ends.</summary>
        public bool IsGone
        {
            get => _isGone;
            set => _isGone = value;
        }
    }
}

namespace Ampacity.Collect;

/// <summary>How often a BMC is walked again by itself.</summary>
public sealed record RewalkLimits
{
    /// <summary>After a boot: a BMC that comes up lists its parts late (Dell's tools wait 5 minutes; a minute and the retries below are guessed).</summary>
    public TimeSpan AfterBoot { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After another change.</summary>
    public TimeSpan AfterChange { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>BMCs that changed together, as a hall that was powered, are spread over this.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is noted within this is walked together.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From walk to walk of one BMC, doubled with each that found nothing new or failed.</summary>
    public TimeSpan Between { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest time from walk to walk.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(6);
}

/// <summary>A BMC that is to be walked again.</summary>
/// <param name="Mac">Which.</param>
/// <param name="Why">What changed first, in words.</param>
public sealed record Rewalk(string Mac, string Why);

/// <summary>
/// Which BMCs are to be walked again, and when: some time after they changed, each at a moment of its own, seldom where walking finds nothing.
/// </summary>
/// <remarks>Any thread. Holds an entry for each BMC that ever changed.</remarks>
public sealed class RewalkPlan(RewalkLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>BMCs that wait for a walk.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _entries.Values.Count(entry => entry.DueMs is not null);
            }
        }
    }

    /// <summary>Notes a change.</summary>
    public void Note(BmcChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_gate)
        {
            if (!_entries.TryGetValue(change.Mac, out var entry))
            {
                _entries.Add(change.Mac, entry = new Entry());
            }

            if (entry.DueMs is not null)
            {
                return; // one walk shows all that changed until then
            }

            var after = change.Kind == BmcChangeKind.Membership ? limits.AfterChange : limits.AfterBoot;
            entry.Why = $"{change.Kind}: {change.Evidence}";
            entry.DueMs = Math.Max(NowMs() + Ms(after) + (long)(PollPhase.Hash(change.Mac) % (ulong)Math.Max(1, Ms(limits.Spread))), entry.NotBeforeMs);
        }
    }

    /// <summary>How long until the next is due; null where none waits.</summary>
    public TimeSpan? NextIn()
    {
        lock (_gate)
        {
            var due = _entries.Values.Where(entry => !entry.IsUnderWay).Min(entry => entry.DueMs);
            return due is null ? null : TimeSpan.FromMilliseconds(Math.Max(0, due.Value - NowMs()));
        }
    }

    /// <summary>Those that are due, the longest waiting first; each is under way until <see cref="Walked"/>.</summary>
    public IReadOnlyList<Rewalk> TakeDue(int most)
    {
        lock (_gate)
        {
            var nowMs = NowMs();
            var due = _entries.Where(pair => !pair.Value.IsUnderWay && pair.Value.DueMs <= nowMs).OrderBy(pair => pair.Value.DueMs).Take(most).ToList();
            foreach (var (_, entry) in due)
            {
                (entry.IsUnderWay, entry.DueMs) = (true, null);
            }

            return due.ConvertAll(pair => new Rewalk(pair.Key, pair.Value.Why));
        }
    }

    /// <summary>A walk has ended.</summary>
    /// <param name="mac">Whose.</param>
    /// <param name="isRead">Whether the BMC was seen whole; one that was not is walked again.</param>
    /// <param name="isDifferent">Whether it showed other hardware or another plan than before.</param>
    public void Walked(string mac, bool isRead, bool isDifferent)
    {
        lock (_gate)
        {
            var entry = _entries[mac];
            entry.IsUnderWay = false;
            entry.InVain = isRead && isDifferent ? 0 : Math.Min(entry.InVain + 1, 16);
            var between = TimeSpan.FromMilliseconds(Math.Min(limits.Between.TotalMilliseconds * Math.Pow(2, Math.Max(0, entry.InVain - 1)), limits.Longest.TotalMilliseconds));
            entry.NotBeforeMs = NowMs() + Ms(between);
            if (!isRead || entry.DueMs is not null)
            {
                entry.DueMs = Math.Max(entry.DueMs ?? 0, entry.NotBeforeMs);
            }
        }
    }

    private static long Ms(TimeSpan span) => (long)span.TotalMilliseconds;

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Entry
    {
        public string Why { get; set; } = "";

        public long? DueMs { get; set; }

        public long NotBeforeMs { get; set; }

        public bool IsUnderWay { get; set; }

        public int InVain { get; set; }
    }
}

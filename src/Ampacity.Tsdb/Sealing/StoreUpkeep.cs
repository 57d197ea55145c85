using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// What the store does on its own: seals the head into blocks, lets go of what is behind the retention, and gives space back. One piece of
/// work at a time, begun after a commit when something is due, or by <see cref="FlushAsync"/>.
/// </summary>
internal sealed class StoreUpkeep(
    Lock storeLock,
    ReaderWriterLockSlim gate,
    SampleStoreOptions options,
    TimeProvider time,
    JournalWriter journal,
    JournalUpkeep segments,
    JournalPacking packing,
    SampleHead head,
    StoreBlocks blocks,
    HeadSeal seal,
    TierUpkeep tiers,
    BlockCompaction compaction,
    SeriesUpkeep series,
    JournalCut cut) : IAsyncDisposable
{
    // Before every time that is taken, with room to subtract from.
    private const long NothingExpired = long.MinValue / 2;

    // Groups whose space is given back in one go: a few milliseconds when all of them are full.
    private const int DropSlice = 256;

    // After a seal that failed: a full disk does not get better by asking all the time.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private readonly Lock _due = new();
    private readonly Lock _beginning = new();
    private readonly CancellationTokenSource _stop = new();
    private JournalCut _cut = cut;
    private long _sealedThroughMs = cut.ThroughMs;
    private long _keptFromMs = NothingExpired;
    private long _failedAt;
    private long _settlingThroughMs = long.MinValue;
    private long _settlingSince;
    private long _lookedAt = time.GetTimestamp();
    private Task _work = Task.CompletedTask;
    private ITimer? _watch;

    /// <summary>Blocks written since opening.</summary>
    public long Seals { get; private set; }

    /// <summary>Seals that failed since opening; each is tried again.</summary>
    public long SealErrors { get; private set; }

    /// <summary>Why the last seal failed; null when it did not.</summary>
    public string? SealFailure { get; private set; }

    /// <summary>Attempts at tiers that failed since opening; each is tried again.</summary>
    public long TierErrors { get; private set; }

    /// <summary>Why the last attempt at tiers failed; null when it did not.</summary>
    public string? TierFailure { get; private set; }

    /// <summary>Attempts at packing the journal that failed since opening; each is tried again.</summary>
    public long PackErrors { get; private set; }

    /// <summary>Why the last attempt at packing failed; null when it did not.</summary>
    public string? PackFailure { get; private set; }

    private bool IsLookDue => time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= options.SeriesPause;

    private long RetentionMs => (long)options.Retention.TotalMilliseconds;

    /// <summary>The oldest time that is kept: the retention behind the newest sample, or behind our clock if that is earlier.</summary>
    public static long KeepFromMs(long newestMs, long nowMs, long retentionMs) =>
        newestMs == long.MinValue ? NothingExpired : Math.Min(newestMs, nowMs) - retentionMs;

    /// <summary>Begins work when some is due and none goes on. Any thread; called after a commit, and now and then when nothing comes any more.</summary>
    public void BeginIfDue()
    {
        lock (_beginning)
        {
            if (_work.IsCompleted && !_stop.IsCancellationRequested && IsDue(out var throughMs, out var keepFromMs))
            {
                _work = Task.Run(() => WorkAsync(throughMs, keepFromMs), _stop.Token);
            }
        }
    }

    /// <summary>From now on what waits to be packed is seen also when nothing is appended. Once.</summary>
    public void Watch() => _watch = time.CreateTimer(
        _ =>
        {
            if (packing.IsDue)
            {
                BeginIfDue();
            }
        },
        null, WatchPause, WatchPause);

    /// <summary>Seals everything that the head holds, and gives the journal's space back.</summary>
    /// <exception cref="IOException">The disk refused; nothing is lost.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        await _one.WaitAsync(both.Token);
        try
        {
            await Task.Run(() => SealAsync(NewestMs(), share: 1, both.Token), both.Token);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Does what is due until nothing is. A failure is counted as ever, and ends it.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        do
        {
            // What is under way first.
            await _one.WaitAsync(both.Token);
            _one.Release();
            while (IsDue(out var throughMs, out var keepFromMs))
            {
                both.Token.ThrowIfCancellationRequested();
                await Task.Run(() => WorkAsync(throughMs, keepFromMs), both.Token);
            }
        }
        while (_one.CurrentCount == 0);
    }

    /// <summary>Ends work under way: a seal is given up, and tried again after the next opening.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _one.WaitAsync(CancellationToken.None);
        _one.Dispose();
        _stop.Dispose();
    }

    private bool IsDue(out long throughMs, out long keepFromMs)
    {
        lock (_due)
        {
            return IsDueNow(out throughMs, out keepFromMs);
        }
    }

    private bool IsDueNow(out long throughMs, out long keepFromMs)
    {
        long newestMs;
        bool isFull;
        lock (storeLock)
        {
            newestMs = head.NewestMs;
            isFull = head.Bytes > options.MaxHeadBytes / 2;
        }

        throughMs = long.MinValue;
        keepFromMs = KeepFromMs(newestMs, time.GetUtcNow().ToUnixTimeMilliseconds(), RetentionMs);
        if (newestMs == long.MinValue || (_failedAt != 0 && time.GetElapsedTime(_failedAt) < Patience))
        {
            return false;
        }

        // Whole spans, so that blocks of different stores and runs meet at the same times.
        var spanMs = (long)options.BlockSpan.TotalMilliseconds;
        var settledMs = newestMs - (long)options.SealLag.TotalMilliseconds;
        throughMs = isFull ? settledMs : Settled((settledMs / spanMs * spanMs) - 1);
        throughMs = throughMs > _sealedThroughMs ? throughMs : long.MinValue;
        return throughMs != long.MinValue || keepFromMs - (RetentionMs / 16) > _keptFromMs || IsLookDue || packing.IsDue;
    }

    // The end of the spans that have settled.
    private long Settled(long throughMs)
    {
        if (throughMs <= _sealedThroughMs)
        {
            return long.MinValue;
        }

        if (_settlingThroughMs <= _sealedThroughMs)
        {
            (_settlingThroughMs, _settlingSince) = (throughMs, time.GetTimestamp());
        }

        return time.GetElapsedTime(_settlingSince) >= options.SealPause ? _settlingThroughMs : long.MinValue;
    }

    private async Task WorkAsync(long throughMs, long keepFromMs)
    {
        await _one.WaitAsync(_stop.Token);
        try
        {
            if (throughMs != long.MinValue)
            {
                await SealAsync(throughMs, options.UpkeepCpuShare, _stop.Token);
            }

            // In this order: samples go only when their tiers are there, and are merged only when no tier has to be made of them as they are.
            var tiersAreMade = MakeTiers(keepFromMs + RetentionMs);
            Expire(keepFromMs);
            if (throughMs != long.MinValue && tiersAreMade)
            {
                var rawFromMs = tiers.IsOn ? blocks.Set.RawFromMs : keepFromMs;
                await compaction.RunAsync(rawFromMs, new BlockWriterOptions { CpuShare = options.UpkeepCpuShare, Time = time }, _stop.Token);
                MergeTiers();
            }

            segments.Drop(_cut, keepFromMs);
            (SealFailure, _failedAt) = (null, 0);
            Pack();
            if (IsLookDue)
            {
                series.Look(_stop.Token);
                Volatile.Write(ref _lookedAt, time.GetTimestamp());
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SeriesStoreException)
        {
            // All is as it was, in head and journal; the count and the message show it.
            SealErrors++;
            SealFailure = error is BlockUnreadableException
                ? $"blocks could not be merged; they stay as they are and it is tried again: {error.Message}"
                : $"the head could not be written into a block ({error.Message}); it stays in memory and journal and is tried again: free or repair the disk";
            _failedAt = time.GetTimestamp();
        }
        finally
        {
            _one.Release();
        }
    }

    private bool MakeTiers(long newestMs) => !tiers.IsOn || TryTiers(() => tiers.Make(newestMs, options.UpkeepCpuShare, _stop.Token));

    private void MergeTiers() => TryTiers(() => tiers.Merge(options.UpkeepCpuShare, _stop.Token));

    private bool TryTiers(Action work)
    {
        try
        {
            work();
            TierFailure = null;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TierErrors++;
            TierFailure = $"a tier could not be written ({error.Message}); its samples stay and it is tried again: free or repair the disk";
            return false;
        }
    }

    private void Pack()
    {
        try
        {
            packing.Run(_stop.Token);
            PackFailure = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            PackErrors++;
            PackFailure = $"segments of the journal could not be packed ({error.Message}); they stay as they are and it is tried again: free or repair the disk";
            _failedAt = time.GetTimestamp();
        }
    }

    private async Task SealAsync(long throughMs, double share, CancellationToken cancellationToken)
    {
        var writing = new BlockWriterOptions { CpuShare = share, Time = time };
        if (seal.Run(throughMs, blocks.NextSequence, writing, cancellationToken) is { } done)
        {
            Seals++;
            _cut = done;
            DropGroups(expired: false);
        }

        _sealedThroughMs = Math.Max(_sealedThroughMs, throughMs);
        Task durable;
        lock (storeLock)
        {
            durable = journal.Durable;
        }

        // The old run's last segment is among the sealed ones only when the roll has reached the disk.
        await durable.WaitAsync(cancellationToken);
        segments.Drop(_cut, NothingExpired);
    }

    private void Expire(long keepFromMs)
    {
        if (keepFromMs - (RetentionMs / 16) <= _keptFromMs)
        {
            return;
        }

        _keptFromMs = keepFromMs;
        var beforeMs = keepFromMs;
        tiers.Expire(keepFromMs + RetentionMs);
        if (tiers.IsOn)
        {
            beforeMs = Math.Min(keepFromMs, tiers.DurableThroughMs(keepFromMs + RetentionMs));
            beforeMs = beforeMs > 0 ? beforeMs / TierPlan.HourMs * TierPlan.HourMs : NothingExpired;
            blocks.ExpireSamples(beforeMs);
        }
        else if (blocks.Current.Where(block => block.Meta.Name.ThroughMs < keepFromMs).ToArray() is { Length: > 0 } expired)
        {
            blocks.Replace(BlockKind.Samples, expired, by: null);
        }

        WriteHead(() => head.Expire(beforeMs));
        DropGroups(expired: true);
    }

    private void DropGroups(bool expired)
    {
        for (var group = 1; group > 0;)
        {
            WriteHead(() => group = head.DropGroups(group, DropSlice, expired));
        }
    }

    private long NewestMs()
    {
        lock (storeLock)
        {
            return head.NewestMs;
        }
    }

    private void WriteHead(Action write)
    {
        lock (storeLock)
        {
            gate.EnterWriteLock();
            try
            {
                write();
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }
    }
}

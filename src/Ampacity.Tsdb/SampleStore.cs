using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// The telemetry store: a head in memory over a journal on disk, and blocks for what is older. What it acknowledges is in the journal and
/// fsynced, or in a block.
/// </summary>
/// <remarks>
/// Any thread. Appends follow one another, at most 65,536 samples at a time; reads go on beside one another and between appends, a slice
/// of series at a time. Two samples of a series at one time: the first wins, whatever the values, and the other counts as a duplicate; where
/// the first is in a block already the other counts as stored, and readers are given the first. A sample behind the retention, or before 1970, is too old. After a failed write or fsync nothing is taken
/// any more; reads go on, and may show samples of the appends that failed. A series that ended is forgotten once its samples are in blocks, and reads find it there.
/// </remarks>
public sealed class SampleStore : ISeriesWriter, ISelectionReader, IAsyncDisposable
{
    // What may wait for the disk before appends wait too.
    private const int MaxPendingBytes = 64 << 20;

    private readonly Lock _lock = new();

    // Entered inside _lock by writers, alone by readers.
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly SampleStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly FileStream _folderLock;
    private readonly SeriesTable _table;
    private readonly SampleHead _head;
    private readonly StoreBlocks _blocks;
    private readonly SelectionCache _selections;
    private readonly StoreRead _reads;
    private readonly JournalWriter _journal;
    private readonly JournalUpkeep _segments;
    private readonly JournalPacking _packedSegments;
    private readonly TierUpkeep _tiers;
    private readonly SeriesUpkeep _series;
    private readonly StoreUpkeep _upkeep;
    private readonly HeadPacking _packing;
    private readonly BatchAppender _appender;
    private AppendReceiptSums _sums;
    private int _closed;

    private SampleStore(SampleStoreOptions options, TimeProvider time, IStoreFiles files, FileStream folderLock, StoreOpening opening)
    {
        (_options, _time, _folderLock) = (options, time, folderLock);
        (_table, _head, _blocks, OpenReport) = (opening.Table, opening.Head, opening.Blocks, opening.Report);
        _selections = new SelectionCache(_table, options.SelectionCacheBytes);
        _reads = new StoreRead(_gate, _table, _head, _blocks, _selections, options.ReadThreads);
        var folder = JournalReader.FolderOf(options.Folder);
        var runId = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        _journal = new JournalWriter(_lock, files, folder, runId, opening.Replay.NextOrdinal, options.JournalSegmentBytes, time, () => _upkeep!.BeginIfDue());
        _journal.Sealed.AddRange(opening.Replay.Segments);
        _segments = new JournalUpkeep(_lock, files, folder, _journal);
        _appender = new BatchAppender(_table, _head, _journal, options);
        var seal = new HeadSeal(_lock, _gate, files, options.Folder, _journal, _table, _head, _blocks);
        _tiers = new TierUpkeep(files, _table, _blocks, options, time);
        _series = new SeriesUpkeep(_lock, _gate, _table, _head, _blocks, _selections);
        _packedSegments = new JournalPacking(_lock, files, folder, _journal, _head, options, time);
        _upkeep = new StoreUpkeep(
            _lock, _gate, options, time, _journal, _segments, _packedSegments, _head, _blocks, seal, _tiers, new BlockCompaction(files, _table, _blocks), _series, opening.Cut);
        _packing = new HeadPacking(_lock, _gate, _head, options, time);
        _upkeep.BeginIfDue();
        _upkeep.Watch();
    }

    /// <inheritdoc cref="ISeriesWriter.Lease"/>
    public SeriesLease Lease => _table.Lease;

    /// <inheritdoc/>
    public SampleReach? Reach => _blocks.Set is { RawFromMs: not long.MinValue } set
        ? new SampleReach(set.RawFromMs, FirstOf(set.MinuteCover), FirstOf(set.HourCover))
        : null;

    /// <summary>What opening found; does not change.</summary>
    public OpenReport OpenReport { get; }

    /// <summary>What the store holds and has done, now.</summary>
    public StoreStatistics Statistics
    {
        get
        {
            var blocks = _blocks.Current;
            lock (_lock)
            {
                return new StoreStatistics(
                    _table.Count,
                    _series.Waiting,
                    _table.Removed,
                    _table.Bound,
                    _head.Samples,
                    _head.Bytes,
                    _table.Bytes,
                    _table.SlabBytes,
                    _sums.Stored,
                    _sums.Duplicates,
                    _sums.TooOld,
                    _sums.TooNew,
                    _head.OutOfOrder,
                    _head.Expired,
                    _table.Refused,
                    _journal.Sealed.Count + 1,
                    _journal.BytesWritten,
                    _journal.Fsyncs,
                    _journal.LastFsyncMs,
                    _segments.Errors,
                    blocks.Length,
                    blocks.Sum(block => block.Meta.Bytes),
                    blocks.Sum(block => block.Meta.Samples),
                    _blocks.SetAsideBlocks,
                    _blocks.ReadErrors,
                    _upkeep.Seals,
                    _upkeep.SealErrors,
                    _upkeep.SealFailure,
                    _packedSegments.Packed,
                    _upkeep.PackErrors,
                    _upkeep.PackFailure,
                    _tiers.Statistics,
                    _tiers.Seconds,
                    _upkeep.TierErrors,
                    _upkeep.TierFailure,
                    _blocks.Set.RawFromMs is var rawFromMs and not long.MinValue ? rawFromMs : null,
                    _selections.Count,
                    _selections.Bytes,
                    _selections.Hits,
                    _selections.Misses,
                    _journal.Failure,
                    OpenReport);
            }
        }
    }

    /// <summary>
    /// Opens everything that a copy of the store needs, as of now: every sample acknowledged before the call is in it, and the copy opens
    /// as a store. Appends and upkeep go on meanwhile.
    /// </summary>
    /// <returns>Files by their path within the store's folder; the caller copies <see cref="BackupPart.Bytes"/> of each and disposes it.</returns>
    /// <exception cref="SeriesStoreException">A file cannot be opened.</exception>
    public IReadOnlyList<BackupPart> OpenBackup()
    {
        lock (_lock)
        {
            // No seal can end and delete meanwhile: that takes this lock.
            return StoreBackup.Open(_options.Folder, _journal, _blocks);
        }
    }

    /// <summary>Opens a store, replays its journal and takes its lock; <see cref="OpenReport"/> says what was found.</summary>
    /// <exception cref="SeriesStoreException">Another process holds the folder, the disk refuses, or the journal is of a newer version.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static Task<SampleStore> OpenAsync(SampleStoreOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(options, time, DiskFiles.Instance, cancellationToken);

    internal static Task<SampleStore> OpenAsync(SampleStoreOptions options, TimeProvider time, IStoreFiles files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("the journal's columns are written as they lie in memory, little-endian");
        }

        return Task.Run(() => ReadAsync(options, time, files, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public int Resolve(ReadOnlySpan<byte> canonicalLabels) => _table.Resolve(canonicalLabels, _options.MaxSeries);

    /// <inheritdoc/>
    public int TryResolve(ReadOnlySpan<byte> canonicalLabels) => _table.TryResolve(canonicalLabels, _options.MaxSeries);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The columns do not fit each other, hold a series number that was never resolved, or come without a lease when series have ended.
    /// </exception>
    public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Validate(batch);
        var cursor = default(BatchCursor);
        var receipt = AppendToHead(batch, ref cursor, out var durable);
        var done = cursor.Sample == batch.Count && durable.IsCompletedSuccessfully
            ? ValueTask.FromResult(receipt)
            : FinishAsync(batch, cursor, receipt, durable, cancellationToken);

        // To here, and by the batch itself in what goes on.
        GC.KeepAlive(batch.Lease);
        return done;
    }

    /// <summary>
    /// Time of the newest sample of a series by its number, in UTC milliseconds; null where it has none, or none since it was let go. To be asked
    /// under a lease taken before.
    /// </summary>
    public long? NewestMs(int seriesNumber) => _head.NewestOf(seriesNumber);

    /// <summary>The labels of a series by its number, the same object as long as it is the same series; to be asked under a lease taken before.</summary>
    public LabelSet LabelsOf(int seriesNumber) => _table.LabelsOf(seriesNumber);

    /// <inheritdoc/>
    public IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _reads.ReadAsync(query, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<SeriesSelection?> SelectAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await _reads.SelectAsync(query, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var lease = _table.Lease;
        var names = _table.NamesIn(await _reads.NearAsync(query, cancellationToken));
        GC.KeepAlive(lease);
        return names;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(labelName);
        ArgumentNullException.ThrowIfNull(query);
        var lease = _table.Lease;
        var values = _table.ValuesIn(labelName, await _reads.NearAsync(query, cancellationToken));
        GC.KeepAlive(lease);
        return values;
    }

    /// <summary>
    /// Puts everything that the head holds into a block and gives the journal's space back; what is in blocks is as durable as before and
    /// packed. Appends and reads go on meanwhile.
    /// </summary>
    /// <exception cref="SeriesStoreException">The disk refused, or the store is closing; nothing is lost.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _upkeep.FlushAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SeriesStoreException($"the head could not be written into a block ({error.Message}); it stays in memory and journal: free or repair the disk and try again", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SeriesStoreException("the store is closing; nothing is lost, flush after the next opening", error);
        }
    }

    /// <summary>
    /// Does now what is due of what the store does on its own: seals hours that have settled, makes and merges tiers, lets go of what is behind its
    /// retention. Returns when nothing is due. What fails is counted in <see cref="Statistics"/> and tried again later.
    /// </summary>
    public Task CatchUpAsync(CancellationToken cancellationToken) => _upkeep.CatchUpAsync(cancellationToken);

    /// <summary>Commits what is under way, closes the journal and gives the folder back. Appends that come later are refused; reads under way end well.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await _packing.DisposeAsync();
        await _upkeep.DisposeAsync();
        await _journal.DisposeAsync();
        _blocks.Dispose();
        await _folderLock.DisposeAsync();
    }

    /// <summary>The canonical labels of a series.</summary>
    internal ReadOnlySpan<byte> CanonicalOf(int series) => _table.CanonicalOf(series);

    /// <summary>Appends up to one record of samples; no allocation once buffers have grown.</summary>
    internal AppendReceipt AppendToHead(in SampleBatch batch, ref BatchCursor cursor, out Task durable)
    {
        lock (_lock)
        {
            _journal.ThrowIfFailed();
            durable = _journal.Durable;
            if (_journal.PendingBytes > MaxPendingBytes)
            {
                return AppendReceipt.None;
            }

            if (_head.Bytes > _options.MaxHeadBytes)
            {
                throw new SeriesStoreException(
                    $"the head holds its limit of {_options.MaxHeadBytes} bytes of samples; raise {nameof(SampleStoreOptions.MaxHeadBytes)}, "
                    + $"shorten {nameof(SampleStoreOptions.Retention)} or send fewer samples");
            }

            AppendReceipt receipt;
            _gate.EnterWriteLock();
            try
            {
                receipt = _appender.Append(batch, ref cursor, NowMs());
            }
            finally
            {
                _gate.ExitWriteLock();
            }

            _sums.Add(receipt);

            // Also for a duplicate: the sample that it repeats may still be on its way to the disk.
            durable = _journal.Durable;
            return receipt;
        }
    }

    private static async Task<SampleStore> ReadAsync(SampleStoreOptions options, TimeProvider time, IStoreFiles files, CancellationToken cancellationToken)
    {
        FileStream? folderLock = null;
        try
        {
            var path = Path.GetFullPath(options.Folder);
            if (!Directory.Exists(path))
            {
                Directory.CreateDirectory(path);
                files.FlushFolder(Path.GetDirectoryName(path) ?? path);
            }

            folderLock = TakeLock(options.Folder);
            return new SampleStore(options, time, files, folderLock, await StoreOpening.ReadAsync(options, time, files, cancellationToken));
        }
        catch (Exception error)
        {
            folderLock?.Dispose();
            if (error is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw new SeriesStoreException($"the store in {options.Folder} cannot be opened: {error.Message}", error);
            }

            throw;
        }
    }

    private static FileStream TakeLock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new SeriesStoreException(
                $"the store in {folder} is open in another process, or its lock file cannot be made ({error.Message}); end that process or choose another folder",
                error);
        }
    }

    private async ValueTask<AppendReceipt> FinishAsync(
        SampleBatch batch, BatchCursor cursor, AppendReceipt receipt, Task durable, CancellationToken cancellationToken)
    {
        while (cursor.Sample < batch.Count)
        {
            // The queue to the disk may be full: then one group has to get there first.
            var at = cursor.Sample;
            receipt += AppendToHead(batch, ref cursor, out durable);
            if (cursor.Sample == at)
            {
                await durable.WaitAsync(cancellationToken);
            }
        }

        await durable.WaitAsync(cancellationToken);
        return receipt;
    }

    private void Validate(in SampleBatch batch)
    {
        long sum = 0;
        foreach (var poll in batch.Polls.Span)
        {
            sum = poll.SampleCount > 0 ? sum + poll.SampleCount : throw new ArgumentException("a poll without samples", nameof(batch));
        }

        if (sum != batch.Count || batch.SeriesNumbers.Length != batch.Count || (!batch.Qualities.IsEmpty && batch.Qualities.Length != batch.Count))
        {
            throw new ArgumentException("sample columns differ in length", nameof(batch));
        }

        if (_table.Lease.Ordinal > 0 && (batch.Lease is null || batch.Lease == SeriesLease.Forever))
        {
            throw new ArgumentException("a batch without a lease, and series have ended: take one from the writer before resolving", nameof(batch));
        }

        var count = (uint)_table.Bound;
        foreach (var series in batch.SeriesNumbers.Span)
        {
            if (unchecked((uint)series) >= count)
            {
                throw new ArgumentException($"series number {series} was never resolved", nameof(batch));
            }
        }

        if (MemoryMarshal.AsBytes(batch.Qualities.Span).IndexOfAnyExceptInRange((byte)SampleQuality.Good, (byte)SampleQuality.OutOfRange) >= 0)
        {
            throw new ArgumentException("an unknown sample quality", nameof(batch));
        }
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private struct AppendReceiptSums
    {
        public long Stored;
        public long Duplicates;
        public long TooOld;
        public long TooNew;

        public void Add(in AppendReceipt receipt)
        {
            Stored += receipt.Stored;
            Duplicates += receipt.Duplicates;
            TooOld += receipt.TooOld;
            TooNew += receipt.TooNew;
        }
    }

    private static long? FirstOf(IReadOnlyList<TierStretch> cover) => cover.Count == 0 ? null : cover[0].FromMs;
}

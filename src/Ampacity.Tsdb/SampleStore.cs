using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// The telemetry store: a head in memory over a journal on disk. What it acknowledges is in the journal and fsynced.
/// </summary>
/// <remarks>
/// Any thread. Appends follow one another, at most 65,536 samples at a time; reads go on beside one another and between appends, a slice
/// of series at a time. Until blocks exist, the head is all the history there is
/// (<see cref="SampleStoreOptions.Retention"/>). Two samples of a series at one time: the first wins, whatever the values, and the
/// other counts as a duplicate. A sample behind the retention, or before 1970, is too old. After a failed write or fsync nothing is taken
/// any more; reads go on, and may show samples of the appends that failed. A series without a sample left counts until the next opening.
/// </remarks>
public sealed class SampleStore : ISeriesWriter, ISeriesReader, IAsyncDisposable
{
    // What may wait for the disk before appends wait too.
    private const int MaxPendingBytes = 64 << 20;

    // Groups whose space is given back in one go: a few milliseconds when all of them are full.
    private const int DropSlice = 256;

    // Before every time that is taken, with room to subtract from.
    private const long NothingExpired = long.MinValue / 2;

    private readonly Lock _lock = new();

    // Entered inside _lock by writers, alone by readers.
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly SampleStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly FileStream _folderLock;
    private readonly SeriesTable _table = new();
    private readonly SampleHead _head = new();
    private readonly HeadRead _reads;
    private readonly JournalWriter _journal;
    private readonly JournalUpkeep _upkeep;
    private readonly BatchAppender _appender;
    private Task _upkeepTask = Task.CompletedTask;
    private AppendReceiptSums _sums;
    private long _upkeepFromMs = NothingExpired;
    private JournalCut _cut;

    private SampleStore(SampleStoreOptions options, TimeProvider time, IStoreFiles files, FileStream folderLock, CancellationToken cancellationToken)
    {
        (_options, _time, _folderLock) = (options, time, folderLock);
        _reads = new HeadRead(_gate, _table, _head);
        var began = time.GetTimestamp();
        var folder = JournalReader.FolderOf(options.Folder);
        if (!Directory.Exists(folder))
        {
            files.CreateFolder(folder);
            files.FlushFolder(options.Folder);
        }

        _cut = JournalCut.Read(folder);
        var replay = new JournalReplay(files, folder, _table, _head, _cut, RetentionMs, NowMs);
        OpenReport = replay.Run(cancellationToken) with { ReplayMs = time.GetElapsedTime(began).TotalMilliseconds };
        var runId = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        _journal = new JournalWriter(_lock, files, folder, runId, replay.NextOrdinal, options.JournalSegmentBytes, time, BeginUpkeep);
        _journal.Sealed.AddRange(replay.Segments);
        _upkeep = new JournalUpkeep(_lock, files, folder, _journal);
        _appender = new BatchAppender(_table, _head, _journal, options);
        BeginUpkeep();
    }

    /// <summary>What opening found; does not change.</summary>
    public OpenReport OpenReport { get; }

    /// <summary>What the store holds and has done, now.</summary>
    public StoreStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                return new StoreStatistics(
                    _table.Count,
                    _head.Samples,
                    _head.Bytes,
                    _table.Bytes,
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
                    _upkeep.Errors,
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
        var parts = new List<BackupPart>();
        try
        {
            lock (_lock)
            {
                // An open file stays readable when upkeep deletes or replaces it; one that is gone already held nothing worth keeping.
                foreach (var segment in _journal.Sealed.Where(segment => File.Exists(segment.Path)))
                {
                    parts.Add(BackupPart.Open(_options.Folder, segment.Path, bytes: null));
                }

                var (path, bytes) = _journal.Committed;
                parts.Add(BackupPart.Open(_options.Folder, path, bytes));
            }

            return parts;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            foreach (var part in parts)
            {
                part.Dispose();
            }

            throw new SeriesStoreException($"the journal in {_options.Folder} cannot be copied ({error.Message}): try again", error);
        }
    }

    private long RetentionMs => (long)_options.Retention.TotalMilliseconds;

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

        return Task.Run(() => Open(options, time, files, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public int Resolve(ReadOnlySpan<byte> canonicalLabels) => _table.Resolve(canonicalLabels, _options.MaxSeries);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The columns do not fit each other, or hold a series number that was never resolved.</exception>
    public ValueTask<AppendReceipt> AppendAsync(SampleBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Validate(batch);
        var cursor = default(BatchCursor);
        var receipt = AppendToHead(batch, ref cursor, out var durable);
        return cursor.Sample == batch.Count && durable.IsCompletedSuccessfully
            ? ValueTask.FromResult(receipt)
            : FinishAsync(batch, cursor, receipt, durable, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<SeriesBatch> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _reads.ReadAsync(query, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ReadLabelNamesAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ValueTask.FromResult<IReadOnlyList<string>>(_table.NamesIn(_reads.Near(query, cancellationToken)));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ReadLabelValuesAsync(string labelName, SeriesQuery query, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(labelName);
        ArgumentNullException.ThrowIfNull(query);
        return ValueTask.FromResult<IReadOnlyList<string>>(_table.ValuesIn(labelName, _reads.Near(query, cancellationToken)));
    }

    /// <summary>Commits what is under way, closes the journal and gives the folder back. Appends that come later are refused; reads under way end well.</summary>
    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _upkeepTask;
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

    /// <summary>The oldest time that is kept: the retention behind the newest sample, or behind our clock if that is earlier.</summary>
    internal static long KeepFromMs(long newestMs, long nowMs, long retentionMs) =>
        newestMs == long.MinValue ? NothingExpired : Math.Min(newestMs, nowMs) - retentionMs;

    private static SampleStore Open(SampleStoreOptions options, TimeProvider time, IStoreFiles files, CancellationToken cancellationToken)
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
            return new SampleStore(options, time, files, folderLock, cancellationToken);
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

        var count = (uint)_table.Count;
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

    // At opening and after a commit, in steps of a sixteenth of the retention. Called by one thread at a time.
    private void BeginUpkeep()
    {
        long keepFromMs;
        lock (_lock)
        {
            keepFromMs = KeepFromMs(_head.NewestMs, NowMs(), RetentionMs);
        }

        if (keepFromMs - (RetentionMs / 16) > _upkeepFromMs && _upkeepTask.IsCompleted)
        {
            _upkeepFromMs = keepFromMs;
            _upkeepTask = Task.Run(() => GiveBackExpired(keepFromMs));
        }
    }

    private void GiveBackExpired(long keepFromMs)
    {
        WriteHead(() => _head.Expire(keepFromMs));
        for (var group = 1; group > 0;)
        {
            WriteHead(() => group = _head.DropGroups(group, DropSlice, expired: true));
        }

        _upkeep.Drop(_cut, keepFromMs);
    }

    private void WriteHead(Action write)
    {
        lock (_lock)
        {
            _gate.EnterWriteLock();
            try
            {
                write();
            }
            finally
            {
                _gate.ExitWriteLock();
            }
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
}

using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Writes records with group commit: while one group is written and fsynced, the next gathers; it starts as the last returns.
/// </summary>
/// <remarks>
/// Members are called under the lock given to the constructor, unless they say otherwise. After the first failed write or fsync
/// nothing is acknowledged again: what the page cache holds then is not known (PostgreSQL's fsync lesson of 2018).
/// </remarks>
internal sealed class JournalWriter : IAsyncDisposable
{
    // Taken ahead for the first segment of a run: an idle or freshly flushed store has little journal; what is written beyond makes the file
    // longer.
    private const int FirstBytes = 64 << 10;

    private readonly Lock _lock;
    private readonly IStoreFiles _files;
    private readonly string _folder;
    private readonly int _segmentBytes;
    private readonly TimeProvider _time;
    private readonly Action _committed;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Task _committer;
    private JournalGroup _pending = new();
    private JournalGroup? _spare = new();
    private JournalGroup? _inFlight;
    private bool _closing;

    // Where the next record goes; set as records are added, ahead of the disk.
    private SegmentHeader _adding;
    private long _addingOffset = JournalFormat.SegmentHeaderBytes;
    private long _addingNewestMs = long.MinValue;

    // Where the committer writes; its own.
    private SegmentHeader _writing;
    private IStoreFile _file;
    private long _offset;

    public JournalWriter(
        Lock storeLock, IStoreFiles files, string folder, ulong runId, long firstOrdinal, int segmentBytes, TimeProvider time, Action committed)
    {
        (_lock, _files, _folder, RunId, _segmentBytes, _time, _committed) = (storeLock, files, folder, runId, segmentBytes, time, committed);
        _adding = NewHeader(firstOrdinal);
        _file = Begin(_adding, FirstBytes);
        Committed = (PathOf(_adding.Ordinal), _offset);
        _committer = Task.Factory.StartNew(Commit, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Segments that are complete, oldest first.</summary>
    public List<JournalSegment> Sealed { get; } = [];

    /// <summary>Series numbers hold within one run: from an opening or <see cref="Roll"/> to the next.</summary>
    public ulong RunId { get; private set; }

    public long BytesWritten { get; private set; }

    /// <summary>The segment being written, and how much of it is durable and whole records.</summary>
    public (string Path, long Bytes) Committed { get; private set; }

    public long Fsyncs { get; private set; }

    public double LastFsyncMs { get; private set; }

    /// <summary>Why nothing is taken any more, or null.</summary>
    public string? Failure { get; private set; }

    public Exception? FailureCause { get; private set; }

    /// <summary>Bytes that wait for the disk.</summary>
    public int PendingBytes => _pending.Used;

    /// <summary>Done when everything added so far is durable, and what was rolled is sealed.</summary>
    public Task Durable => _pending.HasWork ? _pending.Done.Task : _inFlight?.Done.Task ?? Task.CompletedTask;

    /// <summary>Throws when the journal takes nothing any more.</summary>
    public void ThrowIfFailed()
    {
        if (Failure is not null)
        {
            throw new SeriesStoreException(Failure, FailureCause!);
        }

        if (_closing)
        {
            throw new SeriesStoreException("the store is closing; nothing was taken, send it again to the next one");
        }
    }

    /// <summary>Adds a samples record.</summary>
    public void AddSamples(
        ReadOnlySpan<Poll> polls, ReadOnlySpan<int> series, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities)
    {
        var record = Add(SamplesPayload.BytesFor(polls.Length, values.Length, !qualities.IsEmpty));
        SamplesPayload.Write(record[JournalFormat.RecordHeaderBytes..], polls, series, values, qualities);
        JournalFormat.WriteRecordHeader(record, JournalRecordKind.Samples, _adding);
        foreach (var poll in polls)
        {
            _addingNewestMs = Math.Max(_addingNewestMs, poll.TimestampMs);
        }
    }

    /// <summary>Adds a series record from entries already laid out.</summary>
    public void AddSeries(ReadOnlySpan<byte> entries)
    {
        var record = Add(entries.Length);
        entries.CopyTo(record[JournalFormat.RecordHeaderBytes..]);
        JournalFormat.WriteRecordHeader(record, JournalRecordKind.Series, _adding);
    }

    /// <summary>
    /// Ends the segment and the run: labels have to be added anew before the next samples. Returns the ordinal from which on segments hold
    /// only what is added from now on.
    /// </summary>
    public long Roll(ulong runId)
    {
        RunId = runId;
        BeginNext(FirstBytes);
        Wake();
        return _adding.Ordinal;
    }

    /// <summary>Lets the committer run.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Commits what is pending and closes the segment; outside the lock.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _closing = true;
            _wake.Set();
        }

        await _committer;
        _wake.Dispose();
    }

    private Span<byte> Add(int payloadBytes)
    {
        var length = JournalFormat.RecordHeaderBytes + payloadBytes;
        if (_addingOffset + length > _segmentBytes && _addingOffset > JournalFormat.SegmentHeaderBytes)
        {
            BeginNext(Math.Max(_segmentBytes, JournalFormat.SegmentHeaderBytes + length));
        }

        _addingOffset += length;
        return _pending.Add(length);
    }

    private void BeginNext(long length)
    {
        var full = new JournalSegment(_adding, PathOf(_adding.Ordinal)) { NewestMs = _addingNewestMs, CompletedAt = _time.GetTimestamp() };
        _adding = NewHeader(_adding.Ordinal + 1);
        _addingOffset = JournalFormat.SegmentHeaderBytes;
        _addingNewestMs = long.MinValue;
        _pending.Breaks.Add(new JournalBreak(_pending.Used, full, _adding, length));
    }

    private void Commit()
    {
        try
        {
            while (true)
            {
                _wake.WaitOne();
                while (TrySwap(out var group))
                {
                    var began = _time.GetTimestamp();
                    Write(group);
                    Finish(group, _time.GetElapsedTime(began).TotalMilliseconds);
                    _committed();
                }

                lock (_lock)
                {
                    if (_closing && !_pending.HasWork)
                    {
                        break;
                    }
                }
            }

            Seal();
        }
        catch (Exception error)
        {
            // Whatever it was, nothing may be acknowledged after it.
            Fail(error);
        }
    }

    private bool TrySwap(out JournalGroup group)
    {
        lock (_lock)
        {
            group = _pending;
            if (!group.HasWork)
            {
                return false;
            }

            _pending = _spare ?? throw new InvalidOperationException("Bug: two groups in flight");
            _spare = null;
            _inFlight = group;
            return true;
        }
    }

    private void Write(JournalGroup group)
    {
        var from = 0;
        foreach (var next in group.Breaks)
        {
            WritePart(group.Bytes[from..next.At]);
            var isEmpty = Seal();
            _file = Begin(next.Header, next.Length);
            if (!isEmpty)
            {
                lock (_lock)
                {
                    Sealed.Add(next.Full);
                }
            }

            from = next.At;
        }

        WritePart(group.Bytes[from..]);
        _file.Flush();
    }

    private void WritePart(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            _file.Write(bytes, _offset);
            _offset += bytes.Length;
        }
    }

    private void Finish(JournalGroup group, double tookMs)
    {
        var done = group.Done;
        lock (_lock)
        {
            BytesWritten += group.Used;
            Fsyncs++;
            LastFsyncMs = tookMs;
            Committed = (PathOf(_writing.Ordinal), _offset);
            _inFlight = null;
            group.Clear();
            _spare = group;
        }

        done.SetResult();
    }

    private void Fail(Exception error)
    {
        JournalGroup? inFlight;
        SeriesStoreException failure;
        lock (_lock)
        {
            Failure = $"the journal in {_folder} cannot be written ({error.Message}), so no sample is taken any more and reads go on; "
                + "free or repair the disk and restart: what was acknowledged is on it";
            FailureCause = error;
            failure = new SeriesStoreException(Failure, error);
            inFlight = _inFlight;
        }

        foreach (var group in new[] { inFlight, _pending })
        {
            if (group is not null && group.Done.TrySetException(failure))
            {
                _ = group.Done.Task.Exception;
            }
        }

        _file.Dispose();
    }

    private IStoreFile Begin(in SegmentHeader header, long length)
    {
        var file = _files.Create(PathOf(header.Ordinal), length);
        Span<byte> bytes = stackalloc byte[JournalFormat.SegmentHeaderBytes];
        JournalFormat.WriteSegmentHeader(bytes, header);
        file.Write(bytes, 0);
        file.Flush();
        _files.FlushFolder(_folder);
        _writing = header;
        _offset = bytes.Length;
        return file;
    }

    // Gives back the space that was taken ahead. A segment without a record is deleted, and true.
    private bool Seal()
    {
        _file.Truncate(_offset);
        _file.Dispose();
        if (_offset > JournalFormat.SegmentHeaderBytes)
        {
            return false;
        }

        _files.Delete(PathOf(_writing.Ordinal));
        return true;
    }

    private SegmentHeader NewHeader(long ordinal) => new(ordinal, RunId, _time.GetUtcNow().ToUnixTimeMilliseconds());

    private string PathOf(long ordinal) => Path.Combine(_folder, JournalFormat.FileName(ordinal));
}

using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Ampacity.Collect;

/// <summary>
/// Requests that wait to be sent, in files: what was queued is there after SIGKILL at once, and after power loss from the next <see cref="Flush"/> on.
/// Sent ones go file by file. A cursor says how far sending is; what was acknowledged just before a kill may be sent twice.
/// </summary>
/// <remarks>Any thread.</remarks>
internal sealed class ForwardQueue : IDisposable
{
    private const string CursorFile = "sent.cursor";

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly int _segmentBytes;
    private readonly SortedDictionary<long, Segment> _segments = [];
    private readonly SemaphoreSlim _queued = new(0, 1);
    private readonly SafeFileHandle _cursor;
    private SafeFileHandle? _writing;
    private SafeFileHandle? _reading;
    private long _writingNumber;
    private long _readNumber;
    private long _readOffset = ForwardSegment.HeadBytes;
    private long _samples;
    private long _bytes;
    private long _dropped;
    private bool _isDirty;

    private ForwardQueue(string folder, long maxBytes)
    {
        (_folder, _maxBytes) = (folder, maxBytes);

        // At the limit a file goes whole: small ones, so that little more than is needed goes.
        _segmentBytes = (int)Math.Clamp(maxBytes / 16, 64 << 10, 16 << 20);
        _cursor = File.OpenHandle(Path.Combine(folder, CursorFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>Samples that wait, bytes of files, and samples that were dropped since start.</summary>
    public (long Samples, long Bytes, long Dropped) Counts
    {
        get
        {
            lock (_lock)
            {
                return (_samples, _bytes, _dropped);
            }
        }
    }

    /// <summary>Opens the queue of a folder, made if it is not there; a record that is torn or damaged ends its file.</summary>
    public static ForwardQueue Open(string folder, long maxBytes)
    {
        Directory.CreateDirectory(folder);
        var queue = new ForwardQueue(folder, maxBytes);
        queue.Load();
        return queue;
    }

    /// <summary>Completes when something was queued since the last wait; may complete for nothing.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _queued.WaitAsync(cancellationToken);

    /// <summary>Queues a record, whose head is sealed here.</summary>
    /// <exception cref="IOException">It cannot be written; nothing of it waits.</exception>
    public void Add(Span<byte> record, int samples, long queuedMs)
    {
        ForwardSegment.Seal(record, samples, queuedMs);
        lock (_lock)
        {
            if (_writing is null || _segments[_writingNumber].Length + record.Length > _segmentBytes)
            {
                Begin();
            }

            var segment = _segments[_writingNumber];
            RandomAccess.Write(_writing!, record, segment.Length);
            segment.Length += record.Length;
            segment.Samples += samples;
            _bytes += record.Length;
            _samples += samples;
            _isDirty = true;
            while (_bytes > _maxBytes && _segments.Count > 1)
            {
                DropOldest();
            }
        }

        if (_queued.CurrentCount == 0)
        {
            try
            {
                _queued.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another thread has said so already.
            }
        }
    }

    /// <summary>The first record that waits, and how to say that it was dealt with; null when none does.</summary>
    public ForwardRecord? Peek() => Peek(0, out _);

    /// <summary>Records from the first that waits on, of one file, as long as the caller takes them.</summary>
    /// <param name="takes">Says whether one more is wanted, having seen it.</param>
    public IReadOnlyList<ForwardRecord> PeekWhile(Func<ForwardRecord, bool> takes)
    {
        lock (_lock)
        {
            var found = new List<ForwardRecord>();
            var after = 0L;
            while (Peek(after, out var number) is { } record && (found.Count == 0 || number == _readNumber) && takes(record))
            {
                found.Add(record);
                after = record.End;
            }

            return found;
        }
    }

    /// <summary>Says that everything up to the end of a record was dealt with.</summary>
    public void Advance(ForwardRecord last, int samples)
    {
        lock (_lock)
        {
            // What was dropped meanwhile is not counted twice.
            if (last.Segment != _readNumber || !_segments.TryGetValue(_readNumber, out var segment) || last.End <= _readOffset)
            {
                return;
            }

            _readOffset = last.End;
            segment.Samples -= samples;
            _samples -= samples;
            WriteCursor();
        }
    }

    /// <summary>Brings what is queued to the disk.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_isDirty && _writing is not null)
            {
                RandomAccess.FlushToDisk(_writing);
                RandomAccess.FlushToDisk(_cursor);
                _isDirty = false;
            }
        }
    }

    public void Dispose()
    {
        Flush();
        lock (_lock)
        {
            _writing?.Dispose();
            _reading?.Dispose();
            _cursor.Dispose();
        }

        _queued.Dispose();
    }

    private ForwardRecord? Peek(long from, out long number)
    {
        lock (_lock)
        {
            while (true)
            {
                number = _readNumber;
                if (!_segments.TryGetValue(_readNumber, out var segment))
                {
                    return null;
                }

                var offset = Math.Max(from, _readOffset);
                _reading ??= File.OpenHandle(PathOf(_readNumber), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (offset < segment.Length && ForwardSegment.Read(_reading, offset, segment.Length) is { } record)
                {
                    return record with { Segment = _readNumber };
                }

                // The end, or damage: then what is left of the file is lost. Only at the front may the file go.
                if (from > _readOffset || (offset >= segment.Length && _readNumber == _writingNumber))
                {
                    return null;
                }

                DropOldest();
                from = 0;
            }
        }
    }

    private void Load()
    {
        lock (_lock)
        {
            foreach (var number in Directory.EnumerateFiles(_folder).Select(ForwardSegment.NumberOf).OfType<long>().Order())
            {
                _segments.Add(number, new Segment());
            }

            Span<byte> cursor = stackalloc byte[20];
            var isKnown = RandomAccess.Read(_cursor, cursor, 0) == 20 && Crc32C.Of(cursor[..16]) == BinaryPrimitives.ReadUInt32LittleEndian(cursor[16..]);
            var (sentNumber, sentOffset) = isKnown
                ? (BinaryPrimitives.ReadInt64LittleEndian(cursor), BinaryPrimitives.ReadInt64LittleEndian(cursor[8..])) : (0, 0);
            foreach (var number in _segments.Keys.ToArray())
            {
                if (number < sentNumber)
                {
                    File.Delete(PathOf(number));
                    _segments.Remove(number);
                    continue;
                }

                Scan(number, number == sentNumber ? Math.Max(sentOffset, ForwardSegment.HeadBytes) : ForwardSegment.HeadBytes);
            }

            _writingNumber = Math.Max(_segments.Count == 0 ? 0 : _segments.Keys.Max(), sentNumber);
            _readNumber = _segments.Count == 0 ? _writingNumber + 1 : _segments.Keys.Min();
            _readOffset = _readNumber == sentNumber ? Math.Max(sentOffset, ForwardSegment.HeadBytes) : ForwardSegment.HeadBytes;
        }
    }

    private void Scan(long number, long from)
    {
        using var file = File.OpenHandle(PathOf(number), FileMode.Open, FileAccess.Read);
        var segment = _segments[number];
        var length = RandomAccess.GetLength(file);
        Span<byte> magic = stackalloc byte[ForwardSegment.HeadBytes];
        segment.Length = ForwardSegment.HeadBytes;
        if (RandomAccess.Read(file, magic, 0) != magic.Length || !magic.SequenceEqual(ForwardSegment.Magic))
        {
            _bytes += length;
            segment.FileBytes = length;
            return;
        }

        var at = from;
        while (ForwardSegment.Read(file, at, length) is { } record)
        {
            at = record.End;
            segment.Samples += record.Samples;
        }

        segment.Length = Math.Max(at, ForwardSegment.HeadBytes);
        segment.FileBytes = length;
        _samples += segment.Samples;
        _bytes += length;
    }

    private void Begin()
    {
        var number = _writingNumber + 1;
        var file = File.OpenHandle(PathOf(number), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(file, ForwardSegment.Magic, 0);
        _writing?.Dispose();
        (_writing, _writingNumber) = (file, number);
        _segments.Add(number, new Segment { Length = ForwardSegment.HeadBytes });
        _bytes += ForwardSegment.HeadBytes;
        if (_segments.Count == 1)
        {
            (_readNumber, _readOffset) = (number, ForwardSegment.HeadBytes);
            _reading?.Dispose();
            _reading = null;
        }
    }

    // The file at the front goes; what waits in it is counted as dropped.
    private void DropOldest()
    {
        var (number, segment) = _segments.First();
        _dropped += segment.Samples;
        _samples -= segment.Samples;
        _bytes -= Math.Max(segment.Length, segment.FileBytes);
        _segments.Remove(number);
        _reading?.Dispose();
        _reading = null;
        File.Delete(PathOf(number));
        (_readNumber, _readOffset) = (_segments.Count == 0 ? _writingNumber + 1 : _segments.Keys.First(), ForwardSegment.HeadBytes);
        if (number == _writingNumber)
        {
            _writing?.Dispose();
            _writing = null;
        }

        WriteCursor();
    }

    private void WriteCursor()
    {
        Span<byte> cursor = stackalloc byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(cursor, _readNumber);
        BinaryPrimitives.WriteInt64LittleEndian(cursor[8..], _readOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(cursor[16..], Crc32C.Of(cursor[..16]));
        RandomAccess.Write(_cursor, cursor, 0);
        _isDirty = true;
    }

    private string PathOf(long number) => Path.Combine(_folder, ForwardSegment.FileName(number));

    private sealed class Segment
    {
        /// <summary>Where whole records end.</summary>
        public long Length { get; set; }

        /// <summary>Bytes of the file as it was found, damage included.</summary>
        public long FileBytes { get; set; }

        /// <summary>Samples that are not dealt with.</summary>
        public long Samples { get; set; }
    }
}

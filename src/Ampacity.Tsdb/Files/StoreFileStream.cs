using System.IO.Hashing;

namespace Ampacity.Tsdb;

/// <summary>
/// Writes a file of a block from its begin to its end, through the store's seam, and takes the checksums of the file and of its parts on the way.
/// </summary>
/// <remarks>
/// One thread at a time. Parquet's library calls it from native code and turns an exception into one of its own, so the first
/// failure is kept in <see cref="Failure"/>; after it nothing more is written.
/// </remarks>
internal sealed class StoreFileStream : Stream
{
    // Arrow writes a page at a time, some of a few bytes; each write is a system call, so they are gathered.
    private const int BufferBytes = 256 * 1024;

    private readonly IStoreFile _file;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly XxHash3 _whole = new();
    private readonly XxHash3 _part = new();
    private int _used;
    private long _written;

    public StoreFileStream(IStoreFiles files, string path) => _file = files.Create(path, 0);

    /// <summary>The first error, which Parquet's library hides.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written + _used;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException("written from begin to end");
    }

    /// <summary>Ends a part: the checksum of all bytes since the one before.</summary>
    public ulong EndPart()
    {
        var hash = _part.GetCurrentHashAsUInt64();
        _part.Reset();
        return hash;
    }

    /// <summary>Writes what is gathered, makes the file durable and returns the checksum of all of it.</summary>
    public ulong Finish()
    {
        Drain();
        _file.Flush();
        return _whole.GetCurrentHashAsUInt64();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        _whole.Append(buffer);
        _part.Append(buffer);
        while (!buffer.IsEmpty)
        {
            if (_used == BufferBytes)
            {
                Drain();
            }

            var take = Math.Min(buffer.Length, BufferBytes - _used);
            buffer[..take].CopyTo(_buffer.AsSpan(_used));
            _used += take;
            buffer = buffer[take..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Does nothing: Parquet's library flushes at each row group, and only <see cref="Finish"/> has to be durable.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Drain()
    {
        if (_used == 0)
        {
            return;
        }

        try
        {
            _file.Write(_buffer.AsSpan(0, _used), _written);
        }
        catch (Exception error)
        {
            Failure = error;
            throw;
        }

        _written += _used;
        _used = 0;
    }
}

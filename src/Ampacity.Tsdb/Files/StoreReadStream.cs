namespace Ampacity.Tsdb;

/// <summary>A file of a block as a stream for Parquet's library.</summary>
/// <remarks>
/// One thread at a time. The library turns an exception into one of its own, so the first failure of the disk is kept in
/// <see cref="Failure"/>: it is what tells a disk that refuses from bytes that are wrong.
/// </remarks>
internal sealed class StoreReadStream(IStoreReader file) : Stream
{
    private readonly long _length = file.Length;
    private long _position;

    /// <summary>What the disk said, or null.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = file.Read(buffer, _position);
            _position += read;
            return read;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Failure ??= error;
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => _length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}

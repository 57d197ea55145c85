using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>A body that is being read: it ends in an error when it is over the limit, breaks off, or nothing comes for too long.</summary>
/// <remarks>One thread at a time. Only asynchronous reads.</remarks>
internal sealed class AnswerStream(Stream inner, string store, RemoteStoreOptions options, TimeProvider time) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var silence = new CancellationTokenSource(options.IdleTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException late) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SeriesStoreException($"the store {store} sent nothing for {options.IdleTimeout.TotalSeconds} s after {_read} bytes of its answer; ask for less, or see what holds it up", late);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or InvalidDataException)
        {
            throw new SeriesStoreException($"the answer of the store {store} broke off after {_read} bytes: {error.Message}; ask again", error);
        }

        _read += count;
        return _read <= options.MaxAnswerBytes ? count
            : throw new ReadBudgetException($"the answer of the store {store} is over {options.MaxAnswerBytes >> 20} MiB; ask for fewer series or a shorter range");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Bug: an answer is read asynchronously");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

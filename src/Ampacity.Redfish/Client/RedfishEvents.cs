using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Ampacity.Redfish;

/// <summary>One frame of an event stream.</summary>
/// <param name="Id">Its id, to be said when the stream is opened again; empty where it has none.</param>
/// <param name="Data">Its data: UTF-8 JSON of an Event or a MetricReport, or what a broken BMC takes for that.</param>
public readonly record struct RedfishEventFrame(string Id, byte[] Data);

/// <summary>An open stream of Server-Sent Events of one BMC.</summary>
/// <remarks>One reader, once. Dispose it always: a BMC has few streams (bmcweb: 10).</remarks>
public sealed class RedfishEvents : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly BoundedFrames _bytes;

    internal RedfishEvents(HttpResponseMessage response, Stream bytes, int maxFrameBytes) =>
        (_response, _bytes) = (response, new BoundedFrames(bytes, maxFrameBytes));

    /// <summary>Frames as they come, until the BMC ends the stream.</summary>
    /// <exception cref="IOException">The connection broke, or a frame is over its limit; says which.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public async IAsyncEnumerable<RedfishEventFrame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parser = SseParser.Create(_bytes, static (_, data) => data.ToArray());
        await foreach (var frame in parser.EnumerateAsync(cancellationToken))
        {
            _bytes.BeginFrame();
            yield return new RedfishEventFrame(parser.LastEventId is { Length: <= 256 } id ? id : "", frame.Data);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _bytes.DisposeAsync();
        _response.Dispose();
    }

    // The parser itself takes a frame of any length.
    private sealed class BoundedFrames(Stream bytes, int maxFrameBytes) : Stream
    {
        private long _ofFrame;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void BeginFrame() => _ofFrame = 0;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await bytes.ReadAsync(buffer, cancellationToken);
            _ofFrame += read;
            return _ofFrame <= maxFrameBytes ? read : throw new IOException($"a frame of the event stream is over {maxFrameBytes} bytes");
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await bytes.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}

using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>A request's body in a pooled buffer; dispose it to give the buffer back.</summary>
internal readonly struct PooledBody(byte[]? buffer, int length) : IDisposable
{
    /// <summary>The body; empty when it is over its limit.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    /// <summary>Whether the body is over its limit, and was not read to its end.</summary>
    public bool IsOverLimit => buffer is null;

    /// <summary>Reads a body; one copy, from the connection's own pages.</summary>
    public static Task<PooledBody> ReadAsync(HttpRequest request, int limitBytes, CancellationToken cancellationToken) =>
        request.ContentLength > limitBytes
            ? Task.FromResult(default(PooledBody))
            : ReadAsync(request.Body, (int)(request.ContentLength ?? 64 * 1024), limitBytes, cancellationToken);

    /// <summary>Reads a stream to its end, or to one byte past the limit.</summary>
    public static async Task<PooledBody> ReadAsync(Stream stream, int likelyBytes, int limitBytes, CancellationToken cancellationToken)
    {
        // One more than is likely, so that the read that finds the end has room.
        var buffer = ArrayPool<byte>.Shared.Rent(likelyBytes + 1);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                {
                    return new PooledBody(buffer, length);
                }

                length += read;
                if (length > limitBytes)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    return default;
                }
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public void Dispose()
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

using System.IO.Compression;
using Ampacity.Collect;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>Bodies that may be compressed by gzip.</summary>
internal static class GzipBody
{
    /// <summary>Whether the body is plain or gzip; if not, what to say with 415.</summary>
    public static bool IsReadable(HttpRequest request, out string unsupported)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        unsupported = $"Content-Encoding {encoding} is not read here; send gzip or none";
        return encoding.Length == 0 || IsGzip(encoding) || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Gives the plain body to a receiver.</summary>
    /// <exception cref="ReceiveRejectedException">It is no gzip, or grows over the limit.</exception>
    public static async ValueTask<ReceiveResult> ReceiveAsync(
        HttpRequest request, ReadOnlyMemory<byte> body, ReceiveLimits limits, Func<ReadOnlyMemory<byte>, ValueTask<ReceiveResult>> receiveAsync)
    {
        if (!IsGzip(request.Headers.ContentEncoding.ToString()))
        {
            return await receiveAsync(body);
        }

        using var plain = await DecompressAsync(body, limits);
        return await receiveAsync(plain.Memory);
    }

    private static async Task<PooledBody> DecompressAsync(ReadOnlyMemory<byte> body, ReceiveLimits limits)
    {
        if (!System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var array))
        {
            throw new InvalidOperationException("Bug: a body that lies in no array");
        }

        try
        {
            using var compressed = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
            await using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
            var plain = await PooledBody.ReadAsync(gzip, body.Length * 4, limits.MaxDecodedBytes, CancellationToken.None);
            return plain.IsOverLimit
                ? throw new ReceiveRejectedException(413, $"the body decompresses to over {limits.MaxDecodedBytes} bytes; send smaller requests")
                : plain;
        }
        catch (InvalidDataException error)
        {
            throw new ReceiveRejectedException(400, $"the body is not gzip: {error.Message}; say Content-Encoding as it is");
        }
    }

    private static bool IsGzip(string encoding) => encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);
}

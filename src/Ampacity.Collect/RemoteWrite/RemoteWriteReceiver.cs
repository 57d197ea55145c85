using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ampacity.Samples;
using Snappier;

namespace Ampacity.Collect;

/// <summary>
/// Takes Prometheus remote write 1.0: a Snappy block of a prometheus.WriteRequest. Stale markers and NaN bits are kept.
/// </summary>
/// <remarks>
/// Any thread; calls may overlap. Labels may come in any order. A series whose labels are not valid (no metric name, a name twice, not
/// UTF-8, over <see cref="RemoteWriteLimits"/>) is refused and the others are kept; a body that cannot be read is refused whole.
/// No object is made per label or sample.
/// </remarks>
public sealed class RemoteWriteReceiver(RemoteWriteLimits limits)
{
    // One per request under way; the server bounds those.
    private readonly ConcurrentBag<RemoteWriteColumns> _columns = [];

    // Numbers are the writer's own.
    private readonly ConditionalWeakTable<ISeriesWriter, KnownLabels> _known = [];

    /// <summary>A receiver with the default limits.</summary>
    public RemoteWriteReceiver()
        : this(new RemoteWriteLimits())
    {
    }

    /// <summary>Reads a request and appends its samples; when it returns they are as durable as the writer makes them.</summary>
    /// <exception cref="RemoteWriteRejectedException">The body is too large or malformed; nothing was kept.</exception>
    /// <exception cref="SeriesStoreException">The store takes nothing; the sender should try again later (503).</exception>
    public async ValueTask<RemoteWriteResult> ReceiveAsync(ReadOnlyMemory<byte> snappyBody, ISeriesWriter writer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (!_columns.TryTake(out var columns))
        {
            columns = new RemoteWriteColumns();
        }

        try
        {
            var result = Read(snappyBody.Span, columns, writer);
            return columns.Count == 0 ? result : result with { Receipt = await writer.AppendAsync(columns.Batch, cancellationToken) };
        }
        finally
        {
            columns.Clear();
            _columns.Add(columns);
        }
    }

    private RemoteWriteResult Read(ReadOnlySpan<byte> body, RemoteWriteColumns columns, ISeriesWriter writer)
    {
        var reader = new WriteRequestReader(Decompress(body, columns), columns, _known.GetOrCreateValue(writer), writer, limits);
        reader.Read();
        return new RemoteWriteResult(
            AppendReceipt.None,
            reader.Series,
            reader.Samples,
            reader.SeriesRefused,
            reader.SeriesOverLimit,
            reader.FirstRefusal,
            reader.Exemplars,
            reader.Histograms,
            reader.Metadata);
    }

    private ReadOnlySpan<byte> Decompress(ReadOnlySpan<byte> body, RemoteWriteColumns columns)
    {
        if (body.Length > limits.MaxBodyBytes)
        {
            throw new RemoteWriteRejectedException(413, $"the body has {body.Length} bytes, the limit is {limits.MaxBodyBytes}; send smaller requests");
        }

        var length = DecodedLength(body);
        if (length > limits.MaxDecodedBytes)
        {
            throw new RemoteWriteRejectedException(
                413, $"the body decompresses to {length} bytes, the limit is {limits.MaxDecodedBytes}; send smaller requests");
        }

        // An element of 3 bytes brings at most 64 (a copy with a 2-byte offset): a promise beyond that is a lie, whatever the limit.
        if (length > body.Length * 22L)
        {
            throw Malformed($"{body.Length} bytes cannot decompress to {length}");
        }

        var decoded = columns.Reserve((int)length);
        try
        {
            var written = Snappy.Decompress(body, decoded.AsSpan(0, (int)length));
            return written == length ? decoded.AsSpan(0, written) : throw Malformed($"it holds {written} bytes and promises {length}");
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            throw Malformed(error.Message);
        }
    }

    // The block begins with its decompressed length as a varint of at most 5 bytes (google/snappy format_description.txt).
    private static long DecodedLength(ReadOnlySpan<byte> body)
    {
        long length = 0;
        for (var i = 0; i < Math.Min(5, body.Length); i++)
        {
            length |= (long)(body[i] & 0x7F) << (7 * i);
            if (body[i] < 0x80)
            {
                return length <= uint.MaxValue ? length : throw Malformed("its length is over 32 bits");
            }
        }

        throw Malformed("its length is cut off");
    }

    private static RemoteWriteRejectedException Malformed(string what) =>
        new(400, $"the body is not a Snappy block: {what}; send Content-Encoding: snappy, remote write 1.0");
}

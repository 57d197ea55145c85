using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Which message a remote-write body is; the sender says it by Content-Type.</summary>
public enum RemoteWriteVersion
{
    /// <summary>1.0: prometheus.WriteRequest.</summary>
    V1,

    /// <summary>2.0: io.prometheus.write.v2.Request.</summary>
    V2,
}

/// <summary>
/// Takes Prometheus remote write: a Snappy block of a prometheus.WriteRequest (1.0) or an io.prometheus.write.v2.Request (2.0). Stale
/// markers and NaN bits are kept.
/// </summary>
/// <remarks>
/// Any thread; calls may overlap. Labels may come in any order. A series whose labels are not valid (no metric name, a name twice, not
/// UTF-8, over <see cref="ReceiveLimits"/>) is refused and the others are kept; a body that cannot be read is refused whole.
/// A sample of a known series costs no object: its spelling is hashed where it lies and looked up.
/// </remarks>
public sealed class RemoteWriteReceiver(SampleIntake intake)
{
    /// <summary>A receiver with the default limits.</summary>
    public RemoteWriteReceiver()
        : this(new SampleIntake())
    {
    }

    /// <summary>Reads a request of 1.0.</summary>
    /// <inheritdoc cref="ReceiveAsync(RemoteWriteVersion, ReadOnlyMemory{byte}, ISeriesWriter, CancellationToken)"/>
    public ValueTask<ReceiveResult> ReceiveAsync(ReadOnlyMemory<byte> snappyBody, ISeriesWriter writer, CancellationToken cancellationToken) =>
        ReceiveAsync(RemoteWriteVersion.V1, snappyBody, writer, cancellationToken);

    /// <summary>Reads a request and appends its samples; when it returns they are as durable as the writer makes them.</summary>
    /// <exception cref="ReceiveRejectedException">The body is too large or malformed; nothing was kept.</exception>
    /// <exception cref="SeriesStoreException">The store takes nothing; the sender should try again later (503).</exception>
    public async ValueTask<ReceiveResult> ReceiveAsync(
        RemoteWriteVersion version, ReadOnlyMemory<byte> snappyBody, ISeriesWriter writer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var scratch = intake.Take();
        try
        {
            var counts = Read(version, snappyBody.Span, scratch, writer);
            return new ReceiveResult(
                scratch.Columns.Count == 0 ? AppendReceipt.None : await writer.AppendAsync(scratch.Columns.Batch(), cancellationToken), counts);
        }
        finally
        {
            intake.Return(scratch);
        }
    }

    private ReceiveCounts Read(RemoteWriteVersion version, ReadOnlySpan<byte> body, ReceiveScratch scratch, ISeriesWriter writer)
    {
        var request = SnappyBlock.Decompress(body, scratch, intake.Limits);
        var known = intake.KnownOf(writer, scratch);
        try
        {
            return version == RemoteWriteVersion.V1
                ? new WriteRequestReader(request, scratch, known, writer, intake).Read()
                : new SymbolRequestReader(request, scratch, known, writer, intake).Read();
        }
        catch (WireFormatException error)
        {
            throw new ReceiveRejectedException(400, version == RemoteWriteVersion.V1
                ? $"not a prometheus.WriteRequest: {error.Message}; send remote write 1.0, or say Content-Type: application/x-protobuf;proto=io.prometheus.write.v2.Request"
                : $"not an io.prometheus.write.v2.Request: {error.Message}; send remote write 2.0, or leave proto out of the Content-Type for 1.0");
        }
    }
}

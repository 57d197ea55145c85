using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Takes OTLP metrics (an ExportMetricsServiceRequest, protobuf): gauges, sums of both temporalities, classic histograms and summaries.
/// Names, units and resources become what Prometheus makes of them.
/// </summary>
/// <remarks>
/// Any thread; calls may overlap, but requests with deltas wait for each other. Exponential histograms are refused and counted. A point
/// whose source says that it has no value becomes a stale marker.
/// </remarks>
public sealed class OtlpReceiver(SampleIntake intake, OtlpOptions options, TimeProvider time)
{
    private readonly ConditionalWeakTable<ISeriesWriter, DeltaSums> _sums = [];

    // Metrics whose description was noted, so that it is put into words once.
    private readonly ConcurrentDictionary<SeriesKey, bool> _described = new();

    /// <summary>A receiver with the default options.</summary>
    public OtlpReceiver(SampleIntake intake)
        : this(intake, new OtlpOptions(), TimeProvider.System)
    {
    }

    /// <summary>Reads a request and appends its samples; when it returns they are as durable as the writer makes them.</summary>
    /// <exception cref="ReceiveRejectedException">The body is too large or malformed; nothing was kept.</exception>
    /// <exception cref="SeriesStoreException">The store takes nothing; the sender should try again later (503).</exception>
    public async ValueTask<ReceiveResult> ReceiveAsync(ReadOnlyMemory<byte> request, ISeriesWriter writer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var scratch = intake.Take();
        var sums = _sums.GetValue(writer, _ => new DeltaSums(options.MaxDeltaSeries));
        var state = new OtlpRequest(scratch, intake, writer, options, _described, sums, time.GetUtcNow().ToUnixTimeMilliseconds());
        var hasTurn = false;
        try
        {
            Walk(request.Span, state);
            if (state.HasDeltas)
            {
                await sums.Turn.WaitAsync(cancellationToken);
                hasTurn = true;
            }

            state.BeginTaking();
            Walk(request.Span, state);
            var receipt = scratch.Columns.Count == 0 ? AppendReceipt.None : await writer.AppendAsync(scratch.Columns.Batch(), cancellationToken);
            if (hasTurn)
            {
                sums.Keep();
            }

            return new ReceiveResult(receipt + new AppendReceipt(0, state.Repeated, 0, 0), state.Counts);
        }
        finally
        {
            if (hasTurn)
            {
                // Nothing is left to undo after a success.
                sums.Undo();
                sums.Turn.Release();
            }

            intake.Return(scratch);
        }
    }

    private static void Walk(ReadOnlySpan<byte> request, OtlpRequest state)
    {
        try
        {
            new OtlpMetricsReader(request, state).Read();
        }
        catch (WireFormatException error)
        {
            throw new ReceiveRejectedException(400, $"not an ExportMetricsServiceRequest: {error.Message}; send OTLP/HTTP metrics as protobuf");
        }
    }
}

using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Takes a page of Prometheus text 0.0.4 or OpenMetrics 1.0, pushed or scraped. Exemplars are counted and dropped; type, help and unit of
/// families go to <see cref="SampleIntake.Metadata"/>.
/// </summary>
/// <remarks>Any thread; calls may overlap. A sample of a known series costs no object.</remarks>
public sealed class ExpositionReceiver(SampleIntake intake)
{
    /// <summary>Reads a page and appends its samples; when it returns they are as durable as the writer makes them.</summary>
    /// <exception cref="ReceiveRejectedException">A line cannot be read (each is named, up to ten), or the page is too large; nothing was kept.</exception>
    /// <exception cref="SeriesStoreException">The store takes nothing; the sender should try again later (503).</exception>
    public async ValueTask<ReceiveResult> ReceiveAsync(
        ReadOnlyMemory<byte> page, ExpositionOptions options, ISeriesWriter writer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(writer);
        if (page.Length > intake.Limits.MaxDecodedBytes)
        {
            throw new ReceiveRejectedException(413, $"the page has {page.Length} bytes, the limit is {intake.Limits.MaxDecodedBytes}; send smaller ones");
        }

        var scratch = intake.Take();
        try
        {
            var counts = new ExpositionReader(page.Span, options, scratch, intake.KnownOf(writer, scratch), writer, intake).Read();
            return new ReceiveResult(
                scratch.Columns.Count == 0 ? AppendReceipt.None : await writer.AppendAsync(scratch.Columns.Batch(), cancellationToken), counts);
        }
        finally
        {
            intake.Return(scratch);
        }
    }
}

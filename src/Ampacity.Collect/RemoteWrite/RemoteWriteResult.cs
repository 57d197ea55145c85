using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>What became of a remote-write request that could be read to its end.</summary>
/// <param name="Receipt">What became of the samples of accepted series; those stored are durable.</param>
/// <param name="Series">Series entries of the request.</param>
/// <param name="Samples">Samples of the request, those of refused series included.</param>
/// <param name="SeriesRefused">Series entries whose labels are not valid; their samples were dropped.</param>
/// <param name="SeriesOverLimit">Series entries that the store had no room for; their samples were dropped.</param>
/// <param name="FirstRefusal">Why the first of them was refused, or null.</param>
/// <param name="ExemplarsDropped">Exemplars, which are not kept.</param>
/// <param name="HistogramsDropped">Native histograms, which are not kept.</param>
/// <param name="MetadataSkipped">Metadata entries, which are not kept.</param>
public sealed record RemoteWriteResult(
    AppendReceipt Receipt,
    int Series,
    int Samples,
    int SeriesRefused,
    int SeriesOverLimit,
    string? FirstRefusal,
    int ExemplarsDropped,
    int HistogramsDropped,
    int MetadataSkipped)
{
    /// <summary>
    /// The status to answer: 204 when all samples were kept or are duplicates; 429 when the store had no room for a series; 400 when
    /// something else was refused. With 400 and 429 the rest is kept all the same, and a sender must not repeat it.
    /// </summary>
    public int StatusCode => SeriesOverLimit > 0 ? 429
        : SeriesRefused > 0 || HistogramsDropped > 0 || Receipt.TooOld > 0 || Receipt.TooNew > 0 ? 400 : 204;

    /// <summary>What was not kept and why, as one sentence; empty when all was.</summary>
    public string Message
    {
        get
        {
            var parts = new List<string>();
            Add(parts, SeriesRefused + SeriesOverLimit, $"series refused, the first because {FirstRefusal}");
            Add(parts, Receipt.TooOld, "samples too far behind their series' newest or the retention");
            Add(parts, Receipt.TooNew, "samples too far ahead of the server's clock");
            Add(parts, HistogramsDropped, "native histograms, which are not kept");
            return string.Join("; ", parts);
        }
    }

    private static void Add(List<string> parts, int count, string what)
    {
        if (count > 0)
        {
            parts.Add($"{count} {what}");
        }
    }
}

/// <summary>A remote-write body that cannot be read; nothing of it was kept, and repeating it is no use.</summary>
public sealed class RemoteWriteRejectedException : Exception
{
    /// <summary>Says what was wrong, where, and what to do.</summary>
    public RemoteWriteRejectedException(int statusCode, string message)
        : base(message) => StatusCode = statusCode;

    /// <summary>The status to answer: 400 malformed, 413 too large.</summary>
    public int StatusCode { get; }
}

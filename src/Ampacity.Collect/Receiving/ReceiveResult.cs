using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>What became of a request that could be read to its end.</summary>
/// <param name="Receipt">What became of the samples of accepted series; those stored are durable.</param>
/// <param name="Counts">What the request held, and what was not kept before it came to the store.</param>
public sealed record ReceiveResult(AppendReceipt Receipt, ReceiveCounts Counts)
{
    /// <summary>
    /// The status to answer: 204 when all samples were kept or are duplicates; 429 when the store had no room for a series; 400 when
    /// something else was refused. With 400 and 429 the rest is kept all the same, and a sender must not repeat it.
    /// </summary>
    public int StatusCode => Counts.SeriesOverLimit > 0 ? 429
        : Counts.SeriesRefused > 0 || Counts.Histograms > 0 || Counts.PointsRefused > 0 || Receipt.TooOld > 0 || Receipt.TooNew > 0 ? 400 : 204;

    /// <summary>Samples that are in the store now, those that were there before included.</summary>
    public int SamplesWritten => Receipt.Stored + Receipt.Duplicates;

    /// <summary>What was not kept and why, as one sentence; empty when all was.</summary>
    public string Message
    {
        get
        {
            var parts = new List<string>();
            Add(parts, Counts.SeriesRefused + Counts.SeriesOverLimit, $"series refused, the first because {Counts.FirstRefusal}");
            Add(parts, Receipt.TooOld, "samples too far behind their series' newest or the retention");
            Add(parts, Receipt.TooNew, "samples too far ahead of the server's clock");
            Add(parts, Counts.Histograms, "native histograms, which are not kept; send classic buckets");
            Add(parts, Counts.PointsRefused, $"data points refused, the first because {Counts.FirstPointRefusal}");
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

/// <summary>What a request held. Immutable once it is in a <see cref="ReceiveResult"/>.</summary>
public readonly record struct ReceiveCounts
{
    /// <summary>Series entries (remote write), sample lines (text) or data points (OTLP).</summary>
    public int Series { get; init; }

    /// <summary>Samples, those of refused series included.</summary>
    public int Samples { get; init; }

    /// <summary>Series entries whose labels are not valid; their samples were dropped.</summary>
    public int SeriesRefused { get; init; }

    /// <summary>Series entries that the store had no room for; their samples were dropped.</summary>
    public int SeriesOverLimit { get; init; }

    /// <summary>Why the first of them was refused, or null.</summary>
    public string? FirstRefusal { get; init; }

    /// <summary>Exemplars, which are not kept.</summary>
    public int Exemplars { get; init; }

    /// <summary>Native histograms and exponential ones, which are not kept.</summary>
    public int Histograms { get; init; }

    /// <summary>Metadata entries; kept as far as there is room (<see cref="MetadataBook"/>).</summary>
    public int Metadata { get; init; }

    /// <summary>Created timestamps, which are read and not kept: a zero that no source sent would be an invented sample.</summary>
    public int CreatedTimestamps { get; init; }

    /// <summary>OTLP data points that cannot be kept: no aggregation temporality, no time, a delta without its predecessor.</summary>
    public int PointsRefused { get; init; }

    /// <summary>Why the first of them was refused, or null.</summary>
    public string? FirstPointRefusal { get; init; }

    /// <summary>Samples that were there before this request or were never in the store, all told.</summary>
    public int NotStored(in AppendReceipt receipt) => Samples - receipt.Stored;
}

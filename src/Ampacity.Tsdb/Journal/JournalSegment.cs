namespace Ampacity.Tsdb;

/// <summary>A segment file that is complete: nothing more is written to it.</summary>
internal sealed class JournalSegment(SegmentHeader header, string path)
{
    public SegmentHeader Header { get; } = header;

    public string Path { get; } = path;

    /// <summary>Newest sample; <see cref="long.MinValue"/> when it holds only labels.</summary>
    public long NewestMs { get; set; } = long.MinValue;

    /// <summary>When it was complete, as <see cref="TimeProvider.GetTimestamp"/>; 0 for one that an opening found.</summary>
    public long CompletedAt { get; init; }

    /// <summary>Packing it was tried and is not worth it, or not possible.</summary>
    public bool StaysAsItIs { get; set; }
}

namespace Ampacity.Tsdb;

/// <summary>A segment file that is complete: nothing more is written to it.</summary>
internal sealed class JournalSegment(SegmentHeader header, string path)
{
    public SegmentHeader Header { get; } = header;

    public string Path { get; } = path;

    /// <summary>Newest sample; <see cref="long.MinValue"/> when it holds only labels.</summary>
    public long NewestMs { get; set; } = long.MinValue;
}

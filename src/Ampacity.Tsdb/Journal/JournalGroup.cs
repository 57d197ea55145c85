namespace Ampacity.Tsdb;

/// <summary>The place in a group where a segment is full and the next begins.</summary>
/// <param name="At">Offset in the group's bytes.</param>
/// <param name="Full">The segment that ends here.</param>
/// <param name="Header">The segment that begins here.</param>
/// <param name="Length">Bytes to take for it.</param>
internal readonly record struct JournalBreak(int At, JournalSegment Full, SegmentHeader Header, long Length);

/// <summary>Records that go to disk with one fsync, and the task that those who wait for it share.</summary>
internal sealed class JournalGroup
{
    private byte[] _bytes = new byte[1 << 20];

    /// <summary>Bytes gathered.</summary>
    public int Used { get; private set; }

    /// <summary>Whether there are bytes to write or a segment to end.</summary>
    public bool HasWork => Used > 0 || Breaks.Count > 0;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Used);

    /// <summary>Where in <see cref="Bytes"/> a new segment begins.</summary>
    public List<JournalBreak> Breaks { get; } = [];

    /// <summary>Done when every byte of the group is durable.</summary>
    public TaskCompletionSource Done { get; private set; } = NewDone();

    /// <summary>Room for a record, at the end.</summary>
    public Span<byte> Add(int length)
    {
        if (_bytes.Length - Used < length)
        {
            Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, Used + length)));
        }

        var span = _bytes.AsSpan(Used, length);
        Used += length;
        return span;
    }

    public void Clear()
    {
        // One burst must not hold its memory for good.
        if (_bytes.Length > 16 << 20)
        {
            _bytes = new byte[1 << 20];
        }

        Used = 0;
        Breaks.Clear();
        Done = NewDone();
    }

    private static TaskCompletionSource NewDone() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

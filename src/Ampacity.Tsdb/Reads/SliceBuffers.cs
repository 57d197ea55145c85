using System.Collections.Concurrent;

namespace Ampacity.Tsdb;

/// <summary>What reading a slice of series needs in memory, some MB; kept for the next read, or each query would leave it to the collector.</summary>
internal sealed class SliceBuffers
{
    /// <summary>Series of a slice at most: about a millisecond of copying under the lock, at 3 ns a sample and 100 ns a series: guessed, then seen in the bench as acknowledgements.</summary>
    public const int MaxSeries = 2048;

    private const int MaxKept = 4;

    private static readonly ConcurrentBag<SliceBuffers> Kept = [];

    public SampleColumns Head { get; } = new();

    public SampleColumns Merged { get; } = new();

    public SampleColumns Buckets { get; } = new();

    public TierRows Rows { get; } = new();

    public int[] HeadEnds { get; } = new int[MaxSeries];

    public List<BlockPart> Parts { get; } = [];

    public List<BlockColumns> Columns { get; } = [];

    /// <summary>Buffers used before, or new.</summary>
    public static SliceBuffers Take() => Kept.TryTake(out var kept) ? kept : new SliceBuffers();

    /// <summary>Gives buffers back; nobody may use them any more.</summary>
    public static void Return(SliceBuffers buffers)
    {
        // Those of a series with a month of samples, or of a hundred blocks, go.
        if (Kept.Count < MaxKept && buffers.Parts.Count <= 4 && buffers.Head.Capacity <= 1 << 19 && buffers.Merged.Capacity <= 1 << 19)
        {
            Kept.Add(buffers);
        }
    }
}

using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Fixed-size chunks of samples in pooled pages of plain columns. Chunk 0 is "none".
/// </summary>
/// <remarks>
/// Written under the store's lock. A reader needs no lock for chunks that its snapshot names: a chunk's first samples never change once
/// a snapshot counts them, and a chunk is not used again while a snapshot that could name it lives (<see cref="SampleHead"/>).
/// </remarks>
internal sealed class ChunkPages
{
    /// <summary>Samples of a chunk. 16: with a million series one chunk each is 280 MB, and a copy of 16 is still a run.</summary>
    public const int ChunkSamples = 16;

    private const int PageBits = 10;
    private const int PageMask = (1 << PageBits) - 1;
    private const int PageBytes = (PageMask + 1) * ((ChunkSamples * (8 + 8 + 1)) + 4 + 4 + 1);

    private Page[] _pages = [];
    private int _pageCount;
    private int _used = 1;
    private int _free;

    /// <summary>Bytes of all pages.</summary>
    public long Bytes => (long)_pageCount * PageBytes;

    /// <summary>Chunks that hold samples.</summary>
    public int InUse { get; private set; }

    /// <summary>Whether another so many samples fit below a limit of bytes.</summary>
    public static long BytesFor(long chunks) => chunks * (PageBytes / (PageMask + 1));

    /// <summary>An empty chunk that follows another.</summary>
    public int Take(int previous)
    {
        InUse++;
        int chunk;
        if (_free != 0)
        {
            chunk = _free;
            _free = Next(chunk);
        }
        else
        {
            chunk = _used++;
            if (chunk >> PageBits == _pageCount)
            {
                if (_pageCount == _pages.Length)
                {
                    var grown = new Page[Math.Max(16, _pages.Length * 2)];
                    _pages.CopyTo(grown, 0);
                    Volatile.Write(ref _pages, grown);
                }

                Volatile.Write(ref _pages[_pageCount++], new Page());
            }
        }

        var page = PageOf(chunk);
        page.Previous[chunk & PageMask] = previous;
        page.Next[chunk & PageMask] = 0;
        page.Counts[chunk & PageMask] = 0;
        return chunk;
    }

    /// <summary>Gives a chunk back; nobody may read it any more.</summary>
    public void Free(int chunk)
    {
        InUse--;
        SetNext(chunk, _free);
        _free = chunk;
    }

    public int Previous(int chunk) => PageOf(chunk).Previous[chunk & PageMask];

    public void SetPrevious(int chunk, int previous) => PageOf(chunk).Previous[chunk & PageMask] = previous;

    public int Next(int chunk) => PageOf(chunk).Next[chunk & PageMask];

    public void SetNext(int chunk, int next) => PageOf(chunk).Next[chunk & PageMask] = next;

    /// <summary>Samples in a chunk; for the newest chunk of a series the series' own count holds.</summary>
    public int CountOf(int chunk) => PageOf(chunk).Counts[chunk & PageMask];

    public ReadOnlySpan<long> Timestamps(int chunk, int count) => PageOf(chunk).Timestamps.AsSpan(Begin(chunk), count);

    public ReadOnlySpan<double> Values(int chunk, int count) => PageOf(chunk).Values.AsSpan(Begin(chunk), count);

    public ReadOnlySpan<SampleQuality> Qualities(int chunk, int count) => PageOf(chunk).Qualities.AsSpan(Begin(chunk), count);

    /// <summary>Adds a sample at the end of a chunk that has room.</summary>
    public void Append(int chunk, long timestampMs, double value, SampleQuality quality)
    {
        var page = PageOf(chunk);
        ref var count = ref page.Counts[chunk & PageMask];
        var at = Begin(chunk) + count;
        page.Timestamps[at] = timestampMs;
        page.Values[at] = value;
        page.Qualities[at] = quality;
        count++;
    }

    private static int Begin(int chunk) => (chunk & PageMask) * ChunkSamples;

    private Page PageOf(int chunk) => Volatile.Read(ref _pages)[chunk >> PageBits];

    private sealed class Page
    {
        public readonly long[] Timestamps = new long[(PageMask + 1) * ChunkSamples];
        public readonly double[] Values = new double[(PageMask + 1) * ChunkSamples];
        public readonly SampleQuality[] Qualities = new SampleQuality[(PageMask + 1) * ChunkSamples];
        public readonly int[] Previous = new int[PageMask + 1];
        public readonly int[] Next = new int[PageMask + 1];
        public readonly byte[] Counts = new byte[PageMask + 1];
    }
}

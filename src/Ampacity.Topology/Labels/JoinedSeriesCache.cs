using System.Collections.Concurrent;
using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>What raw series are called and where they belong in one graph, as long as there is room: when it is full all is forgotten and worked out again.</summary>
/// <remarks>Any thread.</remarks>
/// <param name="most">Most series kept.</param>
public sealed class JoinedSeriesCache(int most = JoinedSeriesCache.DefaultMost)
{
    /// <summary>
    /// 131,072 series, guessed: two metrics of 50,000 read by their labels. About 80 MB (600 bytes each with both label sets). Whoever reads more than that by labels again and again
    /// works them out each time, at some 2 µs a series; aggregations and joins by columns keep nothing here.
    /// </summary>
    public const int DefaultMost = 131_072;

    private static long _forgotten;

    private readonly ConcurrentDictionary<(LabelSet Raw, FamilySource? Source), JoinedSeries> _joined = new();
    private int _count;

    /// <summary>Series that were forgotten because there was no more room, of all snapshots of this process.</summary>
    public static long Forgotten => Interlocked.Read(ref _forgotten);

    /// <summary>Series kept, about.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>What a raw series is called, read for a source of a family or as itself; worked out if it is not kept.</summary>
    public JoinedSeries Get(LabelSet raw, FamilySource? source, Func<JoinedSeries> make)
    {
        if (_joined.TryGetValue((raw, source), out var kept))
        {
            return kept;
        }

        var made = make();
        if (_joined.TryAdd((raw, source), made) && Interlocked.Increment(ref _count) > most && Interlocked.Exchange(ref _count, 0) is var forgotten and > 0)
        {
            // Series that others add meanwhile may go too, or stay uncounted until the next time: a few of many.
            _joined.Clear();
            Interlocked.Add(ref _forgotten, forgotten);
        }

        return made;
    }
}

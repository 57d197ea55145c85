using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Writes a tier of a block of samples: a row a series and bucket in which it has a value. Good and inferred numbers count; stale, absent and
/// out-of-range samples, stale markers and other NaNs do not, and a bucket of nothing else has no row: absent is not zero.
/// </summary>
/// <remarks>One thread; memory as of <see cref="BlockWriter"/>, seven values files instead of one (about 50 MB).</remarks>
internal static class TierWriter
{
    private const int SliceSeries = 256;

    /// <summary>Makes the tier of a block, with the block's sequence; its span is that of the buckets.</summary>
    /// <returns>The tier's block, or null when no sample counts.</returns>
    /// <exception cref="BlockDamagedException">The source is damaged.</exception>
    /// <exception cref="IOException">The disk refused; nothing is left.</exception>
    public static BlockMeta? Write(
        IStoreFiles files, string tierFolder, BlockReader source, BlockKind kind, BlockWriterOptions options, CancellationToken cancellationToken)
    {
        var bucketMs = BlockKinds.BucketMsOf(kind);
        var name = source.Meta.Name;
        var (from, through) = (name.FromMs / bucketMs * bucketMs, (((name.ThroughMs / bucketMs) + 1) * bucketMs) - 1);
        using var writer = new BlockWriter(files, tierFolder, from, through, name.Sequence, options with { Kind = kind }, cancellationToken);

        // One group for all series: buckets begin at the same times everywhere.
        var starts = new long[checked((int)((through + 1 - from) / bucketMs))];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = from + (i * bucketMs);
        }

        var polls = writer.AddPolls(starts);
        var columns = new BlockColumns();
        var rows = new TierRows();
        foreach (var slice in Enumerable.Range(0, source.Meta.Series).Chunk(SliceSeries))
        {
            columns.Clear();
            source.Read(slice, long.MinValue, long.MaxValue, columns, cancellationToken);
            for (var i = 0; i < slice.Length; i++)
            {
                var (begin, end) = (columns.Offsets[i], columns.Offsets[i + 1]);
                rows.Fill(columns.TimestampsMs[begin..end], columns.Values[begin..end], columns.Qualities[begin..end], from, bucketMs);
                if (rows.Count > 0)
                {
                    writer.AddPlanes(source.LabelsOf(slice[i]), polls, rows.Count == starts.Length ? default : rows.Ordinals, rows.Planes(), rows.Qualities);
                }
            }
        }

        return writer.Samples == 0 ? null : writer.Finish();
    }
}

/// <summary>The buckets of one series; used again.</summary>
internal sealed class TierRows
{
    private readonly List<int> _ordinals = [];
    private readonly List<TierBucket> _buckets = [];
    private readonly List<SampleQuality> _qualities = [];
    private double[] _planes = [];
    private long[] _scaled = [];

    public int Count => _buckets.Count;

    public ReadOnlySpan<int> Ordinals => CollectionsMarshal.AsSpan(_ordinals);

    /// <summary>Inferred where one of the bucket's values is.</summary>
    public ReadOnlySpan<SampleQuality> Qualities => CollectionsMarshal.AsSpan(_qualities);

    public void Fill(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities, long fromMs, long bucketMs)
    {
        _ordinals.Clear();
        _buckets.Clear();
        _qualities.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            if (qualities[i] > SampleQuality.Inferred || double.IsNaN(values[i]))
            {
                continue;
            }

            var ordinal = (int)((timestampsMs[i] - fromMs) / bucketMs);
            var value = TierBucket.Of(values[i]);
            if (_ordinals.Count > 0 && _ordinals[^1] == ordinal)
            {
                _buckets[^1] = _buckets[^1].Then(value);
                _qualities[^1] = qualities[i] > _qualities[^1] ? qualities[i] : _qualities[^1];
            }
            else
            {
                _ordinals.Add(ordinal);
                _buckets.Add(value);
                _qualities.Add(qualities[i]);
            }
        }

        Round(values);
    }

    /// <summary>All figures, one column behind the other.</summary>
    public ReadOnlySpan<double> Planes()
    {
        var count = Count;
        if (_planes.Length < count * 7)
        {
            _planes = new double[count * 7];
        }

        for (var i = 0; i < count; i++)
        {
            var bucket = _buckets[i];
            _planes[i] = bucket.First;
            _planes[count + i] = bucket.Last;
            _planes[(2 * count) + i] = bucket.Min;
            _planes[(3 * count) + i] = bucket.Max;
            _planes[(4 * count) + i] = bucket.Sum;
            _planes[(5 * count) + i] = bucket.Count;
            _planes[(6 * count) + i] = bucket.Increase;
        }

        return _planes.AsSpan(0, count * 7);
    }

    // Sums of decimals are decimals again, when all values are.
    private void Round(ReadOnlySpan<double> values)
    {
        if (_scaled.Length < values.Length)
        {
            _scaled = new long[values.Length];
        }

        var divisor = DecimalScale.DivisorOf(DecimalScale.Scale(values, _scaled, out var misfits));
        if (divisor > 1 && misfits == 0)
        {
            for (var i = 0; i < _buckets.Count; i++)
            {
                _buckets[i] = _buckets[i].Rounded(divisor);
            }
        }
    }
}

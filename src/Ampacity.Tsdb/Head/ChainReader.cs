using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Copies the samples that a view names into a batch; needs no lock while the read is open.</summary>
internal sealed class ChainReader(ChunkPages chunks, SeriesQuery query)
{
    private int[] _chain = new int[64];

    /// <summary>Adds a series with its samples of the range, or nothing when it has none; returns the samples added.</summary>
    public int Read(in SeriesView view, LabelSet labels, SeriesBatch batch) =>
        query.Shape is ReadShape.Newest ? ReadNewest(view, labels, batch) : ReadAll(view, labels, batch);

    private int ReadNewest(in SeriesView view, LabelSet labels, SeriesBatch batch)
    {
        var count = view.NewestCount;
        for (var chunk = view.Newest; ; chunk = chunks.Previous(chunk), count = chunks.CountOf(chunk))
        {
            var times = chunks.Timestamps(chunk, count);
            for (var i = count - 1; i >= 0; i--)
            {
                if (times[i] <= query.FromMs)
                {
                    return 0;
                }

                var quality = chunks.Qualities(chunk, count)[i];
                if (times[i] <= query.ThroughMs && Wanted(quality))
                {
                    batch.BeginSeries(view.Series, labels);
                    batch.Append(times[i], chunks.Values(chunk, count)[i], quality);
                    return 1;
                }
            }

            if (chunk == view.Oldest)
            {
                return 0;
            }
        }
    }

    private int ReadAll(in SeriesView view, LabelSet labels, SeriesBatch batch)
    {
        var depth = 0;
        for (var chunk = view.Newest; ; chunk = chunks.Previous(chunk))
        {
            if (depth == _chain.Length)
            {
                Array.Resize(ref _chain, depth * 2);
            }

            _chain[depth++] = chunk;
            if (chunk == view.Oldest || chunks.Timestamps(chunk, 1)[0] <= query.FromMs)
            {
                break;
            }
        }

        var added = 0;
        while (depth-- > 0)
        {
            var chunk = _chain[depth];
            var count = chunk == view.Newest ? view.NewestCount : chunks.CountOf(chunk);
            var times = chunks.Timestamps(chunk, count);
            if (times[0] > query.ThroughMs)
            {
                break;
            }

            var qualities = chunks.Qualities(chunk, count);
            for (int i = 0, run; i < count; i = run)
            {
                run = i + 1;
                if (!InRange(times[i]) || !Wanted(qualities[i]))
                {
                    continue;
                }

                while (run < count && InRange(times[run]) && Wanted(qualities[run]))
                {
                    run++;
                }

                if (added == 0)
                {
                    batch.BeginSeries(view.Series, labels);
                }

                batch.Append(times[i..run], chunks.Values(chunk, count)[i..run], qualities[i..run]);
                added += run - i;
            }
        }

        return added;
    }

    private bool InRange(long timestampMs) => timestampMs > query.FromMs && timestampMs <= query.ThroughMs;

    private bool Wanted(SampleQuality quality) => ((int)query.Qualities & (1 << (int)quality)) != 0;
}

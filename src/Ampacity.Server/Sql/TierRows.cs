using Ampacity.Samples;
using Ampacity.Sql;
using Ampacity.Topology;
using Ampacity.Tsdb;

namespace Ampacity.Server;

/// <summary>
/// A tier's rows with all seven figures: seven reads of the store side by side, which give the same series and buckets in the same order unless a tier is made in between; what
/// then differs is left out. One thread.
/// </summary>
internal static class TierRows
{
    private static readonly BucketFigure[] FigureOrder =
        [BucketFigure.First, BucketFigure.Last, BucketFigure.Min, BucketFigure.Max, BucketFigure.Sum, BucketFigure.Count, BucketFigure.Increase];

    public static IEnumerable<SqlRow> Read(SampleStore store, TopologyTimeline fleet, SeriesQuery query, BucketLength length, CancellationToken cancelled)
    {
        var row = new TierRow();
        // One series at a time keeps the seven in step, however the store cuts its batches.
        var series = new IEnumerator<(int Number, LabelSet Labels, long[] TimesMs, double[] Values)>[FigureOrder.Length];
        try
        {
            for (var i = 0; i < series.Length; i++)
            {
                series[i] = Series(store, query with { Buckets = new BucketRead(length, FigureOrder[i]) }, cancelled).GetEnumerator();
            }

            while (Advance(series))
            {
                var leading = series[0].Current;
                for (var at = 0; at < leading.TimesMs.Length; at++)
                {
                    var atMs = leading.TimesMs[at];
                    row.TimeMs = atMs;
                    for (var i = 0; i < series.Length; i++)
                    {
                        var index = at < series[i].Current.TimesMs.Length && series[i].Current.TimesMs[at] == atMs ? at : Array.BinarySearch(series[i].Current.TimesMs, atMs);
                        row.Values[i] = index < 0 ? double.NaN : series[i].Current.Values[index];
                    }

                    row.Series = Joined(fleet, leading.Labels, atMs, row);
                    yield return row;
                }
            }
        }
        finally
        {
            foreach (var one in series)
            {
                one?.Dispose();
            }
        }
    }

    // All to the next series that all of them have.
    private static bool Advance(IEnumerator<(int Number, LabelSet Labels, long[] TimesMs, double[] Values)>[] series)
    {
        foreach (var one in series)
        {
            if (!one.MoveNext())
            {
                return false;
            }
        }

        while (true)
        {
            var most = series.Max(one => one.Current.Number);
            var behind = series.Where(one => one.Current.Number < most).ToArray();
            if (behind.Length == 0)
            {
                return true;
            }

            foreach (var one in behind)
            {
                if (!one.MoveNext())
                {
                    return false;
                }
            }
        }
    }

    private static IEnumerable<(int Number, LabelSet Labels, long[] TimesMs, double[] Values)> Series(SampleStore store, SeriesQuery query, CancellationToken cancelled)
    {
        foreach (var batch in SampleTables.Told(store.ReadAsync(query, cancelled).ToBlockingEnumerable(cancelled)))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                var samples = batch.Offsets[i]..batch.Offsets[i + 1];
                yield return (batch.SeriesNumbers[i], batch.Labels[i], batch.TimestampsMs[samples].ToArray(), batch.Values[samples].ToArray());
            }
        }
    }

    // The labels of the bucket's own time; where nothing changed since the bucket before, its cells stand.
    private static SeriesCells Joined(TopologyTimeline fleet, LabelSet labels, long atMs, TierRow row)
    {
        var joined = fleet.At(atMs).Join(labels, null, null).Labels;
        if (!ReferenceEquals(joined, row.Labels) && !joined.Equals(row.Labels))
        {
            (row.Labels, row.Series) = (joined, new SeriesCells(joined));
        }

        return row.Series;
    }

    private sealed class TierRow : SqlRow
    {
        public LabelSet? Labels { get; set; }

        public SeriesCells Series { get; set; } = new(LabelSet.Empty);

        public long TimeMs { get; set; }

        public double[] Values { get; } = new double[FigureOrder.Length];

        public override void Write(SqlCells cells)
        {
            cells.Instant(TimeMs);
            foreach (var value in Values)
            {
                cells.Number(value);
            }

            Series.Write(cells);
        }
    }
}

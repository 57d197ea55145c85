using System.Runtime.InteropServices;

namespace Ampacity.Tsdb;

/// <summary>A tier to make.</summary>
/// <param name="Kind">Minutes or hours.</param>
/// <param name="Folder">Folder of all its blocks; must exist.</param>
internal readonly record struct TierTarget(BlockKind Kind, string Folder);

/// <summary>
/// Makes tiers of a span of time out of the blocks of samples that meet it, all in one pass: a row a series and bucket in which it has a value. Good and
/// inferred numbers count; stale, absent and out-of-range samples, stale markers and other NaNs do not, and a bucket of nothing else has no row:
/// absent is not zero.
/// </summary>
/// <remarks>
/// One thread; memory as of <see cref="BlockWriter"/>, seven values files for each tier instead of one (about 50 MB). A row's poll has the time of the
/// bucket's last value, so what a tier gives as a sample is one that was taken, at its own time; series that are polled together share these times.
/// </remarks>
internal static class TierWriter
{
    private const int RestSeries = 256;

    /// <summary>Makes tiers of a span.</summary>
    /// <param name="files">The seam through which every change goes.</param>
    /// <param name="targets">Which, and where to.</param>
    /// <param name="sources">Every block of samples that meets the span, in any order; held open by the caller.</param>
    /// <param name="fromMs">Begin of the span, at the begin of a bucket of every target.</param>
    /// <param name="throughMs">Its end, at the end of a bucket.</param>
    /// <param name="sequence">The highest of the sources: the tier holds what blocks up to it held.</param>
    /// <param name="options">How blocks are written.</param>
    /// <param name="done">Told of each tier as soon as it is durable, with null when no sample counts.</param>
    /// <param name="cancellationToken">Gives up; nothing is left but what was told.</param>
    /// <exception cref="BlockDamagedException">A source is damaged.</exception>
    /// <exception cref="IOException">The disk refused; nothing is left but what was told.</exception>
    public static void Write(
        IStoreFiles files,
        IReadOnlyList<TierTarget> targets,
        IReadOnlyCollection<BlockReader> sources,
        long fromMs,
        long throughMs,
        long sequence,
        BlockWriterOptions options,
        Action<TierTarget, BlockMeta?> done,
        CancellationToken cancellationToken)
    {
        var pace = new WorkPace(options.CpuShare, options.Time);
        var inputs = sources.OrderBy(source => source.Meta.Name.Sequence).Select(source => new MergeInput(source, fromMs, throughMs)).ToArray();
        var merge = new SeriesMerge(inputs, planes: 1, cancellationToken);
        var outputs = new List<TierOutput>();
        try
        {
            foreach (var target in targets)
            {
                outputs.Add(new TierOutput(files, target, fromMs, throughMs, sequence, options with { CpuShare = 1 }, cancellationToken));
            }

            for (var series = 1; merge.Next(); series++)
            {
                if (!merge.Times.IsEmpty)
                {
                    var key = merge.JoinTimes(out var groupTimes);
                    foreach (var output in outputs)
                    {
                        output.Add(merge, key, groupTimes);
                    }
                }

                if (series % RestSeries == 0)
                {
                    pace.Rest(cancellationToken);
                }
            }

            outputs.ForEach(output => done(output.Target, output.Finish()));
        }
        finally
        {
            outputs.ForEach(output => output.Dispose());
        }
    }

    /// <summary>One tier on its way to the disk.</summary>
    private sealed class TierOutput : IDisposable
    {
        private readonly BlockWriter _writer;
        private readonly RowPlacement _placement;
        private readonly TierRows _rows = new();
        private readonly PlaneValues _planes;
        private readonly List<long> _lastTimes = [];
        private readonly long _bucketMs;

        public TierOutput(
            IStoreFiles files, TierTarget target, long fromMs, long throughMs, long sequence, BlockWriterOptions options, CancellationToken cancellationToken)
        {
            Target = target;
            _bucketMs = BlockKinds.BucketMsOf(target.Kind);
            _planes = _rows.Plane;
            _writer = new BlockWriter(files, target.Folder, fromMs, throughMs, sequence, options with { Kind = target.Kind }, cancellationToken);
            _placement = new RowPlacement(_writer, TierRows.Planes);
        }

        public TierTarget Target { get; }

        public void Add(SeriesMerge series, string key, ReadOnlySpan<long> groupTimes)
        {
            _rows.Fill(series.Times, series.Values(0), series.Qualities, _bucketMs);
            if (_rows.Count == 0)
            {
                return;
            }

            // What most series of the group have: the last poll of each bucket.
            _lastTimes.Clear();
            for (var i = 0; i < groupTimes.Length; i++)
            {
                if (i + 1 == groupTimes.Length || groupTimes[i + 1] / _bucketMs != groupTimes[i] / _bucketMs)
                {
                    _lastTimes.Add(groupTimes[i]);
                }
            }

            _placement.Add(
                series.Labels, key, CollectionsMarshal.AsSpan(_lastTimes), _rows.LastTimes, _rows.Qualities, _planes);
        }

        public BlockMeta? Finish() => _writer.Samples == 0 ? null : _writer.Finish();

        public void Dispose() => _writer.Dispose();
    }
}

using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Reads a slice of series from the head and from blocks and merges them. Buffers are used again; one thread at a time.</summary>
/// <remarks>Cheapest for ascending numbers, which is about the order in which series lie in groups. Without labels no object is made for a series.</remarks>
internal sealed class ReadSlice(
    ReaderWriterLockSlim gate, SeriesTable table, SampleHead head, StoreBlocks blocks, SeriesQuery query, ReadRange range, bool withLabels, SliceBuffers buffers)
{
    private const int MaxSeries = SliceBuffers.MaxSeries;
    private const int MaxHeadSamples = 262_144;

    // From blocks: 34 MB, a series' own samples apart.
    private const int MaxBlockSamples = 2_000_000;

    private readonly SampleHead.Reader _reader = new(head, range.FromMs, range.ThroughMs);
    private readonly SampleColumns _head = buffers.Head;
    private readonly SampleColumns _merged = buffers.Merged;
    private readonly SampleColumns _buckets = buffers.Buckets;
    private readonly TierRows _rows = buffers.Rows;
    private readonly int[] _headEnds = buffers.HeadEnds;
    private readonly List<BlockPart> _parts = buffers.Parts;
    private readonly List<BlockColumns> _columns = buffers.Columns;
    private BlockSpan[] _held = [];

    // Of those held, as they were when all were ready: one that is let go of meanwhile is still good, since whoever reads holds a lease.
    private SeriesMap[] _maps = [];
    private (long FromMs, long ThroughMs)[] _gaps = [];
    private long _heldThroughMs;

    private bool HasBuckets => range.Tier is not BlockKind.Samples;

    private bool IsNewestAlone => _held.Length == 0 && !HasBuckets && !withLabels && query.Shape is ReadShape.Newest;

    /// <summary>Adds series from the begin of a list to a batch; returns how many it read, at least one.</summary>
    public async ValueTask<int> ReadAsync(ReadOnlyMemory<int> numbers, SeriesBatch batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            var count = CopyHead(numbers.Span, batch);
            var damaged = default(StoreBlock);
            try
            {
                // A tier that came since the series were selected has the same ones, and is looked through when it is first read.
                if (FirstUnmapped() is { } unmapped)
                {
                    await unmapped.MappedAsync(blocks, cancellationToken);
                    continue;
                }

                if (IsNewestAlone)
                {
                    return count;
                }

                if (_held.Length == 0 && !HasBuckets)
                {
                    AddHead(numbers.Span[..count], batch);
                    return count;
                }

                count = Fitting(numbers.Span[..count]);
                for (var i = 0; i < _held.Length; i++)
                {
                    damaged = _held[i].Block;
                    ReadBlock(i, numbers.Span[..count], cancellationToken);
                }

                Merge(numbers.Span[..count], batch);
                return count;
            }
            catch (BlockDamagedException error)
            {
                // Nothing was added to the batch yet: again, without it.
                blocks.SetAside(damaged!, error.Reason);
            }
            catch (BlockUnreadableException error)
            {
                // Without it the answer would be too small, and nobody would know.
                throw blocks.Refused(error);
            }
            finally
            {
                StoreBlocks.Release(_held);
            }
        }
    }

    private StoreBlock? FirstUnmapped()
    {
        _maps = _held.Length == 0 ? [] : new SeriesMap[_held.Length];
        for (var i = 0; i < _held.Length; i++)
        {
            if (_held[i].Block.MapIfReady is not { } map)
            {
                return _held[i].Block;
            }

            _maps[i] = map;
        }

        return null;
    }

    private int CopyHead(ReadOnlySpan<int> numbers, SeriesBatch batch)
    {
        _head.Clear();
        var at = 0;
        gate.EnterReadLock();
        try
        {
            _held = blocks.Hold(set =>
            {
                _gaps = HasBuckets ? [.. range.GapsIn(set)] : [];
                return range.SpansOf(set);
            });
            _reader.Begin();
            if (IsNewestAlone)
            {
                at = Math.Min(numbers.Length, MaxSeries);
                _reader.ReadNewest(numbers[..at], query.Qualities, batch);
                return at;
            }

            for (var end = Math.Min(numbers.Length, MaxSeries); at < end && _head.Count < MaxHeadSamples; at++)
            {
                CopySeries(numbers[at]);
                _headEnds[at] = _head.Count;
            }
        }
        finally
        {
            gate.ExitReadLock();
        }

        return at;
    }

    private void CopySeries(int series)
    {
        if (query.Shape is ReadShape.Labels)
        {
            // A sample that says that there are some.
            if (head.IsNear(series, range.FromMs, range.ThroughMs))
            {
                _head.Add(range.ThroughMs, 0, SampleQuality.Good);
            }
        }
        else if (query.Shape is ReadShape.Newest && !HasBuckets && _reader.TryNewest(series, query.Qualities, out var newest))
        {
            _head.Add(newest.TimestampMs, newest.Value, newest.Quality);
        }
        else
        {
            var from = _head.Count;
            if (_reader.Read(series, _head))
            {
                _head.Sort(from);
            }

            if (!HasBuckets)
            {
                _head.Keep(from, query.Qualities);
            }
        }
    }

    private void AddHead(ReadOnlySpan<int> numbers, SeriesBatch batch)
    {
        for (var (i, from) = (0, 0); i < numbers.Length; from = _headEnds[i++])
        {
            Add(numbers[i], _head, from, _headEnds[i], batch);
        }
    }

    private void Add(int series, SampleColumns columns, int from, int end, SeriesBatch batch)
    {
        if (from == end)
        {
            return;
        }

        batch.BeginSeries(series, withLabels ? table.LabelsOf(series) : LabelSet.Empty);
        if (query.Shape is not ReadShape.Labels)
        {
            from = query.Shape is ReadShape.Newest ? end - 1 : from;
            batch.Append(columns.Times[from..end], columns.Values[from..end], columns.Qualities[from..end]);
        }
    }

    private void ReadBlock(int index, ReadOnlySpan<int> numbers, CancellationToken cancellationToken)
    {
        if (index == _parts.Count)
        {
            _parts.Add(new BlockPart());
            _columns.Add(new BlockColumns());
        }

        var (block, fromMs, throughMs) = _held[index];
        var part = _parts[index];
        part.Choose(numbers, _maps[index], series => !IsAnswered(series));
        _columns[index].Clear();
        if (query.Shape is ReadShape.Labels)
        {
            return;
        }

        if (block.Reader.Kind is BlockKind.Samples)
        {
            block.Reader.Read(part.Series, fromMs, throughMs, _columns[index], cancellationToken);
        }
        else
        {
            block.Reader.Read(range.Column, part.Series, fromMs, throughMs, _columns[index], cancellationToken);
        }
    }

    // Labels need no second proof; what is newer than the blocks is the newest.
    private bool IsAnswered(int at) =>
        query.Shape is not ReadShape.All
        && _headEnds[at] > (at == 0 ? 0 : _headEnds[at - 1])
        && (query.Shape is ReadShape.Labels || (!HasBuckets && _head.Times[_headEnds[at] - 1] > _heldThroughMs));

    // How many series it reads: fewer when they have many samples in blocks.
    private int Fitting(ReadOnlySpan<int> numbers)
    {
        _heldThroughMs = _held.Length == 0 ? long.MinValue : _held.Max(span => span.Block.Meta.Name.ThroughMs);
        long samples = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            foreach (var span in _held)
            {
                samples += span.SamplesOf(numbers[i]);
            }

            if (samples > MaxBlockSamples)
            {
                return Math.Max(1, i);
            }
        }

        return numbers.Length;
    }

    private void Merge(ReadOnlySpan<int> numbers, SeriesBatch batch)
    {
        for (var (i, from) = (0, 0); i < numbers.Length; from = _headEnds[i++])
        {
            _merged.Clear();
            _buckets.Clear();
            if (query.Shape is ReadShape.Labels)
            {
                MergeLabels(i, from);
                Add(numbers[i], _merged, 0, _merged.Count, batch);
                continue;
            }

            if (!HasBuckets && from == _headEnds[i] && OnlyBlockOf(i) is var only and >= 0 && TryAddAsIs(numbers[i], only, i, batch))
            {
                continue;
            }

            for (var held = 0; held < _held.Length; held++)
            {
                if (_parts[held].PlaceOf(i) is var at and >= 0)
                {
                    var (begin, end) = (_columns[held].Offsets[at], _columns[held].Offsets[at + 1]);
                    var into = HasBuckets && _held[held].Block.Reader.Kind is not BlockKind.Samples ? _buckets : _merged;
                    into.Add(_columns[held].TimestampsMs[begin..end], _columns[held].Values[begin..end], _columns[held].Qualities[begin..end]);
                }
            }

            AddSamplesOfHead(from, _headEnds[i]);
            if (!_merged.IsSorted)
            {
                _merged.Sort(0);
            }

            var rows = HasBuckets ? ToBuckets() : _merged;
            rows.Keep(0, query.Qualities);
            Add(numbers[i], rows, 0, rows.Count, batch);
        }
    }

    // The one block that has a series; −1 when none or several do.
    private int OnlyBlockOf(int i)
    {
        var only = -1;
        for (var held = 0; held < _held.Length; held++)
        {
            if (_parts[held].PlaceOf(i) >= 0)
            {
                if (only >= 0)
                {
                    return -1;
                }

                only = held;
            }
        }

        return only;
    }

    // Samples of one block are in order already; when all are good, which is wanted nearly always, there is nothing to leave out either.
    private bool TryAddAsIs(int series, int held, int i, SeriesBatch batch)
    {
        var columns = _columns[held];
        var at = _parts[held].PlaceOf(i);
        var (begin, end) = (columns.Offsets[at], columns.Offsets[at + 1]);
        if ((query.Qualities & SampleQualities.Good) == SampleQualities.None || columns.Qualities[begin..end].IndexOfAnyExcept(SampleQuality.Good) >= 0)
        {
            return false;
        }

        if (begin < end)
        {
            begin = query.Shape is ReadShape.Newest ? end - 1 : begin;
            batch.BeginSeries(series, withLabels ? table.LabelsOf(series) : LabelSet.Empty);
            batch.Append(columns.TimestampsMs[begin..end], columns.Values[begin..end], columns.Qualities[begin..end]);
        }

        return true;
    }

    private void MergeLabels(int i, int from)
    {
        var isThere = _headEnds[i] > from;
        for (var held = 0; held < _held.Length; held++)
        {
            isThere |= _parts[held].PlaceOf(i) >= 0;
        }

        if (isThere)
        {
            _merged.Add(range.ThroughMs, 0, SampleQuality.Good);
        }
    }

    private void AddSamplesOfHead(int from, int end)
    {
        if (!HasBuckets)
        {
            _merged.Add(_head.Times[from..end], _head.Values[from..end], _head.Qualities[from..end]);
            return;
        }

        for (var i = from; i < end; i++)
        {
            var timestampMs = _head.Times[i];
            if (Array.Exists(_gaps, gap => timestampMs >= gap.FromMs && timestampMs <= gap.ThroughMs))
            {
                _merged.Add(timestampMs, _head.Values[i], _head.Qualities[i]);
            }
        }
    }

    // Rows of the tier, and where it has none yet those that the samples make.
    private SampleColumns ToBuckets()
    {
        var lengthMs = BlockKinds.BucketMsOf(range.Tier);
        _rows.Fill(_merged.Times, _merged.Values, _merged.Qualities, lengthMs);
        _buckets.Add(_rows.LastTimes, _rows.Plane((int)range.Column), _rows.Qualities);
        _buckets.RoundTimes(lengthMs);
        if (!_buckets.IsSorted)
        {
            _buckets.Sort(0);
        }

        return _buckets;
    }
}

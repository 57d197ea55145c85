using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Reads a slice of series from the head and from blocks and merges them. Buffers are used again; one thread.</summary>
internal sealed class ReadSlice(ReaderWriterLockSlim gate, SeriesTable table, SampleHead head, StoreBlocks blocks, SeriesQuery query)
{
    // About a millisecond of copying under the lock, at 3 ns a sample and 100 ns a series: guessed, then seen in the bench as acknowledgements.
    private const int MaxSeries = 2048;
    private const int MaxHeadSamples = 262_144;

    // From blocks: 34 MB, a series' own samples apart.
    private const int MaxBlockSamples = 2_000_000;

    private readonly SampleHead.Reader _reader = new(head, query.FromMs, query.ThroughMs);
    private readonly SampleColumns _head = new();
    private readonly SampleColumns _merged = new();
    private readonly int[] _headEnds = new int[MaxSeries];
    private readonly List<BlockPart> _parts = [];
    private readonly List<BlockColumns> _columns = [];
    private int _heldCount;
    private long _heldThroughMs;

    /// <summary>Adds series from the begin of a list to a batch; returns how many it read, at least one.</summary>
    public int Read(ReadOnlySpan<int> numbers, SeriesBatch batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            var count = CopyHead(numbers, out var held);
            try
            {
                if (held.Length == 0)
                {
                    AddHead(numbers[..count], batch);
                    return count;
                }

                count = ReadBlocks(numbers[..count], held, cancellationToken);
                Merge(numbers[..count], batch);
                return count;
            }
            catch (BlockDamagedException error)
            {
                // Nothing was added to the batch yet: again, without it.
                blocks.SetAside(held.First(block => block.Meta.Name.ToString() == error.Block), error.Reason);
            }
            finally
            {
                StoreBlocks.Release(held);
            }
        }
    }

    private int CopyHead(ReadOnlySpan<int> numbers, out StoreBlock[] held)
    {
        _head.Clear();
        var at = 0;
        gate.EnterReadLock();
        try
        {
            held = blocks.Hold(query.FromMs, query.ThroughMs);
            _reader.Begin();
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
            if (head.IsNear(series, query.FromMs, query.ThroughMs))
            {
                _head.Add(query.ThroughMs, 0, SampleQuality.Good);
            }
        }
        else if (query.Shape is ReadShape.Newest && _reader.TryNewest(series, query.Qualities, out var newest))
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

            _head.Keep(from, query.Qualities);
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

        batch.BeginSeries(series, table.LabelsOf(series));
        if (query.Shape is not ReadShape.Labels)
        {
            from = query.Shape is ReadShape.Newest ? end - 1 : from;
            batch.Append(columns.Times[from..end], columns.Values[from..end], columns.Qualities[from..end]);
        }
    }

    // Returns how many series it read: fewer when they have many samples in blocks.
    private int ReadBlocks(ReadOnlySpan<int> numbers, StoreBlock[] held, CancellationToken cancellationToken)
    {
        var count = Fitting(numbers, held);
        (_heldCount, _heldThroughMs) = (held.Length, held.Max(block => block.Meta.Name.ThroughMs));
        for (var i = 0; i < held.Length; i++)
        {
            if (i == _parts.Count)
            {
                _parts.Add(new BlockPart());
                _columns.Add(new BlockColumns());
            }

            var part = _parts[i];
            part.Choose(numbers[..count], held[i], series => !IsAnswered(series));
            _columns[i].Clear();
            if (query.Shape is not ReadShape.Labels)
            {
                // Blocks count both ends in, queries the later one alone.
                held[i].Reader.Read(part.Series, query.FromMs == long.MaxValue ? query.FromMs : query.FromMs + 1, query.ThroughMs, _columns[i], cancellationToken);
            }
        }

        return count;
    }

    // Labels need no second proof; what is newer than the blocks is the newest.
    private bool IsAnswered(int at) =>
        query.Shape is not ReadShape.All
        && _headEnds[at] > (at == 0 ? 0 : _headEnds[at - 1])
        && (query.Shape is ReadShape.Labels || _head.Times[_headEnds[at] - 1] > _heldThroughMs);

    private static int Fitting(ReadOnlySpan<int> numbers, StoreBlock[] held)
    {
        long samples = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            foreach (var block in held)
            {
                if (block.SeriesOf(numbers[i]) is var series and >= 0)
                {
                    samples += block.Reader.SamplesOf(series);
                }
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
            for (var block = 0; block < _heldCount; block++)
            {
                var at = _parts[block].PlaceOf(i);
                if (at >= 0 && query.Shape is ReadShape.Labels)
                {
                    _merged.Add(query.ThroughMs, 0, SampleQuality.Good);
                    break;
                }

                if (at >= 0)
                {
                    var (begin, end) = (_columns[block].Offsets[at], _columns[block].Offsets[at + 1]);
                    _merged.Add(_columns[block].TimestampsMs[begin..end], _columns[block].Values[begin..end], _columns[block].Qualities[begin..end]);
                }
            }

            _merged.Add(_head.Times[from.._headEnds[i]], _head.Values[from.._headEnds[i]], _head.Qualities[from.._headEnds[i]]);
            if (query.Shape is not ReadShape.Labels)
            {
                if (!_merged.IsSorted)
                {
                    _merged.Sort(0);
                }

                _merged.Keep(0, query.Qualities);
            }

            Add(numbers[i], _merged, 0, _merged.Count, batch);
        }
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>How a block is written.</summary>
internal sealed record BlockWriterOptions
{
    /// <summary>Share of one core that writing may take, above 0 and at most 1; the rest of the time it waits after each row group. 1 by default.</summary>
    public double CpuShare { get; init; } = 1;

    /// <summary>What the rows are; samples by default.</summary>
    public BlockKind Kind { get; init; }

    /// <summary>Clock of <see cref="CpuShare"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>
/// Writes a block: series, polls and values of a span of time, as Parquet files in a folder of their own that appears whole or not at all.
/// </summary>
/// <remarks>
/// One thread at a time. Memory is about 25 MB whatever the block's size (a tier's 50 MB): rows are buffered for one row group. Only small numbers are kept
/// per stamp group. A disk's error comes out as <see cref="IOException"/>; then, as at every exception, dispose the writer: nothing is left.
/// </remarks>
internal sealed class BlockWriter : IDisposable
{
    private readonly IStoreFiles _files;
    private readonly string _blocksFolder;
    private readonly string _folder;
    private readonly BlockName _name;
    private readonly long _hashSeed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private readonly BlockWriterOptions _options;
    private readonly WorkPace _pace;
    private readonly CancellationToken _cancellation;
    private readonly ParquetPart _seriesPart;
    private readonly ParquetPart _pollsPart;
    private readonly ParquetPart[] _valueParts;
    private readonly SeriesRows _seriesRows;
    private readonly PollRows _pollRows = new();
    private readonly ValueRows[] _valueRows;
    private readonly List<(int First, int Count)> _groups = [];
    private long[] _scaled = new long[4096];
    private int[] _polls = new int[4096];
    private byte[] _current = new byte[256];
    private int _currentLength = -1;
    private byte[] _family = [];
    private SeriesEntry _entry;
    private int _nextPoll;
    private int _series;
    private long _samples;
    private bool _publishing;
    private bool _finished;

    /// <summary>Begins a block.</summary>
    /// <param name="files">The seam through which every change goes.</param>
    /// <param name="blocksFolder">Folder of all blocks; must exist.</param>
    /// <param name="fromMs">First millisecond that the block answers for.</param>
    /// <param name="throughMs">Last millisecond that the block answers for.</param>
    /// <param name="sequence">Above that of every block written before.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Stops it between row groups.</param>
    public BlockWriter(
        IStoreFiles files, string blocksFolder, long fromMs, long throughMs, long sequence, BlockWriterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(throughMs, fromMs);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        (_files, _blocksFolder, _options, _cancellation) = (files, blocksFolder, options ?? new BlockWriterOptions(), cancellationToken);
        _name = new BlockName(fromMs, throughMs, sequence);
        _folder = Path.Combine(blocksFolder, _name + BlockFolder.UnfinishedSuffix);
        _seriesRows = new SeriesRows(_hashSeed);
        _pace = new WorkPace(_options.CpuShare, _options.Time);
        files.DeleteFolder(_folder);
        files.CreateFolder(_folder);
        var parts = new List<ParquetPart>();
        try
        {
            parts.Add(_seriesPart = new ParquetPart(files, _folder, BlockSchema.SeriesFile, BlockSchema.Series, BlockSchema.SeriesProperties));
            parts.Add(_pollsPart = new ParquetPart(files, _folder, BlockSchema.PollsFile, BlockSchema.Polls, BlockSchema.PollsProperties));
            foreach (var name in BlockKinds.ValueFilesOf(_options.Kind))
            {
                parts.Add(new ParquetPart(files, _folder, name, BlockSchema.Values, BlockSchema.ValuesProperties));
            }

            _valueParts = [.. parts.Skip(2)];
            _valueRows = [.. _valueParts.Select(_ => new ValueRows())];
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            DeleteUnfinished();
            throw;
        }
    }

    /// <summary>Series so far.</summary>
    public int SeriesCount => _series;

    /// <summary>Samples so far.</summary>
    public long Samples => _samples;

    /// <summary>
    /// Adds the times of a stamp group and returns its id for <see cref="AddSeries"/>. Kept once whatever the number of its series. Times cost
    /// least when groups are added in the order in which the first family's series come to use them.
    /// </summary>
    /// <param name="timestampsMs">UTC ms, ascending without repeats, inside the block's span; at least one.</param>
    public int AddPolls(ReadOnlySpan<long> timestampsMs)
    {
        if (timestampsMs.IsEmpty || timestampsMs[0] < _name.FromMs || timestampsMs[^1] > _name.ThroughMs)
        {
            throw new InvalidOperationException($"Bug: polls of block {_name} are none, or outside its span");
        }

        for (var i = 1; i < timestampsMs.Length; i++)
        {
            if (timestampsMs[i] <= timestampsMs[i - 1])
            {
                throw new InvalidOperationException("Bug: the times of polls do not ascend");
            }
        }

        _pollRows.Add(_nextPoll, _groups.Count, timestampsMs, _pollsPart);
        _groups.Add((_nextPoll, timestampsMs.Length));
        _nextPoll = checked(_nextPoll + timestampsMs.Length);
        return _groups.Count - 1;
    }

    /// <summary>
    /// Adds samples of a series. Series come in <see cref="BlockOrder"/>: by metric name, then by canonical labels. One that has samples at the
    /// polls of several groups (late samples) comes several times running; of two samples at one time the one added first counts.
    /// </summary>
    /// <param name="canonicalLabels">Canonical labels.</param>
    /// <param name="polls">Id of a stamp group.</param>
    /// <param name="pollOrdinals">Which of the group's polls, ascending; empty: all of them.</param>
    /// <param name="values">A value each, to the bit.</param>
    /// <param name="qualities">Empty: all good.</param>
    /// <exception cref="OperationCanceledException">Cancelled; dispose the writer.</exception>
    public void AddSeries(
        ReadOnlySpan<byte> canonicalLabels, int polls, ReadOnlySpan<int> pollOrdinals, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities) =>
        AddPlanes(canonicalLabels, polls, pollOrdinals, values, qualities);

    /// <summary>The same for a tier: a value for each of its columns, the rows of one column behind those of the other.</summary>
    public void AddPlanes(
        ReadOnlySpan<byte> canonicalLabels, int polls, ReadOnlySpan<int> pollOrdinals, ReadOnlySpan<double> planes, ReadOnlySpan<SampleQuality> qualities)
    {
        var (first, count) = _groups[polls];
        var rows = pollOrdinals.IsEmpty ? count : pollOrdinals.Length;
        if (rows == 0 || planes.Length != (long)rows * _valueRows.Length || (!qualities.IsEmpty && qualities.Length != rows))
        {
            throw new InvalidOperationException("Bug: columns of a series differ in length from its polls or are empty");
        }

        var contiguous = Number(first, count, pollOrdinals);
        var firstPoll = pollOrdinals.IsEmpty ? first : _polls[0];
        if (_scaled.Length < planes.Length)
        {
            _scaled = new long[Math.Max(planes.Length, _scaled.Length * 2)];
        }

        // Late samples use the divisor that the series has: it has only one. Their polls may follow by number and still be earlier.
        int misfits;
        if (!BeginSeries(canonicalLabels))
        {
            misfits = DecimalScale.Scale(planes, _entry.Divisor, _scaled);
            _entry = _entry with { Rows = checked(_entry.Rows + rows), Contiguous = false };
        }
        else
        {
            var exponent = DecimalScale.Scale(planes, _scaled, out misfits);
            if (misfits > planes.Length / 4)
            {
                (exponent, misfits) = (0, planes.Length);
                _scaled.AsSpan(0, planes.Length).Fill(DecimalScale.Misfit);
            }

            _entry = new SeriesEntry(rows, firstPoll, contiguous, DecimalScale.DivisorOf(exponent));
        }

        AddRows(rows, firstPoll, contiguous ? default : _polls.AsSpan(0, rows), misfits, planes, MemoryMarshal.AsBytes(qualities));
        _samples += rows;
    }

    /// <summary>Completes the block: when it returns, the folder has its name and everything is durable.</summary>
    /// <param name="replaces">Blocks that were merged into this one.</param>
    /// <exception cref="IOException">The disk refused; dispose the writer, nothing is left.</exception>
    public BlockMeta Finish(IReadOnlyList<BlockName>? replaces = null)
    {
        EndSeries();
        WriteValueGroups();
        _seriesRows.Write(_seriesPart);
        _pollRows.Write(_pollsPart);
        var meta = new BlockMeta
        {
            Name = _name,
            Kind = BlockKinds.NameOf(_options.Kind),
            Series = _series,
            Polls = _nextPoll,
            Samples = _samples,
            HashSeed = _hashSeed,
            Replaces = replaces ?? [],
            Files = [_seriesPart.Finish(), _pollsPart.Finish(), .. _valueParts.Select(part => part.Finish())],
        };
        var bytes = meta.ToBytes();
        using (var file = _files.Create(Path.Combine(_folder, BlockMeta.FileName), bytes.Length))
        {
            file.Write(bytes, 0);
            file.Flush();
        }

        _cancellation.ThrowIfCancellationRequested();
        _publishing = true;
        BlockFolder.Publish(_files, _blocksFolder, _name);
        _finished = true;
        return meta with { Bytes = bytes.Length + meta.Files.Sum(part => part.Bytes) };
    }

    /// <summary>Closes the files; deletes them unless <see cref="Finish"/> has returned.</summary>
    public void Dispose()
    {
        _seriesPart.Dispose();
        _pollsPart.Dispose();
        Array.ForEach(_valueParts, part => part.Dispose());
        if (!_finished)
        {
            _finished = true;
            DeleteUnfinished();
        }
    }

    // What cannot be deleted now is swept away when the store is opened: its name says that it is unfinished.
    private void DeleteUnfinished()
    {
        try
        {
            _files.DeleteFolder(_folder);
            if (_publishing)
            {
                // Renamed, and then the parent's fsync failed: whether it would last is not known, so it counts as not written.
                _files.DeleteFolder(Path.Combine(_blocksFolder, _name.ToString()));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LeftBehind = error.Message;
        }
    }

    /// <summary>Why the unfinished folder could not be deleted, or null; it is swept away at the next opening.</summary>
    public string? LeftBehind { get; private set; }

    // Poll numbers of the block from ordinals of the group; true when they are one run.
    private bool Number(int first, int count, ReadOnlySpan<int> ordinals)
    {
        if (_polls.Length < ordinals.Length)
        {
            _polls = new int[Math.Max(ordinals.Length, _polls.Length * 2)];
        }

        var previous = -1;
        for (var i = 0; i < ordinals.Length; i++)
        {
            if (ordinals[i] <= previous || ordinals[i] >= count)
            {
                throw new InvalidOperationException($"Bug: poll ordinals do not ascend below {count}");
            }

            previous = ordinals[i];
            _polls[i] = first + previous;
        }

        return ordinals.IsEmpty || ordinals[^1] - ordinals[0] == ordinals.Length - 1;
    }

    // False when it is the series that was added last.
    private bool BeginSeries(ReadOnlySpan<byte> canonical)
    {
        var current = _currentLength < 0 ? default : _current.AsSpan(0, _currentLength);
        if (_currentLength >= 0)
        {
            var order = BlockOrder.Compare(current, canonical);
            if (order == 0)
            {
                return false;
            }

            if (order > 0)
            {
                throw new InvalidOperationException("Bug: series of a block do not come in order");
            }
        }

        EndSeries();
        var family = BlockOrder.NameOf(canonical);
        if (!family.SequenceEqual(_family))
        {
            // A large family has row groups of its own, so that one encoding fits; small ones share.
            _family = family.ToArray();
            if (_valueRows[0].Count > ValueRows.Capacity / 4)
            {
                WriteValues();
            }
        }

        if (_current.Length < canonical.Length)
        {
            _current = new byte[canonical.Length * 2];
        }

        canonical.CopyTo(_current);
        _currentLength = canonical.Length;
        _series = checked(_series + 1);
        return true;
    }

    private void EndSeries()
    {
        if (_currentLength < 0)
        {
            return;
        }

        _seriesRows.Add(_series - 1, _current.AsSpan(0, _currentLength), _entry);
        if (_seriesRows.Count == SeriesRows.Capacity)
        {
            _seriesRows.Write(_seriesPart);
        }
    }

    private void AddRows(int rows, int firstPoll, ReadOnlySpan<int> polls, int misfits, ReadOnlySpan<double> planes, ReadOnlySpan<byte> qualities)
    {
        // A series lies in one row group if it can.
        if (rows <= ValueRows.Capacity && rows > ValueRows.Capacity - _valueRows[0].Count)
        {
            WriteValues();
        }

        for (var at = 0; at < rows;)
        {
            if (_valueRows[0].Count == ValueRows.Capacity)
            {
                WriteValues();
            }

            var take = Math.Min(rows - at, ValueRows.Capacity - _valueRows[0].Count);
            for (var plane = 0; plane < _valueRows.Length; plane++)
            {
                _valueRows[plane].Add(
                    _series - 1,
                    firstPoll + at,
                    polls.IsEmpty ? default : polls.Slice(at, take),
                    _scaled.AsSpan((plane * rows) + at, take),
                    misfits,
                    planes.Slice((plane * rows) + at, take),
                    qualities.IsEmpty ? default : qualities.Slice(at, take));
            }

            at += take;
        }
    }

    private void WriteValueGroups()
    {
        for (var plane = 0; plane < _valueRows.Length; plane++)
        {
            _valueRows[plane].Write(_valueParts[plane]);
        }
    }

    private void WriteValues()
    {
        _cancellation.ThrowIfCancellationRequested();
        WriteValueGroups();
        _pace.Rest(_cancellation);
    }
}

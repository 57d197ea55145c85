using System.Collections.Concurrent;
using ParquetSharp;

namespace Ampacity.Tsdb;

/// <summary>Reads a block. Opening reads the series' index alone; labels, times and values are decoded when asked for, a row group at a time.</summary>
/// <remarks>
/// Any thread. Whatever is read was first held against its checksum; what does not hold is <see cref="BlockDamagedException"/>. Memory: the
/// index (17 to 25 bytes a series), at most about 16 MB of times and 6 MB of labels, and 2 to 5 MB for each read under way, of which
/// two are kept. Whoever reads while others may retire the block holds a reference (<see cref="TryAddReference"/>).
/// </remarks>
internal sealed class BlockReader : IDisposable
{
    private const int MaxIdleWindows = 2;

    // A number takes eight bytes at most, and its levels and whatever an encoding adds less than that again.
    private const int NumberBytes = 16;

    private readonly IStoreFiles _files;
    private readonly BlockFile _seriesFile;
    private readonly BlockFile _pollsFile;
    private readonly BlockFile[] _valueFiles;
    private readonly LabelPages _labels;
    private readonly PollTimes _times;
    private readonly ConcurrentBag<ValueWindow>[] _idle;
    private readonly Lock _lock = new();
    private Action? _whenUnused;
    private int _references = 1;

    private BlockReader(IStoreFiles files, string folder, BlockMeta meta)
    {
        _files = files;
        Folder = folder;
        Meta = meta;
        _seriesFile = FileOf(BlockSchema.SeriesFile, SeriesRows.Capacity, SeriesRows.MaxRowBytes);
        _pollsFile = FileOf(BlockSchema.PollsFile, PollRows.Capacity, NumberBytes);
        _valueFiles = BlockKinds.TryParse(meta.Kind, out var kind)
            ? [.. BlockKinds.ValueFilesOf(kind).Select(name => FileOf(name, ValueRows.Capacity, NumberBytes))]
            : throw new BlockDamagedException(Path.GetFileName(folder), $"{BlockMeta.FileName} speaks of {meta.Kind}, a kind that this program does not know");
        _idle = [.. _valueFiles.Select(_ => new ConcurrentBag<ValueWindow>())];
        Kind = kind;
        _labels = new LabelPages(_seriesFile);
        _times = new PollTimes(_pollsFile);
        Index = new BlockIndex(_seriesFile, meta.Series, meta.Polls, _valueFiles[0].Rows);
        if (_pollsFile.Rows != meta.Polls || _valueFiles.Any(file => file.Rows != meta.Samples))
        {
            throw _pollsFile.Damage($"or a file of values has other counts than {BlockMeta.FileName}");
        }
    }

    /// <summary>The block's folder.</summary>
    public string Folder { get; }

    /// <summary>What the block says of itself.</summary>
    public BlockMeta Meta { get; }

    /// <summary>What its rows are.</summary>
    public BlockKind Kind { get; }

    /// <summary>Where series lie.</summary>
    public BlockIndex Index { get; }

    /// <summary>Opens a block of the disk: see the other.</summary>
    public static BlockReader? TryOpen(string folder, out string? damage) => TryOpen(DiskFiles.Instance, folder, out damage, out _);

    /// <summary>Opens a block; null with the reason when it is damaged, unfinished or no block, or when the disk refuses to read it. Never throws for what is in the folder.</summary>
    public static BlockReader? TryOpen(IStoreFiles files, string folder, out string? damage, out bool isUnreadable)
    {
        isUnreadable = false;
        try
        {
            var meta = BlockMeta.TryRead(folder, out damage);
            if (meta is null)
            {
                return null;
            }

            if (meta.Name.ToString() != Path.GetFileName(folder))
            {
                damage = $"{BlockMeta.FileName} is of block {meta.Name}";
                return null;
            }

            return new BlockReader(files, folder, meta);
        }
        catch (BlockDamagedException error)
        {
            damage = error.Reason;
            return null;
        }
        catch (BlockUnreadableException error)
        {
            damage = error.Reason;
            isUnreadable = true;
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            damage = $"{BlockMeta.FileName}: {error.Message}";
            isUnreadable = true;
            return null;
        }
        catch (Exception error) when (error is ParquetException or OverflowException)
        {
            damage = $"it cannot be decoded: {error.Message}";
            return null;
        }
    }

    /// <summary>The number of a series, or −1. Fastest for many in <see cref="BlockOrder"/>: neighbours share a page of labels.</summary>
    public int FindSeries(ReadOnlySpan<byte> canonicalLabels)
    {
        var wanted = canonicalLabels.ToArray();
        return Index.Find(SeriesRows.HashOf(canonicalLabels, Meta.HashSeed), series => _labels.Of(series).SequenceEqual(wanted));
    }

    /// <summary>The series of a metric name; none: a count of 0.</summary>
    public BlockFamily FindFamily(ReadOnlySpan<byte> metricName)
    {
        var (low, high) = (0, Index.Families.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Index.Families[middle].Name.Span.SequenceCompareTo(metricName);
            if (order == 0)
            {
                return Index.Families[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return default;
    }

    /// <summary>The canonical labels of a series; the span stays as it is, its memory is kept alive by it alone.</summary>
    public ReadOnlySpan<byte> LabelsOf(int series) => _labels.Of(series);

    /// <summary>Samples that a read of these series could give: an upper bound for its budget.</summary>
    public long SamplesOf(int series) => Index.FirstRowOf(series + 1) - Index.FirstRowOf(series);

    /// <summary>Reads series over a range of time and appends them, one entry each, also where there is no sample.</summary>
    /// <param name="series">Numbers, ascending. Slices of about a thousand keep memory small.</param>
    /// <param name="fromMs">First millisecond.</param>
    /// <param name="throughMs">Last millisecond.</param>
    /// <param name="into">Where to.</param>
    /// <param name="cancellationToken">Stops it between row groups.</param>
    /// <exception cref="BlockDamagedException">What was needed is damaged; <paramref name="into"/> then holds the series before.</exception>
    /// <exception cref="BlockUnreadableException">The disk refused; the same.</exception>
    public void Read(ReadOnlySpan<int> series, long fromMs, long throughMs, BlockColumns into, CancellationToken cancellationToken) =>
        Read(0, series, fromMs, throughMs, into, cancellationToken);

    /// <summary>The same for one column of a tier; the times are the begins of its buckets.</summary>
    public void Read(TierColumn column, ReadOnlySpan<int> series, long fromMs, long throughMs, BlockColumns into, CancellationToken cancellationToken)
    {
        if (Kind == BlockKind.Samples)
        {
            throw new InvalidOperationException("Bug: a block of samples has no columns of a tier");
        }

        Read((int)column, series, fromMs, throughMs, into, cancellationToken);
    }

    /// <summary>The same for a values file by its place in <see cref="BlockKinds.ValueFilesOf"/>.</summary>
    public void Read(int plane, ReadOnlySpan<int> series, long fromMs, long throughMs, BlockColumns into, CancellationToken cancellationToken)
    {
        var (file, kept) = (_valueFiles[plane], _idle[plane]);
        file.EnsureOpened();
        var window = kept.TryTake(out var idle) ? idle : new ValueWindow(file);
        try
        {
            var read = new BlockRead(Index, file, _times, window, fromMs, throughMs);
            for (var i = 0; i < series.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                read.Series(series, i, into);
            }
        }
        finally
        {
            if (kept.Count < MaxIdleWindows && Volatile.Read(ref _references) > 0)
            {
                kept.Add(window);
            }
            else
            {
                window.Dispose();
            }
        }
    }

    /// <summary>Copies the times of a run of polls, UTC ms.</summary>
    public void CopyTimes(int poll, Span<long> into) => _times.Copy(poll, into);

    /// <summary>The first poll of each stamp group.</summary>
    public int[] GroupFirsts() => _times.GroupFirsts();

    /// <summary>The hours, counted from 1970, that any poll lies in.</summary>
    public HashSet<long> PollHours() => _times.Hours();

    /// <summary>Reads every byte and holds it against the checksums.</summary>
    /// <exception cref="BlockDamagedException">Something is damaged.</exception>
    public void CheckAll()
    {
        _seriesFile.CheckAll();
        _pollsFile.CheckAll();
        Array.ForEach(_valueFiles, file => file.CheckAll());
    }

    /// <summary>Gives back files and memory that are only kept for the next read.</summary>
    public void Trim()
    {
        _labels.Clear();
        _times.Clear();
        foreach (var kept in _idle)
        {
            while (kept.TryTake(out var window))
            {
                window.Dispose();
            }
        }
    }

    /// <summary>Holds the block open; false when it is retired already. Each success needs one <see cref="Release"/>.</summary>
    public bool TryAddReference()
    {
        lock (_lock)
        {
            if (_references == 0)
            {
                return false;
            }

            _references++;
            return true;
        }
    }

    /// <summary>Lets go of the block; the last one closes it.</summary>
    public void Release()
    {
        Action? last;
        lock (_lock)
        {
            if (--_references > 0)
            {
                return;
            }

            last = _whenUnused;
        }

        Trim();
        _seriesFile.Dispose();
        _pollsFile.Dispose();
        Array.ForEach(_valueFiles, file => file.Dispose());
        last?.Invoke();
    }

    /// <summary>Ends the owner's hold; once nobody reads any more, the block is closed and the given action runs, such as deleting the folder.</summary>
    public void Retire(Action? whenUnused)
    {
        lock (_lock)
        {
            _whenUnused = whenUnused;
        }

        Release();
    }

    /// <summary><see cref="Retire"/> without an action.</summary>
    public void Dispose() => Retire(null);

    private BlockFile FileOf(string name, int maxGroupRows, int maxRowBytes) =>
        Meta.Files.FirstOrDefault(file => file.Name == name) is { } part
            ? new BlockFile(_files, Folder, part, maxGroupRows, maxRowBytes)
            : throw new BlockDamagedException(Path.GetFileName(Folder), $"{BlockMeta.FileName} does not name {name}");
}

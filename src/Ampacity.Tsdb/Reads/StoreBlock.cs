using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>A block that the store serves, with its series by the numbers that they have in this process.</summary>
/// <remarks>
/// Any thread. A reader waits for <see cref="Mapped"/> before it selects series, because only then are all of them in the table. A block that is not
/// read for a while is let go of, and its series with it where nothing else needs them; the next read looks them up again.
/// </remarks>
internal sealed class StoreBlock
{
    private readonly Lock _lock = new();
    private readonly SeriesTable _table;
    private SeriesMap _map = SeriesMap.Empty;
    private Task? _mapped;
    private HashSet<long>? _hours;
    private volatile bool _wasRead = true;
    private int _looks;

    private StoreBlock(BlockReader reader, SeriesTable table) => (Reader, _table) = (reader, table);

    public BlockReader Reader { get; }

    public BlockMeta Meta => Reader.Meta;

    /// <summary>Done when the block's series are in the table; failed with <see cref="BlockDamagedException"/> or <see cref="BlockUnreadableException"/> when they cannot be read. Of a lazy block this begins it.</summary>
    public Task Mapped
    {
        get
        {
            lock (_lock)
            {
                return _mapped ??= MapAsync(this, _table);
            }
        }
    }

    /// <summary>Whether its series are in the table.</summary>
    public bool IsMapped
    {
        get
        {
            lock (_lock)
            {
                return _mapped is { IsCompletedSuccessfully: true };
            }
        }
    }

    /// <summary>Its map if its series are in the table, and null if somebody has to wait for <see cref="Mapped"/>. Good as long as a lease is held.</summary>
    public SeriesMap? MapIfReady
    {
        get
        {
            _wasRead = true;
            lock (_lock)
            {
                return _mapped is { IsCompletedSuccessfully: true } ? _map : null;
            }
        }
    }

    /// <summary>Series that are in the table because the block needs them.</summary>
    public SeriesMap Map => Volatile.Read(ref _map);

    /// <summary>Whether it was not read since so many looks; each call is one.</summary>
    public bool IsIdle(int looks)
    {
        _looks = _wasRead ? 0 : _looks + 1;
        _wasRead = false;
        return _looks >= looks;
    }

    /// <summary>Lets go of its series, unless it is read or about to be. Under the lock of the table.</summary>
    public bool TryLetGo()
    {
        lock (_lock)
        {
            if (_wasRead || _mapped is { IsCompleted: false })
            {
                return false;
            }

            _mapped = null;
            Volatile.Write(ref _map, SeriesMap.Empty);
            return true;
        }
    }

    /// <summary>A block whose series are looked up when it is first read: series of long ago take no memory until somebody asks for their time.</summary>
    public static StoreBlock Lazy(BlockReader reader, SeriesTable table) => new(reader, table);

    /// <summary>A block just written, whose series are known.</summary>
    /// <param name="reader">The block.</param>
    /// <param name="numbers">The series' numbers in the order of the block.</param>
    /// <param name="table">Where they are to be looked up again.</param>
    public static StoreBlock Written(BlockReader reader, ReadOnlySpan<int> numbers, SeriesTable table) =>
        new(reader, table) { _mapped = Task.CompletedTask, _map = new SeriesMap(numbers) };

    /// <summary>Waits until its series are in the table; a block of which they are damaged is taken out of service.</summary>
    /// <exception cref="SeriesStoreException">The disk refuses to read them; the next read tries again.</exception>
    public async ValueTask MappedAsync(StoreBlocks blocks, CancellationToken cancellationToken)
    {
        _wasRead = true;
        var mapped = Mapped;
        if (mapped.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await mapped.WaitAsync(cancellationToken);
        }
        catch (BlockDamagedException error)
        {
            blocks.SetAside(this, error.Reason);
        }
        catch (BlockUnreadableException error)
        {
            lock (_lock)
            {
                _mapped = _mapped == mapped ? null : _mapped;
            }

            throw blocks.Refused(error);
        }
    }

    /// <summary>Whether it may have samples in [from, through].</summary>
    public bool Meets(long fromMs, long throughMs) => Meta.Name.ThroughMs >= fromMs && Meta.Name.FromMs <= throughMs;

    /// <summary>The block's own number of a series, or −1.</summary>
    public int SeriesOf(int number) => Volatile.Read(ref _map).Find(number);

    /// <summary>Whether it has polls in an hour, counted from 1970. Decodes the times of all polls when first asked.</summary>
    /// <exception cref="BlockDamagedException">The polls are damaged.</exception>
    public bool HasPollsIn(long hour)
    {
        lock (_lock)
        {
            return (_hours ??= Reader.PollHours()).Contains(hour);
        }
    }

    private static async Task MapAsync(StoreBlock block, SeriesTable table)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var numbers = new int[block.Meta.Series];
        SeriesLease lease;
        do
        {
            lease = table.Lease;
            for (var series = 0; series < numbers.Length; series++)
            {
                numbers[series] = Resolve(block, series, table);
            }
        }
        while (!table.TryPublish(lease, () => Volatile.Write(ref block._map, new SeriesMap(numbers))));
    }

    private static int Resolve(StoreBlock block, int series, SeriesTable table)
    {
        try
        {
            return table.Resolve(block.Reader.LabelsOf(series), int.MaxValue);
        }
        catch (ArgumentException error)
        {
            throw new BlockDamagedException(block.Meta.Name.ToString(), $"labels of series {series} are none: {error.Message}", error);
        }
    }
}

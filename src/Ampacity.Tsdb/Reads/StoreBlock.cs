namespace Ampacity.Tsdb;

/// <summary>A block that the store serves, with its series by the numbers that they have in this process.</summary>
/// <remarks>Any thread. A reader waits for <see cref="Mapped"/> before it selects series, because only then are all of them in the table.</remarks>
internal sealed class StoreBlock
{
    private readonly Lock _lock = new();
    private readonly SeriesTable? _table;
    private int[] _seriesOfNumber = [];
    private Task? _mapped;
    private HashSet<long>? _hours;

    private StoreBlock(BlockReader reader, SeriesTable? table) => (Reader, _table) = (reader, table);

    public BlockReader Reader { get; }

    public BlockMeta Meta => Reader.Meta;

    /// <summary>Done when the block's series are in the table; failed with <see cref="BlockDamagedException"/> when they cannot be read. Of a lazy block this begins it.</summary>
    public Task Mapped
    {
        get
        {
            lock (_lock)
            {
                return _mapped ??= MapAsync(this, _table!, Task.CompletedTask);
            }
        }
    }

    /// <summary>A block found at opening: its series are looked up beside everything else.</summary>
    public static StoreBlock Opened(BlockReader reader, SeriesTable table, Task after)
    {
        var block = new StoreBlock(reader, table);
        block._mapped = MapAsync(block, table, after);
        return block;
    }

    /// <summary>A block whose series are looked up when it is first read: most tiers hardly ever are.</summary>
    public static StoreBlock Lazy(BlockReader reader, SeriesTable table) => new(reader, table);

    /// <summary>A block just written, whose series are known.</summary>
    /// <param name="reader">The block.</param>
    /// <param name="numbers">The series' numbers in the order of the block.</param>
    public static StoreBlock Written(BlockReader reader, ReadOnlySpan<int> numbers)
    {
        var block = new StoreBlock(reader, null) { _mapped = Task.CompletedTask };
        var series = 0;
        foreach (var number in numbers)
        {
            block.Note(number, series++);
        }

        return block;
    }

    /// <summary>Waits until its series are in the table; a block of which they cannot be read is taken out of service.</summary>
    public async ValueTask MappedAsync(StoreBlocks blocks, CancellationToken cancellationToken)
    {
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
    }

    /// <summary>Whether it may have samples in [from, through].</summary>
    public bool Meets(long fromMs, long throughMs) => Meta.Name.ThroughMs >= fromMs && Meta.Name.FromMs <= throughMs;

    /// <summary>The block's own number of a series, or −1.</summary>
    public int SeriesOf(int number) => number < _seriesOfNumber.Length ? _seriesOfNumber[number] - 1 : -1;

    /// <summary>Whether it has polls in an hour, counted from 1970. Decodes the times of all polls when first asked.</summary>
    /// <exception cref="BlockDamagedException">The polls are damaged.</exception>
    public bool HasPollsIn(long hour)
    {
        lock (_lock)
        {
            return (_hours ??= Reader.PollHours()).Contains(hour);
        }
    }

    private void Note(int number, int series)
    {
        if (number >= _seriesOfNumber.Length)
        {
            Array.Resize(ref _seriesOfNumber, Math.Max(number + 1, Math.Max(1024, _seriesOfNumber.Length * 2)));
        }

        _seriesOfNumber[number] = series + 1;
    }

    private static async Task MapAsync(StoreBlock block, SeriesTable table, Task after)
    {
        // One block after the other: their labels are mostly the same, and two cores are enough to keep busy.
        await after.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        for (var series = 0; series < block.Meta.Series; series++)
        {
            block.Note(table.Resolve(block.Reader.LabelsOf(series), int.MaxValue), series);
        }
    }
}

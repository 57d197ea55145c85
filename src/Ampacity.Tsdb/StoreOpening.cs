namespace Ampacity.Tsdb;

/// <summary>What is read from a store's folder when it is opened: the journal into table and head, the blocks' indexes beside them.</summary>
/// <remarks>Two things at once, where there are two cores: samples are put into the head while their series are indexed.</remarks>
internal sealed class StoreOpening
{
    private StoreOpening(IStoreFiles files, SampleStoreOptions options, JournalCut cut, string journalFolder, Func<long> nowMs)
    {
        Cut = cut;
        Blocks = new StoreBlocks(files, options.Folder);
        Replay = new JournalReplay(files, journalFolder, Table, Head, cut, (long)options.Retention.TotalMilliseconds, nowMs);
    }

    public SeriesTable Table { get; } = new();

    public SampleHead Head { get; } = new();

    public StoreBlocks Blocks { get; }

    public JournalCut Cut { get; }

    public JournalReplay Replay { get; }

    public OpenReport Report { get; private set; } = new();

    /// <summary>Reads a folder; whoever calls holds its lock.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="NotSupportedException">Something is of a newer version.</exception>
    public static async Task<StoreOpening> ReadAsync(
        SampleStoreOptions options, TimeProvider time, IStoreFiles files, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var folder = JournalReader.FolderOf(options.Folder);
        if (!Directory.Exists(folder))
        {
            files.CreateFolder(folder);
            files.FlushFolder(options.Folder);
        }

        var opening = new StoreOpening(files, options, JournalCut.Read(folder), folder, () => time.GetUtcNow().ToUnixTimeMilliseconds());
        opening.Table.DeferIndex();
        var read = opening.ReadAsync(cancellationToken);
        await opening.Table.IndexAsync(read);
        var report = await read;
        opening.Report = report with
        {
            Blocks = opening.Blocks.Current.Length,
            BlocksSetAside = opening.Blocks.SetAsideBlocks,
            BlocksUnreadable = opening.Blocks.UnreadableBlocks,
            ReplayMs = time.GetElapsedTime(began).TotalMilliseconds,
        };
        return opening;
    }

    private Task<OpenReport> ReadAsync(CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            var report = await Replay.RunAsync(cancellationToken);
            Blocks.Open(Table);
            return report;
        },
        cancellationToken);
}

using Ampacity.Samples;
using Ampacity.Tsdb;
using Microsoft.Extensions.Time.Testing;

namespace Ampacity.Tests.Tsdb;

/// <summary>A temporary store folder, deleted at the end, and short ways to write and read.</summary>
internal sealed class StoreFolder : IDisposable
{
    public const long BeginMs = 1_700_000_000_000;

    public string Path { get; } = Directory.CreateTempSubdirectory("ampacity-tsdb-").FullName;

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(BeginMs));

    public string JournalPath => JournalReader.FolderOf(Path);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static SampleBatch Batch(params (int Series, long TimestampMs, double Value)[] samples) => new(
        samples.Select(sample => new Poll(sample.TimestampMs, 1)).ToArray(),
        samples.Select(sample => sample.Series).ToArray(),
        samples.Select(sample => sample.Value).ToArray(),
        default);

    public static SeriesQuery Query(params Matcher[] matchers) => new(matchers, long.MinValue, long.MaxValue, SeriesScope.Whole);

    public static async Task<List<string>> Read(ISeriesReader store, SeriesQuery query)
    {
        var lines = new List<string>();
        await foreach (var batch in store.ReadAsync(query, Stop))
        {
            Add(batch, lines);
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    public Task<SampleStore> Open(
        int segmentBytes = 64 * 1024, IStoreFiles? files = null, int maxSeries = 1_000_000, TimeSpan? retention = null, TimeSpan? blockSpan = null,
        TimeSpan? seriesPause = null, int? packSegments = null, int packSeries = 1 << 16, int packBytes = 1 << 20) =>
        SampleStore.OpenAsync(
            new SampleStoreOptions
            {
                Folder = Path,
                JournalSegmentBytes = segmentBytes,
                MaxSeries = maxSeries,
                Retention = retention ?? TimeSpan.FromHours(6),
                BlockSpan = blockSpan ?? TimeSpan.FromHours(1),
                SealLag = blockSpan is { } span ? span / 4 : TimeSpan.FromMinutes(5),
                SealPause = blockSpan is null ? TimeSpan.FromMinutes(1) : TimeSpan.Zero,
                SeriesPause = seriesPause ?? TimeSpan.FromMinutes(3),
                UpkeepCpuShare = 1,
                JournalPackSegments = packSegments ?? 4,
                JournalPackPause = packSegments is null ? TimeSpan.FromMinutes(2) : TimeSpan.Zero,
                JournalPackSeries = packSeries,
                JournalPackBytes = packBytes,
            },
            Time,
            files ?? DiskFiles.Instance,
            Stop);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    // Bits, since NaNs are to be told apart.
    private static void Add(SeriesBatch batch, List<string> lines)
    {
        for (var i = 0; i < batch.SeriesCount; i++)
        {
            var (from, to) = (batch.Offsets[i], batch.Offsets[i + 1]);
            var line = batch.Labels[i].ToString();
            for (var j = from; j < to; j++)
            {
                line += $" {batch.TimestampsMs[j] - BeginMs}:{BitConverter.DoubleToInt64Bits(batch.Values[j]):x}:{(int)batch.Qualities[j]}";
            }

            lines.Add(line);
        }
    }
}

/// <summary>A disk whose reads, writes or fsyncs can be made to fail, and that counts fsyncs.</summary>
internal sealed class FailingFiles : IStoreFiles
{
    public int Flushes;

    public Func<Exception?> OnFlush { get; set; } = () => null;

    public Func<int, (int Written, Exception Error)?> OnWrite { get; set; } = _ => null;

    /// <summary>Asked before a change of names: "move", "move folder", "delete", "create folder", "delete folder", "flush folder", and the new path.</summary>
    public Func<string, string, Exception?> OnChange { get; set; } = (_, _) => null;

    public Func<Exception?> OnCreate { get; set; } = () => null;

    /// <summary>Asked before a read, with path, offset and length: how many bytes it gives at most; it may throw.</summary>
    public Func<string, long, int, int> OnRead { get; set; } = (_, _, length) => length;

    public IStoreFile Create(string path, long length) =>
        OnCreate() is { } error ? throw error : new FailingFile(this, DiskFiles.Instance.Create(path, length));

    public void Move(string from, string to) => Change("move", to, () => DiskFiles.Instance.Move(from, to));

    public void MoveFolder(string from, string to) => Change("move folder", to, () => DiskFiles.Instance.MoveFolder(from, to));

    public void Delete(string path) => Change("delete", path, () => DiskFiles.Instance.Delete(path));

    public void CreateFolder(string path) => Change("create folder", path, () => DiskFiles.Instance.CreateFolder(path));

    public void DeleteFolder(string path) => Change("delete folder", path, () => DiskFiles.Instance.DeleteFolder(path));

    public void FlushFolder(string path) => Change("flush folder", path, () => DiskFiles.Instance.FlushFolder(path));

    public IStoreReader OpenRead(string path) => new FailingReader(this, path);

    private void Change(string what, string path, Action change)
    {
        if (OnChange(what, path) is { } error)
        {
            throw error;
        }

        change();
    }

    private sealed class FailingReader(FailingFiles owner, string path) : IStoreReader
    {
        private readonly DiskReader _file = new(path);

        public long Length => _file.Length;

        public int Read(Span<byte> bytes, long offset) => _file.Read(bytes[..owner.OnRead(path, offset, bytes.Length)], offset);

        public void Dispose() => _file.Dispose();
    }

    private sealed class FailingFile(FailingFiles owner, IStoreFile file) : IStoreFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (owner.OnWrite(bytes.Length) is { } failure)
            {
                file.Write(bytes[..failure.Written], offset);
                throw failure.Error;
            }

            file.Write(bytes, offset);
        }

        public void Flush()
        {
            Interlocked.Increment(ref owner.Flushes);
            if (owner.OnFlush() is { } error)
            {
                throw error;
            }

            // No fsync: it costs a test a millisecond and proves nothing.
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}

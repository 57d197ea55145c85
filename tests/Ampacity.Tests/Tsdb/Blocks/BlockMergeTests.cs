using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb.Blocks;

public sealed class BlockMergeTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Blocks_that_follow_each_other_share_their_times_again()
    {
        var metas = new List<BlockMeta>();
        for (var hour = 0; hour < 3; hour++)
        {
            var input = new BlockInput();
            for (var target = 0; target < 5; target++)
            {
                var polls = input.AddPolls([.. Enumerable.Range(0, 100).Select(i => (hour * 3_600_000L) + (10_000L * i) + target)]);
                for (var metric = 0; metric < 4; metric++)
                {
                    input.Add(Labels($"m{metric}", target), polls, [.. Enumerable.Range(0, 100).Select(i => (double)((hour * 1000) + (i * metric)))]);
                }
            }

            metas.Add(input.Write(_folder.Path, name: Name(hour + 1)));
        }

        var merged = Merge(out var expected);
        Assert.Equal((20, 1500, 6000L), (merged!.Series, merged.Polls, merged.Samples));
        Assert.Equal(metas.Select(meta => meta.Name), merged.Replaces);
        Assert.Equal(1, merged.Name.Sequence);
        Assert.Equal(expected, ReadAll([merged.Name]));
        Assert.Equal(metas.Select(meta => meta.Name), CompactionPlan.Superseded([.. metas, merged]));
    }

    [Fact]
    public void Any_blocks_merge_into_what_they_said_together()
    {
        // Of each block: for some series of six a set of instants; each block has two stamp groups, and series take from either.
        var series = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 1], Gen.Int[0, 19].HashSet[1, 20]);
        Gen.Select(series.Array[1, 6].Array[2, 4], Gen.Int[0, 40]).Sample(
            (blocks, keep) =>
            {
                using var folder = new StoreFolder();
                for (var block = 0; block < blocks.Length; block++)
                {
                    var input = new BlockInput();
                    input.AddPolls([.. Enumerable.Range(0, 20).Select(i => (block * 10L) + i)]);
                    input.AddPolls([.. Enumerable.Range(0, 20).Select(i => (block * 5L) + (2L * i))]);
                    foreach (var one in blocks[block].GroupBy(one => one.Item1))
                    {
                        input.Add(Labels("m", one.Key), [.. one.Select((run, at) => Run(run.Item2, run.Item3, (block * 100) + (at * 10)))]);
                    }

                    input.Write(folder.Path, name: Name(block + 1));
                }

                var keepFromMs = keep < 10 ? long.MinValue : BeginMs + keep;
                var expected = ReadAll(folder, BlockFolder.List(folder.Path), keepFromMs);
                var merged = Merge(folder, keepFromMs);
                Assert.Equal(expected, merged is null ? [] : ReadAll(folder, [merged.Name], keepFromMs));
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void A_merge_into_the_span_of_an_input_has_a_name_of_its_own()
    {
        foreach (var name in new[] { new BlockName(BeginMs, BeginMs + 100, 1), new BlockName(BeginMs + 10, BeginMs + 50, 2) })
        {
            var input = new BlockInput();
            input.Add(Labels("m", 0), input.AddPolls(name.Sequence * 10), name.Sequence);
            input.Write(_folder.Path, name: name);
        }

        var merged = Merge(out var expected);
        Assert.Equal(new BlockName(BeginMs, BeginMs + 101, 1), merged!.Name);
        Assert.Equal(expected, ReadAll([merged.Name]));
    }

    [Fact]
    public void A_merge_that_fails_or_is_cancelled_leaves_its_inputs_and_nothing_else()
    {
        for (var hour = 0; hour < 2; hour++)
        {
            var input = new BlockInput();
            input.Add(Labels("m", 0), input.AddPolls(hour, hour + 10), 1, 2);
            input.Write(_folder.Path, name: Name(hour + 1));
        }

        var files = new FailingFiles { OnFlush = () => new IOException("No space left on device") };
        Assert.Throws<IOException>(() => Merge(_folder, long.MinValue, files));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Merge(_folder, long.MinValue, cancellationToken: cancelled.Token));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(_folder.Path).Count());
        Assert.Equal([Name(1), Name(2)], BlockFolder.List(_folder.Path));
    }

    private static InputRun Run(int polls, HashSet<int> ordinals, int value)
    {
        var sorted = ordinals.Order().ToArray();
        return new InputRun(polls, sorted, [.. sorted.Select(i => value + (i / 10.0))], [.. sorted.Select(i => (SampleQuality)(i % 5))]);
    }

    private static BlockName Name(int sequence) => new(BeginMs, BeginMs + (sequence * 3_600_000) + 1_000_000, sequence);

    private static LabelSet Labels(string name, int target) => LabelSet.Of((LabelSet.MetricName, name), ("target", $"{target}"));

    private static BlockReader Open(StoreFolder folder, BlockName name)
    {
        var reader = BlockReader.TryOpen(Path.Combine(folder.Path, name.ToString()), out var damage);
        Assert.Null(damage);
        return reader!;
    }

    private static BlockMeta? Merge(StoreFolder folder, long keepFromMs, IStoreFiles? files = null, CancellationToken cancellationToken = default)
    {
        var readers = BlockFolder.List(folder.Path).Select(name => Open(folder, name)).ToArray();
        try
        {
            return BlockMerge.Run(files ?? new FailingFiles(), folder.Path, readers, keepFromMs, new BlockWriterOptions(), cancellationToken);
        }
        finally
        {
            Array.ForEach(readers, reader => reader.Dispose());
        }
    }

    // What blocks say together: of samples of a series at one time the first by sequence.
    private static List<string> ReadAll(StoreFolder folder, IEnumerable<BlockName> names, long fromMs)
    {
        var samples = new SortedDictionary<string, SortedDictionary<long, string>>(StringComparer.Ordinal);
        foreach (var name in names.OrderBy(name => name.Sequence))
        {
            using var reader = Open(folder, name);
            foreach (var line in BlockInput.Read(reader, fromMs))
            {
                var parts = line.Split(' ');
                var times = samples.TryGetValue(parts[0], out var known) ? known : samples[parts[0]] = [];
                foreach (var sample in parts.Skip(1))
                {
                    times.TryAdd(long.Parse(sample.Split(':')[0], null), sample);
                }
            }
        }

        return [.. samples.Where(series => series.Value.Count > 0).Select(series => $"{series.Key} {string.Join(' ', series.Value.Values)}")];
    }

    private BlockMeta? Merge(out List<string> expected)
    {
        expected = ReadAll(BlockFolder.List(_folder.Path));
        return Merge(_folder, long.MinValue);
    }

    private List<string> ReadAll(IEnumerable<BlockName> names) => ReadAll(_folder, names, long.MinValue);
}

using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb.Blocks;

public sealed class BlockRoundTripTests : IDisposable
{
    private static readonly double[] Odd =
    [
        0, -0.0, 1, -1, 0.1, 21.5, 0.123456, 1e15, 9007199254740993, 4.7e18, 9.3e18, -9.3e18, 1e300, 5e-324, double.MaxValue, double.NaN,
        BitConverter.Int64BitsToDouble(0x7ff8000000000001), StaleMarker.Value, double.PositiveInfinity, double.NegativeInfinity, 1.0 / 3, 9223372036854775794,
    ];

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_block_gives_back_what_was_written_to_the_bit()
    {
        var input = new BlockInput();
        var all = input.AddPolls([.. Enumerable.Range(0, Odd.Length).Select(i => 1000L * i)]);
        input.Add(Labels("odd", "a"), all, Odd);
        input.Add(Labels("odd", "b"), new InputRun(all, [1, 5, 6], [1, 2, 3], [SampleQuality.Good, SampleQuality.Stale, SampleQuality.Absent]));
        input.Add(Labels("integers", "a"), all, [.. Odd.Select((_, i) => 1e12 + i)]);
        input.Add(Labels("decimals", "a"), all, [.. Odd.Select((_, i) => i / 10.0)]);
        input.Add(LabelSet.Empty, all, [.. Odd.Select((_, i) => i / 3.0)]);
        var meta = input.Write(_folder.Path);
        Assert.Equal((5, Odd.Length, (4L * Odd.Length) + 3), (meta.Series, meta.Polls, meta.Samples));
        using var reader = Open();
        Assert.Equal(input.Expected(), BlockInput.Read(reader));
        Assert.Equal(meta.Bytes, Directory.EnumerateFiles(reader.Folder).Sum(file => new FileInfo(file).Length));
        reader.CheckAll();
    }

    [Fact]
    public void Any_block_gives_back_what_was_written_over_any_range()
    {
        var values = Gen.OneOf(Gen.Int[0, Odd.Length - 1].Select(i => Odd[i]), Gen.Int[-50, 50].Select(i => (double)i), Gen.Int[0, 9999].Select(i => i / 100.0), Gen.Double);
        var run = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 39].HashSet[1, 30], values.Array[30], Gen.Int[0, 30], (polls, ordinals, array, bad) => (polls, ordinals, array, bad));
        var cases = Gen.Select(run.Array[1, 3].Array[1, 12], Gen.Int[-10, 500], Gen.Int[0, 500]);
        cases.Sample(
            (all, from, length) =>
            {
                using var folder = new StoreFolder();
                var input = new BlockInput();
                for (var group = 0; group < 3; group++)
                {
                    input.AddPolls([.. Enumerable.Range(0, 40).Select(i => (10L * i) + (group == 2 ? 0 : group))]);
                }

                foreach (var (runs, i) in all.Select((runs, i) => (runs, i)))
                {
                    input.Add(Labels($"m{i % 3}", $"{i}"), [.. runs.Select(one => Run(one.polls, one.ordinals, one.array, one.bad))]);
                }

                input.Write(folder.Path);
                using var reader = Open(folder);
                Assert.Equal(input.Expected(), BlockInput.Read(reader));
                Assert.Equal(input.Expected(BeginMs + from, BeginMs + from + length), BlockInput.Read(reader, BeginMs + from, BeginMs + from + length));
            },
            iter: 150,
            threads: 1);
    }

    [Fact]
    public void Series_over_many_row_groups_and_pages_of_polls_are_read_whole_and_in_part()
    {
        var input = new BlockInput();
        var random = new Random(20261130);
        const int Long = (ValueRows.Capacity * 2) + 1000;
        var dense = input.AddPolls([.. Enumerable.Range(0, Long).Select(i => 10L * i)]);
        var ordinals = Enumerable.Range(0, Long).Where(i => i % 7 != 3).ToArray();
        input.Add(Labels("long", "a"), dense, [.. Enumerable.Range(0, Long).Select(_ => Math.Floor(random.NextDouble() * 1000))]);
        input.Add(Labels("long", "b"), new InputRun(dense, ordinals, [.. ordinals.Select(i => i / 8.0)], [.. ordinals.Select(i => (SampleQuality)(i % 5))]));
        input.Add(Labels("long", "c"), dense, [.. Enumerable.Range(0, Long).Select(i => 1e12 + (i * 1e8) + ((double)i * i % 1e6))]);
        for (var i = 0; i < 300; i++)
        {
            input.Add(Labels("short", $"{i:D3}"), new InputRun(dense, [.. Enumerable.Range(i, 1000)], [.. Enumerable.Range(0, 1000).Select(j => (double)(j % 10))], []));
        }

        var meta = input.Write(_folder.Path);
        var groups = meta.Files.Single(file => file.Name == BlockSchema.ValuesFile).Groups;
        Assert.Contains(groups, group => group.Notes.HasFlag(GroupNotes.Delta));
        Assert.Contains(groups, group => !group.Notes.HasFlag(GroupNotes.Delta));
        using var reader = Open();
        Assert.Equal(input.Expected(), BlockInput.Read(reader));
        var (from, through) = (BeginMs + 1_300_000, BeginMs + 1_340_000);
        Assert.Equal(input.Expected(from, through), BlockInput.Read(reader, from, through));
        Assert.Equal(input.Expected()[1], Assert.Single(BlockInput.Read(reader, [1])));
        int[] some = [0, 2, 3, 50, 51, 302];
        Assert.Equal(some.Select(i => input.Expected(from, through)[i]), BlockInput.Read(reader, some, from, through));
    }

    [Fact]
    public void Series_are_found_by_labels_and_families_by_name()
    {
        var input = new BlockInput();
        var polls = input.AddPolls(0);
        for (var i = 0; i < SeriesRows.Capacity + 500; i++)
        {
            // Names of labels that sort before and behind __name__.
            input.Add(LabelSet.Of(("__name__", $"family{i % 3}"), ("Host", $"{i}"), ("zone", "z")), polls, i);
        }

        input.Write(_folder.Path);
        using var reader = Open();
        Assert.Equal(["family0", "family1", "family2"], reader.Index.Families.Select(family => System.Text.Encoding.UTF8.GetString(family.Name.Span)));
        Assert.Equal(input.Series.Count, reader.Index.Families.Sum(family => family.Count));
        Assert.Equal(0, reader.FindFamily("family"u8).Count);
        foreach (var (labels, runs) in input.Sorted().Where((_, i) => i % 97 == 0))
        {
            var series = reader.FindSeries(labels.Canonical);
            Assert.Equal(labels, LabelSet.FromCanonical(reader.LabelsOf(series)));
            var family = reader.FindFamily(System.Text.Encoding.UTF8.GetBytes(labels.Name));
            Assert.InRange(series, family.First, family.First + family.Count - 1);
            var columns = new BlockColumns();
            reader.Read([series], long.MinValue, long.MaxValue, columns, Stop);
            Assert.Equal(runs[0].Values, columns.Values.ToArray());
        }

        Assert.Equal(-1, reader.FindSeries(LabelSet.Of(("__name__", "family0"), ("Host", "none")).Canonical));
    }

    [Fact]
    public async Task Reads_beside_each_other_see_the_same()
    {
        var input = new BlockInput();
        var polls = input.AddPolls([.. Enumerable.Range(0, 500).Select(i => 20L * i)]);
        for (var i = 0; i < 1000; i++)
        {
            input.Add(Labels($"m{i % 2}", $"{i:D4}"), polls, [.. Enumerable.Range(0, 500).Select(j => Math.Floor(Math.Sin(i * j) * 1000))]);
        }

        input.Write(_folder.Path);
        using var reader = Open();
        var expected = input.Expected();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(part => Task.Run(
            () =>
            {
                var mine = Enumerable.Range(0, 1000).Where(i => i % 4 == part).ToArray();
                Assert.Equal(mine.Select(i => expected[i]), BlockInput.Read(reader, mine));
            },
            Stop)));
    }

    private static InputRun Run(int polls, HashSet<int> ordinals, double[] values, int bad)
    {
        var sorted = ordinals.Order().ToArray();
        return new InputRun(polls, sorted, values[..sorted.Length], [.. sorted.Select((_, i) => i == bad ? SampleQuality.Inferred : SampleQuality.Good)]);
    }

    private static LabelSet Labels(string name, string value) => LabelSet.Of(("__name__", name), ("a", "x"), ("n", value));

    private BlockReader Open() => Open(_folder);

    private static BlockReader Open(StoreFolder folder)
    {
        var reader = BlockReader.TryOpen(Path.Combine(folder.Path, BlockInput.Name().ToString()), out var damage);
        Assert.Null(damage);
        return reader!;
    }
}

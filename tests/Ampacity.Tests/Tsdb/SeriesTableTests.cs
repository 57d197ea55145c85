using Ampacity.Samples;
using Ampacity.Tsdb;
using CsCheck;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

public sealed class SeriesTableTests
{
    private static readonly string[] Names = ["__name__", "Hostname", "gpu", "job", "rack", "zone"];

    // Neighbours share some labels, have others of the same or another length at the same place, and lack some.
    private static readonly Gen<LabelSet> Labels = Gen.Select(Gen.Int[0, 63], Gen.Int[0, 12].Array[Names.Length]).Select((present, values) =>
        LabelSet.Of([.. Names.Select((name, i) => (name, (present & (1 << i)) == 0 ? "" : new string((char)('a' + (values[i] % 3)), 1 + (values[i] / 3))))]));

    [Fact]
    public void Series_of_any_labels_in_any_order_are_found_by_each_of_them() =>
        Labels.Array[1, 60].Sample(sets =>
        {
            var table = new SeriesTable();
            var numbers = sets.Select(set => table.Resolve(set.Canonical, int.MaxValue)).ToArray();
            foreach (var (name, value) in sets.SelectMany(set => Names.Select(name => (name, set[name]))).Distinct())
            {
                var expected = sets.Zip(numbers).Where(series => series.First[name] == value).Select(series => series.Second).Distinct().Order();
                var found = new List<int>();
                var selected = table.Select([new Matcher(name, MatchKind.Equal, value)], Stop);
                found.AddRange(new int[selected.CountFrom(0)]);
                selected.CopyFrom(0, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(found));
                Assert.Equal(expected, found);
            }

            Assert.All(sets.Zip(numbers), series => Assert.Equal(series.First, table.LabelsOf(series.Second)));
        }, iter: 2000);

    [Fact]
    public async Task Whoever_selects_while_the_index_is_built_beside_finds_every_series_that_exists()
    {
        var table = new SeriesTable();
        table.DeferIndex();
        var added = Task.Run(
            () =>
            {
                for (var i = 0; i < 30_000; i++)
                {
                    table.Resolve(LabelSet.Of([("__name__", "m"), ("gpu", $"{i % 8}"), ("host", $"n{i}")]).Canonical, int.MaxValue);
                }
            },
            Stop);
        var indexed = table.IndexAsync(added);
        var all = new Matcher("__name__", MatchKind.Equal, "m");
        while (!indexed.IsCompleted)
        {
            var selected = table.Select([all], out _, out var arrived, Stop);
            Assert.Equal(arrived, selected.CountFrom(0));
        }

        await indexed;
        table.Resolve(LabelSet.Of([("__name__", "m"), ("gpu", "3"), ("host", "later")]).Canonical, int.MaxValue);
        var third = table.Select([all, new Matcher("gpu", MatchKind.Equal, "3")], Stop);
        Assert.Equal((30_000 / 8) + 1, third.CountFrom(0));
        Assert.Equal(30_001, table.ValuesIn("host", table.Select([all], Stop)).Count);
    }
}

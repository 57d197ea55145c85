using Ampacity.Tsdb;
using CsCheck;

namespace Ampacity.Tests.Tsdb;

public sealed class SeriesMapTests
{
    [Fact]
    public void Any_numbers_dense_or_sparse_are_found_and_no_other() =>
        Gen.Select(Gen.Int[0, 400].HashSet[0, 60], Gen.Int[1, 5_000_000]).Sample(
            (numbers, factor) =>
            {
                int[] spread = [.. numbers.Select(number => number * (factor % 3 == 0 ? 1 : factor))];
                var map = new SeriesMap(spread);
                for (var series = 0; series < spread.Length; series++)
                {
                    Assert.Equal(series, map.Find(spread[series]));
                }

                foreach (var other in spread.SelectMany(number => new[] { number - 1, number + 1, int.MaxValue }).Except(spread))
                {
                    Assert.Equal(-1, map.Find(other));
                }
            },
            iter: 500,
            threads: 1);
}

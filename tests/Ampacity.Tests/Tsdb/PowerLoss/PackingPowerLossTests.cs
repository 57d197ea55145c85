using System.Globalization;
using Ampacity.Samples;
using Ampacity.Tsdb;
using Microsoft.Extensions.Time.Testing;
using static Ampacity.Tests.Tsdb.StoreFolder;

namespace Ampacity.Tests.Tsdb;

/// <summary>Power goes at each change of a packing in turn, and the disk comes back in many states after each: what <see cref="PowerLossTests"/> meets by chance.</summary>
public sealed class PackingPowerLossTests : IDisposable
{
    private const int SeriesCount = 8;
    private const int Polls = 150;

    // From the file's first byte to the fsync of the deletes: a dozen, and some beyond.
    private const int Changes = 16;
    private const int States = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("ampacity-packing-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task At_whichever_change_power_goes_every_sample_is_there_once()
    {
        var (unpacked, whole) = (0, 0);
        for (var within = 0; within < Changes; within++)
        {
            var root = Path.Combine(_folder, $"{within}");
            var disk = new ForgetfulFiles(int.MaxValue);
            var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(BeginMs));
            await using (var store = await SampleStore.OpenAsync(Options(root), time, disk, Stop))
            {
                for (var poll = 0; poll < Polls; poll++)
                {
                    var series = Enumerable.Range(0, SeriesCount)
                        .Select(number => store.Resolve(LabelSet.Of(("__name__", "m"), ("n", number.ToString(CultureInfo.InvariantCulture))).Canonical)).ToArray();
                    await store.AppendAsync(
                        new SampleBatch(new Poll[] { new(BeginMs + poll, SeriesCount) }, series, series.Select((_, number) => Value(number, poll)).ToArray(), default), Stop);
                }

                // Nothing else changes the disk from here on.
                disk.LoseNear(".journal" + SegmentRewrite.UnfinishedSuffix, times: 1, within);
                time.Advance(TimeSpan.FromMinutes(3));
                await store.CatchUpAsync(Stop);
                Assert.True(disk.IsNear);
                unpacked += store.Statistics.SegmentsPacked == 0 ? 1 : 0;
                whole += disk.IsLost ? 0 : 1;
            }

            for (var state = 0; state < States; state++)
            {
                await CheckAsync(disk, root, $"{within}-{state}", new Random((within * 100) + state), time);
            }
        }

        // Power went before the rename, behind it, and not at all: otherwise changes are missed.
        Assert.True(unpacked is > 2 and < Changes - 2 && whole is > 0 and < Changes / 2, $"{unpacked} of {Changes} before the rename, {whole} behind the end");
    }

    private static double Value(int series, int poll) => (poll * SeriesCount) + series;

    private static SampleStoreOptions Options(string folder) => new() { Folder = folder, JournalSegmentBytes = 4096, UpkeepCpuShare = 1 };

    private async Task CheckAsync(ForgetfulFiles disk, string root, string state, Random random, FakeTimeProvider time)
    {
        var target = Path.Combine(_folder, state);
        Directory.CreateDirectory(target);
        disk.Recover(root, target, random);
        await using var store = await SampleStore.OpenAsync(Options(target), time, Stop);
        Assert.True(store.OpenReport.SetAside.Count == 0, $"{state}: {string.Join("; ", store.OpenReport.SetAside)}");
        var found = new Dictionary<(int Series, long TimestampMs), double>();
        await foreach (var batch in store.ReadAsync(Query(), Stop))
        {
            for (var i = 0; i < batch.SeriesCount; i++)
            {
                for (var at = batch.Offsets[i]; at < batch.Offsets[i + 1]; at++)
                {
                    Assert.True(found.TryAdd((int.Parse(batch.Labels[i]["n"], CultureInfo.InvariantCulture), batch.TimestampsMs[at]), batch.Values[at]), $"{state}: a sample twice");
                }
            }
        }

        Assert.True(found.Count == SeriesCount * Polls, $"{state}: {found.Count} of {SeriesCount * Polls} samples");
        Assert.All(found, sample => Assert.Equal(Value(sample.Key.Series, (int)(sample.Key.TimestampMs - BeginMs)), sample.Value));
    }
}

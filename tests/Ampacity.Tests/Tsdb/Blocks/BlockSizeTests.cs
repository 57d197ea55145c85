using System.Diagnostics;
using System.Globalization;
using Ampacity.Tsdb;

namespace Ampacity.Tests.Tsdb.Blocks;

/// <summary>Bytes are asserted. With AMPACITY_BLOCK_RUN=accelerators,ticks a run of that size is printed with its times, which never are.</summary>
public sealed class BlockSizeTests(ITestOutputHelper output) : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Three_hours_of_a_fleet_take_at_most_1_2_bytes_a_sample_with_labels_times_and_index()
    {
        var size = Environment.GetEnvironmentVariable("AMPACITY_BLOCK_RUN")?.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var telemetry = new FleetTelemetry(size?[0] ?? 72, size?[1] ?? 1080, seed: 20261130);
        var began = Stopwatch.GetTimestamp();
        var meta = telemetry.Write(_folder.Path, size is null ? new FailingFiles() : DiskFiles.Instance);
        Say(meta.Samples, "simulated and written", began);
        Assert.InRange((double)meta.Bytes / meta.Samples, 0.5, size is null ? 1.2 : 10);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{meta.Samples} samples, {(double)meta.Bytes / meta.Samples:F4} bytes a sample"));
        foreach (var file in meta.Files)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {file.Name}: {(double)file.Bytes / meta.Samples:F4}, {file.Groups.Count} row groups"));
        }

        began = Stopwatch.GetTimestamp();
        using var reader = BlockReader.TryOpen(Path.Combine(_folder.Path, meta.Name.ToString()), out var damage);
        Assert.Null(damage);
        Say(meta.Series, "series opened", began);
        began = Stopwatch.GetTimestamp();
        var columns = new BlockColumns();
        var samples = 0L;
        foreach (var slice in Enumerable.Range(0, meta.Series).Chunk(1000))
        {
            columns.Clear();
            reader!.Read(slice, long.MinValue, long.MaxValue, columns, StoreFolder.Stop);
            samples += columns.SampleCount;
        }

        Say(samples, "read", began);
        Assert.Equal(meta.Samples, samples);
    }

    private void Say(long count, string what, long began) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{count} {what} in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms"));
}

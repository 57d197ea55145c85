using System.Collections.Concurrent;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>Buffers of one body that is decoded; as many as bodies at one time, not as many as BMCs.</summary>
internal sealed class ReadScratch
{
    public ResourceDecoder Decoder { get; } = new();

    public MetricReadings Readings { get; } = new();
}

/// <summary>Lends scratches.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class ReadScratches
{
    private readonly ConcurrentBag<ReadScratch> _free = [];

    public ReadScratch Rent() => _free.TryTake(out var scratch) ? scratch : new ReadScratch();

    public void Return(ReadScratch scratch)
    {
        scratch.Readings.Clear();
        _free.Add(scratch);
    }
}

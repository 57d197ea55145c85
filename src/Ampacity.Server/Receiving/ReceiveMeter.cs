using Ampacity.Collect;

namespace Ampacity.Server;

/// <summary>What came in by each way, and what was not kept. Any thread.</summary>
internal sealed class ReceiveMeter
{
    private long _backPressure;
    private long _seriesRefused;
    private long _exemplars;
    private long _histograms;
    private long _createdTimestamps;
    private long _pointsRefused;

    public WayMeter RemoteWrite { get; } = new();

    public WayMeter Exposition { get; } = new();

    public WayMeter Otlp { get; } = new();

    public WayMeter Files { get; } = new();

    public long PointsRefused => Interlocked.Read(ref _pointsRefused);

    public long BackPressure => Interlocked.Read(ref _backPressure);

    public long SeriesRefused => Interlocked.Read(ref _seriesRefused);

    public long Exemplars => Interlocked.Read(ref _exemplars);

    public long Histograms => Interlocked.Read(ref _histograms);

    public long CreatedTimestamps => Interlocked.Read(ref _createdTimestamps);

    public void CountBackPressure() => Interlocked.Increment(ref _backPressure);

    public void Count(WayMeter way, ReceiveResult result)
    {
        var counts = result.Counts;
        way.CountTaken((long)counts.NotStored(result.Receipt) + counts.Exemplars + counts.Histograms + counts.PointsRefused);
        Add(ref _seriesRefused, counts.SeriesRefused + counts.SeriesOverLimit);
        Add(ref _exemplars, counts.Exemplars);
        Add(ref _histograms, counts.Histograms);
        Add(ref _createdTimestamps, counts.CreatedTimestamps);
        Add(ref _pointsRefused, counts.PointsRefused);
    }

    private static void Add(ref long counter, long count)
    {
        if (count > 0)
        {
            Interlocked.Add(ref counter, count);
        }
    }
}

/// <summary>Requests of one way in. Any thread.</summary>
internal sealed class WayMeter
{
    private long _taken;
    private long _rejected;
    private long _dropped;

    public long Taken => Interlocked.Read(ref _taken);

    public long Rejected => Interlocked.Read(ref _rejected);

    public long Dropped => Interlocked.Read(ref _dropped);

    public void CountTaken(long dropped)
    {
        Interlocked.Increment(ref _taken);
        Interlocked.Add(ref _dropped, dropped);
    }

    public void CountRejected() => Interlocked.Increment(ref _rejected);
}

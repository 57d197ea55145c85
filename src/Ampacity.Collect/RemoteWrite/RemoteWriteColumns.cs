using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Scratch of one request: its samples as columns. Used again; what one huge request took is let go.</summary>
internal sealed class RemoteWriteColumns
{
    private const int KeepSamples = 65_536;

    private Poll[] _polls = new Poll[1024];
    private int[] _series = new int[8192];
    private double[] _values = new double[8192];

    public LabelSetBuilder Labels { get; } = new();

    public byte[] Decoded { get; private set; } = new byte[1 << 20];

    public int PollCount { get; private set; }

    public int Count { get; private set; }

    public SampleBatch Batch => new(_polls.AsMemory(0, PollCount), _series.AsMemory(0, Count), _values.AsMemory(0, Count), default);

    /// <summary>Adds a sample; it joins the poll before it if that has its time.</summary>
    public void Add(int series, long timestampMs, double value)
    {
        if (Count == _values.Length)
        {
            Array.Resize(ref _series, Count * 2);
            Array.Resize(ref _values, Count * 2);
        }

        _series[Count] = series;
        _values[Count++] = value;
        if (PollCount > 0 && _polls[PollCount - 1].TimestampMs == timestampMs)
        {
            _polls[PollCount - 1] = new Poll(timestampMs, _polls[PollCount - 1].SampleCount + 1);
            return;
        }

        if (PollCount == _polls.Length)
        {
            Array.Resize(ref _polls, PollCount * 2);
        }

        _polls[PollCount++] = new Poll(timestampMs, 1);
    }

    /// <summary>A buffer of at least so many bytes.</summary>
    public byte[] Reserve(int bytes)
    {
        if (Decoded.Length < bytes)
        {
            Decoded = new byte[bytes];
        }

        return Decoded;
    }

    public void Clear()
    {
        Labels.Clear();
        PollCount = 0;
        Count = 0;
        if (_values.Length > KeepSamples)
        {
            _polls = new Poll[1024];
            _series = new int[8192];
            _values = new double[8192];
        }

        if (Decoded.Length > 8 << 20)
        {
            Decoded = new byte[1 << 20];
        }
    }
}

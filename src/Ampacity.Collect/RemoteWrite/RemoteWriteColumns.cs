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

    /// <summary>Series of the request whose spelling is new.</summary>
    public List<NewSpelling> New { get; } = [];

    public int PollCount { get; private set; }

    public int Count { get; private set; }

    public SampleBatch Batch => new(_polls.AsMemory(0, PollCount), _series.AsMemory(0, Count), _values.AsMemory(0, Count), default);

    /// <summary>Adds a sample whose series is said later; it joins the poll before it if that has its time.</summary>
    public void Add(long timestampMs, double value)
    {
        if (Count == _values.Length)
        {
            Array.Resize(ref _series, Count * 2);
            Array.Resize(ref _values, Count * 2);
        }

        _values[Count++] = value;
        Join(timestampMs);
    }

    /// <summary>Says of which series the samples from one to the last are.</summary>
    public void SetSeries(int from, int to, int series) => _series.AsSpan(from, to - from).Fill(series);

    /// <summary>Takes out the samples whose series is below zero.</summary>
    public void DropRefused()
    {
        var (kept, at, polls) = (0, 0, PollCount);
        var old = _polls.AsSpan(0, polls).ToArray();
        PollCount = 0;
        foreach (var poll in old)
        {
            for (var end = at + poll.SampleCount; at < end; at++)
            {
                if (_series[at] >= 0)
                {
                    _series[kept] = _series[at];
                    _values[kept++] = _values[at];
                    Join(poll.TimestampMs);
                }
            }
        }

        Count = kept;
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
        New.Clear();
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

    private void Join(long timestampMs)
    {
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
}

/// <summary>A series entry of a request whose spelling is not known yet.</summary>
/// <param name="Ordinal">Its place among the request's series, from 1.</param>
/// <param name="Offset">Where it begins in the request.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="SpellingLength">Bytes of its labels when they all come first, else 0.</param>
/// <param name="FromSample">Its first sample in the columns.</param>
/// <param name="ToSample">Behind its last.</param>
internal readonly record struct NewSpelling(int Ordinal, int Offset, int Length, int SpellingLength, int FromSample, int ToSample);

using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Samples of one request as columns, with time run-length coded. Used again and again; what one huge request took is let go.
/// One thread at a time.
/// </summary>
internal sealed class SampleColumns
{
    /// <summary>The number of a sample whose series is refused, until <see cref="DropRefused"/>.</summary>
    public const int Refused = -1;

    private const int KeepSamples = 65_536;

    private Poll[] _polls = new Poll[1024];
    private int[] _series = new int[8192];
    private double[] _values = new double[8192];
    private int _pollCount;
    private int _runStart;
    private long _runTimestampMs;

    public int Count { get; private set; }

    /// <summary>What the numbers are safe by; set before the first is looked up.</summary>
    public SeriesLease Lease { get; set; } = SeriesLease.Forever;

    /// <summary>What was added; valid until the next change.</summary>
    public SampleBatch Batch()
    {
        EndRun();
        return new SampleBatch(_polls.AsMemory(0, _pollCount), _series.AsMemory(0, Count), _values.AsMemory(0, Count), default) { Lease = Lease };
    }

    /// <summary>Adds a sample; it joins the poll before it if that has its time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int series, long timestampMs, double value)
    {
        var at = Count;
        if ((uint)at >= (uint)_values.Length)
        {
            Grow();
        }

        if (timestampMs != _runTimestampMs)
        {
            EndRun();
            _runTimestampMs = timestampMs;
        }

        _series[at] = series;
        _values[at] = value;
        Count = at + 1;
    }

    /// <summary>Says of which series the samples from one to the last are.</summary>
    public void SetSeries(int from, int to, int series) => _series.AsSpan(from, to - from).Fill(series);

    /// <summary>Where the columns end now, to come back to.</summary>
    public ColumnMark Mark() => new(Count, _pollCount, _runStart, _runTimestampMs);

    /// <summary>Forgets what was added since.</summary>
    public void Rewind(in ColumnMark mark)
    {
        Count = mark.Count;
        _pollCount = mark.PollCount;
        _runStart = mark.RunStart;
        _runTimestampMs = mark.RunTimestampMs;
    }

    /// <summary>Takes out the samples whose series is <see cref="Refused"/>.</summary>
    public void DropRefused()
    {
        EndRun();
        var polls = _polls.AsSpan(0, _pollCount).ToArray();
        var at = 0;
        Rewind(default);
        foreach (var poll in polls)
        {
            for (var end = at + poll.SampleCount; at < end; at++)
            {
                if (_series[at] != Refused)
                {
                    Add(_series[at], poll.TimestampMs, _values[at]);
                }
            }
        }
    }

    public void Clear()
    {
        Rewind(default);
        Lease = SeriesLease.Forever;
        if (_values.Length > KeepSamples)
        {
            _polls = new Poll[1024];
            _series = new int[8192];
            _values = new double[8192];
        }
    }

    private void EndRun()
    {
        if (Count == _runStart)
        {
            return;
        }

        if (_pollCount == _polls.Length)
        {
            Array.Resize(ref _polls, _pollCount * 2);
        }

        _polls[_pollCount++] = new Poll(_runTimestampMs, Count - _runStart);
        _runStart = Count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        Array.Resize(ref _series, Count * 2);
        Array.Resize(ref _values, Count * 2);
    }
}

/// <summary>An end of <see cref="SampleColumns"/>.</summary>
internal readonly record struct ColumnMark(int Count, int PollCount, int RunStart, long RunTimestampMs);

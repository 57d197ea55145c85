using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>One block of a merge: walks its series in order, and reads their samples some series ahead. One thread.</summary>
internal sealed class MergeInput
{
    // What is read ahead at most, unless one series alone has more.
    private const int MaxSamples = 128 * 1024;
    private const int MaxSeries = 1024;

    private readonly BlockReader _reader;
    private readonly long _fromMs;
    private readonly BlockColumns _columns = new();
    private readonly int[] _groupFirsts;
    private int[] _list = new int[MaxSeries];
    private int _readFrom;
    private int _readTo;

    public MergeInput(BlockReader reader, long fromMs)
    {
        (_reader, _fromMs) = (reader, fromMs);
        _groupFirsts = reader.GroupFirsts();
    }

    /// <summary>Number of the series that it stands on.</summary>
    public int Series { get; private set; }

    /// <summary>Whether all series are behind it.</summary>
    public bool IsDone => Series >= _reader.Meta.Series;

    /// <summary>Labels of the series that it stands on.</summary>
    public ReadOnlySpan<byte> Labels => _reader.LabelsOf(Series);

    /// <summary>The stamp group of its first sample.</summary>
    public int Group
    {
        get
        {
            var found = Array.BinarySearch(_groupFirsts, _reader.Index.FirstPollOf(Series));
            return found >= 0 ? found : ~found - 1;
        }
    }

    /// <summary>Steps to the next series.</summary>
    public void Next() => Series++;

    /// <summary>Samples of the series that it stands on; valid until it steps.</summary>
    public void Read(out ReadOnlySpan<long> timestampsMs, out ReadOnlySpan<double> values, out ReadOnlySpan<SampleQuality> qualities, CancellationToken cancellationToken)
    {
        if (Series >= _readTo)
        {
            ReadAhead(cancellationToken);
        }

        var (from, to) = (_columns.Offsets[Series - _readFrom], _columns.Offsets[Series - _readFrom + 1]);
        timestampsMs = _columns.TimestampsMs[from..to];
        values = _columns.Values[from..to];
        qualities = _columns.Qualities[from..to];
    }

    /// <summary>Appends the times of a stamp group from the oldest kept on.</summary>
    public void AppendTimes(int group, List<long> times)
    {
        var end = group + 1 < _groupFirsts.Length ? _groupFirsts[group + 1] : _reader.Meta.Polls;
        var all = new long[end - _groupFirsts[group]];
        _reader.CopyTimes(_groupFirsts[group], all);
        foreach (var time in all)
        {
            if (time >= _fromMs)
            {
                times.Add(time);
            }
        }
    }

    private void ReadAhead(CancellationToken cancellationToken)
    {
        var (count, samples) = (0, 0L);
        while (count < MaxSeries && Series + count < _reader.Meta.Series)
        {
            samples += _reader.SamplesOf(Series + count);
            if (count > 0 && samples > MaxSamples)
            {
                break;
            }

            _list[count] = Series + count;
            count++;
        }

        _columns.Clear();
        _reader.Read(_list.AsSpan(0, count), _fromMs, long.MaxValue, _columns, cancellationToken);
        (_readFrom, _readTo) = (Series, Series + count);
    }
}

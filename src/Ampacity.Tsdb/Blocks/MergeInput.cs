using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>A span of one block in a merge: walks the block's series in order, and reads what they have in the span some series ahead. One thread.</summary>
internal sealed class MergeInput
{
    // What is read ahead at most, unless one series alone has more: of a block of samples, and of each figure of a tier.
    private const int MaxSamples = 128 * 1024;
    private const int MaxTierRows = 16 * 1024;
    private const int MaxSeries = 1024;

    private readonly BlockReader _reader;
    private readonly long _fromMs;
    private readonly long _throughMs;
    private readonly BlockColumns[] _columns;
    private readonly int[] _groupFirsts;
    private readonly int[] _list = new int[MaxSeries];
    private int _readFrom;
    private int _readTo;

    public MergeInput(BlockReader reader, long fromMs, long throughMs)
    {
        (_reader, _fromMs, _throughMs) = (reader, fromMs, throughMs);
        _columns = [.. BlockKinds.ValueFilesOf(reader.Kind).Select(_ => new BlockColumns())];
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

    /// <summary>Times of the series that it stands on; valid until it steps.</summary>
    public ReadOnlySpan<long> Times => _columns[0].TimestampsMs[Rows];

    /// <summary>One each.</summary>
    public ReadOnlySpan<SampleQuality> Qualities => _columns[0].Qualities[Rows];

    private Range Rows => _columns[0].Offsets[Series - _readFrom].._columns[0].Offsets[Series - _readFrom + 1];

    /// <summary>One each; of a tier, of one of its figures.</summary>
    public ReadOnlySpan<double> Values(int plane) => _columns[plane].Values[Rows];

    /// <summary>Steps to the next series.</summary>
    public void Next() => Series++;

    /// <summary>Makes sure that the samples of the series that it stands on are there.</summary>
    public void Load(CancellationToken cancellationToken)
    {
        if (Series >= _readTo)
        {
            ReadAhead(cancellationToken);
        }
    }

    /// <summary>Appends the times of a stamp group that lie in the span.</summary>
    public void AppendTimes(int group, List<long> times)
    {
        var end = group + 1 < _groupFirsts.Length ? _groupFirsts[group + 1] : _reader.Meta.Polls;
        var all = new long[end - _groupFirsts[group]];
        _reader.CopyTimes(_groupFirsts[group], all);
        foreach (var time in all)
        {
            if (time >= _fromMs && time <= _throughMs)
            {
                times.Add(time);
            }
        }
    }

    private void ReadAhead(CancellationToken cancellationToken)
    {
        var (count, samples, most) = (0, 0L, _reader.Kind is BlockKind.Samples ? MaxSamples : MaxTierRows);
        while (count < MaxSeries && Series + count < _reader.Meta.Series)
        {
            samples += _reader.SamplesOf(Series + count);
            if (count > 0 && samples > most)
            {
                break;
            }

            _list[count] = Series + count;
            count++;
        }

        for (var plane = 0; plane < _columns.Length; plane++)
        {
            _columns[plane].Clear();
            _reader.Read(plane, _list.AsSpan(0, count), _fromMs, _throughMs, _columns[plane], cancellationToken);
        }

        (_readFrom, _readTo) = (Series, Series + count);
    }
}

namespace Ampacity.Samples;

/// <summary>
/// Some series of a read, as columns: series <c>i</c> has the samples <c>[Offsets[i], Offsets[i+1])</c> of the three sample columns, in order of time.
/// </summary>
/// <remarks>
/// The buffers belong to the reader and are valid until the next batch is asked for; copy what must outlive that.
/// <see cref="LabelSet"/> objects are immutable and may be kept. One thread at a time.
/// </remarks>
public sealed class SeriesBatch
{
    private int[] _seriesNumbers = [];
    private LabelSet[] _labels = [];
    private int[] _offsets = [0];
    private long[] _timestampsMs = [];
    private double[] _values = [];
    private SampleQuality[] _qualities = [];

    /// <summary>Series in this batch.</summary>
    public int SeriesCount { get; private set; }

    /// <summary>Samples in this batch.</summary>
    public int SampleCount { get; private set; }

    /// <summary>Samples that fit before the buffers grow.</summary>
    public int Capacity => _values.Length;

    /// <summary>The store's own number of each series: whoever uses it beyond the read holds a <see cref="SeriesLease"/> taken before.</summary>
    public ReadOnlySpan<int> SeriesNumbers => _seriesNumbers.AsSpan(0, SeriesCount);

    /// <summary>Identity of each series.</summary>
    public ReadOnlySpan<LabelSet> Labels => _labels.AsSpan(0, SeriesCount);

    /// <summary>One more than <see cref="SeriesCount"/>: where each series' samples begin.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, SeriesCount + 1);

    /// <summary>UTC milliseconds of each sample.</summary>
    public ReadOnlySpan<long> TimestampsMs => _timestampsMs.AsSpan(0, SampleCount);

    /// <summary>Value of each sample, to the bit; stale markers included.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, SampleCount);

    /// <summary>Quality of each sample.</summary>
    public ReadOnlySpan<SampleQuality> Qualities => _qualities.AsSpan(0, SampleCount);

    /// <summary>Empties the batch, keeping its buffers. For readers.</summary>
    public void Clear()
    {
        SeriesCount = 0;
        SampleCount = 0;
        _offsets[0] = 0;
    }

    /// <summary>Begins a series; the samples appended next are its own. For readers.</summary>
    public void BeginSeries(int seriesNumber, LabelSet labels)
    {
        if (SeriesCount == _seriesNumbers.Length)
        {
            var capacity = Math.Max(256, SeriesCount * 2);
            Array.Resize(ref _seriesNumbers, capacity);
            Array.Resize(ref _labels, capacity);
            Array.Resize(ref _offsets, capacity + 1);
        }

        _seriesNumbers[SeriesCount] = seriesNumber;
        _labels[SeriesCount] = labels;
        SeriesCount++;
        _offsets[SeriesCount] = SampleCount;
    }

    /// <summary>Adds a sample to the series begun last. For readers.</summary>
    public void Append(long timestampMs, double value, SampleQuality quality)
    {
        Reserve(1);
        _timestampsMs[SampleCount] = timestampMs;
        _values[SampleCount] = value;
        _qualities[SampleCount] = quality;
        SampleCount++;
        _offsets[SeriesCount] = SampleCount;
    }

    /// <summary>Adds a run of samples to the series begun last. For readers.</summary>
    /// <exception cref="ArgumentException">The columns differ in length.</exception>
    public void Append(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities)
    {
        if (timestampsMs.Length != values.Length || values.Length != qualities.Length)
        {
            throw new ArgumentException("sample columns differ in length");
        }

        Reserve(values.Length);
        timestampsMs.CopyTo(_timestampsMs.AsSpan(SampleCount));
        values.CopyTo(_values.AsSpan(SampleCount));
        qualities.CopyTo(_qualities.AsSpan(SampleCount));
        SampleCount += values.Length;
        _offsets[SeriesCount] = SampleCount;
    }

    /// <summary>Begins a series without labels that has one sample. For readers of newest values, which do nothing else.</summary>
    public void AppendOne(int seriesNumber, long timestampMs, double value, SampleQuality quality)
    {
        var (series, sample) = (SeriesCount, SampleCount);
        if (series >= _seriesNumbers.Length || sample >= _values.Length)
        {
            BeginSeries(seriesNumber, LabelSet.Empty);
            Append(timestampMs, value, quality);
            return;
        }

        _seriesNumbers[series] = seriesNumber;
        _labels[series] = LabelSet.Empty;
        _timestampsMs[sample] = timestampMs;
        _values[sample] = value;
        _qualities[sample] = quality;
        _offsets[series + 1] = sample + 1;
        (SeriesCount, SampleCount) = (series + 1, sample + 1);
    }

    /// <summary>Gives the series from a place on other numbers; for readers over readers.</summary>
    public void Renumber(int from, ReadOnlySpan<int> seriesNumbers) => seriesNumbers.CopyTo(_seriesNumbers.AsSpan(from, SeriesCount - from));

    private void Reserve(int samples)
    {
        if (SeriesCount == 0)
        {
            throw new InvalidOperationException("Bug: a sample before any series was begun");
        }

        if (_values.Length - SampleCount >= samples)
        {
            return;
        }

        var capacity = Math.Max(1024, Math.Max(_values.Length * 2, SampleCount + samples));
        Array.Resize(ref _timestampsMs, capacity);
        Array.Resize(ref _values, capacity);
        Array.Resize(ref _qualities, capacity);
    }
}

using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// A head filled from segments of one run with the samples of a range of its series numbers: what bounds the memory of packing, at 150 bytes a series and
/// two a sample.
/// </summary>
/// <remarks>One thread. The store's own head has no part in it.</remarks>
internal sealed class PackedRange
{
    private readonly AppendOutcome[] _outcomes = new AppendOutcome[JournalFormat.MaxRecordSamples];
    private readonly int[] _numbers = new int[JournalFormat.MaxRecordSamples];
    private readonly ReplayedGroups _groups;
    private SampleQuality[] _qualities = [];

    /// <summary>An empty range.</summary>
    /// <param name="from">The first number.</param>
    /// <param name="end">The number after the last one.</param>
    /// <param name="spare">Pages that it may use.</param>
    public PackedRange(int from, int end, SparePages spare)
    {
        (From, End, Head) = (from, end, new SampleHead(spare));
        Head.EnsureSeries(end - from);
        _groups = new ReplayedGroups(Head);
    }

    /// <summary>What was taken; its series are numbered from <see cref="From"/>.</summary>
    public SampleHead Head { get; }

    /// <summary>The first number of the range.</summary>
    public int From { get; }

    /// <summary>The number after the last one.</summary>
    public int End { get; }

    /// <summary>Takes the samples of a record that are in the range.</summary>
    public void Take(in SamplesPayload samples)
    {
        var at = 0;
        for (var i = 0; i < samples.PollCount; i++)
        {
            var (timestampMs, count) = samples.PollAt(i);
            for (var stop = at + count; at < stop;)
            {
                var length = LengthInRange(samples.SeriesNumbers[at..stop], out var isIn);
                if (isIn)
                {
                    Take(samples, timestampMs, at, length);
                }

                at += length;
            }
        }
    }

    private void Take(in SamplesPayload samples, long timestampMs, int at, int count)
    {
        var numbers = _numbers.AsSpan(0, count);
        for (var i = 0; i < count; i++)
        {
            numbers[i] = samples.SeriesNumbers[at + i] - From;
        }

        var values = samples.Values.Slice(at, count);
        var whole = samples.HasQualities ? 0 : _groups.Append(timestampMs, numbers, values);
        if (whole == count)
        {
            return;
        }

        numbers = numbers[whole..];
        Head.NoteNewest(numbers);
        Head.AppendRun(timestampMs, numbers, values[whole..], QualitiesOf(samples, at + whole, numbers.Length), long.MaxValue, _outcomes);
        if (!samples.HasQualities)
        {
            _groups.Learn(numbers, numbers);
        }
    }

    // How many numbers at the begin of a run are in the range, or out of it, together.
    private int LengthInRange(ReadOnlySpan<int> numbers, out bool isIn)
    {
        isIn = numbers[0] >= From && numbers[0] < End;
        for (var i = 1; i < numbers.Length; i++)
        {
            if ((numbers[i] >= From && numbers[i] < End) != isIn)
            {
                return i;
            }
        }

        return numbers.Length;
    }

    private ReadOnlySpan<SampleQuality> QualitiesOf(in SamplesPayload samples, int at, int count)
    {
        if (!samples.HasQualities)
        {
            return default;
        }

        if (_qualities.Length < count)
        {
            _qualities = new SampleQuality[count];
        }

        for (var i = 0; i < count; i++)
        {
            _qualities[i] = samples.QualityAt(at + i);
        }

        return _qualities.AsSpan(0, count);
    }
}

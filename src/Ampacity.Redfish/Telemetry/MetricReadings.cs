namespace Ampacity.Redfish;

/// <summary>What a report says about one value beside the value.</summary>
[Flags]
public enum ReadingMarks : byte
{
    /// <summary>A number, current as far as the BMC says.</summary>
    None = 0,

    /// <summary>The BMC flags it as old (<c>Oem.Nvidia.MetricValueStale</c>).</summary>
    Stale = 1,

    /// <summary>The BMC has no value: <c>nan</c>, null, empty. Not zero.</summary>
    Absent = 2,

    /// <summary>A text that is not a number, such as a state's name.</summary>
    NotANumber = 4,

    /// <summary>A counter at its last value (2³²−1 or 2⁶⁴−1): it counts no further, and what it counted is not known.</summary>
    Saturated = 8,

    /// <summary>A number written as text, or a unit that was not stated.</summary>
    Inferred = 16,
}

/// <summary>Readings of metric reports as columns; reused from poll to poll.</summary>
/// <remarks>One thread at a time.</remarks>
public sealed class MetricReadings
{
    /// <summary>Most readings of one poll; 24 h of history in one Lenovo report are 2,880.</summary>
    public const int MaxReadings = 262_144;

    /// <summary>Stands for a time that the report does not say.</summary>
    public const long NoTime = long.MinValue;

    private int[] _properties = new int[64];
    private double[] _values = new double[64];
    private long[] _timesMs = new long[64];
    private ReadingMarks[] _flags = new ReadingMarks[64];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Number of each property in the <see cref="MetricPropertyTable"/>.</summary>
    public ReadOnlySpan<int> Properties => _properties.AsSpan(0, Count);

    /// <summary>Values; NaN where absent or not a number.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>The source's own time in UTC milliseconds, never to be trusted as ours, or <see cref="NoTime"/>.</summary>
    public ReadOnlySpan<long> SourceTimesMs => _timesMs.AsSpan(0, Count);

    /// <summary>Flags.</summary>
    public ReadOnlySpan<ReadingMarks> Flags => _flags.AsSpan(0, Count);

    /// <summary>Empties the columns, keeping the buffers.</summary>
    public void Clear() => Count = 0;

    /// <summary>Marks rows as old whose own time is before a time; rows without one are not.</summary>
    public void MarkStale(int first, long beforeMs)
    {
        for (var row = first; row < Count; row++)
        {
            if (_timesMs[row] != NoTime && _timesMs[row] < beforeMs)
            {
                _flags[row] |= ReadingMarks.Stale;
            }
        }
    }

    internal bool TryAdd(int property, double value, long timeMs, ReadingMarks flags)
    {
        if (Count == MaxReadings)
        {
            return false;
        }

        if (Count == _values.Length)
        {
            Array.Resize(ref _properties, Count * 2);
            Array.Resize(ref _values, Count * 2);
            Array.Resize(ref _timesMs, Count * 2);
            Array.Resize(ref _flags, Count * 2);
        }

        (_properties[Count], _values[Count], _timesMs[Count], _flags[Count]) = (property, value, timeMs, flags);
        Count++;
        return true;
    }
}

namespace Ampacity.Scenarios;

/// <summary>Samples by series, each a time in milliseconds and the 64 bits of its value: what can be compared to the bit. One thread.</summary>
internal sealed class SampleSet
{
    private const char Between = '\u0001';

    private readonly Dictionary<string, List<Sample>> _series = new(StringComparer.Ordinal);

    public IEnumerable<string> Series => _series.Keys;

    public long Count => _series.Values.Sum(samples => (long)samples.Count);

    public long OldestMs => _series.Values.SelectMany(samples => samples).Min(sample => sample.TimestampMs);

    /// <summary>What names a series: its labels in order of their names.</summary>
    public static string Key(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(Between, labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    /// <summary>A label of a series; empty where it has none.</summary>
    public static string Label(string series, string name) =>
        Array.Find(series.Split(Between), label => label.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";

    public void Add(string series, long timestampMs, double value) => Of(series).Add(new Sample(timestampMs, BitConverter.DoubleToInt64Bits(value)));

    /// <summary>Samples of a series in order of time, one at a time of it.</summary>
    public IReadOnlyList<Sample> Sorted(string series)
    {
        if (!_series.TryGetValue(series, out var samples))
        {
            return [];
        }

        samples.Sort((left, right) => left.TimestampMs.CompareTo(right.TimestampMs));
        return samples;
    }

    public long CountOf(Func<Sample, bool> wanted) => _series.Values.Sum(samples => (long)samples.Count(wanted));

    /// <summary>Samples from a time on, of series that are wanted.</summary>
    public SampleSet Where(Func<string, bool> wanted, long fromMs = long.MinValue)
    {
        var part = new SampleSet();
        foreach (var (series, samples) in _series.Where(one => wanted(one.Key)))
        {
            if (samples.Where(sample => sample.TimestampMs >= fromMs).ToList() is { Count: > 0 } kept)
            {
                part._series[series] = kept;
            }
        }

        return part;
    }

    /// <summary>Samples of this that the other does not hold to the bit: how many, and the first of them as text.</summary>
    public (long Count, string First) Without(SampleSet other)
    {
        var (count, first) = (0L, "");
        foreach (var (series, samples) in _series)
        {
            var there = other._series.TryGetValue(series, out var found) ? found.ToHashSet() : [];
            foreach (var sample in samples.Where(sample => !there.Contains(sample)))
            {
                if (count++ < 5)
                {
                    first += $"\n  {series.Replace(Between, ' ')} at {sample.TimestampMs} ms: bits {sample.Bits:x16}";
                }
            }
        }

        return (count, first);
    }

    private List<Sample> Of(string series)
    {
        if (!_series.TryGetValue(series, out var samples))
        {
            _series.Add(series, samples = []);
        }

        return samples;
    }
}

/// <summary>One sample, to the bit.</summary>
internal readonly record struct Sample(long TimestampMs, long Bits)
{
    // prometheus/prometheus model/value/value.go, StaleNaN.
    private const long StaleBits = 0x7ff0000000000002;

    public bool IsStale => Bits == StaleBits;

    public bool IsNaN => double.IsNaN(BitConverter.Int64BitsToDouble(Bits)) && !IsStale;
}

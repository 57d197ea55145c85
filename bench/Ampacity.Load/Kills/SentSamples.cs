using Ampacity.Samples;

namespace Ampacity.Load;

/// <summary>Which samples were sent to one data folder, and which of them were acknowledged. The value of a sample follows from its series and time alone.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class SentSamples(int seed)
{
    private readonly Lock _lock = new();
    private readonly List<Dictionary<long, bool>> _series = [];

    public long Acknowledged { get; private set; }

    public long Sent { get; private set; }

    /// <summary>A new series: its number, which it bears as label <c>id</c>.</summary>
    public int AddSeries()
    {
        lock (_lock)
        {
            _series.Add([]);
            return _series.Count - 1;
        }
    }

    /// <summary>Notes that a sample is about to be sent; false when its series has one of that time already.</summary>
    public bool TrySend(int series, long timestampMs)
    {
        lock (_lock)
        {
            var added = _series[series].TryAdd(timestampMs, false);
            Sent += added ? 1 : 0;
            return added;
        }
    }

    /// <summary>A sample is durable: it was acknowledged, or was there after a restart.</summary>
    public void MarkDurable(int series, long timestampMs)
    {
        lock (_lock)
        {
            if (!_series[series][timestampMs])
            {
                _series[series][timestampMs] = true;
                Acknowledged++;
            }
        }
    }

    /// <summary>Holds what was read against what was sent.</summary>
    /// <param name="found">Samples read: series, time, bits.</param>
    /// <param name="isText">The values came as text: no stale marker is shown, and a NaN is any NaN.</param>
    /// <returns>Samples found.</returns>
    /// <exception cref="KillRunException">One that was acknowledged is lost or altered, or one is there that nobody sent.</exception>
    public long Check(Dictionary<(int Series, long TimestampMs), long> found, bool isText)
    {
        foreach (var ((series, timestampMs), bits) in found)
        {
            if (series >= _series.Count || !_series[series].ContainsKey(timestampMs))
            {
                throw new KillRunException($"INVENTED: series {series} has a sample at {timestampMs} that nobody sent, bits {bits:x16}");
            }

            var value = ValueOf(series, timestampMs);
            var same = isText && double.IsNaN(value) ? !StaleMarker.Is(value) && double.IsNaN(BitConverter.Int64BitsToDouble(bits)) : BitConverter.DoubleToInt64Bits(value) == bits;
            if (!same)
            {
                throw new KillRunException($"ALTERED: series {series} at {timestampMs} has bits {bits:x16}, sent were {BitConverter.DoubleToInt64Bits(value):x16}");
            }
        }

        var lost = new List<string>();
        for (var series = 0; series < _series.Count; series++)
        {
            foreach (var (timestampMs, durable) in _series[series])
            {
                if (durable && !found.ContainsKey((series, timestampMs)) && !(isText && StaleMarker.Is(ValueOf(series, timestampMs))))
                {
                    lost.Add($"series {series} at {timestampMs}");
                }
            }
        }

        if (lost.Count > 0)
        {
            throw new KillRunException($"LOST: {lost.Count} samples that were acknowledged, the first {string.Join(", ", lost.Take(5))}");
        }

        foreach (var (series, timestampMs) in found.Keys)
        {
            MarkDurable(series, timestampMs);
        }

        return found.Count;
    }

    /// <summary>The value of a sample: decimals and counters as meters say them, and every kind of bits that a double has.</summary>
    public double ValueOf(int series, long timestampMs)
    {
        var mixed = Mix(unchecked((ulong)seed ^ ((ulong)series << 48) ^ (ulong)timestampMs));
        return (mixed & 63) switch
        {
            0 => StaleMarker.Value,
            1 => BitConverter.UInt64BitsToDouble(0x7ff8000000000000 | (mixed >> 16)),
            2 => BitConverter.UInt64BitsToDouble(mixed),
            3 => (mixed >> 8 & 3) switch { 0 => -0.0, 1 => double.PositiveInfinity, 2 => double.NegativeInfinity, _ => 0.0 },
            _ => (series % 4) switch
            {
                0 => Math.Round(20 + (mixed % 1000 / 10.0), 1),
                1 => timestampMs % 100_000_000,
                2 => 1,
                _ => (mixed >> 11) * (1.0 / (1UL << 53)),
            },
        };
    }

    // The finisher of SplitMix64.
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ampacity.Topology;

/// <summary>The newest value of a gauge and its time for every slot of a layout, as columns.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <remarks>
/// One thread fills it and calls <see cref="Close"/>; after that any thread reads. A slot without a reading is NaN. A roll-up reads the values alone, and the oldest time
/// of each rack: times of slots only where one of the rack's is too old.
/// </remarks>
public sealed class LiveColumn<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[] _values;
    private readonly long[] _timesMs;
    private readonly long[] _oldestMs;

    /// <summary>An empty column over a layout.</summary>
    public LiveColumn(LiveLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _values = GC.AllocateUninitializedArray<T>(layout.Slots);
        _timesMs = GC.AllocateUninitializedArray<long>(layout.Slots);
        _oldestMs = new long[layout.Racks.Length];
        _values.AsSpan().Fill(T.NaN);
        _timesMs.AsSpan().Fill(long.MaxValue);
        _oldestMs.AsSpan().Fill(long.MaxValue);
    }

    /// <summary>Where the slots are.</summary>
    public LiveLayout Layout { get; }

    /// <summary>Newest value by slot, in the gauge's unit; NaN where nothing was read.</summary>
    public ReadOnlySpan<T> Values => _values;

    /// <summary>Its time, UTC milliseconds; <see cref="long.MaxValue"/> where nothing was read.</summary>
    public ReadOnlySpan<long> TimesMs => _timesMs;

    /// <summary>Oldest time counted of each rack of the layout, UTC milliseconds; <see cref="long.MaxValue"/> where nothing was read.</summary>
    public ReadOnlySpan<long> OldestMs => _oldestMs;

    /// <summary>Takes a reading; NaN is none.</summary>
    public void Set(int slot, T value, long timestampMs)
    {
        _values[slot] = value;
        _timesMs[slot] = T.IsNaN(value) ? long.MaxValue : timestampMs;
    }

    /// <summary>All readings are taken.</summary>
    public void Close()
    {
        var first = Layout.FirstSlot;
        for (var rack = 0; rack < _oldestMs.Length; rack++)
        {
            var oldestMs = long.MaxValue;
            foreach (var timeMs in _timesMs.AsSpan(first[rack]..first[rack + 1]))
            {
                oldestMs = Math.Min(oldestMs, timeMs);
            }

            _oldestMs[rack] = oldestMs;
        }
    }

    /// <summary>Sums each rack. Allocates nothing.</summary>
    /// <param name="freshFromMs">Older readings do not count, UTC milliseconds.</param>
    /// <param name="sums">By rack of the layout; NaN where nothing counts.</param>
    /// <param name="readings">How many were summed, by rack of the layout.</param>
    /// <exception cref="ArgumentException">A span is shorter than the racks.</exception>
    public void Sum(long freshFromMs, Span<T> sums, Span<int> readings)
    {
        var racks = _oldestMs.Length;
        if (sums.Length < racks || readings.Length < racks)
        {
            throw new ArgumentException($"{racks} racks, room for {Math.Min(sums.Length, readings.Length)}");
        }

        ref var first = ref MemoryMarshal.GetReference(Layout.FirstSlot);
        for (var rack = 0; rack < racks; rack++)
        {
            var (from, end) = (Unsafe.Add(ref first, rack), Unsafe.Add(ref first, rack + 1));
            var values = _values.AsSpan(from, end - from);
            sums[rack] = _oldestMs[rack] >= freshFromMs
                ? SumOf(values, out readings[rack])
                : SumFresh(values, _timesMs.AsSpan(from, end - from), freshFromMs, out readings[rack]);
        }
    }

    private static T SumOf(ReadOnlySpan<T> values, out int count)
    {
        var (sum, counts) = (Vector<T>.Zero, Vector<T>.Zero);
        var at = 0;
        for (; at <= values.Length - Vector<T>.Count; at += Vector<T>.Count)
        {
            // NaN is not equal to itself.
            var value = new Vector<T>(values[at..]);
            var there = Vector.Equals(value, value);
            sum += value & there;
            counts += Vector<T>.One & there;
        }

        var (all, read) = (Vector.Sum(sum), Vector.Sum(counts));
        for (; at < values.Length; at++)
        {
            if (!T.IsNaN(values[at]))
            {
                all += values[at];
                read += T.One;
            }
        }

        count = int.CreateTruncating(read);
        return count == 0 ? T.NaN : all;
    }

    private static T SumFresh(ReadOnlySpan<T> values, ReadOnlySpan<long> timesMs, long freshFromMs, out int count)
    {
        var sum = T.Zero;
        count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (timesMs[i] >= freshFromMs && !T.IsNaN(values[i]))
            {
                sum += values[i];
                count++;
            }
        }

        return count == 0 ? T.NaN : sum;
    }
}

using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ampacity.Collect;

/// <summary>
/// What a sender's spelling of a series is found by: 128 bits, seeded per process, so that labels cannot be prepared to collide.
/// </summary>
/// <param name="Low">Bits 0–63; their lowest choose the slot.</param>
/// <param name="High">Bits 64–127.</param>
internal readonly record struct SeriesKey(ulong Low, ulong High)
{
    private static readonly long Seed = BitConverter.ToInt64(Guid.NewGuid().ToByteArray());

    /// <summary>The key of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SeriesKey Of(ReadOnlySpan<byte> bytes) => From(XxHash128.HashToUInt128(bytes, Seed));

    /// <summary>The key of bytes that mean something else under each context: a target, a resource.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SeriesKey Of(ReadOnlySpan<byte> bytes, in SeriesKey context) =>
        From(XxHash128.HashToUInt128(bytes, Seed ^ unchecked((long)context.Low))).Xor(context.High);

    /// <summary>The key of keys in order.</summary>
    public static SeriesKey Of(ReadOnlySpan<SeriesKey> keys) => Of(MemoryMarshal.AsBytes(keys));

    private SeriesKey Xor(ulong high) => new(Low, High ^ high);

    private static SeriesKey From(UInt128 hash) => new((ulong)(hash & ulong.MaxValue), (ulong)(hash >> 64));
}

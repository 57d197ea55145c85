using System.Buffers.Binary;

namespace Ampacity.Tsdb;

/// <summary>
/// The order of series in a block: by metric name (bytes), then by canonical labels (bytes). So a family lies together whatever its labels
/// are called; canonical order alone would split it, since <c>Hostname</c> sorts before <c>__name__</c>.
/// </summary>
internal static class BlockOrder
{
    private static ReadOnlySpan<byte> MetricName => "__name__"u8;

    /// <summary>Compares two canonical label sets.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var byName = NameOf(left).SequenceCompareTo(NameOf(right));
        return byName != 0 ? byName : left.SequenceCompareTo(right);
    }

    /// <summary>The metric name in canonical labels; empty when there is none.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> canonical)
    {
        while (!canonical.IsEmpty)
        {
            var name = Take(ref canonical);
            var value = Take(ref canonical);
            if (name.SequenceEqual(MetricName))
            {
                return value;
            }
        }

        return default;
    }

    /// <summary>Takes a length and as many bytes from canonical labels.</summary>
    public static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest)
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        var part = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return part;
    }
}

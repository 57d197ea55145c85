using System.Text;
using Snappier;

namespace Ampacity.Tests.Collect;

/// <summary>Writes a prometheus.WriteRequest by hand, so that the reader is not tested against itself.</summary>
internal static class WriteRequestBytes
{
    public static byte[] Compress(params byte[][] fields) => Snappy.CompressToArray(Join(fields));

    public static byte[] Series(IEnumerable<(string Name, string Value)> labels, params (long TimestampMs, double Value)[] samples) => Field(1, Join([
        .. labels.Select(label => Field(1, Join(Field(1, Encoding.UTF8.GetBytes(label.Name)), Field(2, Encoding.UTF8.GetBytes(label.Value))))),
        .. samples.Select(sample => Field(2, Join([0x09], BitConverter.GetBytes(sample.Value), [0x10], Varint(unchecked((ulong)sample.TimestampMs))))),
    ]));

    /// <summary>A length-delimited field.</summary>
    public static byte[] Field(int number, byte[] content) => Join(Varint((ulong)((number << 3) | 2)), Varint((ulong)content.Length), content);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)((value & 0x7F) | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}

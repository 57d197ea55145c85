using System.Buffers.Binary;
using System.Text;

namespace Ampacity.Scenarios;

/// <summary>
/// Writes a prometheus.WriteRequest by hand (remote write 1.0: field 1 timeseries { 1 labels { 1 name, 2 value }, 2 samples { 1 double
/// value, 2 int64 timestamp } }), so that the test does not share a reader's mistakes.
/// </summary>
internal static class WriteRequest
{
    public static byte[] One(string name, long timestampMs, double value)
    {
        var label = Field(1, [.. Field(1, Encoding.UTF8.GetBytes("__name__")), .. Field(2, Encoding.UTF8.GetBytes(name))]);
        var bits = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bits, value);
        byte[] sample = [0x09, .. bits, 0x10, .. Varint((ulong)timestampMs)];
        return Field(1, [.. label, .. Field(2, sample)]);
    }

    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
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

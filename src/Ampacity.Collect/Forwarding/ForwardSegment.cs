using System.Buffers.Binary;
using System.Globalization;

namespace Ampacity.Collect;

/// <summary>
/// One file of a queue: eight bytes that say what it is, then records of 20 bytes and a content. A record is <c>u32 length · u32 CRC-32C of what
/// follows · u32 samples · i64 queued, UTC ms · content</c>, little-endian.
/// </summary>
internal static class ForwardSegment
{
    public const int HeadBytes = 8;
    public const int RecordHeadBytes = 20;

    /// <summary>Most bytes of a record's content: what an append brings is cut into records of far less.</summary>
    public const int MaxContentBytes = 64 << 20;

    /// <summary>How a file begins; the digit is the version.</summary>
    public static ReadOnlySpan<byte> Magic => "AMPFWD01"u8;

    /// <summary>The file's name.</summary>
    public static string FileName(long number) => number.ToString("D8", CultureInfo.InvariantCulture) + ".forward";

    /// <summary>The number of a file, or null if it is none of the queue's.</summary>
    public static long? NumberOf(string path) =>
        System.IO.Path.GetExtension(path) == ".forward"
        && long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Writes the head of a record whose content stands behind it already.</summary>
    public static void Seal(Span<byte> record, int samples, long queuedMs)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - RecordHeadBytes);
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], samples);
        BinaryPrimitives.WriteInt64LittleEndian(record[12..], queuedMs);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Of(record[8..]));
    }

    /// <summary>Reads the record at an offset; null where no whole record stands there.</summary>
    public static ForwardRecord? Read(Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset, long length)
    {
        Span<byte> head = stackalloc byte[RecordHeadBytes];
        if (offset + RecordHeadBytes > length || RandomAccess.Read(file, head, offset) != RecordHeadBytes)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(head);
        var samples = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        if (size < 0 || size > MaxContentBytes || samples < 0 || offset + RecordHeadBytes + size > length)
        {
            return null;
        }

        var record = new byte[12 + size];
        head[8..].CopyTo(record);
        for (var read = 12; read < record.Length;)
        {
            var count = RandomAccess.Read(file, record.AsSpan(read), offset + 8 + read);
            if (count == 0)
            {
                return null;
            }

            read += count;
        }

        return Crc32C.Of(record) == BinaryPrimitives.ReadUInt32LittleEndian(head[4..])
            ? new ForwardRecord(record.AsMemory(12), samples, BinaryPrimitives.ReadInt64LittleEndian(head[12..]), offset + RecordHeadBytes + size)
            : null;
    }
}

/// <summary>A record as it waits.</summary>
/// <param name="Content">A remote-write request as a Snappy block.</param>
/// <param name="Samples">Samples in it.</param>
/// <param name="QueuedMs">When it came, UTC milliseconds.</param>
/// <param name="End">Where the next begins in its file.</param>
internal readonly record struct ForwardRecord(ReadOnlyMemory<byte> Content, int Samples, long QueuedMs, long End)
{
    /// <summary>Number of the file that it stands in.</summary>
    public long Segment { get; init; }
}

/// <summary>CRC-32C (Castagnoli) of bytes.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}

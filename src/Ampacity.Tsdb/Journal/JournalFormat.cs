using System.Buffers.Binary;
using System.IO.Hashing;

namespace Ampacity.Tsdb;

/// <summary>What a journal record holds.</summary>
public enum JournalRecordKind : byte
{
    /// <summary>Numbers given to label sets.</summary>
    Series = 1,

    /// <summary>A batch of samples.</summary>
    Samples = 2,

    /// <summary>Polls of a group of series, packed as the head packs them.</summary>
    Packed = 3,
}

/// <summary>The head of a segment file.</summary>
/// <param name="Ordinal">Place in the journal, from 1; the file's name.</param>
/// <param name="RunId">Drawn when a store is opened; series numbers hold within one run.</param>
/// <param name="CreatedMs">UTC milliseconds.</param>
/// <param name="IsPacked">Whether it may have packed polls: one that was not written as samples came.</param>
/// <param name="Replaces">How many segments before it, ordinal by ordinal, it also stands for; 0 for one that was written as samples came, and for what is left of a damaged one.</param>
internal readonly record struct SegmentHeader(long Ordinal, ulong RunId, long CreatedMs, bool IsPacked = false, int Replaces = 0)
{
    /// <summary>Whether another segment's records are in this one, so that the other, if it is still there, counts for nothing.</summary>
    public bool StandsFor(long ordinal) => ordinal < Ordinal && ordinal >= Ordinal - Replaces;
}

/// <summary>The bytes of the journal, as docs/formats/journal.md has them. Little-endian, no padding.</summary>
internal static class JournalFormat
{
    /// <summary>Segment header: magic u64 · version u32 · replaces u32 · ordinal i64 · run u64 · created i64 · checksum u64.</summary>
    public const int SegmentHeaderBytes = 48;

    /// <summary>Record header: checksum u64 · magic u32 · kind u8 · reserved u24 · payload length u32.</summary>
    public const int RecordHeaderBytes = 20;

    /// <summary>Most samples of one record; larger batches are several records.</summary>
    public const int MaxRecordSamples = 65_536;

    /// <summary>Version of segments that are written as samples come.</summary>
    public const int Version = 1;

    /// <summary>Version of packed segments; the highest that is read.</summary>
    public const int PackedVersion = 2;

    // "AMPJRNL1" and "AJRC" as bytes in the file.
    private const ulong SegmentMagic = 0x314C4E524A504D41;
    private const uint RecordMagic = 0x4352_4A41;

    public static string FileName(long ordinal) => $"{ordinal:D8}.journal";

    public static void WriteSegmentHeader(Span<byte> at, in SegmentHeader header)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(at, SegmentMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(at[8..], header.IsPacked ? PackedVersion : (uint)Version);
        BinaryPrimitives.WriteInt32LittleEndian(at[12..], header.Replaces);
        BinaryPrimitives.WriteInt64LittleEndian(at[16..], header.Ordinal);
        BinaryPrimitives.WriteUInt64LittleEndian(at[24..], header.RunId);
        BinaryPrimitives.WriteInt64LittleEndian(at[32..], header.CreatedMs);
        BinaryPrimitives.WriteUInt64LittleEndian(at[40..], HeaderChecksum(at));
    }

    /// <summary>Reads the head of a segment; false when the bytes are not one.</summary>
    /// <exception cref="NotSupportedException">A whole header of a version that this program does not know.</exception>
    public static bool TryReadSegmentHeader(ReadOnlySpan<byte> segment, out SegmentHeader header)
    {
        header = default;
        if (segment.Length < SegmentHeaderBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(segment) != SegmentMagic
            || BinaryPrimitives.ReadUInt64LittleEndian(segment[40..]) != HeaderChecksum(segment))
        {
            return false;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(segment[8..]);
        if (version is not (Version or PackedVersion))
        {
            throw new NotSupportedException($"journal version {version} is newer than this program, which reads versions up to {PackedVersion}");
        }

        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(segment[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(segment[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(segment[32..]),
            version == PackedVersion,
            version == PackedVersion ? BinaryPrimitives.ReadInt32LittleEndian(segment[12..]) : 0);
        return true;
    }

    /// <summary>Seals a record whose payload stands behind its header.</summary>
    public static void WriteRecordHeader(Span<byte> record, JournalRecordKind kind, in SegmentHeader segment)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], RecordMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], (byte)kind);
        BinaryPrimitives.WriteInt32LittleEndian(record[16..], record.Length - RecordHeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(record, Checksum(record[8..], segment));
    }

    /// <summary>Reads the record at a place; false when there is no whole one.</summary>
    public static bool TryReadRecord(
        ReadOnlySpan<byte> segment, int at, scoped in SegmentHeader header, out JournalRecordKind kind, out ReadOnlySpan<byte> payload)
    {
        kind = default;
        payload = default;
        var rest = segment[at..];
        if (rest.Length < RecordHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]) != RecordMagic)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[16..]);
        if (length > rest.Length - RecordHeaderBytes)
        {
            return false;
        }

        var record = rest[..(RecordHeaderBytes + (int)length)];
        if (BinaryPrimitives.ReadUInt64LittleEndian(record) != Checksum(record[8..], header))
        {
            return false;
        }

        kind = (JournalRecordKind)record[12];
        payload = record[RecordHeaderBytes..];
        return true;
    }

    /// <summary>The next place behind <paramref name="from"/> where a whole record begins, or −1.</summary>
    public static int FindRecord(ReadOnlySpan<byte> segment, int from, in SegmentHeader header)
    {
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, RecordMagic);
        for (var at = from + 8; at < segment.Length;)
        {
            var found = segment[at..].IndexOf(magic);
            if (found < 0)
            {
                return -1;
            }

            at += found;
            if (TryReadRecord(segment, at - 8, header, out _, out _))
            {
                return at - 8;
            }

            at++;
        }

        return -1;
    }

    /// <summary>Checksum of a segment header's bytes before it.</summary>
    public static ulong HeaderChecksum(ReadOnlySpan<byte> header) => XxHash3.HashToUInt64(header[..40]);

    // Seeded by run and ordinal: bytes left by another file, or a record that a sender hides in a sample, do not pass for ours.
    private static ulong Checksum(ReadOnlySpan<byte> bytes, in SegmentHeader segment) =>
        XxHash3.HashToUInt64(bytes, unchecked((long)(segment.RunId + ((ulong)segment.Ordinal * 0x9E3779B97F4A7C15))));
}

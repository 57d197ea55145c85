using System.Buffers.Binary;
using System.IO.Hashing;

namespace Ampacity.Tsdb;

/// <summary>
/// How far blocks hold what the journal holds: every sample up to a time in a segment before an ordinal. One small file, replaced whole,
/// written after the block is durable and before any segment is deleted.
/// </summary>
/// <param name="Ordinal">The first segment that is not covered.</param>
/// <param name="ThroughMs">UTC milliseconds; newer samples of covered segments are not in a block.</param>
internal readonly record struct JournalCut(long Ordinal, long ThroughMs)
{
    /// <summary>Its name in the journal's folder.</summary>
    public const string FileName = "sealed.cut";

    /// <summary>Magic u64 · ordinal i64 · through i64 · checksum u64.</summary>
    public const int Bytes = 32;

    /// <summary>Nothing is in blocks.</summary>
    public static readonly JournalCut None = new(0, long.MinValue);

    // "AMPJCUT1"
    private const ulong Magic = 0x315455434A504D41;

    /// <summary>Whether a sample is in a block.</summary>
    public bool Covers(long ordinal, long timestampMs) => ordinal < Ordinal && timestampMs <= ThroughMs;

    /// <summary>Whether all samples of a segment are.</summary>
    public bool Covers(JournalSegment segment) => Covers(segment.Header.Ordinal, segment.NewestMs);

    /// <summary>Reads the file; none, or a damaged one, covers nothing: then samples may be in a block and in the head, and readers show one of the two.</summary>
    public static JournalCut Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return None;
        }

        var bytes = File.ReadAllBytes(path);
        return bytes.Length == Bytes
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Magic
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(24)) == XxHash3.HashToUInt64(bytes.AsSpan(0, 24))
            ? new JournalCut(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16)))
            : None;
    }

    /// <summary>Puts the file in place, durably.</summary>
    public void Write(IStoreFiles files, string folder)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], ThroughMs);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], XxHash3.HashToUInt64(bytes[..24]));
        SmallFile.Replace(files, Path.Combine(folder, FileName), bytes);
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;

namespace Ampacity.Tsdb;

/// <summary>
/// From when on samples answer, and tiers before: one small file, replaced whole, written before any block of samples that retention
/// lets go is deleted. So that after a restart nothing is asked of samples of which a part is gone.
/// </summary>
internal static class RawCut
{
    /// <summary>Its name in the folder of tiers.</summary>
    public const string FileName = "raw.cut";

    /// <summary>Magic u64 · from i64 · checksum u64.</summary>
    public const int Bytes = 24;

    // "AMPRCUT1"
    private const ulong Magic = 0x315455435250_4D41;

    /// <summary>Reads the file; none, or a damaged one, is <see cref="long.MinValue"/>: then samples answer until retention next lets some go.</summary>
    public static long Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return long.MinValue;
        }

        var bytes = File.ReadAllBytes(path);
        return bytes.Length == Bytes
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Magic
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16)) == XxHash3.HashToUInt64(bytes.AsSpan(0, 16))
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8))
            : long.MinValue;
    }

    /// <summary>Puts the file in place, durably.</summary>
    public static void Write(IStoreFiles files, string folder, long fromMs)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], fromMs);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], XxHash3.HashToUInt64(bytes[..16]));
        SmallFile.Replace(files, Path.Combine(folder, FileName), bytes);
    }
}

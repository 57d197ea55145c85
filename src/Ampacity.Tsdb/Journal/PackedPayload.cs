using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ampacity.Tsdb;

/// <summary>
/// The payload of a <see cref="JournalRecordKind.Packed"/> record: members u32 · samples u32 · series u32 each · a blob of <see cref="FrozenPolls"/>.
/// </summary>
internal readonly ref struct PackedPayload
{
    private const int HeadBytes = 8;

    private PackedPayload(ReadOnlySpan<int> seriesNumbers, ReadOnlySpan<byte> blob, BlobSummary summary)
    {
        SeriesNumbers = seriesNumbers;
        Blob = blob;
        Summary = summary;
    }

    /// <summary>Members of the group, in its order.</summary>
    public ReadOnlySpan<int> SeriesNumbers { get; }

    /// <summary>Their polls, without slack behind.</summary>
    public ReadOnlySpan<byte> Blob { get; }

    /// <summary>What is in the blob.</summary>
    public BlobSummary Summary { get; }

    public static int BytesFor(int members, int blobBytes) => HeadBytes + (members * sizeof(int)) + blobBytes;

    public static void Write(Span<byte> payload, ReadOnlySpan<int> seriesNumbers, int samples, ReadOnlySpan<byte> blob)
    {
        BinaryPrimitives.WriteInt32LittleEndian(payload, seriesNumbers.Length);
        BinaryPrimitives.WriteInt32LittleEndian(payload[4..], samples);
        MemoryMarshal.AsBytes(seriesNumbers).CopyTo(payload[HeadBytes..]);
        blob.CopyTo(payload[(HeadBytes + (seriesNumbers.Length * sizeof(int)))..]);
    }

    /// <summary>Reads a payload whose checksum held; false when it is none that a store writes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out PackedPayload packed)
    {
        packed = default;
        if (payload.Length < HeadBytes)
        {
            return false;
        }

        var members = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        var samples = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        if (members is 0 or > StampGroup.MaxMembers || payload.Length < HeadBytes + (members * sizeof(int)))
        {
            return false;
        }

        var numbers = MemoryMarshal.Cast<byte, int>(payload.Slice(HeadBytes, (int)members * sizeof(int)));
        var blob = payload[(HeadBytes + ((int)members * sizeof(int)))..];
        if (!BlobSummary.TryRead(blob, (int)members, out var summary) || summary.Samples != samples)
        {
            return false;
        }

        packed = new PackedPayload(numbers, blob, summary);
        return true;
    }
}

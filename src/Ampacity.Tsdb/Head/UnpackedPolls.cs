using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ampacity.Tsdb;

/// <summary>Frozen polls of a group whose rows are still as they were in its slab; a view on a blob of <see cref="FrozenPolls"/>.</summary>
/// <remarks>Head: flags u8 · polls u8 · members u16 · 0 u32, then the words of the slab.</remarks>
internal readonly ref struct UnpackedPolls
{
    /// <summary>Bytes before the slab.</summary>
    public const int HeadBytes = 8;

    public UnpackedPolls(ReadOnlySpan<byte> blob)
    {
        Count = blob[1];
        int members = BinaryPrimitives.ReadUInt16LittleEndian(blob[2..]);
        var shape = new StampGroup { Members = members };

        // Rows are views that can be written through; whoever has a blob only reads it.
        var slab = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(blob[HeadBytes..]), shape.SlabWords * sizeof(ulong));
        Rows = new OpenRows(MemoryMarshal.Cast<byte, ulong>(slab), members, shape.PresenceWords);
    }

    /// <summary>Polls.</summary>
    public int Count { get; }

    /// <summary>Times, presence and values.</summary>
    public OpenRows Rows { get; }

    /// <summary>Writes the bytes before the slab.</summary>
    public static void WriteHead(Span<byte> head, int polls, int members)
    {
        head.Clear();
        (head[0], head[1]) = (FrozenPolls.Unpacked, (byte)polls);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)members);
    }

    /// <summary>Which polls have a sample of a member, a bit each.</summary>
    public uint MaskOf(int member)
    {
        var mask = 0u;
        for (var poll = 0; poll < Count; poll++)
        {
            mask |= Rows.Has(poll, member) ? 1u << poll : 0;
        }

        return mask;
    }
}

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Polls of a group that take no more samples, each full slab as one blob: its times once, and every member's values behind one another.
/// </summary>
/// <remarks>
/// Bytes of a blob: <c>flags u8</c> (1 some samples are missing, 2 qualities follow) · <c>polls u8</c> · times (first as varint, then steps, then
/// changes of the step) · <c>bytes u8</c> for each member · for each member its <c>presence u16</c> if flag 1 · for each member and poll its
/// <c>quality u8</c> if flag 2 · for each member its values by <see cref="ValueCodec"/>. A packed segment of the journal holds them too (docs/formats/journal.md).
/// A start has no time to encode what it reads back: flag 4 says that the blob is <c>flags u8 · polls u8 · members u16 · 0 u32</c> and then the
/// group's slab as it lay there (<see cref="UnpackedPolls"/>), until <see cref="PackSome"/> has come to it.
/// One thread writes; see <see cref="SampleHead"/>.
/// </remarks>
internal sealed class FrozenPolls(SparePages? spare = null)
{
    /// <summary>Samples are missing.</summary>
    public const byte Gaps = 1;

    /// <summary>Not all qualities are good.</summary>
    public const byte Judged = 2;

    /// <summary>The rows are as they were in the slab.</summary>
    public const byte Unpacked = 4;

    private readonly BlobPages _blobs = new(spare);
    private BlobPages _unpacked = new();
    private readonly byte[] _scratch = new byte[4096 + (StampGroup.MaxMembers * (ValueCodec.MaxBytes + 3 + StampGroup.MaxPolls))];
    private Entry[] _entries = new Entry[64];
    private int _used = 1;
    private int _free;
    private int _packedTo = 1;

    /// <summary>Pages of packed blobs, for whoever ends them.</summary>
    public IEnumerable<byte[]> Pages => _blobs.Pages;

    /// <summary>Bytes of blobs and their entries.</summary>
    public long Bytes => _blobs.Bytes + _unpacked.Bytes + (_entries.Length * 48L);

    /// <summary>Bytes of blobs that are not packed yet.</summary>
    public long UnpackedBytes => _unpacked.LiveBytes;

    /// <summary>The entry of a blob.</summary>
    public ref readonly Entry this[int number] => ref _entries[number];

    /// <summary>The samples of a blob up to a time are gone for readers: they count no more, and it begins after them.</summary>
    public int DropThrough(int number, int members, long throughMs)
    {
        ref var entry = ref _entries[number];
        var blob = BytesOf(number);
        var reader = new BlobReader();
        reader.Open(blob, members);
        var (gone, kept) = (0u, 0);
        for (var poll = 0; poll < reader.Polls; poll++)
        {
            var timestampMs = reader.TimeOf(poll);
            gone |= timestampMs >= entry.FirstMs && timestampMs <= throughMs ? 1u << poll : 0;
            kept += timestampMs <= throughMs ? 1 : 0;
        }

        var samples = 0;
        for (var member = 0; member < members; member++)
        {
            samples += BitOperations.PopCount(reader.MaskOf(blob, member) & gone);
        }

        entry.FirstMs = reader.TimeOf(kept);
        entry.Samples -= samples;
        return samples;
    }

    /// <summary>The bytes of a blob, with slack behind them.</summary>
    public ReadOnlySpan<byte> BytesOf(int number) => (_entries[number].IsUnpacked ? _unpacked : _blobs).At(_entries[number].Place);

    /// <summary>Freezes the open rows of a group; returns the number of the blob, behind <paramref name="previous"/>, or 0 when they hold no sample.</summary>
    public int Add(in OpenRows rows, int polls, ReadOnlySpan<SampleQuality> qualities, int previous)
    {
        var length = Encode(rows, polls, qualities, out var samples);
        if (samples == 0)
        {
            return 0;
        }

        return AddEntry(
            new Entry { Place = _blobs.Add(_scratch.AsSpan(0, length)), FirstMs = rows.Times[0], LastMs = rows.Times[polls - 1], Samples = samples }, previous);
    }

    /// <summary>Keeps the open rows of a group, all good, as they are; otherwise like <see cref="Add"/>.</summary>
    public int AddUnpacked(ReadOnlySpan<ulong> slab, in OpenRows rows, int polls, int previous)
    {
        var samples = rows.CountSamples(polls);
        if (samples == 0)
        {
            return 0;
        }

        Span<byte> head = stackalloc byte[UnpackedPolls.HeadBytes];
        UnpackedPolls.WriteHead(head, polls, rows.Members.Length);
        var place = _unpacked.Add(head, MemoryMarshal.AsBytes(slab));
        return AddEntry(
            new Entry { Place = place, IsUnpacked = true, FirstMs = rows.Times[0], LastMs = rows.Times[polls - 1], Samples = samples }, previous);
    }

    /// <summary>Takes a blob that this class made before, in this process or another.</summary>
    /// <param name="blob">Without slack behind; <see cref="BlobSummary.TryRead"/> has found it right.</param>
    /// <param name="summary">What is in it.</param>
    /// <param name="previous">The blob before it in its group, or 0.</param>
    public int AddPacked(ReadOnlySpan<byte> blob, in BlobSummary summary, int previous) => AddEntry(
        new Entry { Place = _blobs.Add(blob), FirstMs = summary.FirstMs, LastMs = summary.LastMs, Samples = summary.Samples }, previous);

    /// <summary>Packs what <see cref="AddUnpacked"/> kept, oldest first, until so many samples are done; false when none is left.</summary>
    public bool PackSome(int samples)
    {
        for (; _packedTo < _used && _unpacked.LiveBytes > 0; _packedTo++)
        {
            ref var entry = ref _entries[_packedTo];
            if (!entry.IsUnpacked)
            {
                continue;
            }

            if (samples <= 0)
            {
                return true;
            }

            var polls = new UnpackedPolls(_unpacked.At(entry.Place));
            var length = Encode(polls.Rows, polls.Count, default, out var packed);
            _unpacked.Free(entry.Place);
            (entry.Place, entry.IsUnpacked) = (_blobs.Add(_scratch.AsSpan(0, length)), false);
            samples -= packed;
        }

        if (_unpacked.Bytes > 0)
        {
            _unpacked = new BlobPages();
        }

        return false;
    }

    /// <summary>Gives a blob back and returns the one behind it.</summary>
    public int Free(int number)
    {
        var next = _entries[number].Next;
        (_entries[number].IsUnpacked ? _unpacked : _blobs).Free(_entries[number].Place);
        _entries[number] = new Entry { Next = _free };
        _free = number;
        return next;
    }

    private int AddEntry(in Entry entry, int previous)
    {
        var number = _free != 0 ? _free : _used++;
        if (number == _entries.Length)
        {
            Array.Resize(ref _entries, number * 2);
        }

        _free = _free != 0 ? _entries[number].Next : 0;
        _entries[number] = entry;
        if (previous != 0)
        {
            _entries[previous].Next = number;
        }

        return number;
    }

    private int Encode(in OpenRows rows, int polls, ReadOnlySpan<SampleQuality> qualities, out int samples)
    {
        var members = rows.Members.Length;
        var output = _scratch.AsSpan();
        output[1] = (byte)polls;
        var at = 2;
        WriteTimes(rows.Times[..polls], output, ref at);
        var lengths = output.Slice(at, members);
        at += members;
        var flags = IsComplete(rows, polls) ? 0 : Gaps;
        var masks = output.Slice(at, flags == 0 ? 0 : members * 2);
        at += masks.Length;
        if (!qualities.IsEmpty)
        {
            flags |= Judged;
            for (var member = 0; member < members; member++)
            {
                for (var poll = 0; poll < polls; poll++)
                {
                    output[at++] = (byte)qualities[(poll * members) + member];
                }
            }
        }

        samples = 0;
        Span<double> values = stackalloc double[StampGroup.MaxPolls];
        for (var member = 0; member < members; member++)
        {
            var (used, mask) = (0, 0);
            for (var poll = 0; poll < polls; poll++)
            {
                if ((flags & Gaps) == 0 || rows.Has(poll, member))
                {
                    values[used++] = rows.Values(poll)[member];
                    mask |= 1 << poll;
                }
            }

            samples += used;
            lengths[member] = used == 0 ? (byte)0 : (byte)ValueCodec.Encode(values[..used], output[at..]);
            at += lengths[member];
            if (!masks.IsEmpty)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(masks[(member * 2)..], (ushort)mask);
            }
        }

        output[0] = (byte)flags;
        return at;
    }

    private static bool IsComplete(in OpenRows rows, int polls)
    {
        for (var poll = 0; poll < polls; poll++)
        {
            var presence = rows.Presence(poll);
            var rest = rows.Members.Length & 63;
            if (presence[..(rows.Members.Length >> 6)].IndexOfAnyExcept(ulong.MaxValue) >= 0
                || (rest != 0 && presence[^1] != (1UL << rest) - 1))
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteTimes(ReadOnlySpan<long> times, Span<byte> output, ref int at)
    {
        unchecked
        {
            var (last, step) = (0L, 0L);
            for (var i = 0; i < times.Length; i++)
            {
                // The first as it is, the second as a step, the others as the change of the step.
                var number = times[i] - last;
                ValueCodec.WriteVarint(output, ref at, i < 2 ? number : number - step);
                (last, step) = (times[i], number);
            }
        }
    }

    /// <summary>Reads the times of a blob; <paramref name="at"/> stands behind them then.</summary>
    public static int ReadTimes(ReadOnlySpan<byte> blob, Span<long> times, out int at)
    {
        unchecked
        {
            var count = blob[1];
            at = 2;
            var (last, step) = (0L, 0L);
            for (var i = 0; i < count; i++)
            {
                var number = ValueCodec.ReadVarint(blob, ref at) + (i < 2 ? 0 : step);
                last += number;
                times[i] = last;
                step = number;
            }

            return count;
        }
    }

    /// <summary>Reads the times of a blob that anybody may have written; false when it has not so many.</summary>
    public static bool TryReadTimes(ReadOnlySpan<byte> blob, Span<long> times, out int at)
    {
        at = 2;
        unchecked
        {
            var (last, step) = (0L, 0L);
            for (var i = 0; i < times.Length; i++)
            {
                if (!ValueCodec.TryReadVarint(blob, ref at, out var number))
                {
                    return false;
                }

                step = number + (i < 2 ? 0 : step);
                last += step;
                times[i] = last;
            }
        }

        return true;
    }

    /// <summary>What is known of a blob without reading it.</summary>
    public struct Entry
    {
        public BlobPlace Place;
        public bool IsUnpacked;
        public long FirstMs;
        public long LastMs;
        public int Samples;

        /// <summary>The blob behind it in its group, or 0; in an unused entry the next unused one.</summary>
        public int Next;
    }
}

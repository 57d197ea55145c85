using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// The payload of a <see cref="JournalRecordKind.Samples"/> record:
/// polls u32 · samples u32 · flags u32 · (time i64, count u32) per poll · series u32 each · values f64 each · qualities u8 each if flag 1.
/// </summary>
internal readonly ref struct SamplesPayload
{
    private const int HeadBytes = 12;
    private const int PollBytes = 12;

    // The end of year 9999, beyond any clock; no sample before 1970 is taken either.
    private const long MaxTimestampMs = 253_402_300_799_999;

    private readonly ReadOnlySpan<byte> _polls;
    private readonly ReadOnlySpan<byte> _qualities;

    private SamplesPayload(ReadOnlySpan<byte> payload, int polls, int samples, bool withQualities)
    {
        PollCount = polls;
        Count = samples;
        _polls = payload.Slice(HeadBytes, polls * PollBytes);
        var rest = payload[(HeadBytes + (polls * PollBytes))..];
        SeriesNumbers = MemoryMarshal.Cast<byte, int>(rest[..(samples * 4)]);
        Values = MemoryMarshal.Cast<byte, double>(rest.Slice(samples * 4, samples * 8));
        _qualities = withQualities ? rest[(samples * 12)..] : default;
    }

    public int PollCount { get; }

    public int Count { get; }

    public ReadOnlySpan<int> SeriesNumbers { get; }

    public ReadOnlySpan<double> Values { get; }

    public bool HasQualities => !_qualities.IsEmpty;

    public Poll PollAt(int index) => new(
        BinaryPrimitives.ReadInt64LittleEndian(_polls[(index * PollBytes)..]),
        BinaryPrimitives.ReadInt32LittleEndian(_polls[((index * PollBytes) + 8)..]));

    public SampleQuality QualityAt(int index) => _qualities.IsEmpty ? SampleQuality.Good : (SampleQuality)_qualities[index];

    public static int BytesFor(int polls, int samples, bool withQualities) =>
        HeadBytes + (polls * PollBytes) + (samples * (withQualities ? 13 : 12));

    public static void Write(
        Span<byte> payload, ReadOnlySpan<Poll> polls, ReadOnlySpan<int> series, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities)
    {
        BinaryPrimitives.WriteInt32LittleEndian(payload, polls.Length);
        BinaryPrimitives.WriteInt32LittleEndian(payload[4..], values.Length);
        BinaryPrimitives.WriteInt32LittleEndian(payload[8..], qualities.IsEmpty ? 0 : 1);
        payload = payload[HeadBytes..];
        foreach (var poll in polls)
        {
            BinaryPrimitives.WriteInt64LittleEndian(payload, poll.TimestampMs);
            BinaryPrimitives.WriteInt32LittleEndian(payload[8..], poll.SampleCount);
            payload = payload[PollBytes..];
        }

        MemoryMarshal.AsBytes(series).CopyTo(payload);
        payload = payload[(series.Length * 4)..];
        MemoryMarshal.AsBytes(values).CopyTo(payload);
        MemoryMarshal.AsBytes(qualities).CopyTo(payload[(values.Length * 8)..]);
    }

    /// <summary>
    /// Reads a payload whose checksum held; false when its counts do not agree, or a time or quality is none that a store takes: a bug of the
    /// writer, or somebody wrote the file.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out SamplesPayload samples)
    {
        samples = default;
        if (payload.Length < HeadBytes)
        {
            return false;
        }

        long polls = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        long count = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]);
        if (flags > 1 || HeadBytes + (polls * PollBytes) + (count * (flags == 1 ? 13 : 12)) != payload.Length)
        {
            return false;
        }

        samples = new SamplesPayload(payload, (int)polls, (int)count, flags == 1);
        long sum = 0;
        for (var i = 0; i < samples.PollCount; i++)
        {
            var (timestampMs, run) = samples.PollAt(i);
            if (run <= 0 || timestampMs is < 0 or > MaxTimestampMs)
            {
                return false;
            }

            sum += run;
        }

        return sum == count && samples._qualities.IndexOfAnyExceptInRange((byte)SampleQuality.Good, (byte)SampleQuality.OutOfRange) < 0;
    }
}

/// <summary>The payload of a <see cref="JournalRecordKind.Series"/> record: (number u32 · length u32 · canonical labels) until its end.</summary>
internal ref struct SeriesPayload(ReadOnlySpan<byte> payload)
{
    public const int EntryHeadBytes = 8;

    private ReadOnlySpan<byte> _rest = payload;

    public int Number { get; private set; }

    public ReadOnlySpan<byte> CanonicalLabels { get; private set; }

    /// <summary>Steps to the next entry; false at the end, or where the bytes are not an entry.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < EntryHeadBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
        if (length > _rest.Length - EntryHeadBytes)
        {
            return false;
        }

        Number = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        CanonicalLabels = _rest.Slice(EntryHeadBytes, (int)length);
        _rest = _rest[(EntryHeadBytes + (int)length)..];
        return Number >= 0;
    }

    public static void WriteEntry(Span<byte> at, int number, ReadOnlySpan<byte> canonicalLabels)
    {
        BinaryPrimitives.WriteInt32LittleEndian(at, number);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], canonicalLabels.Length);
        canonicalLabels.CopyTo(at[EntryHeadBytes..]);
    }
}

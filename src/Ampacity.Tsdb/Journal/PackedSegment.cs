using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// The file of a packed segment while it is written: labels as they stand in the segments that it stands for, then the polls of heads that were filled
/// from them. A sixth of the bytes, and a start takes the polls as they are.
/// </summary>
/// <remarks>One thread.</remarks>
internal sealed class PackedSegment : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly SegmentHeader _header;
    private readonly IStoreFile _file;
    private byte[] _buffer = new byte[BufferBytes];
    private int _used;
    private long _written;

    /// <summary>Begins a file that must not exist.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public PackedSegment(IStoreFiles files, string path, in SegmentHeader header)
    {
        _header = header;
        _file = files.Create(path, 0);
        Span<byte> head = stackalloc byte[JournalFormat.SegmentHeaderBytes];
        JournalFormat.WriteSegmentHeader(head, header);
        _file.Write(head, 0);
        _written = head.Length;
    }

    /// <summary>Bytes so far.</summary>
    public long Bytes => _written + _used;

    /// <summary>Adds a record of labels.</summary>
    public void AddSeries(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Record(payload.Length));
        End(payload.Length, JournalRecordKind.Series);
    }

    /// <summary>Adds all that a range holds; it takes nothing any more.</summary>
    /// <param name="range">A range of the run's series.</param>
    /// <param name="rest">Called now and then.</param>
    public void AddSamples(PackedRange range, Action rest)
    {
        var head = range.Head;
        head.FreezeAll();
        var (group, members) = (0, Array.Empty<int>());
        foreach (var packed in head.PackedPolls())
        {
            (group, members) = group == packed.Group ? (group, members) : (packed.Group, Numbers(head.MembersOf(packed.Group), range.From));
            var blob = head.PackedBytes(packed.Blob, out var samples);
            var length = PackedPayload.BytesFor(members.Length, blob.Length);
            PackedPayload.Write(Record(length), members, samples, blob);
            End(length, JournalRecordKind.Packed);
            rest();
        }

        foreach (var late in head.KeptLate.InOrderOfArrival().Chunk(JournalFormat.MaxRecordSamples))
        {
            AddLate(late, range.From);
            rest();
        }
    }

    /// <summary>Makes the file durable.</summary>
    public void Finish()
    {
        Drain();
        _file.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // What came behind its series' newest, a run of one sample each.
    private void AddLate(ReadOnlySpan<(int Series, LateSample Sample)> late, int from)
    {
        var polls = new Poll[late.Length];
        var (series, values, qualities) = (new int[late.Length], new double[late.Length], new SampleQuality[late.Length]);
        for (var i = 0; i < late.Length; i++)
        {
            polls[i] = new Poll(late[i].Sample.TimestampMs, 1);
            (series[i], values[i], qualities[i]) = (late[i].Series + from, late[i].Sample.Value, late[i].Sample.Quality);
        }

        var length = SamplesPayload.BytesFor(polls.Length, polls.Length, withQualities: true);
        SamplesPayload.Write(Record(length), polls, series, values, qualities);
        End(length, JournalRecordKind.Samples);
    }

    private static int[] Numbers(int[] members, int from)
    {
        for (var i = 0; i < members.Length; i++)
        {
            members[i] += from;
        }

        return members;
    }

    // Room for a payload behind the place of its record's header.
    private Span<byte> Record(int payloadBytes)
    {
        var length = JournalFormat.RecordHeaderBytes + payloadBytes;
        if (_used + length > _buffer.Length)
        {
            Drain();
            _buffer = length > _buffer.Length ? new byte[length] : _buffer;
        }

        return _buffer.AsSpan(_used + JournalFormat.RecordHeaderBytes, payloadBytes);
    }

    private void End(int payloadBytes, JournalRecordKind kind)
    {
        var length = JournalFormat.RecordHeaderBytes + payloadBytes;
        JournalFormat.WriteRecordHeader(_buffer.AsSpan(_used, length), kind, _header);
        _used += length;
    }

    private void Drain()
    {
        if (_used > 0)
        {
            _file.Write(_buffer.AsSpan(0, _used), _written);
            _written += _used;
            _used = 0;
        }
    }
}

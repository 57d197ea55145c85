using Ampacity.Samples;
using Snappier;

namespace Ampacity.Collect;

/// <summary>Says what a series is called where it is sent, as of a sample's time; null where it is not sent at all.</summary>
/// <param name="seriesNumber">The writer's number.</param>
/// <param name="timestampMs">Time of the sample.</param>
/// <param name="untilMs">Up to which instant, exclusive, the answer holds for later samples.</param>
/// <param name="version">Another number whenever answers given before may no longer hold.</param>
public delegate LabelSet? ForwardNames(int seriesNumber, long timestampMs, out long untilMs, out long version);

/// <summary>
/// Makes remote-write requests (1.0) of batches. The labels of a series are encoded once and copied from then on; where they change, because the series
/// moved, the series under its old labels is ended with a stale marker, so that nobody counts it twice.
/// </summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class ForwardEncoder(ForwardTarget target, ForwardNames names, Func<long> version, Func<int, LabelSet> labelsOf)
{
    private readonly WireWriter _request = new();
    private readonly WireWriter _labels = new();
    private Entry[] _entries = new Entry[1024];
    private byte[] _record = [];

    /// <summary>Encodes a batch and hands out each record: the head's room, then a Snappy block; and how many samples are in it.</summary>
    public void Encode(in SampleBatch batch, ForwardRecordWriter write)
    {
        _request.Clear();
        var series = batch.SeriesNumbers.Span;
        var values = batch.Values.Span;
        var current = version();
        var (at, samples) = (0, 0);
        foreach (var poll in batch.Polls.Span)
        {
            for (var end = at + poll.SampleCount; at < end; at++)
            {
                samples += Add(series[at], poll.TimestampMs, values[at], current);
                if (samples >= target.SamplesPerRequest)
                {
                    Hand(samples, write);
                    samples = 0;
                }
            }
        }

        if (samples > 0)
        {
            Hand(samples, write);
        }
    }

    private int Add(int number, long timestampMs, double value, long current)
    {
        if (number >= _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(number + 1, _entries.Length * 2));
        }

        ref var entry = ref _entries[number];
        var raw = labelsOf(number);
        var added = 0;
        if (entry.Version != current || timestampMs < entry.FromMs || timestampMs >= entry.UntilMs || !ReferenceEquals(entry.Raw, raw))
        {
            var encoded = Encoded(names(number, timestampMs, out var untilMs, out var version));
            if (ReferenceEquals(entry.Raw, raw) && timestampMs < entry.FromMs)
            {
                // A late sample has the labels of its own time, and changes nothing for those after it.
                return encoded is null ? 0 : Sample(encoded, timestampMs, value);
            }

            if (ReferenceEquals(entry.Raw, raw) && entry.Encoded is { } before && (encoded is null || !before.AsSpan().SequenceEqual(encoded)))
            {
                added += Sample(before, timestampMs, StaleMarker.Value);
            }

            entry = new Entry(raw, encoded, timestampMs, untilMs, version);
        }

        return entry.Encoded is { } known ? added + Sample(known, timestampMs, value) : added;
    }

    // TimeSeries { 1 labels …, 2 samples { 1 value, 2 timestamp } } as field 1 of WriteRequest.
    private int Sample(byte[] labels, long timestampMs, double value)
    {
        var sample = 1 + 8 + 1 + WireWriter.SizeOf(unchecked((ulong)timestampMs));
        _request.Head(1, labels.Length + 1 + WireWriter.SizeOf((ulong)sample) + sample);
        _request.Raw(labels);
        _request.Head(2, sample);
        _request.Fixed64(1, BitConverter.DoubleToUInt64Bits(value));
        _request.Number(2, unchecked((ulong)timestampMs));
        return 1;
    }

    private byte[]? Encoded(LabelSet? labels)
    {
        if (labels is null || (target.Match.Count > 0 && !target.Match.Any(matchers => matchers.All(matcher => matcher.Matches(labels[matcher.Name])))))
        {
            return null;
        }

        _labels.Clear();
        foreach (var label in labels)
        {
            var (name, value) = (label.NameBytes.Length, label.ValueBytes.Length);
            _labels.Head(1, 1 + WireWriter.SizeOf((ulong)name) + name + 1 + WireWriter.SizeOf((ulong)value) + value);
            _labels.Bytes(1, label.NameBytes);
            _labels.Bytes(2, label.ValueBytes);
        }

        return _labels.Written.ToArray();
    }

    private void Hand(int samples, ForwardRecordWriter write)
    {
        var room = ForwardSegment.RecordHeadBytes + Snappy.GetMaxCompressedLength(_request.Length);
        if (_record.Length < room)
        {
            _record = new byte[room];
        }

        var length = Snappy.Compress(_request.Written, _record.AsSpan(ForwardSegment.RecordHeadBytes));
        _request.Clear();
        write(_record.AsSpan(0, ForwardSegment.RecordHeadBytes + length), samples);
    }

    private readonly record struct Entry(LabelSet? Raw, byte[]? Encoded, long FromMs, long UntilMs, long Version);
}

/// <summary>Takes a record: room for its head, then its content.</summary>
internal delegate void ForwardRecordWriter(Span<byte> record, int samples);

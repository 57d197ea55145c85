using System.Runtime.CompilerServices;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Reads a decompressed prometheus.WriteRequest (remote write 1.0) into columns: timeseries = 1 {labels = 1 {name = 1, value = 2},
/// samples = 2 {value = 1, timestamp = 2}, exemplars = 3, histograms = 4}, metadata = 3 {type = 1, metric_family_name = 2, help = 4, unit = 5}.
/// </summary>
/// <remarks>
/// The walk checks every byte that is not known already and touches no store; series whose spelling is new are resolved when it
/// has come to the end, so that a malformed request leaves no series behind. What senders write as a rule (labels, then samples, each field
/// once, in order and in the shortest way) is read by <see cref="ReadSeries"/>; whatever is written otherwise by <see cref="ReadAny"/>.
/// </remarks>
internal ref struct WriteRequestReader(
    ReadOnlySpan<byte> request, ReceiveScratch scratch, KnownSeries known, ISeriesWriter writer, SampleIntake intake)
{
    // Tags of one byte: field number << 3 | wire type.
    private const byte SeriesTag = (1 << 3) | ProtobufWalk.Bytes;
    private const byte LabelTag = (1 << 3) | ProtobufWalk.Bytes;
    private const byte SampleTag = (2 << 3) | ProtobufWalk.Bytes;
    private const byte TimestampTag = (2 << 3) | ProtobufWalk.Varint;

    private readonly ReadOnlySpan<byte> _request = request;
    private readonly SampleColumns _columns = scratch.Columns;
    private PlainFields _plain;
    private int _entry;
    private int _series;
    private int _samples;
    private int _exemplars;
    private int _histograms;
    private int _metadata;

    /// <summary>Reads it all.</summary>
    public ReceiveCounts Read()
    {
        for (var at = 0; at < _request.Length;)
        {
            var length = PlainFields.Length(_request[at..], SeriesTag, out var head);
            if (length >= 0)
            {
                _series++;
                ReadSeries(_request.Slice(at + head, length), at + head);
                at += head + length;
                continue;
            }

            var fields = new ProtobufWalk(_request[at..], at);
            fields.MoveNext();
            at += fields.Position;
            switch (fields.Field)
            {
                case 1 or 3:
                    fields.Expect(ProtobufWalk.Bytes);
                    ReadField(fields.Field, fields.Content, fields.ContentOffset);
                    break;
                case 4 or 5:
                    throw fields.Malformed($"field {fields.Field} is one of remote write 2.0");
            }
        }

        ResolveNew();
        NoteMetadata();
        return new ReceiveCounts
        {
            Series = _series,
            Samples = _samples,
            SeriesRefused = scratch.NewSeries.Refused,
            SeriesOverLimit = scratch.NewSeries.OverLimit,
            FirstRefusal = scratch.NewSeries.FirstRefusal,
            Exemplars = _exemplars,
            Histograms = _histograms,
            Metadata = _metadata,
        };
    }

    private void ReadField(int field, ReadOnlySpan<byte> content, int offset)
    {
        if (field == 1)
        {
            _series++;
            ReadSeries(content, offset);
            return;
        }

        _metadata++;
        CheckMetadata(content, offset);
    }

    private void ReadSeries(ReadOnlySpan<byte> series, int offset)
    {
        var sampleBytes = LastSampleBytes(series);
        if (sampleBytes > 0)
        {
            // Bytes that are known to be a whole spelling are the labels, so nothing needs to be walked to say where they end.
            var guess = known.Find(SeriesKey.Of(series[..^sampleBytes]), ref _entry);
            if (guess >= 0 && TryReadSample(series[^(sampleBytes - 2)..], guess))
            {
                return;
            }
        }

        ReadWalked(series, offset);
    }

    // Length of the one sample that the series seems to end in, with tag and length; 0 when it seems to end in several or otherwise.
    // Times from 2004 to 2527 are varints of 6 bytes; a value of zero is left out by proto3's rules.
    private static int LastSampleBytes(ReadOnlySpan<byte> series)
    {
        const int TimeBytes = 7, WithValue = 2 + 9 + TimeBytes, WithoutValue = 2 + TimeBytes;
        var length = series.Length;
        if (length <= 2 * WithValue || series[length - TimeBytes] != TimestampTag)
        {
            return 0;
        }

        var bytes = series[length - WithValue] == SampleTag && series[length - WithValue + 1] == WithValue - 2 ? WithValue
            : series[length - WithoutValue] == SampleTag && series[length - WithoutValue + 1] == WithoutValue - 2 ? WithoutValue
            : 0;
        var before = series[..^bytes];
        return before[^WithValue] == SampleTag && before[^(WithValue - 1)] == WithValue - 2 && before[^TimeBytes] == TimestampTag ? 0 : bytes;
    }

    private void ReadWalked(ReadOnlySpan<byte> series, int offset)
    {
        var spelling = 0;
        for (int length; (length = PlainFields.Length(series[spelling..], LabelTag, out var head)) >= 0;)
        {
            spelling += head + length;
        }

        var key = SeriesKey.Of(series[..spelling]);
        var number = known.Find(key, ref _entry);
        if (number >= 0)
        {
            var (mark, samples) = (_columns.Mark(), _samples);
            if (TryReadPlain(series[spelling..], number))
            {
                return;
            }

            _columns.Rewind(mark);
            _samples = samples;
        }

        ReadAny(series, offset, spelling, key, number);
    }

    // Samples as every known sender writes them; false when there is anything else, and then columns may hold a part.
    private bool TryReadPlain(ReadOnlySpan<byte> rest, int number)
    {
        while (!rest.IsEmpty)
        {
            var length = PlainFields.Length(rest, SampleTag, out var head);
            if (length < 0 || !TryReadSample(rest.Slice(head, length), number))
            {
                return false;
            }

            rest = rest[(head + length)..];
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadSample(ReadOnlySpan<byte> sample, int number)
    {
        if (!_plain.TryReadSample(sample, out var timestampMs, out var value))
        {
            return false;
        }

        CountSample();
        _columns.Add(number, timestampMs, value);
        return true;
    }

    private void ReadAny(ReadOnlySpan<byte> series, int offset, int spelling, in SeriesKey key, int number)
    {
        var (plain, from) = (true, _columns.Count);
        for (var fields = new ProtobufWalk(series, offset); fields.MoveNext();)
        {
            if (fields.Field is < 1 or > 4)
            {
                continue;
            }

            fields.Expect(ProtobufWalk.Bytes);
            switch (fields.Field)
            {
                case 1:
                    CheckLabel(fields.Content, fields.ContentOffset);
                    plain &= fields.Position <= spelling;
                    break;
                case 2:
                    CountSample();
                    var (timestampMs, value) = ProtobufWalk.ReadSample(fields.Content, fields.ContentOffset);
                    _columns.Add(number, timestampMs, value);
                    break;
                case 3:
                    _exemplars++;
                    break;
                default:
                    _histograms++;
                    break;
            }
        }

        if (number < 0 || !plain)
        {
            scratch.New.Add(new NewSpelling(_series, offset, series.Length, plain ? key : null, from, _columns.Count));
        }
    }

    private void CountSample()
    {
        if (++_samples > intake.Limits.MaxSamples)
        {
            throw new ReceiveRejectedException(413, $"the request has over {intake.Limits.MaxSamples} samples; send smaller ones");
        }
    }

    private readonly void ResolveNew()
    {
        foreach (var entry in scratch.New)
        {
            scratch.NewSeries.Begin();
            for (var fields = new ProtobufWalk(_request.Slice(entry.Offset, entry.Length), entry.Offset); fields.MoveNext();)
            {
                if (fields.Field == 1)
                {
                    ReadLabel(fields.Content, fields.ContentOffset, out var name, out var value);
                    scratch.NewSeries.Add(name, value);
                }
            }

            var number = scratch.NewSeries.Resolve(writer, entry);
            if (number >= 0 && entry.Key is { } key)
            {
                known.Add(key, number, _columns.Lease);
            }

            _columns.SetSeries(entry.FromSample, entry.ToSample, number);
        }

        if (scratch.NewSeries.Refused + scratch.NewSeries.OverLimit > 0)
        {
            _columns.DropRefused();
        }
    }

    private static void CheckLabel(ReadOnlySpan<byte> label, int offset) => ReadLabel(label, offset, out _, out _);

    private static void ReadLabel(ReadOnlySpan<byte> label, int offset, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = default;
        value = default;
        for (var fields = new ProtobufWalk(label, offset); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                fields.Expect(ProtobufWalk.Bytes);
                name = fields.Content;
            }
            else if (fields.Field == 2)
            {
                fields.Expect(ProtobufWalk.Bytes);
                value = fields.Content;
            }
        }
    }

    private static void CheckMetadata(ReadOnlySpan<byte> metadata, int offset)
    {
        for (var fields = new ProtobufWalk(metadata, offset); fields.MoveNext();)
        {
            if (fields.Field is 1 or 2 or 4 or 5)
            {
                fields.Expect(fields.Field == 1 ? ProtobufWalk.Varint : ProtobufWalk.Bytes);
            }
        }
    }

    // When the whole request is known to be well formed.
    private readonly void NoteMetadata()
    {
        if (_metadata == 0)
        {
            return;
        }

        for (var fields = new ProtobufWalk(_request, 0); fields.MoveNext();)
        {
            if (fields.Field == 3)
            {
                NoteMetadata(fields.Content, fields.ContentOffset);
            }
        }
    }

    private readonly void NoteMetadata(ReadOnlySpan<byte> metadata, int offset)
    {
        var kind = MetricKind.Unknown;
        ReadOnlySpan<byte> name = default, help = default, unit = default;
        for (var fields = new ProtobufWalk(metadata, offset); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    kind = fields.Number <= (ulong)MetricKind.StateSet ? (MetricKind)fields.Number : MetricKind.Unknown;
                    break;
                case 2:
                    name = fields.Content;
                    break;
                case 4:
                    help = fields.Content;
                    break;
                case 5:
                    unit = fields.Content;
                    break;
            }
        }

        intake.Metadata.Note(name, kind, help, unit);
    }
}

using System.Text;
using System.Text.Unicode;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Reads a decompressed prometheus.WriteRequest (remote write 1.0) into columns: timeseries = 1 {labels = 1 {name = 1, value = 2},
/// samples = 2 {value = 1, timestamp = 2}, exemplars = 3, histograms = 4}, metadata = 3.
/// </summary>
/// <remarks>
/// The walk checks every byte that is not known already and touches no store; series whose spelling is new are resolved when it
/// has come to the end, so that a malformed request leaves no series behind.
/// </remarks>
internal ref struct WriteRequestReader(
    ReadOnlySpan<byte> request, RemoteWriteColumns columns, KnownLabels known, ISeriesWriter writer, RemoteWriteLimits limits)
{
    private readonly ReadOnlySpan<byte> _request = request;

    public int Series { get; private set; }

    public int Samples { get; private set; }

    public int SeriesRefused { get; private set; }

    public int SeriesOverLimit { get; private set; }

    public string? FirstRefusal { get; private set; }

    public int Exemplars { get; private set; }

    public int Histograms { get; private set; }

    public int Metadata { get; private set; }

    /// <summary>Reads it all.</summary>
    public void Read()
    {
        for (var fields = new ProtobufWalk(_request, 0); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                fields.Expect(ProtobufWalk.Bytes);
                Series++;
                ReadSeries(fields.Content, fields.ContentOffset);
            }
            else if (fields.Field == 3)
            {
                fields.Expect(ProtobufWalk.Bytes);
                Metadata++;
            }
        }

        ResolveNew();
    }

    private void ReadSeries(ReadOnlySpan<byte> series, int offset)
    {
        var (spelling, labelsFirst, from) = (0, true, columns.Count);
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
                    labelsFirst &= spelling == fields.ContentOffset - offset - FieldHeadBytes(fields.Content.Length);
                    spelling = fields.Position;
                    break;
                case 2:
                    if (++Samples > limits.MaxSamples)
                    {
                        throw new RemoteWriteRejectedException(413, $"the request has over {limits.MaxSamples} samples; send smaller ones");
                    }

                    var (timestampMs, value) = ReadSample(fields.Content, fields.ContentOffset);
                    columns.Add(timestampMs, value);
                    break;
                case 3:
                    Exemplars++;
                    break;
                default:
                    Histograms++;
                    break;
            }
        }

        var number = labelsFirst ? known.Find(series[..spelling]) : -1;
        if (number >= 0)
        {
            columns.SetSeries(from, columns.Count, number);
            return;
        }

        CheckLabels(series, offset);
        columns.New.Add(new NewSpelling(Series, offset, series.Length, labelsFirst ? spelling : 0, from, columns.Count));
    }

    // A tag of one byte and the shortest length: a field written otherwise, or not right behind the label before, is not a known spelling.
    private static int FieldHeadBytes(int length) => length < 1 << 7 ? 2 : length < 1 << 14 ? 3 : length < 1 << 21 ? 4 : 5;

    private static void CheckLabels(ReadOnlySpan<byte> series, int offset)
    {
        for (var fields = new ProtobufWalk(series, offset); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                ReadLabel(fields.Content, fields.ContentOffset, out _, out _);
            }
        }
    }

    private void ResolveNew()
    {
        foreach (var entry in columns.New)
        {
            var series = _request.Slice(entry.Offset, entry.Length);
            if (TryResolve(series, entry, out var number) && entry.SpellingLength > 0)
            {
                known.Add(series[..entry.SpellingLength], number);
            }

            columns.SetSeries(entry.FromSample, entry.ToSample, number);
        }

        if (SeriesRefused + SeriesOverLimit > 0)
        {
            columns.DropRefused();
        }
    }

    private bool TryResolve(ReadOnlySpan<byte> series, in NewSpelling entry, out int number)
    {
        number = -1;
        columns.Labels.Clear();
        var refusal = Gather(series, entry.Offset);
        if (refusal is null)
        {
            try
            {
                number = writer.Resolve(columns.Labels.WriteCanonical());
                return true;
            }
            catch (ArgumentException error)
            {
                refusal = error.Message;
            }
            catch (SeriesLimitException error)
            {
                SeriesOverLimit++;
                FirstRefusal ??= error.Message;
                return false;
            }
        }

        SeriesRefused++;
        FirstRefusal ??= $"{refusal} (series {entry.Ordinal} of the request, at byte {entry.Offset} after decompression)";
        return false;
    }

    private readonly string? Gather(ReadOnlySpan<byte> series, int offset)
    {
        var hasName = false;
        for (var fields = new ProtobufWalk(series, offset); fields.MoveNext();)
        {
            if (fields.Field != 1)
            {
                continue;
            }

            ReadLabel(fields.Content, fields.ContentOffset, out var name, out var value);
            if (name.IsEmpty)
            {
                return "a label has no name";
            }

            if (name.Length > limits.MaxNameBytes || !Utf8.IsValid(name))
            {
                return name.Length > limits.MaxNameBytes ? $"a label's name has {name.Length} bytes, the limit is {limits.MaxNameBytes}" : "a label's name is not UTF-8";
            }

            if (value.Length > limits.MaxValueBytes || !Utf8.IsValid(value))
            {
                var label = Encoding.UTF8.GetString(name);
                return value.Length > limits.MaxValueBytes
                    ? $"the value of label {label} has {value.Length} bytes, the limit is {limits.MaxValueBytes}" : $"the value of label {label} is not UTF-8";
            }

            if (columns.Labels.Count == limits.MaxLabels)
            {
                return $"it has over {limits.MaxLabels} labels";
            }

            hasName |= !value.IsEmpty && name.SequenceEqual("__name__"u8);
            columns.Labels.Add(name, value);
        }

        return hasName ? null : "it has no metric name (label __name__)";
    }

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

    private static (long TimestampMs, double Value) ReadSample(ReadOnlySpan<byte> sample, int offset)
    {
        var (timestampMs, value) = (0L, 0.0);
        for (var fields = new ProtobufWalk(sample, offset); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                fields.Expect(ProtobufWalk.Fixed64);
                value = BitConverter.UInt64BitsToDouble(fields.Number);
            }
            else if (fields.Field == 2)
            {
                fields.Expect(ProtobufWalk.Varint);
                timestampMs = unchecked((long)fields.Number);
            }
        }

        return (timestampMs, value);
    }
}

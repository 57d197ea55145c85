using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ampacity.Collect;

/// <summary>Which of OTLP's kinds of metric; the numbers are the fields of opentelemetry.proto.metrics.v1.Metric.</summary>
internal enum OtlpKind
{
    Gauge = 5,
    Sum = 7,
    Histogram = 9,
    ExponentialHistogram = 10,
    Summary = 11,
}

/// <summary>A data point taken apart; spans over the request.</summary>
internal ref struct OtlpPoint
{
    // FLAG_NO_RECORDED_VALUE_MASK: the source has no value any more.
    private const ulong NoRecordedValue = 1;

    public ReadOnlySpan<byte> Bytes { get; private init; }

    public int Offset { get; private init; }

    /// <summary>UTC milliseconds; 0 when the point says no time.</summary>
    public long TimestampMs { get; private set; }

    public bool IsStale { get; private set; }

    /// <summary>Of gauges and sums; null when the point has none.</summary>
    public double? Value { get; private set; }

    /// <summary>Of histograms and summaries.</summary>
    public ulong Count { get; private set; }

    public double? Sum { get; private set; }

    public int Exemplars { get; private set; }

    /// <summary>The attributes' fields when they stand together, so that they can be hashed where they lie.</summary>
    public ReadOnlySpan<byte> Attributes { get; private set; }

    public bool AttributesStandTogether { get; private set; }

    /// <summary>The field of attributes: 7, of histograms 9.</summary>
    public int AttributeField { get; private init; }

    /// <summary>Reads NumberDataPoint, HistogramDataPoint or SummaryDataPoint; buckets and bounds go to the lists.</summary>
    public static OtlpPoint Read(ReadOnlySpan<byte> bytes, int offset, OtlpKind kind, List<ulong> buckets, List<double> bounds)
    {
        buckets.Clear();
        bounds.Clear();
        var isHistogram = kind == OtlpKind.Histogram;
        var point = new OtlpPoint { Bytes = bytes, Offset = offset, AttributeField = isHistogram ? 9 : 7, AttributesStandTogether = true };
        var (from, to, at) = (-1, 0, 0);
        for (var fields = new ProtobufWalk(bytes, offset); fields.MoveNext(); at = fields.Position)
        {
            if (fields.Field == point.AttributeField)
            {
                fields.Expect(ProtobufWalk.Bytes);
                point.AttributesStandTogether &= from < 0 || at == to;
                from = from < 0 ? at : from;
                to = fields.Position;
            }
            else if (fields.Field == 3)
            {
                // Nanoseconds; what is over 292 years from 1970 is past any limit of ours all the same.
                point.TimestampMs = (long)(Fixed(fields) / 1_000_000);
            }
            else if (fields.Field == point.AttributeField + 1)
            {
                fields.Expect(ProtobufWalk.Varint);
                point.IsStale = (fields.Number & NoRecordedValue) != 0;
            }
            else if (kind is OtlpKind.Gauge or OtlpKind.Sum)
            {
                point.ReadNumber(fields);
            }
            else
            {
                point.ReadDistribution(fields, isHistogram, buckets, bounds);
            }
        }

        point.Attributes = from < 0 ? default : bytes[from..to];
        return point;
    }

    // NumberDataPoint: as_double = 4, exemplars = 5, as_int = 6.
    private void ReadNumber(in ProtobufWalk fields)
    {
        switch (fields.Field)
        {
            case 4:
                Value = BitConverter.UInt64BitsToDouble(Fixed(fields));
                break;
            case 5:
                Exemplars++;
                break;
            case 6:
                Value = unchecked((long)Fixed(fields));
                break;
        }
    }

    // count = 4, sum = 5; HistogramDataPoint: bucket_counts = 6, explicit_bounds = 7, exemplars = 8.
    private void ReadDistribution(in ProtobufWalk fields, bool isHistogram, List<ulong> buckets, List<double> bounds)
    {
        switch (fields.Field)
        {
            case 4:
                Count = Fixed(fields);
                break;
            case 5:
                Sum = BitConverter.UInt64BitsToDouble(Fixed(fields));
                break;
            case 6 when isHistogram:
                ReadFixed(fields, buckets);
                break;
            case 7 when isHistogram:
                ReadFixed(fields, bounds);
                break;
            case 8 when isHistogram:
                Exemplars++;
                break;
        }
    }

    private static ulong Fixed(in ProtobufWalk fields)
    {
        fields.Expect(ProtobufWalk.Fixed64);
        return fields.Number;
    }

    // Packed, or one by one; a reader has to take both.
    private static void ReadFixed<T>(in ProtobufWalk fields, List<T> into)
        where T : unmanaged
    {
        if (fields.WireType == ProtobufWalk.Fixed64)
        {
            var number = fields.Number;
            into.Add(MemoryMarshal.Cast<ulong, T>(new ReadOnlySpan<ulong>(in number))[0]);
            return;
        }

        fields.Expect(ProtobufWalk.Bytes);
        if (fields.Content.Length % sizeof(ulong) != 0)
        {
            throw fields.Malformed("a packed field that is no whole number of 8 bytes");
        }

        for (var rest = fields.Content; !rest.IsEmpty; rest = rest[sizeof(ulong)..])
        {
            var number = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            into.Add(MemoryMarshal.Cast<ulong, T>(new ReadOnlySpan<ulong>(in number))[0]);
        }
    }
}

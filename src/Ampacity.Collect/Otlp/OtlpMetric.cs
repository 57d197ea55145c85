namespace Ampacity.Collect;

/// <summary>A resource: what its series share. A view on the request.</summary>
internal readonly ref struct OtlpResource(ReadOnlySpan<byte> bytes, int offset)
{
    /// <summary>opentelemetry.proto.resource.v1.Resource: attributes = 1.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public int Offset { get; } = offset;

    public SeriesKey Key { get; } = SeriesKey.Of(bytes);
}

/// <summary>A metric with the kind of its data. A view on the request.</summary>
internal ref struct OtlpMetric
{
    // AGGREGATION_TEMPORALITY_DELTA and _CUMULATIVE.
    private const ulong Delta = 1;
    private const ulong Cumulative = 2;

    private ulong _temporality;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Description { get; private set; }

    public ReadOnlySpan<byte> Unit { get; private set; }

    /// <summary>Zero when the metric holds no data of a kind that is known.</summary>
    public OtlpKind Kind { get; private set; }

    public ReadOnlySpan<byte> Points { get; private set; }

    public int PointsOffset { get; private set; }

    public bool IsMonotonic { get; private set; }

    public readonly bool IsDelta => HasTemporality && _temporality == Delta;

    /// <summary>Whether it has to say how its points add up and does not.</summary>
    public readonly bool LacksTemporality => HasTemporality && _temporality is not (Delta or Cumulative);

    /// <summary>Whether its name ends in <c>_total</c>.</summary>
    public readonly bool IsCounter => Kind == OtlpKind.Sum && IsMonotonic;

    public readonly MetricKind PrometheusKind => Kind switch
    {
        OtlpKind.Histogram => MetricKind.Histogram,
        OtlpKind.Summary => MetricKind.Summary,
        OtlpKind.Sum when IsMonotonic => MetricKind.Counter,
        _ => MetricKind.Gauge,
    };

    private readonly bool HasTemporality => Kind is OtlpKind.Sum or OtlpKind.Histogram;

    /// <summary>name = 1, description = 2, unit = 3, data by kind; of a kind's message data_points = 1, aggregation_temporality = 2, is_monotonic = 3.</summary>
    public static OtlpMetric Read(ReadOnlySpan<byte> bytes, int offset)
    {
        var metric = default(OtlpMetric);
        for (var fields = new ProtobufWalk(bytes, offset); fields.MoveNext();)
        {
            if (fields.Field is < 1 or 4 or 6 or 8 or > 11)
            {
                continue;
            }

            fields.Expect(ProtobufWalk.Bytes);
            switch (fields.Field)
            {
                case 1:
                    metric.Name = fields.Content;
                    break;
                case 2:
                    metric.Description = fields.Content;
                    break;
                case 3:
                    metric.Unit = fields.Content;
                    break;
                default:
                    metric.Kind = (OtlpKind)fields.Field;
                    metric.Points = fields.Content;
                    metric.PointsOffset = fields.ContentOffset;
                    break;
            }
        }

        metric.ReadTemporality();
        return metric;
    }

    /// <summary>The key of this metric under a resource.</summary>
    public readonly SeriesKey KeyUnder(in SeriesKey resource) =>
        SeriesKey.Of([resource, SeriesKey.Of(Name), SeriesKey.Of(Unit), new SeriesKey((ulong)Kind, IsMonotonic ? 1UL : 0)]);

    private void ReadTemporality()
    {
        for (var fields = new ProtobufWalk(Points, PointsOffset); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    fields.Expect(ProtobufWalk.Bytes);
                    break;
                case 2 when HasTemporality:
                    fields.Expect(ProtobufWalk.Varint);
                    _temporality = fields.Number;
                    break;
                case 3 when HasTemporality:
                    fields.Expect(ProtobufWalk.Varint);
                    IsMonotonic = fields.Number != 0;
                    break;
            }
        }
    }
}

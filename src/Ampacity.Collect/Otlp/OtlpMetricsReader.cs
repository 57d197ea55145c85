namespace Ampacity.Collect;

/// <summary>
/// Reads an ExportMetricsServiceRequest (OTLP 1, opentelemetry.proto.collector.metrics.v1): resource_metrics = 1 {resource = 1,
/// scope_metrics = 2 {metrics = 2}} into columns.
/// </summary>
/// <remarks>
/// Two walks: the first takes the message apart to its last byte and tells the store nothing, the second takes what it found, so
/// that a malformed request leaves no series and no running sum behind.
/// </remarks>
internal ref struct OtlpMetricsReader(ReadOnlySpan<byte> request, OtlpRequest state)
{
    private readonly ReadOnlySpan<byte> _request = request;
    private long _newestMs;

    /// <summary>Walks it all; takes samples when the request's state says so.</summary>
    public void Read()
    {
        for (var fields = new ProtobufWalk(_request, 0); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                fields.Expect(ProtobufWalk.Bytes);
                ReadResource(fields.Content, fields.ContentOffset);
            }
        }
    }

    private void ReadResource(ReadOnlySpan<byte> bytes, int offset)
    {
        var resource = new OtlpResource([], offset);
        for (var fields = new ProtobufWalk(bytes, offset); fields.MoveNext();)
        {
            if (fields.Field == 1)
            {
                fields.Expect(ProtobufWalk.Bytes);
                resource = new OtlpResource(fields.Content, fields.ContentOffset);
            }
        }

        _newestMs = 0;
        for (var fields = new ProtobufWalk(bytes, offset); fields.MoveNext();)
        {
            if (fields.Field == 2)
            {
                fields.Expect(ProtobufWalk.Bytes);
                ReadScope(fields.Content, fields.ContentOffset, resource);
            }
        }

        if (_newestMs > 0)
        {
            state.TakeTarget(resource, _newestMs);
        }
    }

    private void ReadScope(ReadOnlySpan<byte> bytes, int offset, in OtlpResource resource)
    {
        for (var fields = new ProtobufWalk(bytes, offset); fields.MoveNext();)
        {
            if (fields.Field == 2)
            {
                fields.Expect(ProtobufWalk.Bytes);
                var metric = OtlpMetric.Read(fields.Content, fields.ContentOffset);
                state.Begin(resource, metric);
                ReadPoints(metric, resource);
            }
        }
    }

    private void ReadPoints(in OtlpMetric metric, in OtlpResource resource)
    {
        for (var fields = new ProtobufWalk(metric.Points, metric.PointsOffset); fields.MoveNext();)
        {
            if (fields.Field != 1)
            {
                continue;
            }

            state.CountPoint();
            if (metric.Kind == OtlpKind.ExponentialHistogram)
            {
                state.CountHistogram();
                continue;
            }

            var point = OtlpPoint.Read(fields.Content, fields.ContentOffset, metric.Kind, state.Buckets, state.Bounds);
            state.CountExemplars(point.Exemplars);
            if (WhyNot(metric, point) is { } refusal)
            {
                state.RefusePoint(refusal);
                continue;
            }

            _newestMs = Math.Max(_newestMs, point.TimestampMs);
            switch (metric.Kind)
            {
                case OtlpKind.Histogram:
                    TakeHistogram(resource, metric, point);
                    break;
                case OtlpKind.Summary:
                    TakeSummary(resource, metric, point);
                    break;
                default:
                    state.Take(resource, metric, point, OtlpRole.Value, 0, point.Value ?? 0);
                    break;
            }
        }
    }

    private readonly string? WhyNot(in OtlpMetric metric, in OtlpPoint point) =>
        metric.LacksTemporality ? "its metric says no aggregation temporality"
        : point.TimestampMs == 0 ? "it says no time"
        : metric.Kind is OtlpKind.Gauge or OtlpKind.Sum && point.Value is null && !point.IsStale ? "it has no value"
        : metric.Kind == OtlpKind.Histogram && state.Buckets.Count != state.Bounds.Count + 1 && state.Buckets.Count + state.Bounds.Count > 0
            ? $"it has {state.Buckets.Count} buckets and {state.Bounds.Count} bounds"
        : null;

    // Buckets of OTLP hold what fell into them; those of Prometheus hold it and all below.
    private readonly void TakeHistogram(in OtlpResource resource, in OtlpMetric metric, in OtlpPoint point)
    {
        ulong below = 0;
        for (var i = 0; i < state.Bounds.Count; i++)
        {
            below = unchecked(below + state.Buckets[i]);
            state.Take(resource, metric, point, OtlpRole.Bucket, state.Bounds[i], below);
        }

        state.Take(resource, metric, point, OtlpRole.Bucket, double.PositiveInfinity, point.Count);
        TakeCountAndSum(resource, metric, point);
    }

    // quantile_values = 6 {quantile = 1, value = 2}.
    private readonly void TakeSummary(in OtlpResource resource, in OtlpMetric metric, in OtlpPoint point)
    {
        for (var fields = new ProtobufWalk(point.Bytes, point.Offset); fields.MoveNext();)
        {
            if (fields.Field != 6)
            {
                continue;
            }

            fields.Expect(ProtobufWalk.Bytes);
            var (quantile, value) = (0.0, 0.0);
            for (var parts = new ProtobufWalk(fields.Content, fields.ContentOffset); parts.MoveNext();)
            {
                if (parts.Field is 1 or 2)
                {
                    parts.Expect(ProtobufWalk.Fixed64);
                    var number = BitConverter.UInt64BitsToDouble(parts.Number);
                    (quantile, value) = parts.Field == 1 ? (number, value) : (quantile, number);
                }
            }

            state.Take(resource, metric, point, OtlpRole.Quantile, quantile, value);
        }

        TakeCountAndSum(resource, metric, point);
    }

    private readonly void TakeCountAndSum(in OtlpResource resource, in OtlpMetric metric, in OtlpPoint point)
    {
        state.Take(resource, metric, point, OtlpRole.Count, 0, point.Count);
        if (point.Sum is { } sum)
        {
            state.Take(resource, metric, point, OtlpRole.Sum, 0, sum);
        }
    }
}

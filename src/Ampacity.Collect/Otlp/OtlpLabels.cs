using System.Text;

namespace Ampacity.Collect;

/// <summary>Which series of a metric a sample is of.</summary>
internal enum OtlpRole
{
    /// <summary>Of a gauge or sum.</summary>
    Value,

    /// <summary><c>_bucket</c> with <c>le</c>.</summary>
    Bucket,

    /// <summary>With <c>quantile</c>.</summary>
    Quantile,

    /// <summary><c>_count</c>.</summary>
    Count,

    /// <summary><c>_sum</c>.</summary>
    Sum,

    /// <summary><c>target_info</c> of the resource.</summary>
    TargetInfo,
}

/// <summary>Labels of a series that is new: attributes, resource and role as Prometheus maps them. Allocates; once a series.</summary>
internal sealed class OtlpLabels(OtlpOptions options, ReceiveLimits limits)
{
    private readonly List<(string Key, string Value)> _attributes = [];
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);

    /// <summary>Labels of one series of a point.</summary>
    public void Gather(NewSeries series, in OtlpResource resource, in OtlpMetric metric, in OtlpPoint point, OtlpRole role, double bound)
    {
        series.Begin();
        try
        {
            GatherOrThrow(series, resource, metric, point, role, bound);
        }
        catch (WireFormatException error)
        {
            // The walks take points apart, not their attributes, which only a new series has to have read.
            series.Refuse($"an attribute cannot be read: {error.Message}");
        }
    }

    /// <summary>Labels of <c>target_info</c>; false when the resource says nothing that it is for.</summary>
    public bool TryGatherTarget(NewSeries series, in OtlpResource resource)
    {
        series.Begin();
        try
        {
            return TryGatherTargetOrThrow(series, resource);
        }
        catch (WireFormatException error)
        {
            series.Refuse($"an attribute of the resource cannot be read: {error.Message}");
            return true;
        }
    }

    private void GatherOrThrow(NewSeries series, in OtlpResource resource, in OtlpMetric metric, in OtlpPoint point, OtlpRole role, double bound)
    {
        Collect(point.Bytes, point.Offset, point.AttributeField);
        Merge();
        var (job, instance) = ReadResource(resource, (name, value) => _labels.TryAdd(name, value), promotedOnly: true);
        SetTarget(job, instance);
        var name = OtlpNames.Metric(Encoding.UTF8.GetString(metric.Name), Encoding.UTF8.GetString(metric.Unit), metric.IsCounter, metric.Kind == OtlpKind.Gauge);
        if (name.Length == 0)
        {
            series.Refuse("nothing of its metric's name can be kept");
        }

        _labels["__name__"] = role switch
        {
            OtlpRole.Bucket => name + "_bucket",
            OtlpRole.Count => name + "_count",
            OtlpRole.Sum => name + "_sum",
            _ => name,
        };
        if (role is OtlpRole.Bucket or OtlpRole.Quantile)
        {
            _labels[role == OtlpRole.Bucket ? "le" : "quantile"] = OtlpNames.Bound(bound);
        }

        Tell(series);
    }

    private bool TryGatherTargetOrThrow(NewSeries series, in OtlpResource resource)
    {
        var (job, instance) = ReadResource(resource, (_, _) => true, promotedOnly: false);
        _attributes.RemoveAll(attribute => attribute.Key is "service.name" or "service.namespace" or "service.instance.id");
        if ((job.Length == 0 && instance.Length == 0) || _attributes.Count == 0)
        {
            return false;
        }

        Merge();
        SetTarget(job, instance);
        _labels["__name__"] = "target_info";
        Tell(series);
        return true;
    }

    private void SetTarget(string job, string instance)
    {
        if (job.Length > 0)
        {
            _labels["job"] = job;
        }

        if (instance.Length > 0)
        {
            _labels["instance"] = instance;
        }
    }

    private (string Job, string Instance) ReadResource(in OtlpResource resource, Func<string, string, bool> promote, bool promotedOnly)
    {
        Collect(resource.Bytes, resource.Offset, 1);
        string Find(string key) => _attributes.Find(attribute => attribute.Key == key).Value ?? "";
        var (name, space) = (Find("service.name"), Find("service.namespace"));
        if (promotedOnly)
        {
            foreach (var key in options.PromotedResourceAttributes)
            {
                var value = Find(key);
                if (value.Length > 0)
                {
                    promote(OtlpNames.Label(key), value);
                }
            }
        }

        return (name.Length > 0 && space.Length > 0 ? $"{space}/{name}" : name, Find("service.instance.id"));
    }

    private void Collect(ReadOnlySpan<byte> message, int offset, int field)
    {
        _attributes.Clear();
        for (var fields = new ProtobufWalk(message, offset); fields.MoveNext();)
        {
            // One over the limit is enough to be refused for it.
            if (fields.Field == field && _attributes.Count <= limits.MaxLabels)
            {
                var pair = OtlpPair.Read(fields.Content, fields.ContentOffset);
                _attributes.Add((Encoding.UTF8.GetString(pair.Key), OtlpValue.Text(pair.Value, pair.ValueOffset)));
            }
        }
    }

    // Attributes that become one label are joined by ; in the order of their own names.
    private void Merge()
    {
        _labels.Clear();
        foreach (var (key, value) in _attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            var name = OtlpNames.Label(key);
            if (name.Length > 0)
            {
                _labels[name] = _labels.TryGetValue(name, out var before) ? $"{before};{value}" : value;
            }
        }
    }

    private void Tell(NewSeries series)
    {
        foreach (var (name, value) in _labels)
        {
            series.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        }
    }
}

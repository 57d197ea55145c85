using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Changes of label sets.</summary>
internal static class LabelSetChanges
{
    private static readonly string[] NameOnly = [LabelSet.MetricName];

    /// <summary>Keys that drop the metric's name; make one for many rows, it holds the buffers.</summary>
    public static LabelKeys DroppingName() => new(NameOnly, keeps: false);

    public static LabelSet WithoutName(this LabelSet labels) => labels.WithoutName(DroppingName());

    public static LabelSet WithoutName(this LabelSet labels, LabelKeys droppingName)
    {
        var key = droppingName.Of(labels);
        return key.Length == labels.Canonical.Length ? labels : LabelSet.FromCanonical(key);
    }

    /// <summary>With a label set to a value; an empty value removes it.</summary>
    public static LabelSet With(this LabelSet labels, string name, string value)
    {
        var builder = new LabelSetBuilder();
        foreach (var label in labels)
        {
            if (!label.NameEquals(name))
            {
                builder.Add(label.NameBytes, label.ValueBytes);
            }
        }

        return builder.Add(name, value).Build();
    }
}

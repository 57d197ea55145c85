using System.Text;
using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Makes label sets out of a label set by keeping or dropping names. One thread at a time.</summary>
internal sealed class LabelKeys
{
    private readonly LabelSetBuilder _builder = new();
    private readonly byte[][] _names;
    private readonly bool _keeps;

    /// <param name="names">The names kept, or dropped.</param>
    /// <param name="keeps">Kept (<c>by</c>, <c>on</c>) or dropped (<c>without</c>, <c>ignoring</c>).</param>
    public LabelKeys(IEnumerable<string> names, bool keeps)
    {
        _names = [.. names.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        _keeps = keeps;
    }

    /// <summary>Canonical bytes of the key, valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(LabelSet labels)
    {
        _builder.Clear();
        foreach (var label in labels)
        {
            if (Names(label.NameBytes) == _keeps)
            {
                _builder.Add(label.NameBytes, label.ValueBytes);
            }
        }

        return _builder.WriteCanonical();
    }

    private bool Names(ReadOnlySpan<byte> name)
    {
        foreach (var candidate in _names)
        {
            if (name.SequenceEqual(candidate))
            {
                return true;
            }
        }

        return false;
    }
}

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

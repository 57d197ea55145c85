using System.Text;

namespace Ampacity.Collect;

/// <summary>Labels that every series of a page gets.</summary>
internal readonly struct ExtraLabels
{
    private readonly (byte[] Name, byte[] Value)[] _labels;
    private readonly LabelConflict _conflict;

    public ExtraLabels(ExpositionOptions options)
    {
        _conflict = options.Conflict;
        _labels = [.. options.ExtraLabels.Select(label => (Encoding.UTF8.GetBytes(label.Name), Encoding.UTF8.GetBytes(label.Value)))];
        Key = default;
        if (_labels.Length > 0)
        {
            Span<SeriesKey> keys = new SeriesKey[(_labels.Length * 2) + 1];
            keys[0] = new SeriesKey((ulong)_conflict, 0);
            for (var i = 0; i < _labels.Length; i++)
            {
                keys[(i * 2) + 1] = SeriesKey.Of(_labels[i].Name);
                keys[(i * 2) + 2] = SeriesKey.Of(_labels[i].Value);
            }

            Key = SeriesKey.Of(keys);
        }
    }

    /// <summary>Under which other spellings of the page are known.</summary>
    public SeriesKey Key { get; }

    /// <summary>Adds a label of the page, unless an extra one has its name.</summary>
    public void Add(NewSeries series, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        foreach (var (extra, _) in _labels)
        {
            if (name.SequenceEqual(extra))
            {
                if (_conflict == LabelConflict.Export)
                {
                    series.Add([.. "exported_"u8, .. name], value);
                }

                return;
            }
        }

        series.Add(name, value);
    }

    /// <summary>Adds the extra labels themselves.</summary>
    public void AddAll(NewSeries series)
    {
        foreach (var (name, value) in _labels)
        {
            series.Add(name, value);
        }
    }
}

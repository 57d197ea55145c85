using System.Text;
using System.Text.Unicode;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>
/// Checks and gathers the labels of a series whose spelling is new, and gets its number. Used again and again; one thread at a time.
/// </summary>
internal sealed class NewSeries(ReceiveLimits limits)
{
    private readonly LabelSetBuilder _labels = new();
    private string? _refusal;
    private bool _hasName;

    /// <summary>Series refused since <see cref="Clear"/>.</summary>
    public int Refused { get; private set; }

    /// <summary>Series that the store had no room for since <see cref="Clear"/>.</summary>
    public int OverLimit { get; private set; }

    /// <summary>Why the first was refused, or null.</summary>
    public string? FirstRefusal { get; private set; }

    /// <summary>Forgets all series and refusals.</summary>
    public void Clear()
    {
        Begin();
        (Refused, OverLimit, FirstRefusal) = (0, 0, null);
    }

    /// <summary>Begins a series.</summary>
    public void Begin()
    {
        _labels.Clear();
        (_refusal, _hasName) = (null, false);
    }

    /// <summary>Adds a label in any order; what is wrong with it is told by <see cref="Resolve"/>. Empty values are no label.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _refusal ??= WhyNot(name, value);
        if (_refusal is null)
        {
            _hasName |= !value.IsEmpty && name.SequenceEqual("__name__"u8);
            _labels.Add(name, value);
        }
    }

    /// <summary>Refuses the series for a reason of its format.</summary>
    public void Refuse(string why) => _refusal ??= why;

    /// <summary>The number of the series, or <see cref="SampleColumns.Refused"/>, which is counted.</summary>
    /// <param name="writer">Who gives numbers.</param>
    /// <param name="where">Says which series of the request it is; made only when it is refused.</param>
    public int Resolve<TWhere>(ISeriesWriter writer, TWhere where)
        where TWhere : struct, ISeriesPosition
    {
        _refusal ??= _hasName ? null : "it has no metric name (label __name__)";
        if (_refusal is null)
        {
            try
            {
                var canonical = _labels.WriteCanonical();

                // The sentence that names limit and setting is the store's: asked for once a request. Any other refusal is a number.
                return FirstRefusal is null ? writer.Resolve(canonical) : NumberOrRefused(writer.TryResolve(canonical));
            }
            catch (ArgumentException error) when (error.GetType() == typeof(ArgumentException))
            {
                // A label twice, or a set that is too long. What derives from it is a bug, of the writer or ours, and must not look like bad labels.
                _refusal = error.Message;
            }
            catch (SeriesLimitException error)
            {
                OverLimit++;
                FirstRefusal ??= error.Message;
                return SampleColumns.Refused;
            }
        }

        Refused++;
        FirstRefusal ??= $"{_refusal} ({where.Text})";
        return SampleColumns.Refused;
    }

    /// <summary>What the labels of a series that was resolved are found by, however they were spelled.</summary>
    public SeriesKey LabelsKey() => SeriesKey.Of(_labels.WriteCanonical());

    private int NumberOrRefused(int number)
    {
        if (number < 0)
        {
            OverLimit++;
            return SampleColumns.Refused;
        }

        return number;
    }

    private string? WhyNot(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty)
        {
            return "a label has no name";
        }

        if (name.Length > limits.MaxNameBytes)
        {
            return $"a label's name has {name.Length} bytes, the limit is {limits.MaxNameBytes}";
        }

        if (!Utf8.IsValid(name))
        {
            return "a label's name is not UTF-8";
        }

        if (value.Length > limits.MaxValueBytes)
        {
            return $"the value of label {Encoding.UTF8.GetString(name)} has {value.Length} bytes, the limit is {limits.MaxValueBytes}";
        }

        if (!Utf8.IsValid(value))
        {
            return $"the value of label {Encoding.UTF8.GetString(name)} is not UTF-8";
        }

        return _labels.Count == limits.MaxLabels ? $"it has over {limits.MaxLabels} labels" : null;
    }
}

/// <summary>Where in a request a series stands, for people.</summary>
internal interface ISeriesPosition
{
    string Text { get; }
}

using Ampacity.Samples;

namespace Ampacity.Topology;

/// <summary>The series of a selection that are not called the same, or do not pass the same conditions, at all times of a range.</summary>
/// <remarks>Immutable, any thread.</remarks>
internal sealed class MovedSeries
{
    private readonly Dictionary<int, int> _byPlace = [];
    private readonly List<(int Virtual, bool Passes)[]> _spans = [];

    /// <summary>Labels of each virtual series.</summary>
    public List<LabelSet> Labels { get; } = [];

    /// <summary>Whether any series moved.</summary>
    public bool IsEmpty => _byPlace.Count == 0;

    /// <summary>How many moved.</summary>
    public int Count => _byPlace.Count;

    /// <summary>Whether a series moved.</summary>
    public bool Has(int place) => _byPlace.ContainsKey(place);

    /// <summary>Places that moved.</summary>
    public IEnumerable<int> Places => _byPlace.Keys;

    /// <summary>The virtual series of a moved one in each span, and whether it passes there.</summary>
    public ReadOnlySpan<(int Virtual, bool Passes)> SpansOf(int place) => _spans[_byPlace[place]];

    /// <summary>Notes a moved series with its labels in each span.</summary>
    public void Add(int place, IReadOnlyList<LabelSet> labels, IReadOnlyList<bool> passes)
    {
        var spans = new (int, bool)[labels.Count];
        for (var i = 0; i < spans.Length; i++)
        {
            // Called the same again after it came back: the same series.
            var same = -1;
            for (var j = 0; j < i && same < 0; j++)
            {
                same = labels[j].Equals(labels[i]) ? spans[j].Item1 : -1;
            }

            if (same < 0)
            {
                same = Labels.Count;
                Labels.Add(labels[i]);
            }

            spans[i] = (same, passes[i]);
        }

        _byPlace.Add(place, _spans.Count);
        _spans.Add(spans);
    }
}

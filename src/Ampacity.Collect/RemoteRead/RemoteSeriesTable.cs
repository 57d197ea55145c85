using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>Gives each label set that a store ever answered with a number that stays its own, which is what scopes and joins go by.</summary>
/// <remarks>Any thread. Nothing is forgotten, so a number never comes to stand for another series; the limit bounds the memory.</remarks>
public sealed class RemoteSeriesTable(int maxSeries)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LabelSet, int> _numbers = new(CanonicalComparer.Instance);
    private readonly List<LabelSet> _labels = [];

    /// <summary>Series known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _labels.Count;
            }
        }
    }

    /// <summary>The labels of a number that was given.</summary>
    public LabelSet LabelsOf(int number)
    {
        lock (_lock)
        {
            return _labels[number];
        }
    }

    /// <summary>The number and the label set of canonical labels; allocates only for a new one.</summary>
    /// <exception cref="ArgumentException">The bytes are not canonical.</exception>
    /// <exception cref="ReadBudgetException">There are as many as may be known.</exception>
    internal int Resolve(ReadOnlySpan<byte> canonical, out LabelSet labels)
    {
        lock (_lock)
        {
            if (_numbers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(canonical, out var known, out var number))
            {
                labels = known;
                return number;
            }

            if (_labels.Count == maxSeries)
            {
                throw new ReadBudgetException($"over {maxSeries} series of the store have been read since the start, as many as are kept in mind; ask for fewer, or restart");
            }

            labels = LabelSet.FromCanonical(canonical);
            number = _labels.Count;
            _labels.Add(labels);
            _numbers.Add(labels, number);
            return number;
        }
    }
}

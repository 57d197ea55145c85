using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Gathers the columns of a result.</summary>
internal sealed class SampleColumns
{
    private readonly List<LabelSet> _labels = [];
    private readonly List<int> _offsets = [0];
    private long[] _timestampsMs = new long[64];
    private double[] _values = new double[64];
    private int _count;

    public void Begin(LabelSet labels)
    {
        _labels.Add(labels);
        _offsets.Add(_count);
    }

    public void Append(long timestampMs, double value)
    {
        if (_count == _values.Length)
        {
            Array.Resize(ref _timestampsMs, _count * 2);
            Array.Resize(ref _values, _count * 2);
        }

        _timestampsMs[_count] = timestampMs;
        _values[_count++] = value;
        _offsets[^1] = _count;
    }

    public void DropIfEmpty()
    {
        if (_offsets[^1] == _offsets[^2])
        {
            _labels.RemoveAt(_labels.Count - 1);
            _offsets.RemoveAt(_offsets.Count - 1);
        }
    }

    public QueryResult ToResult(QueryResultKind kind, IReadOnlyList<string> warnings, IReadOnlyList<string> infos) => new(kind)
    {
        Labels = _labels,
        Offsets = _offsets.ToArray(),
        TimestampsMs = _timestampsMs.AsMemory(0, _count),
        Values = _values.AsMemory(0, _count),
        Warnings = warnings,
        Infos = infos,
    };
}

using System.Globalization;
using System.Runtime.InteropServices;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>
/// Walks several blocks series by series, in order, and gives for each the samples of all of them in order of time. Of two at one time the one of the input
/// that comes first stays. One thread; memory is some megabytes a block, whatever their size.
/// </summary>
internal sealed class SeriesMerge(IReadOnlyList<MergeInput> inputs, int planes, CancellationToken cancellationToken)
{
    private readonly List<MergeInput> _same = [];
    private readonly List<int> _places = [];
    private readonly List<long> _timestamps = [];
    private readonly List<double>[] _values = [.. Enumerable.Range(0, planes).Select(_ => new List<double>())];
    private readonly List<SampleQuality> _qualities = [];
    private readonly List<long> _joined = [];

    /// <summary>Labels of the series; empty sets of samples are possible.</summary>
    public ReadOnlySpan<byte> Labels => _same[0].Labels;

    /// <summary>Times of its samples, ascending.</summary>
    public ReadOnlySpan<long> Times => CollectionsMarshal.AsSpan(_timestamps);

    /// <summary>One each.</summary>
    public ReadOnlySpan<SampleQuality> Qualities => CollectionsMarshal.AsSpan(_qualities);

    /// <summary>One each; of tiers, of one figure.</summary>
    public ReadOnlySpan<double> Values(int plane) => CollectionsMarshal.AsSpan(_values[plane]);

    /// <summary>Steps to the next series; false at the end.</summary>
    public bool Next()
    {
        cancellationToken.ThrowIfCancellationRequested();
        _same.ForEach(input => input.Next());
        Choose();
        if (_same.Count > 0)
        {
            Gather();
        }

        return _same.Count > 0;
    }

    /// <summary>
    /// The times of the stamp groups that the series lies at in its inputs, joined: series with the same key have the same, and can share
    /// a group again. Only the key is worth remembering.
    /// </summary>
    public string JoinTimes(out ReadOnlySpan<long> times)
    {
        _joined.Clear();
        var key = "";
        for (var i = 0; i < _same.Count; i++)
        {
            var group = _same[i].Group;
            key += string.Create(CultureInfo.InvariantCulture, $"{_places[i]}:{group} ");
            _same[i].AppendTimes(group, _joined);
        }

        if (!Ascends(_joined))
        {
            var distinct = _joined.Distinct().Order().ToArray();
            _joined.Clear();
            _joined.AddRange(distinct);
        }

        times = CollectionsMarshal.AsSpan(_joined);
        return key;
    }

    // The inputs that stand on the smallest labels.
    private void Choose()
    {
        _same.Clear();
        _places.Clear();
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].IsDone)
            {
                continue;
            }

            var order = _same.Count == 0 ? 0 : BlockOrder.Compare(inputs[i].Labels, _same[0].Labels);
            if (order < 0)
            {
                _same.Clear();
                _places.Clear();
            }

            if (order <= 0)
            {
                _same.Add(inputs[i]);
                _places.Add(i);
            }
        }
    }

    private void Gather()
    {
        _timestamps.Clear();
        _qualities.Clear();
        Array.ForEach(_values, values => values.Clear());
        foreach (var input in _same)
        {
            input.Load(cancellationToken);
            _timestamps.AddRange(input.Times);
            _qualities.AddRange(input.Qualities);
            for (var plane = 0; plane < _values.Length; plane++)
            {
                _values[plane].AddRange(input.Values(plane));
            }
        }

        if (_same.Count > 1 && !Ascends(_timestamps))
        {
            InOrder();
        }
    }

    private void InOrder()
    {
        var order = Enumerable.Range(0, _timestamps.Count).ToArray();
        var (timestamps, qualities) = (_timestamps.ToArray(), _qualities.ToArray());
        var values = _values.Select(plane => plane.ToArray()).ToArray();
        Array.Sort(order, (a, b) => (timestamps[a], a).CompareTo((timestamps[b], b)));
        _timestamps.Clear();
        _qualities.Clear();
        Array.ForEach(_values, plane => plane.Clear());
        foreach (var at in order)
        {
            if (_timestamps.Count == 0 || timestamps[at] > _timestamps[^1])
            {
                _timestamps.Add(timestamps[at]);
                _qualities.Add(qualities[at]);
                for (var plane = 0; plane < values.Length; plane++)
                {
                    _values[plane].Add(values[plane][at]);
                }
            }
        }
    }

    private static bool Ascends(List<long> times)
    {
        for (var i = 1; i < times.Count; i++)
        {
            if (times[i] <= times[i - 1])
            {
                return false;
            }
        }

        return true;
    }
}

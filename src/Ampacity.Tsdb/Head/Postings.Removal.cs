using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ampacity.Tsdb;

/// <summary>How series leave the index.</summary>
internal sealed partial class Postings
{
    /// <summary>Adds the pairs of a series to a set.</summary>
    public void AddPairs(ReadOnlySpan<byte> canonicalLabels, HashSet<int> pairs)
    {
        for (var at = 0; at < canonicalLabels.Length;)
        {
            var label = canonicalLabels.Slice(at, LabelBytes(canonicalLabels[at..]));
            var pair = PairOf(label, out var isKnown);
            if (!isKnown)
            {
                throw new InvalidOperationException("Bug: a series that is not in the index is taken out of it");
            }

            pairs.Add(pair);
            at += label.Length;
        }
    }

    /// <summary>Takes series out of a pair; true when it has none left, and can go by <see cref="RemovePairs"/> unless one comes before.</summary>
    public bool RemoveSeries(int pair, SeriesBits gone)
    {
        ref var series = ref _series[pair];
        series.More.RemoveAll(gone);
        if (!gone.Has(series.First))
        {
            return false;
        }

        if (series.More.Span.IsEmpty)
        {
            series.First = None;
            return true;
        }

        series.First = series.More.Pop();
        return false;
    }

    /// <summary>Takes out those pairs that have no series, and names that have no pair. Their numbers are given to others from now on.</summary>
    public void RemovePairs(ReadOnlySpan<int> pairs)
    {
        var gone = new SeriesBits(_pairs.Bound);
        var names = new HashSet<int>();
        var free = new List<int>();
        foreach (var pair in pairs)
        {
            if (_series[pair].First == None)
            {
                gone.Set(pair);
                names.Add(BinaryPrimitives.ReadInt32LittleEndian(_pairs.BytesOf(pair)));
                _pairs.Remove(pair);
                free.Add(pair);
            }
        }

        foreach (var name in names)
        {
            _pairsOfName[name].RemoveAll(gone);
            if (_pairsOfName[name].Span.IsEmpty)
            {
                _names.Remove(name);
                _names.Free([name]);
            }
        }

        free.Sort();
        free.Reverse();
        _pairs.Free(CollectionsMarshal.AsSpan(free));
        _lastCount = 0;
        Version++;
    }

    /// <summary>Packs what pairs left, among so many numbers from one on; returns the number to go on with, or 0 at the end.</summary>
    public int Pack(int from, int count) => _pairs.Pack(from, count, static _ => { });
}

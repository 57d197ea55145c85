using System.Buffers.Binary;
using System.Text;

namespace Ampacity.Tsdb;

/// <summary>Name → value → numbers of the series that have it, in order of arrival. The index behind matchers.</summary>
/// <remarks>
/// A label pair is a number; a pair with one series costs no object, one with more an int array. Every member except
/// <see cref="ValueOf"/> is called under the owner's lock. A pair without a series left goes, and its number is given to another
/// later: whoever leaves the lock with pairs in hand looks at <see cref="Version"/> when it is back.
/// </remarks>
internal sealed partial class Postings
{
    // The first series of a pair that has none left, as long as the pair is there.
    private const int None = -1;

    private readonly ByteTable _names = new();
    private readonly ByteTable _pairs = new();
    private Pair[] _series = new Pair[256];
    private NumberList[] _pairsOfName = new NumberList[64];
    private byte[] _key = new byte[256];

    // The labels of the series added last: their bytes, where each ends, its pair.
    private byte[] _last = new byte[256];
    private int[] _lastEnds = new int[16];
    private int[] _lastPairs = new int[16];
    private int _lastCount;

    public long Bytes => _names.Bytes + _pairs.Bytes;

    /// <summary>Another one each time that pairs have gone.</summary>
    public int Version { get; private set; }

    /// <summary>Names are below it; one without a pair is gone.</summary>
    public int NameBound => _names.Bound;

    public string NameAt(int name) => Encoding.UTF8.GetString(_names.BytesOf(name));

    /// <summary>The number of a label name, or −1.</summary>
    public int FindName(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        return _names.Find(utf8, _names.Hash(utf8));
    }

    public ReadOnlySpan<int> PairsOf(int name) => _pairsOfName[name].Span;

    /// <summary>The pair of a name and a value, or −1.</summary>
    public int FindPair(int name, string value)
    {
        var key = Key(name, Encoding.UTF8.GetBytes(value));
        return _pairs.Find(key, _pairs.Hash(key));
    }

    /// <summary>The value of a pair; any thread. Of one that is gone, anything.</summary>
    public string ValueOf(int pair)
    {
        var key = _pairs.BytesOf(pair);
        return key.Length < 4 ? "" : Encoding.UTF8.GetString(key[4..]);
    }

    /// <summary>Notes that a series has these labels.</summary>
    public void Add(int series, ReadOnlySpan<byte> canonicalLabels)
    {
        // Series that come one after the other have most labels in common, at the same places: those need no lookup.
        var count = 0;
        for (var (at, lastAt) = (0, 0); at < canonicalLabels.Length; count++)
        {
            var label = canonicalLabels.Slice(at, LabelBytes(canonicalLabels[at..]));
            if (count == _lastPairs.Length)
            {
                Array.Resize(ref _lastPairs, count * 2);
                Array.Resize(ref _lastEnds, count * 2);
            }

            var lastEnd = count < _lastCount ? _lastEnds[count] : lastAt;
            var isKnown = label.SequenceEqual(_last.AsSpan(lastAt, lastEnd - lastAt));
            var pair = isKnown ? _lastPairs[count] : PairOf(label, out isKnown);
            if (isKnown && _series[pair].First != None)
            {
                _series[pair].More.Add(series);
            }
            else
            {
                _series[pair].First = series;
            }

            (at, lastAt) = (at + label.Length, lastEnd);
            (_lastPairs[count], _lastEnds[count]) = (pair, at);
        }

        if (_last.Length < canonicalLabels.Length)
        {
            _last = new byte[canonicalLabels.Length * 2];
        }

        canonicalLabels.CopyTo(_last);
        _lastCount = count;
    }

    /// <summary>Sets the bits of the series that have this pair.</summary>
    public void SetBits(int pair, SeriesBits bits)
    {
        bits.Set(_series[pair].First);
        foreach (var series in _series[pair].More.Span)
        {
            bits.Set(series);
        }
    }

    /// <summary>Whether any series of the set has this pair.</summary>
    public bool Meets(int pair, SeriesBits bits)
    {
        if (bits.Has(_series[pair].First))
        {
            return true;
        }

        foreach (var series in _series[pair].More.Span)
        {
            if (bits.Has(series))
            {
                return true;
            }
        }

        return false;
    }

    private static int LabelBytes(ReadOnlySpan<byte> labels)
    {
        var name = BinaryPrimitives.ReadUInt16LittleEndian(labels);
        return 4 + name + BinaryPrimitives.ReadUInt16LittleEndian(labels[(2 + name)..]);
    }

    private int PairOf(ReadOnlySpan<byte> label, out bool isKnown)
    {
        var nameBytes = label.Slice(2, BinaryPrimitives.ReadUInt16LittleEndian(label));
        var hash = _names.Hash(nameBytes);
        var name = _names.Find(nameBytes, hash);
        if (name < 0)
        {
            name = _names.Add(nameBytes, hash);
            if (name >= _pairsOfName.Length)
            {
                Array.Resize(ref _pairsOfName, _pairsOfName.Length * 2);
            }
        }

        var key = Key(name, label[(4 + nameBytes.Length)..]);
        hash = _pairs.Hash(key);
        var pair = _pairs.Find(key, hash);
        isKnown = pair >= 0;
        if (!isKnown)
        {
            pair = _pairs.Add(key, hash);
            if (pair >= _series.Length)
            {
                Array.Resize(ref _series, _series.Length * 2);
            }

            _series[pair] = default;

            _pairsOfName[name].Add(pair);
        }

        return pair;
    }

    private ReadOnlySpan<byte> Key(int name, ReadOnlySpan<byte> value)
    {
        if (_key.Length < value.Length + 4)
        {
            _key = new byte[value.Length + 4];
        }

        BinaryPrimitives.WriteInt32LittleEndian(_key, name);
        value.CopyTo(_key.AsSpan(4));
        return _key.AsSpan(0, value.Length + 4);
    }

    private struct Pair
    {
        public int First;
        public NumberList More;
    }

    private struct NumberList
    {
        private int[]? _numbers;
        private int _count;

        public readonly ReadOnlySpan<int> Span => _numbers.AsSpan(0, _count);

        public void Add(int number)
        {
            if (_numbers is null)
            {
                _numbers = new int[2];
            }
            else if (_count == _numbers.Length)
            {
                Array.Resize(ref _numbers, _count * 2);
            }

            _numbers[_count++] = number;
        }

        /// <summary>Takes out numbers, and gives up the array's space when most of it is empty.</summary>
        public void RemoveAll(SeriesBits gone)
        {
            var kept = 0;
            for (var i = 0; i < _count; i++)
            {
                if (!gone.Has(_numbers![i]))
                {
                    _numbers[kept++] = _numbers[i];
                }
            }

            _count = kept;
            if (kept == 0)
            {
                _numbers = null;
            }
            else if (kept * 4 <= _numbers!.Length)
            {
                Array.Resize(ref _numbers, kept * 2);
            }
        }

        /// <summary>Takes the last number off; there must be one.</summary>
        public int Pop() => _numbers![--_count];
    }
}

using System.Buffers.Binary;
using System.Text;
using Ampacity.Samples;

namespace Ampacity.Tsdb;

/// <summary>Name → value → numbers of the series that have it, ascending. The index behind matchers.</summary>
/// <remarks>
/// A label pair is a number; a pair with one series costs no object, one with more an int array. Every member except
/// <see cref="ValueOf"/> is called under the owner's lock.
/// </remarks>
internal sealed class Postings
{
    private readonly ByteTable _names = new();
    private readonly ByteTable _pairs = new();
    private Pair[] _series = new Pair[256];
    private NumberList[] _pairsOfName = new NumberList[64];
    private byte[] _key = new byte[256];

    public long Bytes => _names.Bytes + _pairs.Bytes;

    public int NameCount => _names.Count;

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

    /// <summary>The value of a pair; any thread.</summary>
    public string ValueOf(int pair) => Encoding.UTF8.GetString(_pairs.BytesOf(pair)[4..]);

    /// <summary>Notes that a series, numbered above all before it, has these labels.</summary>
    public void Add(int series, ReadOnlySpan<byte> canonicalLabels)
    {
        for (var labels = new LabelSet.Enumerator(canonicalLabels); labels.MoveNext();)
        {
            var label = labels.Current;
            var hash = _names.Hash(label.NameBytes);
            var name = _names.Find(label.NameBytes, hash);
            if (name < 0)
            {
                name = _names.Add(label.NameBytes, hash);
                if (name >= _pairsOfName.Length)
                {
                    Array.Resize(ref _pairsOfName, _pairsOfName.Length * 2);
                }
            }

            var key = Key(name, label.ValueBytes);
            hash = _pairs.Hash(key);
            var pair = _pairs.Find(key, hash);
            if (pair < 0)
            {
                pair = _pairs.Add(key, hash);
                if (pair >= _series.Length)
                {
                    Array.Resize(ref _series, _series.Length * 2);
                }

                _pairsOfName[name].Add(pair);
                _series[pair].First = series;
                continue;
            }

            _series[pair].More.Add(series);
        }
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
    }
}

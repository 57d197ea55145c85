using System.Numerics;

namespace Ampacity.Tsdb;

/// <summary>A set of series numbers below a bound; numbers at or above it are ignored, being newer than the read.</summary>
internal sealed class SeriesBits(int bound)
{
    private readonly ulong[] _words = new ulong[(bound + 63) >> 6];

    public int Bound => bound;

    public void Set(int series)
    {
        if (series < bound)
        {
            _words[series >> 6] |= 1UL << (series & 63);
        }
    }

    public bool Has(int series) => series < bound && (_words[series >> 6] & (1UL << (series & 63))) != 0;

    public void SetAll()
    {
        _words.AsSpan().Fill(ulong.MaxValue);
        if ((bound & 63) != 0)
        {
            _words[^1] = (1UL << (bound & 63)) - 1;
        }
    }

    public void And(SeriesBits other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] &= other._words[i];
        }
    }

    public void AndNot(SeriesBits other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] &= ~other._words[i];
        }
    }

    /// <summary>Appends the numbers in the set, ascending.</summary>
    public void CopyTo(List<int> numbers)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            for (var word = _words[i]; word != 0; word &= word - 1)
            {
                numbers.Add((i << 6) + BitOperations.TrailingZeroCount(word));
            }
        }
    }
}

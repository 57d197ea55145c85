using System.Numerics;

namespace Ampacity.Tsdb;

/// <summary>A set of series numbers below a bound; numbers at or above it are ignored, being newer than the read.</summary>
internal sealed class SeriesBits(int bound)
{
    private readonly ulong[] _words = new ulong[(bound + 63) >> 6];

    public int Bound => bound;

    public void Set(int series)
    {
        if ((uint)series < (uint)bound)
        {
            _words[series >> 6] |= 1UL << (series & 63);
        }
    }

    public bool Has(int series) => (uint)series < (uint)bound && (_words[series >> 6] & (1UL << (series & 63))) != 0;

    /// <summary>The set as words, the lowest number in the lowest bit of the first.</summary>
    public Span<ulong> Words => _words;

    public void Clear(int series)
    {
        if ((uint)series < (uint)bound)
        {
            _words[series >> 6] &= ~(1UL << (series & 63));
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

    /// <summary>How many numbers from one on are in the set.</summary>
    public int CountFrom(int series)
    {
        var count = 0;
        for (var i = series >> 6; i < _words.Length; i++)
        {
            count += BitOperations.PopCount(WordFrom(i, series));
        }

        return count;
    }

    /// <summary>Writes the numbers from one on that are in the set, ascending.</summary>
    public void CopyFrom(int series, Span<int> numbers)
    {
        var at = 0;
        for (var i = series >> 6; i < _words.Length; i++)
        {
            for (var word = WordFrom(i, series); word != 0; word &= word - 1)
            {
                numbers[at++] = (i << 6) + BitOperations.TrailingZeroCount(word);
            }
        }
    }

    private ulong WordFrom(int word, int series) => word == series >> 6 ? _words[word] & (ulong.MaxValue << (series & 63)) : _words[word];
}

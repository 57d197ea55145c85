namespace Ampacity.Tsdb;

/// <summary>Series of a read in chunks, each as much as one core reads at a time. Cut as they are asked for.</summary>
/// <param name="numbers">Series numbers in the order of the answer.</param>
/// <param name="estimate">Samples that a series has in blocks, about.</param>
/// <param name="threads">How many read.</param>
internal sealed class ReadChunks(ReadOnlyMemory<int> numbers, Func<int, long> estimate, int threads)
{
    // What waits in memory to be given is some chunks: 9 MB each, one series' own samples apart.
    private const int MaxSamples = 500_000;
    private const int MaxSeries = 2048;

    // Below this a thread costs more than it brings: about 30 µs of reading from the head.
    private const int MinSeries = 256;

    private readonly int _maxSeries = Math.Clamp(numbers.Length / Math.Max(1, threads) / 2, MinSeries, MaxSeries);
    private int _at;

    /// <summary>Whether any are left.</summary>
    public bool HasMore => _at < numbers.Length;

    /// <summary>The next chunk; empty at the end.</summary>
    public ReadOnlyMemory<int> Next()
    {
        var (from, samples) = (_at, 0L);
        while (_at < numbers.Length && _at - from < _maxSeries && (samples += estimate(numbers.Span[_at])) <= MaxSamples)
        {
            _at++;
        }

        // One at least, whatever it has.
        _at = _at == from && _at < numbers.Length ? _at + 1 : _at;
        return numbers[from.._at];
    }
}

namespace Ampacity.Tsdb;

/// <summary>
/// Pages of heads that are done with, for the next ones: packing fills and empties heads by the dozen, and the collector would hold their pages for
/// minutes.
/// </summary>
/// <remarks>One thread.</remarks>
internal sealed class SparePages
{
    private readonly Stack<ulong[]> _slabs = new();
    private readonly Stack<byte[]> _blobs = new();

    /// <summary>A page of words, all zero; null when there is none.</summary>
    public ulong[]? TakeSlab()
    {
        if (_slabs.TryPop(out var page))
        {
            Array.Clear(page);
        }

        return page;
    }

    /// <summary>A page of bytes, its content undefined; null when there is none.</summary>
    public byte[]? TakeBlob() => _blobs.TryPop(out var page) ? page : null;

    /// <summary>Takes pages that nobody uses any more.</summary>
    public void Give(IEnumerable<ulong[]> slabs, IEnumerable<byte[]> blobs)
    {
        foreach (var page in slabs)
        {
            _slabs.Push(page);
        }

        foreach (var page in blobs)
        {
            _blobs.Push(page);
        }
    }
}

namespace Ampacity.Collect;

/// <summary>A body that cannot be read; nothing of it was kept, and repeating it is no use.</summary>
public sealed class ReceiveRejectedException : Exception
{
    /// <summary>Says what was wrong, where, and what to do.</summary>
    public ReceiveRejectedException(int statusCode, string message)
        : base(message) => StatusCode = statusCode;

    /// <summary>The status to answer: 400 malformed, 413 too large.</summary>
    public int StatusCode { get; }
}

/// <summary>Bytes that are not what their format says; each receiver turns it into a <see cref="ReceiveRejectedException"/>.</summary>
/// <param name="what">What is wrong.</param>
/// <param name="offset">At which byte after decompression.</param>
internal sealed class WireFormatException(string what, int offset) : Exception($"{what}, at byte {offset} after decompression");

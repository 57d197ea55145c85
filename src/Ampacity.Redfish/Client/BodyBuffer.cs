using System.Buffers;

namespace Ampacity.Redfish;

/// <summary>Takes one body at a time into memory of the pool: bodies over 85,000 bytes would each cost a collection of the whole heap in the end.</summary>
/// <remarks>One body at a time; what was taken is good until the next or <see cref="Release"/>.</remarks>
public sealed class BodyBuffer
{
    // What most bodies are below.
    private const int FirstBytes = 16 * 1024;

    private byte[] _bytes = [];

    /// <summary>Gives the memory back to the pool.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    /// <summary>Takes a stream to its end.</summary>
    /// <param name="stream">From the begin of the body.</param>
    /// <param name="stated">Bytes that it is said to have; 0 where that is not said.</param>
    /// <param name="maxBytes">Most bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The body, or null where it has more than the most.</returns>
    internal async ValueTask<ReadOnlyMemory<byte>?> TakeAsync(Stream stream, long stated, int maxBytes, CancellationToken cancellationToken)
    {
        if (stated > maxBytes)
        {
            return null;
        }

        // One byte more than stated, so that the end is seen without growing.
        Grow(stated > 0 ? (int)stated + 1 : FirstBytes, 0);
        var used = 0;
        while (true)
        {
            var read = await stream.ReadAsync(_bytes.AsMemory(used), cancellationToken);
            if (read == 0)
            {
                return _bytes.AsMemory(0, used);
            }

            used += read;
            if (used > maxBytes)
            {
                return null;
            }

            if (used == _bytes.Length)
            {
                Grow((int)Math.Min(used * 2L, maxBytes + 1L), used);
            }
        }
    }

    private void Grow(int bytes, int used)
    {
        if (bytes <= _bytes.Length)
        {
            return;
        }

        var grown = ArrayPool<byte>.Shared.Rent(bytes);
        _bytes.AsSpan(0, used).CopyTo(grown);
        Release();
        _bytes = grown;
    }
}

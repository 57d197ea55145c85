using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Ampacity.Simulator;

/// <summary>Bytes of an answer in a pooled array that grows.</summary>
/// <remarks>One thread at a time; dispose it to give the array back.</remarks>
internal sealed class Utf8Buffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>A tag of the content: the same bytes have the same tag. No cryptographic strength.</summary>
    public ulong Tag()
    {
        var bytes = _bytes.AsSpan(0, Length);
        var hash = (ulong)bytes.Length;
        unchecked
        {
            while (bytes.Length >= 8)
            {
                hash = (BitOperations.RotateLeft(hash, 29) ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 0x9E37_79B9_7F4A_7C15UL;
                bytes = bytes[8..];
            }

            foreach (var last in bytes)
            {
                hash = (BitOperations.RotateLeft(hash, 29) ^ last) * 0x9E37_79B9_7F4A_7C15UL;
            }

            return hash ^ (hash >> 32);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>At least so many bytes to write into; <see cref="Advance"/> says how many were.</summary>
    public Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, Length + count));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Clear() => Length = 0;

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes!, null);
        if (bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}

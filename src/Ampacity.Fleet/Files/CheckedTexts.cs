using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>
/// Texts that a schema found right, by their SHA-256 together with the schema's: the same text need not be held to the same schema at every start,
/// which takes a third of a start with an empty folder. A text or a schema that changed by a byte is checked again.
/// </summary>
/// <remarks>Any thread. Holds hashes only; who keeps them between two starts gives them to the constructor and asks for <see cref="Hashes"/>.</remarks>
/// <param name="before">Hashes of an earlier <see cref="Hashes"/>.</param>
public sealed class CheckedTexts(IEnumerable<string> before)
{
    private readonly HashSet<string> _before = [.. before];
    private readonly ConcurrentDictionary<string, byte> _met = new(StringComparer.Ordinal);

    /// <summary>Hashes of the texts that were met and right, in order; those of an earlier start that nobody asked for are gone.</summary>
    public IReadOnlyList<string> Hashes => [.. _met.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether <see cref="Hashes"/> is another list than the one this began with.</summary>
    public bool IsChanged => !_before.SetEquals(_met.Keys);

    internal bool Knows(FileSchema schema, string text)
    {
        var hash = HashOf(schema, text);
        if (!_before.Contains(hash))
        {
            return false;
        }

        _met.TryAdd(hash, 0);
        return true;
    }

    internal void Note(FileSchema schema, string text) => _met.TryAdd(HashOf(schema, text), 0);

    // The length of the schema stands before it, so that no text can take a part of the schema for its own.
    private static string HashOf(FileSchema schema, string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(schema.Json.Length));
        Append(hash, schema.Json);
        Append(hash, text);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        hash.AppendData(bytes, 0, Encoding.UTF8.GetBytes(text, bytes));
        ArrayPool<byte>.Shared.Return(bytes);
    }
}

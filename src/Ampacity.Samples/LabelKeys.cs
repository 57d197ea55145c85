using System.Buffers.Binary;
using System.Text;

namespace Ampacity.Samples;

/// <summary>Makes keys out of label sets by keeping or dropping names, as <c>by</c>, <c>without</c>, <c>on</c> and <c>ignoring</c> do.</summary>
/// <remarks>One thread at a time, since it holds the buffer of the newest key; <see cref="Copy"/> gives another thread its own.</remarks>
public sealed class LabelKeys
{
    private readonly byte[][] _names;
    private byte[] _key = new byte[256];

    /// <param name="names">The names kept, or dropped.</param>
    /// <param name="keeps">Kept (<c>by</c>, <c>on</c>) or dropped (<c>without</c>, <c>ignoring</c>).</param>
    public LabelKeys(IEnumerable<string> names, bool keeps)
    {
        string[] distinct = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _names = [.. distinct.Select(Encoding.UTF8.GetBytes)];
        Keeps = keeps;
        Id = string.Concat(distinct.Select(name => $"{name.Length}:{name}")) + (keeps ? '+' : '-');
    }

    private LabelKeys(LabelKeys other) => (_names, Keeps, Id) = (other._names, other.Keeps, other.Id);

    /// <summary>Whether the names are kept, or dropped.</summary>
    public bool Keeps { get; }

    /// <summary>Equal for keys that are made in the same way; for caches.</summary>
    public string Id { get; }

    /// <summary>The same, with a buffer of its own.</summary>
    public LabelKeys Copy() => new(this);

    /// <summary>Canonical bytes of the key, valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(LabelSet labels) => Of(labels.Canonical);

    /// <inheritdoc cref="Of(LabelSet)"/>
    /// <param name="canonical">A label set in its canonical form.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> canonical)
    {
        if (_key.Length < canonical.Length)
        {
            _key = new byte[canonical.Length * 2];
        }

        // What is left of something sorted is sorted: whole labels are copied as they are.
        var used = 0;
        while (!canonical.IsEmpty)
        {
            int name = BinaryPrimitives.ReadUInt16LittleEndian(canonical);
            var length = 4 + name + BinaryPrimitives.ReadUInt16LittleEndian(canonical[(2 + name)..]);
            if (Names(canonical.Slice(2, name)) == Keeps)
            {
                canonical[..length].CopyTo(_key.AsSpan(used));
                used += length;
            }

            canonical = canonical[length..];
        }

        return _key.AsSpan(0, used);
    }

    private bool Names(ReadOnlySpan<byte> name)
    {
        foreach (var candidate in _names)
        {
            if (name.SequenceEqual(candidate))
            {
                return true;
            }
        }

        return false;
    }
}

namespace Ampacity.Samples;

/// <summary>Finds label sets by canonical bytes, so that a group's key is looked up without being allocated. Any thread.</summary>
public sealed class CanonicalComparer : IEqualityComparer<LabelSet>, IAlternateEqualityComparer<ReadOnlySpan<byte>, LabelSet>
{
    /// <summary>The only one.</summary>
    public static readonly CanonicalComparer Instance = new();

    private CanonicalComparer()
    {
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? x, LabelSet? y) => x is null ? y is null : x.Equals(y);

    /// <inheritdoc/>
    public int GetHashCode(LabelSet obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return GetHashCode(obj.Canonical);
    }

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, LabelSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return alternate.SequenceEqual(other.Canonical);
    }

    // HashCode is seeded per process: hostile labels cannot be prepared to collide.
    /// <inheritdoc/>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public LabelSet Create(ReadOnlySpan<byte> alternate) => LabelSet.FromCanonical(alternate);
}

using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Finds label sets by canonical bytes, so that a group's key is looked up without being allocated.</summary>
internal sealed class CanonicalComparer : IEqualityComparer<LabelSet>, IAlternateEqualityComparer<ReadOnlySpan<byte>, LabelSet>
{
    public static readonly CanonicalComparer Instance = new();

    public bool Equals(LabelSet? x, LabelSet? y) => x is null ? y is null : x.Equals(y);

    public int GetHashCode(LabelSet obj) => GetHashCode(obj.Canonical);

    public bool Equals(ReadOnlySpan<byte> alternate, LabelSet other) => alternate.SequenceEqual(other.Canonical);

    // HashCode is seeded per process: hostile labels cannot be prepared to collide.
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public LabelSet Create(ReadOnlySpan<byte> alternate) => LabelSet.FromCanonical(alternate);
}

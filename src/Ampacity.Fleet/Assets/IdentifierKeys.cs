using System.Collections.Frozen;

namespace Ampacity.Fleet;

/// <summary>The keys of identifier facts: the kind's name.</summary>
internal static class IdentifierKeys
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 1 + (int)Enum.GetValues<IdentifierKind>().Max())
        .Select(number => ((IdentifierKind)number).ToString())];

    private static readonly FrozenDictionary<string, IdentifierKind> Kinds =
        Enum.GetValues<IdentifierKind>().ToFrozenDictionary(kind => kind.ToString(), StringComparer.Ordinal);

    /// <summary>The key of a kind.</summary>
    public static string Of(IdentifierKind kind) => Names[(int)kind];

    /// <summary>The kind of a key.</summary>
    /// <exception cref="InvalidOperationException">The key was not made by <see cref="Of"/>.</exception>
    public static IdentifierKind KindOf(string key) => Kinds.TryGetValue(key, out var kind)
        ? kind
        : throw new InvalidOperationException($"Bug: an identifier was recorded under the key '{key}'");
}

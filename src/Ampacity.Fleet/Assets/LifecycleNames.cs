using System.Collections.Frozen;

namespace Ampacity.Fleet;

/// <summary>How lifecycle states are written: <c>burnIn</c> in answers; read in any case, with or without dashes.</summary>
public static class LifecycleNames
{
    private static readonly FrozenDictionary<LifecycleState, string> Names = Enum.GetValues<LifecycleState>()
        .ToFrozenDictionary(state => state, state => char.ToLowerInvariant(state.ToString()[0]) + state.ToString()[1..]);

    /// <summary>All of them, in order of life.</summary>
    public static IEnumerable<string> All => Enum.GetValues<LifecycleState>().Select(Of);

    /// <summary>The written form.</summary>
    public static string Of(LifecycleState state) => Names[state];

    /// <summary>Reads <c>burnIn</c>, <c>burn-in</c>, <c>BurnIn</c>.</summary>
    public static bool TryParse(string text, out LifecycleState state)
    {
        var plain = text.Replace("-", "", StringComparison.Ordinal);
        state = default;
        return plain.Length > 0 && char.IsAsciiLetter(plain[0]) && Enum.TryParse(plain, ignoreCase: true, out state) && Enum.IsDefined(state);
    }
}

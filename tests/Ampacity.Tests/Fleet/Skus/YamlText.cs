using System.Text.RegularExpressions;

namespace Ampacity.Tests.Fleet.Skus;

/// <summary>What sampled YAML must be spared.</summary>
internal static partial class YamlText
{
    /// <summary>Whether a key may be empty: the schema's errors cannot name a path through such a key (IndexOutOfRangeException).</summary>
    public static bool HasEmptyKey(string text) => EmptyKey().IsMatch(text);

    [GeneratedRegex("(?:^|[\\[{,?:\\n-])[ ]*(?:\"\"|'')?[ ]*:", RegexOptions.Multiline)]
    private static partial Regex EmptyKey();
}

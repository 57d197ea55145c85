using System.IO.Enumeration;

namespace Ampacity.Fleet;

/// <summary>Compares what firmware says of itself with what a baseline says, as people mean it.</summary>
public static class BaselineText
{
    /// <summary>
    /// The form in which two versions are compared: trimmed, lower case, without <c>bf-</c>, which BlueField firmware writes before the version
    /// in one of the two places where it names it.
    /// </summary>
    public static string Normalise(string version)
    {
        var text = version.Trim().ToLowerInvariant();
        return text.StartsWith("bf-", StringComparison.Ordinal) ? text[3..] : text;
    }

    /// <summary>Whether a version is one of those that a baseline allows, which may hold <c>*</c>.</summary>
    public static bool Allows(string baseline, string version)
    {
        var normal = Normalise(version);
        foreach (var range in baseline.AsSpan().Split('|'))
        {
            var allowed = Normalise(baseline[range]);
            if (allowed.Contains('*', StringComparison.Ordinal) ? FileSystemName.MatchesSimpleExpression(allowed, normal) : allowed == normal)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a property of a baseline, which may hold <c>*</c>, is about this entry.</summary>
    public static bool IsAbout(string property, string id) => FileSystemName.MatchesSimpleExpression(property, id, ignoreCase: true);
}

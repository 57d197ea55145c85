using System.Globalization;
using System.Text.RegularExpressions;

namespace Ampacity.Fleet;

/// <summary>Gives names that are ours to NetBox's, each once within one space of names. Asked in the order of ids, so that who comes later
/// never takes the name of who was there.</summary>
internal sealed partial class NetBoxNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>A name that nobody has: the text's own if it can be, else with the NetBox id behind it.</summary>
    /// <param name="text">NetBox's name.</param>
    /// <param name="kind">What stands for it where nothing of the text is left, such as <c>rack</c>.</param>
    /// <param name="id">NetBox's id.</param>
    public string Take(string text, string kind, long id)
    {
        var slug = NetBoxText.Slug(text);
        if (slug.Length == 0)
        {
            slug = string.Create(CultureInfo.InvariantCulture, $"{kind}-{id}");
        }

        if (kind == "hall" && NumberRange().IsMatch(slug))
        {
            // In a fleet file h01-h08 stands for eight halls.
            slug = slug.Replace('-', '_');
        }

        var name = slug;
        for (var more = 0; !_taken.Add(name); more++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{id}{(more == 0 ? "" : $"-{more}")}");
            name = slug[..Math.Min(slug.Length, 63 - suffix.Length)] + suffix;
        }

        return name;
    }

    /// <summary>Keeps a name from being given.</summary>
    public void Reserve(string name) => _taken.Add(name);

    /// <summary>Whether our name is more than NetBox's in lower case.</summary>
    public static bool Differs(string text, string name) => !string.Equals(text, name, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^([a-z0-9_.-]*?)[0-9]+-\1[0-9]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NumberRange();
}

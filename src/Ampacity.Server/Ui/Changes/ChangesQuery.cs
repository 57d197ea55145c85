using System.Globalization;

namespace Ampacity.Server;

/// <summary>What the address of the changes page asks for.</summary>
public sealed record ChangesQuery
{
    /// <summary>Only change sets of authors whose name holds this, in any case.</summary>
    public string? Author { get; init; }

    /// <summary>Only change sets that touch this place or something in it.</summary>
    public string? Place { get; init; }

    /// <summary>Only change sets older than this number; null for the newest.</summary>
    public long? Before { get; init; }

    /// <summary>The change set that is opened; null for the list.</summary>
    public long? Set { get; init; }

    /// <summary>Where the opened change set goes on.</summary>
    public int From { get; init; }

    /// <summary>The address, relative to the base of the site.</summary>
    public string Href => PageAddress.Of(
        "./changes", ("author", Author), ("place", Place), ("before", Text(Before)), ("set", Text(Set)), ("from", From > 0 ? Text(From) : null));

    /// <summary>Reads the parts of an address; what is no number is left out.</summary>
    public static ChangesQuery Parse(string? author, string? place, string? before, string? set, string? from) => new()
    {
        Author = PageAddress.Clean(author),
        Place = PageAddress.Clean(place)?.Trim('/'),
        Before = Number(before),
        Set = Number(set),
        From = (int)Math.Min(int.MaxValue, Number(from) ?? 0),
    };

    // With or without the prefix of a change set's id.
    private static long? Number(string? text) =>
        long.TryParse(text?.Replace("change_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}

namespace Ampacity.Server;

/// <summary>Writes addresses of pages, relative to the base of the site. A slash stands in a query as it is: paths are easier to read so.</summary>
internal static class PageAddress
{
    /// <summary>An address with those parts that say something.</summary>
    public static string Of(string page, params ReadOnlySpan<(string Name, string? Value)> parts)
    {
        var said = new List<string>();
        foreach (var (name, value) in parts)
        {
            if (!string.IsNullOrEmpty(value))
            {
                said.Add($"{name}={Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal)}");
            }
        }

        return said.Count == 0 ? page : $"{page}?{string.Join('&', said)}";
    }

    /// <summary>A text of an address as a page takes it: trimmed, cut, null where it is empty.</summary>
    public static string? Clean(string? text)
    {
        const int charsMax = 256;
        text = text?.Trim();
        return string.IsNullOrEmpty(text) ? null : text.Length <= charsMax ? text : text[..charsMax];
    }
}

namespace Ampacity.Redfish;

/// <summary>Tells an identifier from the texts that firmware writes where it has none.</summary>
public static class IdentityText
{
    /// <summary>
    /// The trimmed text, or null when it identifies nothing: empty, <c>N/A</c>, <c>NA</c>, <c>None</c>, <c>Unknown</c>, zeros only, or a template
    /// such as <c>163XXXXXXXXXX</c> or <c>$PRODUCT_SERIAL</c> (all seen on real trays). Over 256 characters is none either.
    /// </summary>
    public static string? Clean(string? text)
    {
        var trimmed = text?.Trim().Trim('\0');
        if (string.IsNullOrEmpty(trimmed) || trimmed.Length > 256 || trimmed[0] == '$')
        {
            return null;
        }

        if (trimmed.Contains("XXX", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var letters = trimmed.ToUpperInvariant();
        if (IsNone(trimmed))
        {
            return null;
        }

        var digits = letters.StartsWith("0X", StringComparison.Ordinal) ? letters.AsSpan(2) : letters.AsSpan();
        return digits.ContainsAnyExcept("0-:. ") && digits.ContainsAnyExcept("F-:. ") ? trimmed : null;
    }

    /// <summary>
    /// A model, a version or a rack's name, trimmed, or null where firmware has none and says so. Not held to be a template or zeros: a model may
    /// be "Xeon 7xxx", a version 0.00.
    /// </summary>
    public static string? CleanName(string? text)
    {
        var trimmed = text?.Trim().Trim('\0');
        return string.IsNullOrEmpty(trimmed) || trimmed.Length > 256 || IsNone(trimmed) ? null : trimmed;
    }

    /// <summary>A MAC in lower case with colons (<c>3c:6d:66:0e:db:dc</c>), or null when it is none, zeros or broadcast.</summary>
    public static string? CleanMac(string? text)
    {
        var hex = text?.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).Trim();
        if (hex is not { Length: 12 } || !hex.All(char.IsAsciiHexDigit) || Clean(hex) is null)
        {
            return null;
        }

        var lower = hex.ToLowerInvariant();
        return string.Join(':', Enumerable.Range(0, 6).Select(index => lower.Substring(index * 2, 2)));
    }

    private static bool IsNone(string trimmed) => trimmed.Replace("/", "", StringComparison.Ordinal).ToUpperInvariant()
        is "" or "NA" or "NONE" or "NULL" or "UNKNOWN" or "NOTAVAILABLE" or "NOT AVAILABLE" or "NOT SPECIFIED" or "NOT APPLICABLE"
        or "TO BE FILLED BY O.E.M." or "DEFAULT STRING" or "UNDEFINED";
}

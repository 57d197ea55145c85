using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>
/// Brings identifiers into their one form and refuses what is none: <c>NA</c>, zeros and empty text are what firmware writes where
/// nobody programmed the field, and would make all such things one thing.
/// </summary>
public static class IdentifierText
{
    private const int MaxLength = 128;

    // NVIDIA's drivers write GPU-c4529c8d-…; some exporters cut the prefix. MIG-… names a share of a GPU, and GPU-… is not that.
    private const string AcceleratorPrefix = "GPU-";

    private static readonly FrozenSet<string> Nothing = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "NA", "N/A", "none", "null", "nil", "unknown", "undefined", "not specified", "not available", "not applicable", "default string",
        "system serial number", "chassis serial number", "to be filled by o.e.m.", "o.e.m.", "tbd", "empty", "localhost");

    /// <summary>The normal form of an identifier, or a hint that says what to write.</summary>
    /// <param name="kind">Serial and asset tag: trimmed, else as printed. MAC: lower case with colons. UUID: lower case with dashes, without
    /// the <c>GPU-</c> that NVIDIA's drivers put before it.
    /// Host name: lower case.</param>
    /// <param name="text">As written or as a device reported it; spaces around it do not count.</param>
    /// <param name="normal">The normal form.</param>
    /// <param name="hint">What is wrong.</param>
    public static bool TryNormalise(
        IdentifierKind kind, string? text, [NotNullWhen(true)] out string? normal, [NotNullWhen(false)] out string? hint)
    {
        normal = null;
        hint = null;
        text = text?.Trim() ?? "";
        if (text.Length > MaxLength || text.Any(char.IsControl))
        {
            hint = $"an identifier has at most {MaxLength} characters and no control characters";
        }
        else if (Nothing.Contains(text) || text.AsSpan().TrimStart("0-:. ").IsEmpty)
        {
            hint = $"'{text}' stands for no identifier; write what is printed on the thing, or leave the key out";
        }
        else
        {
            normal = kind switch
            {
                IdentifierKind.Mac => Mac(text),
                IdentifierKind.Uuid => Uuid(text),
                IdentifierKind.Hostname => text.Contains(' ', StringComparison.Ordinal) ? null : text.ToLowerInvariant(),
                _ => text,
            };
            hint = normal is not null ? null : kind switch
            {
                IdentifierKind.Mac => $"'{text}' is no MAC address of one device; write six bytes such as 02:00:00:00:01:05",
                IdentifierKind.Uuid => $"'{text}' is no UUID; write one such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                _ => $"'{text}' is no host name; write one without spaces",
            };
        }

        return normal is not null;
    }

    private static string? Uuid(string text)
    {
        var digits = text.StartsWith(AcceleratorPrefix, StringComparison.OrdinalIgnoreCase) ? text.AsSpan(AcceleratorPrefix.Length) : text;
        return Guid.TryParseExact(digits, "D", out var uuid) && uuid != Guid.AllBitsSet && uuid != Guid.Empty ? uuid.ToString("D") : null;
    }

    // 02:00:…, 02-00-…, 0200.0000.0105 and 020000000105 are all in use; the broadcast and group addresses name no device.
    private static string? Mac(string text)
    {
        var hex = string.Concat(text.Where(c => c is not (':' or '-' or '.')));
        var separators = text.Length - hex.Length;
        if (hex.Length != 12 || separators is not (0 or 2 or 5)
            || !ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || (value >> 40 & 1) == 1)
        {
            return null;
        }

        return string.Join(':', hex.ToLowerInvariant().Chunk(2).Select(pair => new string(pair)));
    }
}

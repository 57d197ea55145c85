using System.Text.Json;

namespace Ampacity.Fleet;

/// <summary>Which NetBox an export is of: its numbers mean something only within one instance.</summary>
public static class NetBoxInstance
{
    /// <summary>What stands where an export does not say.</summary>
    public const string Unnamed = "export";

    /// <summary>Longest name, characters.</summary>
    public const int NameMax = 200;

    /// <summary>The source of facts that were imported from an instance.</summary>
    public static string SourceOf(string instance) => $"netbox:{instance}";

    /// <summary>Whether a text can name an instance: a host as NetBox calls itself, or a name that a person gives.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= NameMax && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '/' or '[' or ']');

    /// <summary>Host and path before <c>/api/</c> of an object's own address, lower case; null where it has none. http and https are one instance.</summary>
    internal static string? Of(JsonElement json)
    {
        if (NetBoxObject.Text(json, "url") is not { Length: < 2_000 } text || !Uri.TryCreate(text, UriKind.Absolute, out var address))
        {
            return null;
        }

        var end = address.AbsolutePath.LastIndexOf("/api/", StringComparison.Ordinal);
        var name = end < 0 ? "" : $"{(address.IsDefaultPort ? address.Host : address.Authority)}{address.AbsolutePath[..end]}".ToLowerInvariant();
        return IsName(name) ? name : null;
    }
}

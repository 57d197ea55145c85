using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace Ampacity.Collect;

/// <summary>
/// A NetBox API token. It comes from a file or from the environment, never from an argument list, and does not show in any text.
/// </summary>
public sealed class NetBoxToken
{
    /// <summary>Environment variable that may hold it.</summary>
    public const string Variable = "AMPACITY_NETBOX_TOKEN";

    private const int MaxLength = 512;

    private NetBoxToken(AuthenticationHeaderValue header) => Header = header;

    internal AuthenticationHeaderValue Header { get; }

    /// <summary>Reads a token: 40 hexadecimal digits (<c>Authorization: Token</c>), or from NetBox 4.5 on <c>nbt_…</c> (<c>Bearer</c>).</summary>
    /// <param name="text">With or without spaces and a line end around it.</param>
    /// <param name="token">The token.</param>
    /// <param name="hint">What is wrong; never holds the text.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NetBoxToken? token, [NotNullWhen(false)] out string? hint)
    {
        text = text?.Trim() ?? "";
        token = null;
        hint = text switch
        {
            "" => "the token is empty; write NetBox's API token into the file",
            { Length: > MaxLength } => $"the token has more than {MaxLength} characters; the file is to hold the token alone",
            _ when text.Any(c => c is <= ' ' or > '~') => "the token holds a space or a character that no token has; the file is to hold the token alone, on one line",
            _ => null,
        };
        if (hint is null)
        {
            token = new(new(text.StartsWith("nbt_", StringComparison.Ordinal) ? "Bearer" : "Token", text));
        }

        return hint is null;
    }

    /// <summary>Reads the token of a file.</summary>
    /// <exception cref="FormatException">The file holds no token.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static async Task<NetBoxToken> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var buffer = new char[MaxLength * 2];
        using var reader = new StreamReader(path);
        var length = await reader.ReadBlockAsync(buffer, cancellationToken);
        return TryParse(new string(buffer, 0, length), out var token, out var hint) ? token : throw new FormatException($"{path}: {hint}");
    }

    /// <summary>Says that it is one, and nothing of it.</summary>
    public override string ToString() => "NetBox token";
}

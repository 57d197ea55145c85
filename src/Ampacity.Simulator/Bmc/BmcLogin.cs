using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Simulator;

/// <summary>The one account that every BMC takes.</summary>
internal sealed class BmcLogin(string username, string password)
{
    private readonly byte[] _password = Encoding.UTF8.GetBytes(password);
    private readonly string _basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));

    public string Username => username;

    public bool IsAccount(string? name, string? secret) =>
        name == username && secret is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), _password);

    /// <summary>Whether a request carries the account or the token of a live session.</summary>
    public bool IsAuthorized(HttpRequest request, SessionTable sessions)
    {
        if (request.Headers["X-Auth-Token"] is { Count: > 0 } token)
        {
            return sessions.Use(token.ToString());
        }

        var header = request.Headers.Authorization.ToString();
        if (header == _basic)
        {
            return true;
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var room = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), room, out var length))
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(room, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && IsAccount(pair[..colon], pair[(colon + 1)..]);
    }
}

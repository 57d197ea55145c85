using System.Globalization;
using System.Security.Cryptography;

namespace Ampacity.Simulator;

/// <summary>The sessions of one BMC: few, and they run out when idle.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class SessionTable(int limit, TimeSpan idleLimit, TimeProvider time)
{
    private readonly Dictionary<string, (string Id, long UsedAt)> _byToken = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public long Opened { get; private set; }

    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return [.. _byToken.Values.Select(session => session.Id).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>A new session, or null when all slots are taken.</summary>
    public (string Id, string Token)? Open()
    {
        lock (_gate)
        {
            Expire();
            if (_byToken.Count >= limit)
            {
                return null;
            }

            var id = (++Opened).ToString("D6", CultureInfo.InvariantCulture);
            var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            _byToken[token] = (id, time.GetTimestamp());
            return (id, token);
        }
    }

    /// <summary>Whether the token is of a live session, which is used by that.</summary>
    public bool Use(string token)
    {
        lock (_gate)
        {
            Expire();
            if (!_byToken.TryGetValue(token, out var session))
            {
                return false;
            }

            _byToken[token] = (session.Id, time.GetTimestamp());
            return true;
        }
    }

    public bool Close(string id)
    {
        lock (_gate)
        {
            var token = _byToken.FirstOrDefault(entry => entry.Value.Id == id).Key;
            return token is not null && _byToken.Remove(token);
        }
    }

    public void CloseAll()
    {
        lock (_gate)
        {
            _byToken.Clear();
        }
    }

    private void Expire()
    {
        foreach (var (token, session) in _byToken.ToList())
        {
            if (time.GetElapsedTime(session.UsedAt) > idleLimit)
            {
                _byToken.Remove(token);
            }
        }
    }
}

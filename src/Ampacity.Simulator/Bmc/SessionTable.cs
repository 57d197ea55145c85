using System.Globalization;
using System.Security.Cryptography;

namespace Ampacity.Simulator;

/// <summary>The sessions of one BMC: few, and they run out when idle.</summary>
/// <remarks>Any thread. Takes no memory until the first session.</remarks>
internal sealed class SessionTable(int limit, TimeSpan idleLimit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private List<Session>? _sessions;

    public long Opened { get; private set; }

    public int Limit => limit;

    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_gate)
            {
                Expire();
                return _sessions is null ? [] : [.. _sessions.Select(session => session.Id).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>A new session, or null when all slots are taken.</summary>
    public (string Id, string Token)? Open()
    {
        lock (_gate)
        {
            Expire();
            _sessions ??= new List<Session>(1);
            if (_sessions.Count >= limit)
            {
                return null;
            }

            var id = (++Opened).ToString("D6", CultureInfo.InvariantCulture);
            var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            _sessions.Add(new Session(id, token) { UsedAt = time.GetTimestamp() });
            return (id, token);
        }
    }

    /// <summary>Whether the token is of a live session, which is used by that.</summary>
    public bool Use(string token)
    {
        lock (_gate)
        {
            Expire();
            if (_sessions?.Find(session => session.Token == token) is not { } known)
            {
                return false;
            }

            known.UsedAt = time.GetTimestamp();
            return true;
        }
    }

    public bool Close(string id)
    {
        lock (_gate)
        {
            return _sessions?.RemoveAll(session => session.Id == id) > 0;
        }
    }

    public void CloseAll()
    {
        lock (_gate)
        {
            _sessions?.Clear();
        }
    }

    private void Expire() => _sessions?.RemoveAll(session => time.GetElapsedTime(session.UsedAt) > idleLimit);

    private sealed class Session(string id, string token)
    {
        public string Id => id;

        public string Token => token;

        public long UsedAt { get; set; }
    }
}

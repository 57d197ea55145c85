using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>What became of a pushed body.</summary>
public enum PushOutcome
{
    /// <summary>Taken.</summary>
    Taken,

    /// <summary>Nobody subscribed under this address: a subscription of a former run, or a guess.</summary>
    Unknown,

    /// <summary>The body says another Context than its subscription was given.</summary>
    WrongContext,

    /// <summary>It is no event and no metric report.</summary>
    NotUnderstood,

    /// <summary>More waits than may; the BMC sends it again.</summary>
    Full,
}

/// <summary>
/// Takes what BMCs push: gives each subscription an address of its own that cannot be guessed and a Context that is a secret, and holds what comes
/// against both.
/// </summary>
/// <remarks>Any thread. Secrets live as long as this object: a subscription of a former run is not believed, and is deleted when its BMC is next read.</remarks>
/// <param name="address">Scheme, host and port at which BMCs reach us.</param>
public sealed class PushDesk(Uri address)
{
    /// <summary>Path below which subscriptions have their addresses.</summary>
    public const string Path = "/api/collect/v1/redfish-events/";

    /// <summary>Most bytes of one body; the largest metric report of the captured trees has 0.3 MB.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, Desk> _desks = new(StringComparer.Ordinal);
    private readonly long[] _outcomes = new long[Enum.GetValues<PushOutcome>().Length];

    /// <summary>What all our subscriptions' addresses begin with.</summary>
    public string Prefix { get; } = address.GetLeftPart(UriPartial.Authority) + Path;

    /// <summary>Bodies that ended so.</summary>
    public long Count(PushOutcome outcome) => Interlocked.Read(ref _outcomes[(int)outcome]);

    /// <summary>Takes a body.</summary>
    /// <param name="key">Last segment of the address that it came to.</param>
    /// <param name="body">Not kept.</param>
    public PushOutcome Take(string key, ReadOnlySpan<byte> body)
    {
        var outcome = TakeOne(key, body);
        Interlocked.Increment(ref _outcomes[(int)outcome]);
        return outcome;
    }

    /// <summary>Makes an address and a secret for one subscription.</summary>
    /// <param name="taker">Is given what comes; false where it has no room.</param>
    internal (string Key, string Destination, string Context) Open(Func<EventBody, byte[], bool> taker)
    {
        var (key, secret) = (RandomNumberGenerator.GetHexString(32, lowercase: true), "ampacity:" + RandomNumberGenerator.GetHexString(32, lowercase: true));
        _desks[key] = new Desk(Encoding.UTF8.GetBytes(secret), taker);
        return (key, Prefix + key, secret);
    }

    internal void Close(string key) => _desks.TryRemove(key, out _);

    private PushOutcome TakeOne(string key, ReadOnlySpan<byte> body)
    {
        if (!_desks.TryGetValue(key, out var desk))
        {
            return PushOutcome.Unknown;
        }

        var read = EventBody.Read(body);
        if (read.Kind == EventBodyKind.Unknown)
        {
            return PushOutcome.NotUnderstood;
        }

        // A metric report need not carry it; that the address was known must do then.
        if (read.Context is { } said
            ? !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), desk.Secret)
            : read.Kind == EventBodyKind.Events)
        {
            return PushOutcome.WrongContext;
        }

        return desk.Taker(read, body.ToArray()) ? PushOutcome.Taken : PushOutcome.Full;
    }

    private sealed record Desk(byte[] Secret, Func<EventBody, byte[], bool> Taker);
}

namespace Ampacity.Redfish;

/// <summary>Limits of one <see cref="RedfishClient"/>.</summary>
public sealed record RedfishClientOptions
{
    /// <summary>Most requests at one time, the login included. 4 is what NVIDIA's infra-controller allows a BMC; old HPE needs 1. From 1 to 16.</summary>
    public int MaxConcurrentRequests { get; init; } = 4;

    /// <summary>Most bytes of one body; 30 MB is what OpenBMC's bmcweb limits itself to.</summary>
    public int MaxBodyBytes { get; init; } = 30 * 1024 * 1024;

    /// <summary>Deepest nesting of JSON; the deepest body of the captured trees we know has 14 levels (guessed margin).</summary>
    public int MaxJsonDepth { get; init; } = 64;

    /// <summary>Longest time of one request from send to last byte. Captured BMCs answered in up to 23 s (log collections).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time to connect, without TLS; of shared connections, theirs counts.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time for deleting the session on disposal, so that a dead BMC does not hold a shutdown.</summary>
    public TimeSpan GoodbyeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>SHA-256 of the BMC's certificate (64 hex digits, colons allowed), which then is trusted and no other is; null: the system's trust.</summary>
    public string? CertificateSha256 { get; init; }

    /// <summary>
    /// Trust whatever certificate the BMC shows first, and no other after it: for the one sweep in which a person vouches for the network.
    /// What was seen is kept (<see cref="RedfishClient.SeenCertificateSha256"/>) and pinned from then on. Ignored where a pin is given.
    /// </summary>
    public bool TrustOnFirstUse { get; init; }

    /// <summary>
    /// Close the connection after every answer: HPE's iLO before 7 mixes up answers on connections that are kept.
    /// </summary>
    public bool CloseConnections { get; init; }

    /// <summary>Send the account with every request instead of opening a session: takes none of the BMC's few session slots.</summary>
    public bool BasicOnly { get; init; }

    /// <summary>
    /// A 429 or 503 with a Retry-After up to this is waited for and asked once more; with a longer one nothing is sent until it has passed.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The sockets to use, together with other clients; null: the client's own, closed with it.</summary>
    public RedfishConnections? Connections { get; init; }

    /// <summary>Most bytes of one frame of an event stream: a report of everything of a GB300 tray has 0.5 MB (8 times that, guessed).</summary>
    public int MaxEventBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Waited for before each request, and disposed of after it: the BMC's places are shared with others who read it. Null: this client is alone.
    /// </summary>
    public Func<CancellationToken, ValueTask<IDisposable>>? Turn { get; init; }

    /// <summary>What answers instead of the network: for tests.</summary>
    internal Func<HttpMessageHandler>? Handler { get; init; }
}

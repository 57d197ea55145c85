using System.Text.Json;

namespace Ampacity.Redfish;

/// <summary>What became of one request to a BMC. All but <see cref="Read"/> are failures of the world, expected and counted.</summary>
public enum RedfishOutcome
{
    /// <summary>A 2xx answer whose body was taken whole (and is JSON, where JSON was asked for).</summary>
    Read,

    /// <summary>No answer to a connect: no route, no such host, or silence.</summary>
    NobodyThere,

    /// <summary>A host answered that nothing listens on this port.</summary>
    Refused,

    /// <summary>Connected, but the answer took longer than the limit.</summary>
    Timeout,

    /// <summary>TLS failed: the certificate is not trusted or is not the pinned one.</summary>
    TlsRefused,

    /// <summary>The connection broke, or what came was not HTTP.</summary>
    ConnectionLost,

    /// <summary>401 or 403 after a fresh login, or the login itself was refused.</summary>
    Unauthorized,

    /// <summary>404 or 410: the resource does not exist; normal on every BMC.</summary>
    NotFound,

    /// <summary>A 3xx answer; never followed, since the credentials would follow too.</summary>
    Redirected,

    /// <summary>429 or 503: asked too much, or no session is free.</summary>
    Busy,

    /// <summary>Any other 4xx or 5xx.</summary>
    ServerFault,

    /// <summary>A 2xx answer that is not a JSON object, or is nested deeper than the limit.</summary>
    NotJson,

    /// <summary>The body or the headers are over the limit; reading stopped there.</summary>
    TooLarge,

    /// <summary>The path leads away from the BMC or is not a path; nothing was sent.</summary>
    BadLink,
}

/// <summary>The answer to one request.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="StatusCode">The HTTP status, or 0 when there was none.</param>
/// <param name="Body">The bytes of a 2xx answer that was not parsed; empty otherwise.</param>
/// <param name="Root">The body as JSON when it was asked for and the outcome is <see cref="RedfishOutcome.Read"/>; else undefined.</param>
/// <param name="Error">Empty when read; else what was wrong and where, without secrets.</param>
public sealed record RedfishAnswer(
    RedfishOutcome Outcome, int StatusCode, ReadOnlyMemory<byte> Body, JsonElement Root, string Error)
{
    /// <summary>The <c>ETag</c> header, to be sent with the next request for the same resource; null where there was none.</summary>
    public string? ETag { get; init; }

    /// <summary>Bytes of the body of a 2xx answer, parsed or not.</summary>
    public int BodyBytes { get; init; }

    /// <summary>The <c>Date</c> header, by the BMC's clock; null where there was none, and where the body was not read into a buffer.</summary>
    public DateTimeOffset? ServedAt { get; init; }

    /// <summary>Path of what a POST made (<c>Location</c>); null where there was none.</summary>
    public string? Location { get; init; }

    /// <summary>Whether the resource is as it was when the tag that was sent was given; the body is empty then.</summary>
    public bool IsUnchanged => StatusCode == 304;

    /// <summary>How long the BMC asks to be left alone (<c>Retry-After</c>); null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the outcome is <see cref="RedfishOutcome.Read"/>.</summary>
    public bool IsRead => Outcome == RedfishOutcome.Read;

    /// <summary>Whether the failure is the BMC's as a whole, so that asking for other resources now is pointless.</summary>
    public bool IsGone => Outcome is RedfishOutcome.NobodyThere or RedfishOutcome.Refused or RedfishOutcome.Timeout
        or RedfishOutcome.TlsRefused or RedfishOutcome.ConnectionLost;

    internal static RedfishAnswer Failed(RedfishOutcome outcome, int statusCode, string error) =>
        new(outcome, statusCode, default, default, error);
}

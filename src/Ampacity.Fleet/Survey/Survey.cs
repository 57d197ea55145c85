namespace Ampacity.Fleet;

/// <summary>
/// What one look at the hardware saw. A survey may be incomplete: what is not in it was not seen, which is not the same as not there;
/// <see cref="Errors"/> says where the look failed. Never the same type as what is intended.
/// </summary>
/// <param name="By">Who looked: a person, a schedule, a process.</param>
/// <param name="BeganAt">When it began, by our clock.</param>
/// <param name="EndedAt">When it ended, by our clock.</param>
/// <param name="TargetsAsked">Addresses asked.</param>
/// <param name="Bmcs">What answered as a BMC, in order of the targets.</param>
/// <param name="Errors">What went wrong, for each address; an address can be among the BMCs and here.</param>
public sealed record Survey(
    string By,
    DateTimeOffset BeganAt,
    DateTimeOffset EndedAt,
    int TargetsAsked,
    IReadOnlyList<SurveyedBmc> Bmcs,
    IReadOnlyList<SurveyError> Errors);

/// <summary>Why a look at an address or at one of its resources failed.</summary>
public enum SurveyErrorKind
{
    /// <summary>No answer to a connect.</summary>
    NobodyThere,

    /// <summary>A host is there, but nothing listens on the port.</summary>
    Refused,

    /// <summary>Connected, but the answer or the whole BMC took longer than its budget.</summary>
    Timeout,

    /// <summary>The certificate is not trusted, or not the pinned one.</summary>
    TlsRefused,

    /// <summary>The connection broke or was not HTTP.</summary>
    ConnectionLost,

    /// <summary>The credentials were refused.</summary>
    Unauthorized,

    /// <summary>Something answers, but not Redfish.</summary>
    NotRedfish,

    /// <summary>The BMC said that it is busy, or our own budget of requests was spent.</summary>
    Busy,

    /// <summary>An answer over a limit, or not JSON.</summary>
    BadAnswer,

    /// <summary>The BMC answered with an error of its own.</summary>
    ServerFault,

    /// <summary>No platform profile is for it.</summary>
    NoProfile,
}

/// <summary>One failure.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Kind">What kind.</param>
/// <param name="Uri">The resource, or empty for the address as a whole.</param>
/// <param name="Message">In words, without secrets.</param>
public sealed record SurveyError(string Address, SurveyErrorKind Kind, string Uri, string Message);

/// <summary>A BMC as it was seen.</summary>
/// <param name="Address">Scheme, host and port at which it answered.</param>
/// <param name="Mac">MAC of its own port, lower case with colons: its identity; null when it does not say.</param>
/// <param name="Vendor">From the service root.</param>
/// <param name="Product">From the service root.</param>
/// <param name="RedfishVersion">From the service root.</param>
/// <param name="ServiceUuid">UUID of the service root.</param>
/// <param name="ProfileId">The platform profile it was read with.</param>
/// <param name="Serial">The tray's serial number.</param>
/// <param name="Part">The tray's part number.</param>
/// <param name="Model">The tray's model.</param>
/// <param name="Components">Accelerators, processors and what else the profile names.</param>
/// <param name="ReportUris">Metric reports that it offers.</param>
/// <param name="Quirks">What is odd about it.</param>
public sealed record SurveyedBmc(
    string Address,
    string? Mac,
    string? Vendor,
    string? Product,
    string? RedfishVersion,
    string? ServiceUuid,
    string ProfileId,
    SurveyedValue? Serial,
    SurveyedValue? Part,
    SurveyedValue? Model,
    IReadOnlyList<SurveyedComponent> Components,
    IReadOnlyList<string> ReportUris,
    IReadOnlyList<SurveyedQuirk> Quirks)
{
    /// <summary>SHA-256 of the certificate that was trusted on first use, hex; it is pinned from then on. Null under the system's trust.</summary>
    public string? CertificateSha256 { get; init; }
}

/// <summary>A value with the place it was read from, so that a person can look it up.</summary>
/// <param name="Value">As written by the firmware, trimmed.</param>
/// <param name="Source">Path, # and JSON pointer.</param>
public sealed record SurveyedValue(string Value, string Source);

/// <summary>What a component is.</summary>
public enum SurveyedKind
{
    /// <summary>A GPU, TPU or other accelerator.</summary>
    Accelerator,

    /// <summary>A host processor.</summary>
    Processor,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>A component of a tray as it was seen.</summary>
/// <param name="Id">Its name in the <c>component</c> label where the profile gives one (<c>gpu0</c>), else Redfish's Id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Uri">Its resource.</param>
/// <param name="Serial">Serial number, or null where the firmware has none.</param>
/// <param name="Part">Part number.</param>
/// <param name="Model">Model.</param>
/// <param name="Firmware">Firmware version.</param>
public sealed record SurveyedComponent(
    string Id, SurveyedKind Kind, string Uri, string? Serial, string? Part, string? Model, string? Firmware);

/// <summary>Something odd that was seen and survived.</summary>
/// <param name="Uri">The resource.</param>
/// <param name="Property">The property, or empty.</param>
/// <param name="What">What is odd.</param>
public sealed record SurveyedQuirk(string Uri, string Property, string What);

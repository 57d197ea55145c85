namespace Ampacity.Fleet;

/// <summary>
/// What one sweep saw of the hardware: an observation, never intent. It is allowed to be incomplete, so it carries when it began and ended,
/// who looked, and every error it met; what it does not name was not seen, which is not the same as not there.
/// </summary>
/// <param name="By">Who looked: a person or a program.</param>
/// <param name="BeganMs">When the sweep began, UTC milliseconds, our clock.</param>
/// <param name="EndedMs">When it ended.</param>
/// <param name="Asked">Addresses that were asked.</param>
/// <param name="Bmcs">BMCs that answered as Redfish services.</param>
/// <param name="Errors">What went wrong, by address; an address where nobody listens is one of them.</param>
public sealed record Survey(
    string By, long BeganMs, long EndedMs, int Asked, IReadOnlyList<SurveyedBmc> Bmcs, IReadOnlyList<SurveyError> Errors);

/// <summary>A BMC as it described itself. Every text is what it said, cleaned; null where it said nothing usable.</summary>
/// <param name="Address">Where it answered, such as <c>http://127.80.1.5:8000</c>.</param>
/// <param name="Mac">MAC of its manager's interface, lower case with colons: what it is known by.</param>
/// <param name="Vendor">Vendor of the service root.</param>
/// <param name="Product">Product of the service root.</param>
/// <param name="RedfishVersion">Version of the protocol that it claims.</param>
/// <param name="ServiceUuid">UUID of the service root, lower case.</param>
/// <param name="Profile">Platform profile that it was read with.</param>
/// <param name="Serial">Serial of the tray.</param>
/// <param name="PartNumber">Part number of the tray.</param>
/// <param name="Model">Model of the tray.</param>
/// <param name="SerialFrom">URI of the resource that the serial was read from: evidence.</param>
/// <param name="Components">Accelerators and processors in it.</param>
/// <param name="Reports">URIs of the metric reports that it can be read by.</param>
/// <param name="Quirks">Where it departed from the specification; each is a fact, not a failure.</param>
/// <param name="Requests">Requests that the walk cost.</param>
/// <param name="BodyBytes">Bytes of answers that the walk cost.</param>
public sealed record SurveyedBmc(
    string Address,
    string? Mac,
    string? Vendor,
    string? Product,
    string? RedfishVersion,
    string? ServiceUuid,
    string Profile,
    string? Serial,
    string? PartNumber,
    string? Model,
    string? SerialFrom,
    IReadOnlyList<SurveyedComponent> Components,
    IReadOnlyList<string> Reports,
    IReadOnlyList<string> Quirks,
    int Requests,
    long BodyBytes);

/// <summary>A component that a BMC names.</summary>
/// <param name="Name">Our name of it within the tray, such as <c>gpu0</c>.</param>
/// <param name="Kind">ProcessorType as the BMC says, such as <c>GPU</c> or <c>CPU</c>.</param>
/// <param name="Model">Model, or null.</param>
/// <param name="Serial">Serial, or null.</param>
/// <param name="PartNumber">Part number, or null.</param>
/// <param name="State">Status.State, or null; <c>Absent</c> means the BMC says that it is not there.</param>
public sealed record SurveyedComponent(string Name, string Kind, string? Model, string? Serial, string? PartNumber, string? State);

/// <summary>What went wrong at an address.</summary>
/// <param name="Address">Where.</param>
/// <param name="Kind">What kind of failure.</param>
/// <param name="Detail">What was seen, for people; never a password.</param>
public sealed record SurveyError(string Address, SurveyErrorKind Kind, string Detail);

/// <summary>Kinds of failure of a sweep: the world's, expected and counted.</summary>
public enum SurveyErrorKind : byte
{
    /// <summary>Nobody listens there.</summary>
    NobodyThere,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>The account is not accepted.</summary>
    Unauthorized,

    /// <summary>Something answers, but not Redfish.</summary>
    NotRedfish,

    /// <summary>It answered, but broke a limit (size, depth, redirects) or its answer cannot be read.</summary>
    BrokenAnswer,

    /// <summary>TLS could not be agreed or the certificate is not the one expected.</summary>
    Tls,
}

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

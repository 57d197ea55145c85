using Ampacity.Fleet;
using Ampacity.Redfish;

namespace Ampacity.Collect;

/// <summary>A BMC to read, and what to read there.</summary>
/// <param name="Address">Scheme, host and port.</param>
/// <param name="Mac">MAC of the BMC, lower case with colons: the value of the <c>bmc</c> label.</param>
/// <param name="Profile">What its values mean.</param>
/// <param name="Reports">Paths of metric reports to read at each poll, where a survey made no plan.</param>
/// <param name="CertificateSha256">The certificate to trust, or null for the system's trust.</param>
public sealed record BmcEndpoint(
    Uri Address, string Mac, PlatformProfile Profile, IReadOnlyList<string> Reports, string? CertificateSha256 = null)
{
    private readonly IReadOnlyList<PlannedRead>? _reads;

    /// <summary>What is read, and how often; a period under the poller's interval is the interval. Without a plan: the reports, at each poll.</summary>
    public IReadOnlyList<PlannedRead> Reads
    {
        get => _reads ?? [.. Reports.Select(report => new PlannedRead(report, ReadForm.Report, ReadClass.Power, 1, 0, 0))];
        init => _reads = value;
    }

    /// <summary>Path of a resource → its value of the <c>component</c> label, as the survey found it.</summary>
    public IReadOnlyList<(string Path, string Name)> Components { get; init; } = [];

    /// <summary>The account to read it with; null for the poller's own.</summary>
    public BmcCredentials? Credentials { get; init; }

    /// <summary>What tells firmware apart: BMCs of one model and firmware share what their bodies mean. Empty: not known.</summary>
    public string Firmware { get; init; } = "";

    /// <summary>Whether reading it is the same in all: address, account, certificate, profile, plan, components, firmware.</summary>
    public bool ReadsAs(BmcEndpoint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Address == other.Address && Mac == other.Mac && Profile == other.Profile && CertificateSha256 == other.CertificateSha256
            && Credentials == other.Credentials && Firmware == other.Firmware
            && Reads.SequenceEqual(other.Reads) && Components.SequenceEqual(other.Components);
    }
}

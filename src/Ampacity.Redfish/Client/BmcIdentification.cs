namespace Ampacity.Redfish;

/// <summary>What an address says of itself to anyone.</summary>
/// <param name="Root">The answer for the service root.</param>
/// <param name="Hints">What the root says; null when it is no service root.</param>
/// <param name="ServiceUuid">UUID of the service; null when it says none.</param>
/// <param name="Profile">The profile that fits by the root alone; null when none fits or it is no BMC. Managers and chassis may name a better one.</param>
/// <param name="CertificateSha256">The certificate that was trusted on first use or pinned; null under the system's trust.</param>
/// <param name="Error">Empty when there is a profile; else what was wrong.</param>
public sealed record BmcIdentity(
    RedfishAnswer Root, BmcHints? Hints, string? ServiceUuid, PlatformProfile? Profile, string? CertificateSha256, string Error);

/// <summary>Asks an address what it is, without credentials: one GET of the service root.</summary>
public static class BmcIdentification
{
    /// <summary>Asks.</summary>
    /// <param name="address">Scheme, host and port.</param>
    /// <param name="options">Limits.</param>
    /// <param name="profiles">What is known of platforms.</param>
    /// <param name="time">Drives the time limits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">Cancelled by the caller.</exception>
    public static async Task<BmcIdentity> RunAsync(
        Uri address, RedfishClientOptions options, PlatformProfiles profiles, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var client = new RedfishClient(address, null, options with { MaxConcurrentRequests = 1 }, time);
        var root = await client.GetServiceRootAsync(cancellationToken);
        var certificate = client.SeenCertificateSha256;
        if (!root.IsRead)
        {
            return new BmcIdentity(root, null, null, null, certificate, root.Error);
        }

        var reader = new ResourceReader("/redfish/v1", root.Root, new QuirkLog(16));
        if (reader.Text("RedfishVersion") is null && reader.Text("@odata.type")?.Contains("ServiceRoot", StringComparison.Ordinal) != true)
        {
            return new BmcIdentity(root, null, null, null, certificate, "JSON, but not a Redfish service root");
        }

        var hints = BmcHints.Of(reader);
        var profile = profiles.Find(hints);
        return new BmcIdentity(
            root, hints, reader.Identity("UUID"), profile, certificate,
            profile is null ? $"no platform profile fits vendor '{hints.Vendor}', product '{hints.Product}', version '{hints.RedfishVersion}'" : "");
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ampacity.Redfish;

/// <summary>What the certificate of one BMC is trusted by: the system, a pin, or being the first that was shown.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class BmcTrust
{
    private readonly bool _onFirstUse;
    private byte[]? _pinned;

    private BmcTrust(byte[]? pinned, bool onFirstUse) => (_pinned, _onFirstUse) = (pinned, onFirstUse);

    /// <summary>As a client's options say; a pin goes before first use.</summary>
    /// <exception cref="ArgumentException">The pin is not a SHA-256.</exception>
    public static BmcTrust Of(RedfishClientOptions options) =>
        new(options.CertificateSha256 is { } pin ? ParsePin(pin) : null, options.TrustOnFirstUse && options.CertificateSha256 is null);

    /// <summary>SHA-256 of the certificate that is trusted beside the system's trust, hex; null if none is.</summary>
    public string? Sha256 => Volatile.Read(ref _pinned) is { } hash ? Convert.ToHexStringLower(hash) : null;

    /// <summary>Validates what a BMC shows; null where the system's trust counts.</summary>
    public RemoteCertificateValidationCallback? Validate => _onFirstUse || _pinned is not null ? IsTrusted : null;

    /// <summary>Whether another says the same: a pin on what was trusted on first use does.</summary>
    public bool Is(BmcTrust other) => ReferenceEquals(this, other)
        || (_pinned is { } mine && other._pinned is { } pin ? mine.AsSpan().SequenceEqual(pin) : _onFirstUse == other._onFirstUse && (_onFirstUse || (_pinned is null && other._pinned is null)));

    // With a pin it is there from the start; on first use the first certificate becomes it, whichever connection came first.
    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return false;
        }

        var hash = SHA256.HashData(certificate.GetRawCertData());
        Interlocked.CompareExchange(ref _pinned, hash, null);
        return CryptographicOperations.FixedTimeEquals(_pinned, hash);
    }

    private static byte[] ParsePin(string pin)
    {
        var hex = pin.Replace(":", "", StringComparison.Ordinal);
        return hex.Length == 64 && hex.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(hex)
            : throw new ArgumentException("the certificate pin is not a SHA-256 (64 hex digits)", nameof(pin));
    }
}

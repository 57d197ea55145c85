using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ampacity.Fleet;

/// <summary>Where intent and a survey disagree. A third truth: neither what should be nor what was seen, and never a change by itself.</summary>
/// <param name="SurveyBeganMs">When the newest survey began, UTC milliseconds.</param>
/// <param name="SurveyEndedMs">When it ended.</param>
/// <param name="Matched">BMCs that are where they should be, as they should be.</param>
/// <param name="Rows">Disagreements: leaks first, then by place.</param>
public sealed record DriftReport(long SurveyBeganMs, long SurveyEndedMs, int Matched, IReadOnlyList<DriftRow> Rows);

/// <summary>One disagreement with its evidence.</summary>
/// <param name="Kind">What disagrees.</param>
/// <param name="Place">Path of the place, or empty where no place is known.</param>
/// <param name="Expected">What intent says; null if nothing.</param>
/// <param name="Seen">What the survey saw; null if nothing.</param>
/// <param name="Address">BMC that was asked; null if none answered.</param>
/// <param name="KnownBy">By what it is known.</param>
/// <param name="Why">Why this is believed, and from which resource.</param>
public sealed record DriftRow(
    DriftKind Kind, string Place, string? Expected, string? Seen, string? Address, DriftEvidence KnownBy, string Why)
{
    /// <summary>The detail of a swap or a wrong slot whose BMC boards stayed where they were: their MACs go with the place, not with the tray.</summary>
    public const string BoardsStayed = "boards stayed";

    /// <summary>Key of <see cref="Place"/>; null where no place is known.</summary>
    public StableKey? At { get; init; }

    /// <summary>The other place of a swap, the place where a tray was found, or where a stranger seems to stand; null for none.</summary>
    public StableKey? OtherAt { get; init; }

    /// <summary>Path of <see cref="OtherAt"/>; empty for none.</summary>
    public string OtherPlace { get; init; } = "";

    /// <summary>The declared asset; null where none is recorded.</summary>
    public AssetId? Asset { get; init; }

    /// <summary>The other asset of a swap or of a double record; null for none.</summary>
    public AssetId? OtherAsset { get; init; }

    /// <summary>The component, firmware entry or port that it is about; empty for the tray as a whole.</summary>
    public string Detail { get; init; } = "";

    /// <summary>MAC that was seen; null where none.</summary>
    public string? FoundMac { get; init; }

    /// <summary>Serial that was seen, of the tray or of the component; null where none.</summary>
    public string? FoundSerial { get; init; }

    /// <summary>Part number or version that was seen; null where none.</summary>
    public string? FoundText { get; init; }

    /// <summary>The first kept survey from which on it held without a break: when that began, UTC milliseconds. 0 until it is dated.</summary>
    public long SinceMs { get; init; }

    /// <summary>How sure it is.</summary>
    public DriftCertainty Certainty => DriftGrades.CertaintyOf(KnownBy);

    /// <summary>
    /// Its name, such as <c>d-1f2e3d4c5b6a</c>: the same as long as the same thing is wrong with the same subject, whatever its place is called.
    /// </summary>
    public string Id => $"d-{Hash(Kind.ToString(), At is { } at ? at.ToString() : FoundMac ?? Address ?? FoundSerial ?? "",
        Kind == DriftKind.Swapped ? OtherAt?.ToString() ?? "" : "", Kind is DriftKind.MacTwice or DriftKind.SerialTwice ? Address ?? "" : "", Detail)}";

    /// <summary>Changes when either side does: who accepts a finding names it, so that nothing else is accepted than was shown.</summary>
    public string Fingerprint => Hash(Expected ?? "", Seen ?? "", OtherAt?.ToString() ?? "", FoundMac ?? "", FoundSerial ?? "", FoundText ?? "");

    // Six bytes: among 100,000 rows two share a name once in 50,000 reports.
    private static string Hash(params ReadOnlySpan<string> parts)
    {
        var text = string.Join('\u001f', parts.ToArray());
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(hash[..6])}");
    }
}

namespace Ampacity.Fleet;

/// <summary>Where intent and a survey disagree. A third truth: neither what should be nor what was seen, and never a change by itself.</summary>
/// <param name="SurveyBeganMs">When the survey began, UTC milliseconds.</param>
/// <param name="SurveyEndedMs">When it ended.</param>
/// <param name="Matched">BMCs that are where they should be, as they should be.</param>
/// <param name="Rows">Disagreements, by place.</param>
public sealed record DriftReport(long SurveyBeganMs, long SurveyEndedMs, int Matched, IReadOnlyList<DriftRow> Rows);

/// <summary>One disagreement with its evidence.</summary>
/// <param name="Kind">What disagrees.</param>
/// <param name="Place">Path of the place, or empty where no place is known.</param>
/// <param name="Expected">What intent says; null if nothing.</param>
/// <param name="Seen">What the survey saw; null if nothing.</param>
/// <param name="Address">BMC that was asked; null if none answered.</param>
/// <param name="Evidence">Why this is believed, and from which resource.</param>
public sealed record DriftRow(DriftKind Kind, string Place, string? Expected, string? Seen, string? Address, string Evidence);

/// <summary>Kinds of disagreement.</summary>
public enum DriftKind : byte
{
    /// <summary>A declared tray whose BMC did not answer. Not seen is not gone: the survey's errors say what it could not look at.</summary>
    NotSeen,

    /// <summary>A BMC answered that nobody declared.</summary>
    Undeclared,

    /// <summary>The BMC is the declared one, but the tray reports another serial.</summary>
    SerialDiffers,

    /// <summary>The tray reports the serial that is declared for another place.</summary>
    Misplaced,

    /// <summary>Two BMCs report one MAC, so neither can be told.</summary>
    MacTwice,

    /// <summary>A BMC without a usable MAC: it cannot be told which tray it is.</summary>
    Unidentified,

    /// <summary>The tray reports no serial, or no components, where intent states some: it can be neither confirmed nor denied.</summary>
    NotVerifiable,

    /// <summary>The tray has other accelerators or processors than its build says.</summary>
    ComponentsDiffer,
}

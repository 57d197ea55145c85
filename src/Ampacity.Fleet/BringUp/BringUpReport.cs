namespace Ampacity.Fleet;

/// <summary>What is known of one rack as it is brought up: each question with its answer and what the answer rests on.</summary>
/// <param name="Rack">Path of the rack.</param>
/// <param name="Sku">SKU revision that it pins; null if none.</param>
/// <param name="SurveyBeganMs">When the newest survey began, UTC milliseconds.</param>
/// <param name="SurveyEndedMs">When it ended.</param>
/// <param name="Checks">Every question, in the order in which a rack is brought up.</param>
public sealed record BringUpReport(string Rack, string? Sku, long SurveyBeganMs, long SurveyEndedMs, IReadOnlyList<BringUpCheck> Checks)
{
    /// <summary>Fail if any fails; else not verifiable if any is; else pass.</summary>
    public CheckState State =>
        Checks.Any(check => check.State == CheckState.Fail) ? CheckState.Fail
        : Checks.Any(check => check.State == CheckState.NotVerifiable) ? CheckState.NotVerifiable
        : CheckState.Pass;
}

/// <summary>One question about a rack.</summary>
/// <param name="Name">Which: complete, serials, components, firmware, links, leakDetectors, power.</param>
/// <param name="Question">In words.</param>
/// <param name="State">The answer.</param>
/// <param name="Summary">The answer in words, with numbers.</param>
/// <param name="Evidence">What it rests on, one line a tray or a thing; the failures first.</param>
public sealed record BringUpCheck(string Name, string Question, CheckState State, string Summary, IReadOnlyList<CheckEvidence> Evidence);

/// <summary>One line of evidence.</summary>
/// <param name="Place">Path of the tray; empty for the rack as a whole.</param>
/// <param name="State">What it says for itself.</param>
/// <param name="Text">In words.</param>
public sealed record CheckEvidence(string Place, CheckState State, string Text);

/// <summary>An answer. Nothing that was not seen is a pass.</summary>
public enum CheckState : byte
{
    /// <summary>It was seen, and it is right.</summary>
    Pass,

    /// <summary>It was seen, and it is wrong; or what answered before no longer does.</summary>
    Fail,

    /// <summary>It was not seen, or nothing says what would be right.</summary>
    NotVerifiable,
}

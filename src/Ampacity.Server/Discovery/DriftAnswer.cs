using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Where intent and a survey disagree.</summary>
/// <param name="SurveyBeganMs">When the survey began, UTC milliseconds.</param>
/// <param name="SurveyEndedMs">When it ended.</param>
/// <param name="Matched">BMCs that are as they should be.</param>
/// <param name="Revision">Newest change set of the intent.</param>
/// <param name="Count">Disagreements that were asked for, on all pages.</param>
/// <param name="Counts">Disagreements of each kind, of those that were asked for.</param>
/// <param name="Next">Give this as <c>after</c> to go on; left out at the end.</param>
/// <param name="Rows">Disagreements: leaks first, then by place.</param>
public sealed record DriftAnswer(
    long SurveyBeganMs, long SurveyEndedMs, int Matched, string Revision, int Count, IReadOnlyDictionary<string, int> Counts, string? Next, IReadOnlyList<DriftAnswerRow> Rows)
{
    /// <summary>Most rows of one page.</summary>
    public const int RowsMax = 20_000;

    internal static DriftAnswer Of(DriftState state, DriftFilter filter, string? after, int limit)
    {
        var report = state.Report;
        DriftRow[] asked = [.. report.Rows.Where(filter.Takes)];
        var from = after is null ? 0 : Array.FindIndex(asked, row => row.Id == after) + 1;
        DriftRow[] page = [.. asked.Skip(from).Take(limit)];
        return new DriftAnswer(
            report.SurveyBeganMs, report.SurveyEndedMs, report.Matched, state.Intent.View.Graph.Revision.ToString(), asked.Length,
            asked.GroupBy(row => row.Kind).OrderBy(group => group.Key).ToDictionary(group => DriftAnswerRow.Word(group.Key.ToString()), group => group.Count(), StringComparer.Ordinal),
            from + page.Length < asked.Length ? page[^1].Id : null, [.. page.Select(DriftAnswerRow.Of)]);
    }
}

/// <summary>Which drifts are asked for.</summary>
/// <param name="Place">Only below this path; null for all.</param>
/// <param name="Kinds">Only of these kinds; empty for all.</param>
internal sealed record DriftFilter(string? Place, IReadOnlyCollection<DriftKind> Kinds)
{
    public bool Takes(DriftRow row) => (Kinds.Count == 0 || Kinds.Contains(row.Kind)) && (Place is null || IsIn(row.Place) || IsIn(row.OtherPlace));

    private bool IsIn(string path) => path.StartsWith(Place!, StringComparison.Ordinal) && (path.Length == Place!.Length || path[Place.Length] == '/');
}

/// <summary>One disagreement.</summary>
/// <param name="Id">Its name, the same as long as the same thing is wrong.</param>
/// <param name="Kind">What disagrees, such as serialDiffers.</param>
/// <param name="Place">Where; empty if no place is known.</param>
/// <param name="OtherPlace">The other place of a swap, or where it was found; left out for none.</param>
/// <param name="Detail">Component, firmware entry or port; left out for the tray as a whole.</param>
/// <param name="Expected">What intent says.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Address">BMC that was asked.</param>
/// <param name="SinceMs">Since which survey it has held, UTC milliseconds.</param>
/// <param name="Certainty">suspected, likely or certain.</param>
/// <param name="KnownBy">By what: mac, serial, componentSerials, position, address, report, earlierSurvey.</param>
/// <param name="Evidence">Why this is believed.</param>
/// <param name="Fingerprint">Changes when either side does; give it when accepting.</param>
/// <param name="Proposal">What would close it.</param>
public sealed record DriftAnswerRow(
    string Id,
    string Kind,
    string Place,
    string? OtherPlace,
    string? Detail,
    string? Expected,
    string? Seen,
    string? Address,
    long SinceMs,
    string Certainty,
    IReadOnlyList<string> KnownBy,
    string Evidence,
    string Fingerprint,
    ProposalRow Proposal)
{
    internal static DriftAnswerRow Of(DriftRow row)
    {
        var proposal = ProposalMaker.For(row);
        return new(
            row.Id, Word(row.Kind.ToString()), row.Place, Said(row.OtherPlace), Said(row.Detail), row.Expected, row.Seen, row.Address, row.SinceMs,
            Word(row.Certainty.ToString()), DriftGrades.Words(row.KnownBy), row.Why, row.Fingerprint,
            new ProposalRow(Word(proposal.Kind.ToString()), proposal.Text, proposal.CanBeAccepted));
    }

    internal static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string? Said(string text) => text.Length == 0 ? null : text;
}

/// <summary>What would close a drift.</summary>
/// <param name="Kind">acceptAsFound, move, replace, recable, lookAgain, merge or update.</param>
/// <param name="Text">In words.</param>
/// <param name="CanBeAccepted">Whether accepting it changes the inventory; what cannot be accepted needs an act in the hall, or a place.</param>
public sealed record ProposalRow(string Kind, string Text, bool CanBeAccepted);

using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>One change set, opened: before and after of each fact, a page at a time. Immutable.</summary>
/// <param name="Change">Who, why, when; null if there is none of that number.</param>
/// <param name="Recorded">Facts that it recorded.</param>
/// <param name="Retracted">Facts that it ended, replaced or took back.</param>
/// <param name="Rows">The page.</param>
/// <param name="Next">Where it goes on; null at the end.</param>
/// <param name="IsMissing">Whether the address names a place that is not there now.</param>
public sealed record ChangeSetModel(ChangeSet? Change, int Recorded, int Retracted, IReadOnlyList<FactChangeRow> Rows, int? Next, bool IsMissing)
{
    /// <summary>Facts of one page.</summary>
    public const int PageRows = 100;

    /// <summary>Reads a page.</summary>
    /// <param name="view">What the reader may see: facts about anything else are left out.</param>
    /// <param name="ledger">What was recorded.</param>
    /// <param name="query">The address.</param>
    /// <param name="change">The change set, or null.</param>
    public static ChangeSetModel Of(FleetView view, FactLedger ledger, ChangesQuery query, ChangeSet? change)
    {
        if (change is null || change.Id.CompareTo(ledger.Revision) > 0)
        {
            return new ChangeSetModel(null, 0, 0, [], null, false);
        }

        var facts = ChangeFacts.Of(ledger);
        var (recorded, retracted) = facts.CountOf(change.Id);
        if (!ChangeListModel.TryAsked(view, query, out var asked))
        {
            return new ChangeSetModel(change, recorded, retracted, [], null, true);
        }

        var page = facts.Read(change.Id, query.From, PageRows, asked);
        var names = new FactNames(ledger, view);
        return new ChangeSetModel(change, recorded, retracted, [.. page.Changes.Select(one => FactChangeRow.Of(one, names))], page.Next, false);
    }
}

/// <summary>What a change set did to one fact.</summary>
/// <param name="What">A path, or an asset.</param>
/// <param name="Path">Where that is, for a link; null for what never was anywhere.</param>
/// <param name="Aspect">What about it.</param>
/// <param name="Effect">What was done.</param>
/// <param name="Before">Value before; null where nothing held.</param>
/// <param name="After">Value after; null where it ended.</param>
/// <param name="FromMs">First instant of what holds since, or of what ended, UTC milliseconds.</param>
/// <param name="ToMs">First instant at which that no longer holds; null while it goes on.</param>
public sealed record FactChangeRow(
    string What, string? Path, string Aspect, ChangeEffect Effect, string? Before, string? After, long FromMs, long? ToMs)
{
    internal static FactChangeRow Of(FactChange change, FactNames names)
    {
        var what = names.Of(change.Subject);
        return new FactChangeRow(
            what, change.Subject.Kind == SubjectKind.Asset ? names.PlaceOf(change.Subject) : names.IsRegister((int)change.Subject.Number) ? null : what,
            FactText.Aspect(change.Aspect, change.Key, change.After ?? change.Before), change.Effect,
            change.Before is { } before ? names.Says(before) : null, change.After is { } after ? names.Says(after) : null,
            change.Valid.FromMs, change.Valid.IsOpen ? null : change.Valid.ToMs);
    }
}

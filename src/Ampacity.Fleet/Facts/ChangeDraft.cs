namespace Ampacity.Fleet;

/// <summary>
/// A change worked out but not yet carried out: what to retract and what to record, in one transaction, against one known state.
/// </summary>
/// <param name="BasedOn">Newest change set that the draft has seen; if another came since, the draft is refused and made again.</param>
/// <param name="Author">Person or program; never empty.</param>
/// <param name="Reason">Why.</param>
/// <param name="Retract">Facts no longer believed from now on; their rows stay.</param>
/// <param name="Record">Facts to record; their ids and change set are given when it is carried out.</param>
/// <param name="NextNode">First node ordinal not given yet, after this draft.</param>
/// <param name="NextAsset">First asset number not given yet, after this draft.</param>
public sealed record ChangeDraft(
    ChangeSetId BasedOn,
    string Author,
    string Reason,
    IReadOnlyList<FactId> Retract,
    IReadOnlyList<Fact> Record,
    int NextNode,
    long NextAsset)
{
    /// <summary>Whether nothing would change.</summary>
    public bool IsEmpty => Retract.Count == 0 && Record.Count == 0;
}

/// <summary>The facts believed at one recorded time, past and future intervals included, and the counters that go with them.</summary>
/// <param name="Revision">Newest change set in it.</param>
/// <param name="Facts">Facts not retracted as of that change set, in order of id.</param>
/// <param name="NextNode">First node ordinal not given yet.</param>
/// <param name="NextAsset">First asset number not given yet; the first asset is 1.</param>
public sealed record FactLedger(ChangeSetId Revision, IReadOnlyList<Fact> Facts, int NextNode, long NextAsset)
{
    /// <summary>The inventory before anything was recorded.</summary>
    public static readonly FactLedger Empty = new(default, [], 0, 1);

    /// <summary>Facts that hold at an instant.</summary>
    public IEnumerable<Fact> HoldingAt(long atMs) => Facts.Where(fact => fact.Valid.Contains(atMs));
}

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
    FactBatch Record,
    int NextNode,
    long NextAsset)
{
    /// <summary>Whether nothing would change.</summary>
    public bool IsEmpty => Retract.Count == 0 && Record.Count == 0;
}

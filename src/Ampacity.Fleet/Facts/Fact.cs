namespace Ampacity.Fleet;

/// <summary>
/// One thing held to be true of one subject for a span of time, and who said so when. Never overwritten: a *change* ends one fact and
/// begins another; a *correction* retracts a fact that was recorded wrongly and records another for the same span.
/// </summary>
/// <param name="Id">Its row; 0 while it is only proposed.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Key">Tells facts of the same aspect apart where a subject has several (a feed's source, an identifier's kind); else empty.</param>
/// <param name="Value">What is held to be true.</param>
/// <param name="Valid">When it holds in the world (valid time).</param>
/// <param name="DeclaredBy">The subtree of the fleet file that owns it, or empty; only that file may remove it by leaving it out.</param>
/// <param name="RecordedBy">The change set that recorded it (recorded time).</param>
/// <param name="RetractedBy">The change set from which on it is no longer believed, if any.</param>
public sealed record Fact(
    FactId Id,
    Subject Subject,
    string Key,
    FactValue Value,
    Validity Valid,
    string DeclaredBy,
    ChangeSetId RecordedBy,
    ChangeSetId? RetractedBy = null)
{
    /// <summary>What two facts must share to be about the same thing: at one instant at most one of them holds.</summary>
    public (Subject Subject, string Aspect, string Key) Slot => (Subject, Value.Aspect, Key);
}

/// <summary>Who changed the inventory, why and when; its facts point to it.</summary>
/// <param name="Id">In order of recording.</param>
/// <param name="Author">Person or program; never empty.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="RecordedMs">Recorded time, UTC milliseconds.</param>
public sealed record ChangeSet(ChangeSetId Id, string Author, string Reason, long RecordedMs);

using System.Collections.Frozen;

namespace Ampacity.Fleet;

/// <summary>Which lifecycle state may follow which: the one table that files, imports and edits are held to.</summary>
public static class Lifecycle
{
    // Every pair with its reason. What is not here is refused: a state is corrected, not jumped, where it was recorded wrongly.
    private static readonly (LifecycleState From, LifecycleState To, string Reason)[] Steps =
    [
        (LifecycleState.Planned, LifecycleState.Ordered, "a purchase order is placed"),
        (LifecycleState.Planned, LifecycleState.Shipped, "a partner's site hears of a thing first when it is under way"),
        (LifecycleState.Planned, LifecycleState.Landed, "a partner's site hears of a thing first when it stands on the dock"),
        (LifecycleState.Ordered, LifecycleState.Planned, "the order is cancelled, the intent stays"),
        (LifecycleState.Ordered, LifecycleState.Shipped, "the vendor's shipping notice"),
        (LifecycleState.Ordered, LifecycleState.Landed, "not every vendor sends a shipping notice"),
        (LifecycleState.Shipped, LifecycleState.Landed, "received at the dock"),
        (LifecycleState.Landed, LifecycleState.Shipped, "returned to sender, or on to another site"),
        (LifecycleState.Landed, LifecycleState.Racked, "in its place"),
        (LifecycleState.Racked, LifecycleState.Landed, "taken out again before it had power"),
        (LifecycleState.Racked, LifecycleState.Powered, "power is applied"),
        (LifecycleState.Racked, LifecycleState.BurnIn, "rack-scale systems are often powered by the burn-in crew itself"),
        (LifecycleState.Powered, LifecycleState.Racked, "powered off before burn-in"),
        (LifecycleState.Powered, LifecycleState.BurnIn, "burn-in begins"),
        (LifecycleState.Powered, LifecycleState.Accepted, "a part without a burn-in of its own, such as a shelf, is accepted with its rack"),
        (LifecycleState.BurnIn, LifecycleState.Powered, "burn-in is broken off"),
        (LifecycleState.BurnIn, LifecycleState.Accepted, "acceptance is signed"),
        (LifecycleState.Accepted, LifecycleState.BurnIn, "acceptance is withdrawn: it is burned in again"),
        (LifecycleState.Accepted, LifecycleState.Live, "handed over to work"),
        (LifecycleState.Accepted, LifecycleState.Draining, "taken back before it served"),
        (LifecycleState.Live, LifecycleState.Accepted, "idle, held in reserve"),
        (LifecycleState.Live, LifecycleState.Draining, "emptied of work"),
        (LifecycleState.Draining, LifecycleState.Live, "the drain is called off"),
        (LifecycleState.Draining, LifecycleState.Racked, "drained for maintenance or a move"),
        (LifecycleState.Draining, LifecycleState.Repair, "drained for repair"),
        (LifecycleState.Draining, LifecycleState.Failed, "failed while it was drained"),
        (LifecycleState.Shipped, LifecycleState.Failed, "damaged in transit"),
        (LifecycleState.Landed, LifecycleState.Failed, "refused at receipt"),
        (LifecycleState.Racked, LifecycleState.Failed, "does not power up"),
        (LifecycleState.Powered, LifecycleState.Failed, "failed"),
        (LifecycleState.BurnIn, LifecycleState.Failed, "failed in burn-in"),
        (LifecycleState.Accepted, LifecycleState.Failed, "failed"),
        (LifecycleState.Live, LifecycleState.Failed, "failed"),
        (LifecycleState.Failed, LifecycleState.Repair, "repair begins"),
        (LifecycleState.Failed, LifecycleState.Shipped, "sent to the vendor"),
        (LifecycleState.Repair, LifecycleState.Racked, "back in its place"),
        (LifecycleState.Repair, LifecycleState.Landed, "back on the shelf"),
        (LifecycleState.Repair, LifecycleState.BurnIn, "repaired in its place, tested again"),
        (LifecycleState.Repair, LifecycleState.Failed, "the repair did not help"),
        (LifecycleState.Repair, LifecycleState.Shipped, "sent to the vendor"),
    ];

    private static readonly FrozenSet<(LifecycleState, LifecycleState)> Legal = Steps.Select(step => (step.From, step.To)).ToFrozenSet();

    /// <summary>Every legal step and why there is one, retiring apart: every state but <see cref="LifecycleState.Live"/> may be retired.</summary>
    public static IReadOnlyList<(LifecycleState From, LifecycleState To, string Reason)> Transitions => Steps;

    /// <summary>Whether a state may follow another. From null (nobody said a state before) every state may begin.</summary>
    public static bool Allows(LifecycleState? from, LifecycleState to) => from is not { } before
        || before == to
        || Legal.Contains((before, to))
        || (to == LifecycleState.Retired && before != LifecycleState.Live);

    /// <summary>The states that may follow one, in order.</summary>
    public static IReadOnlyList<LifecycleState> After(LifecycleState from) =>
        [.. Enum.GetValues<LifecycleState>().Where(to => to != from && Allows(from, to))];

    /// <summary>Why a step is refused and what can be done instead.</summary>
    public static string Hint(LifecycleState from, LifecycleState to) => from == LifecycleState.Retired
        ? $"it is Retired, which is final; correct the state if that was recorded wrongly, not to {to}"
        : $"{to} does not follow {from}; from {from} it goes to {string.Join(", ", After(from))}";

    /// <summary>
    /// The instant before which no placement may begin: when the asset was first Ordered; if it never was, when it was first Planned;
    /// null where its record begins with a later state, for then nobody said when it was ordered.
    /// </summary>
    public static long? EarliestPlacementMs(IEnumerable<(LifecycleState State, long FromMs)> states)
    {
        (long? ordered, (LifecycleState State, long FromMs)? first) = (null, null);
        foreach (var said in states)
        {
            if (said.State == LifecycleState.Ordered && (ordered is null || said.FromMs < ordered))
            {
                ordered = said.FromMs;
            }

            if (first is null || said.FromMs < first.Value.FromMs)
            {
                first = said;
            }
        }

        return first switch
        {
            { State: LifecycleState.Planned or LifecycleState.Ordered } => ordered ?? first.Value.FromMs,
            _ => null,
        };
    }
}

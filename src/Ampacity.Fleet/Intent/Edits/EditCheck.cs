namespace Ampacity.Fleet;

/// <summary>
/// Holds a draft of edits to what must be true at every instant: one asset in a place, one asset for an identifier, one node of a name, legal
/// steps of the lifecycle, no place before the order or after retirement.
/// </summary>
internal sealed class EditCheck(EditDraft draft, long nowMs)
{
    private readonly FactTable _table = draft.Ledger.Table;

    public delegate void Refuse(int edit, string what, string rule, string hint);

    /// <summary>Tells every rule that is broken.</summary>
    /// <param name="refuse">Is told.</param>
    /// <param name="steps">Whether steps of the lifecycle are held to the table: not when a change is undone.</param>
    public void Check(Refuse refuse, bool steps = true)
    {
        var places = new Dictionary<StableKey, List<(Subject Who, Validity When)>>();
        var identifiers = new Dictionary<(string Key, string Text), List<(Subject Who, Validity When)>>();
        var names = new Dictionary<(int Parent, string Name), List<(Subject Who, Validity When)>>();
        foreach (var (slot, pieces) in draft.Slots.ToArray())
        {
            void Break(string rule, string hint) => refuse(pieces.Edit, draft.Name(slot.Subject, nowMs), rule, hint);
            foreach (var piece in pieces.Now)
            {
                switch (piece.Value)
                {
                    case PlacementFact placed:
                        Take(places, new StableKey(placed.Rack, placed.Part), slot.Subject, piece.Valid, other => Break("place-taken", $"{other} is in that place then"));
                        break;
                    case IdentifierFact held:
                        Take(identifiers, (slot.Key, held.Text), slot.Subject, piece.Valid, other => Break(
                            $"duplicate-{(held.Kind == IdentifierKind.Mac ? "bmc" : slot.Key.ToLowerInvariant())}", $"{slot.Key} {held.Text} is {other}'s then; end it there first, or merge the two"));
                        break;
                    case NodeFact node when !node.Kind.IsRegister():
                        Take(names, (node.Parent, node.Name), slot.Subject, piece.Valid, other => Break("place-taken", $"{other} has that name there then"));
                        break;
                }

                if (!pieces.GoesOn(piece))
                {
                    Against(slot, piece, Break);
                }
            }

            if (slot.Aspect == FactAspect.Lifecycle && steps)
            {
                CheckSteps(pieces, Break);
            }

            if (slot.Aspect is FactAspect.Placement or FactAspect.Lifecycle && slot.Subject.Kind == SubjectKind.Asset)
            {
                CheckLife(slot, pieces, Break);
            }
        }
    }

    // Among what the draft touches.
    private void Take<T>(Dictionary<T, List<(Subject Who, Validity When)>> taken, T key, Subject who, Validity when, Action<string> refuse)
        where T : notnull
    {
        var list = taken.TryGetValue(key, out var known) ? known : taken[key] = [];
        foreach (var other in list)
        {
            if (other.Who != who && Overlap(other.When, when))
            {
                refuse(draft.Name(other.Who, nowMs));
                break;
            }
        }

        list.Add((who, when));
    }

    // Against what the draft does not touch.
    private void Against(Slot slot, Piece piece, Action<string, string> refuse)
    {
        switch (piece.Value)
        {
            case PlacementFact placed:
                for (var row = _table.NewestInRack(placed.Rack); row >= 0; row = _table.PreviousInRack(row))
                {
                    var other = new RecordedFact(_table, row);
                    if (Stands(row, slot, piece) && other.Place.Part == placed.Part)
                    {
                        refuse("place-taken", $"{draft.Name(other.Subject, nowMs)} is in that place then");
                        return;
                    }
                }

                break;
            case IdentifierFact held:
                foreach (var row in _table.Identifiers.Find(held.Text))
                {
                    if (Stands(row, slot, piece) && new RecordedFact(_table, row).Key == slot.Key)
                    {
                        refuse($"duplicate-{(held.Kind == IdentifierKind.Mac ? "bmc" : slot.Key.ToLowerInvariant())}",
                            $"{slot.Key} {held.Text} is {draft.Name(new RecordedFact(_table, row).Subject, nowMs)}'s then; end it there first, or merge the two");
                        return;
                    }
                }

                break;
            case NodeFact node when !node.Kind.IsRegister():
                // Whatever was ever named below the parent.
                for (var row = _table.NewestBelow(node.Parent); row >= 0; row = _table.PreviousBelow(row))
                {
                    if (new RecordedFact(_table, row).Value is NodeFact other && other.Name == node.Name && Stands(row, slot, piece))
                    {
                        refuse("place-taken", $"{draft.Name(new RecordedFact(_table, row).Subject, nowMs)} has that name there then");
                        return;
                    }
                }

                break;
        }
    }

    private bool Stands(int row, Slot slot, Piece piece)
    {
        if (!draft.Ledger.Believes(row) || !Overlap(_table.Valid(row), piece.Valid))
        {
            return false;
        }

        var fact = new RecordedFact(_table, row);
        return fact.Subject != slot.Subject && !draft.Slots.ContainsKey(new Slot(fact.Subject, fact.Aspect, fact.Key));
    }

    private static void CheckSteps(SlotPieces pieces, Action<string, string> refuse)
    {
        for (var at = 1; at < pieces.Now.Count; at++)
        {
            var (before, after) = (pieces.Now[at - 1], pieces.Now[at]);
            var (from, to) = (((LifecycleFact)before.Value).State, ((LifecycleFact)after.Value).State);
            if (before.Valid.ToMs < after.Valid.FromMs)
            {
                // Nobody said a state between the two: from there every state may begin.
                continue;
            }

            if ((!pieces.GoesOn(before) || !pieces.GoesOn(after)) && !Lifecycle.Allows(from, to))
            {
                refuse("lifecycle-step", Lifecycle.Hint(from, to));
            }
        }
    }

    private void CheckLife(Slot slot, SlotPieces pieces, Action<string, string> refuse)
    {
        var places = slot.Aspect == FactAspect.Placement ? pieces : draft.Of(slot with { Aspect = FactAspect.Placement });
        var states = slot.Aspect == FactAspect.Lifecycle ? pieces : draft.Of(slot with { Aspect = FactAspect.Lifecycle });
        var earliestMs = Lifecycle.EarliestPlacementMs(states.Now.Select(state => (((LifecycleFact)state.Value).State, state.Valid.FromMs)));
        var statesChange = states.Now.Any(state => !states.GoesOn(state));
        foreach (var place in places.Now)
        {
            if (places.GoesOn(place) && !statesChange)
            {
                continue;
            }

            if (place.Valid.FromMs < earliestMs)
            {
                refuse("placed-before-ordered", "a placement would begin before the asset was ordered; correct the state, or place it later");
            }

            if (states.Now.Any(state => state.Value is LifecycleFact { State: LifecycleState.Retired } && Overlap(state.Valid, place.Valid)))
            {
                refuse("retired-asset", "it is Retired, and a retired asset has no place");
            }
        }
    }

    private static bool Overlap(Validity one, Validity other) => one.FromMs < other.ToMs && other.FromMs < one.ToMs;
}

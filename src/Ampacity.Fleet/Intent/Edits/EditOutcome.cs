namespace Ampacity.Fleet;

/// <summary>Makes the plan of what edits leave: only what differs from what was believed.</summary>
internal static class EditOutcome
{
    public static ChangePlan ToPlan(EditDraft draft, string author, string reason, long nowMs, IReadOnlyList<FileError> errors)
    {
        var retract = new List<FactId>();
        var record = new FactBatch();
        var tally = new ChangeTally();
        foreach (var (slot, pieces) in draft.Slots)
        {
            var stays = pieces.Now.Where(piece => !piece.IsNew).Select(piece => piece.Origin).ToHashSet();
            Piece[] gone = [.. pieces.Before.Where(piece => !stays.Contains(piece.Origin))];
            Piece[] come = [.. pieces.Now.Where(piece => piece.IsNew)];
            retract.AddRange(gone.Select(piece => piece.Origin));
            foreach (var piece in come)
            {
                record.Add(slot.Subject, piece.Value, slot.Key, piece.Valid, piece.Owner);
            }

            Tell(tally, draft, slot, pieces, gone, [.. come.Where(piece => !pieces.GoesOn(piece))], nowMs);
        }

        var nextNode = draft.Ledger.NextNode;
        return new ChangePlan(
            new ChangeDraft(draft.Ledger.Revision, author, reason, retract, record, nextNode, draft.NextAsset), tally.Listed, tally, errors);
    }

    private static void Tell(ChangeTally tally, EditDraft draft, Slot slot, SlotPieces pieces, Piece[] gone, Piece[] come, long nowMs)
    {
        string Name(Subject subject) => draft.Name(subject, come.Length > 0 ? Math.Max(nowMs, come[^1].Valid.FromMs) : nowMs);

        // What goes on under another span is no news.
        gone = [.. gone.Where(old => !pieces.Now.Any(piece =>
            piece.Value.Equals(old.Value) && piece.Valid.FromMs <= old.Valid.FromMs && old.Valid.ToMs <= piece.Valid.ToMs))];
        for (var at = 0; at < Math.Max(gone.Length, come.Length); at++)
        {
            var before = at < gone.Length ? gone[at].Value : null;
            var after = at < come.Length ? come[at].Value : null;
            var verb = before is null ? ChangeVerb.Add : after is null ? ChangeVerb.Remove : ChangeVerb.Change;
            tally.Add(verb, slot.Subject, Name, before, after);
        }
    }
}

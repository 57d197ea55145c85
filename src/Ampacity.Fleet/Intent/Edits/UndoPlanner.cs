using System.Globalization;

namespace Ampacity.Fleet;

/// <summary>Works out the change set that takes another one back: what it recorded is withdrawn, what it retracted is recorded again. Pure.</summary>
public static class UndoPlanner
{
    /// <summary>Most facts of a change that is undone. Guessed: larger ones are taken back by a fleet file, which shows what goes.</summary>
    public const int FactsMax = 100_000;

    /// <summary>Plans to undo a change set.</summary>
    /// <param name="ledger">What is believed now.</param>
    /// <param name="graphAt">The graph of <paramref name="ledger"/> at an instant.</param>
    /// <param name="change">The change set.</param>
    /// <param name="author">Who undoes.</param>
    /// <param name="reason">Why.</param>
    /// <param name="nowMs">Now, UTC milliseconds.</param>
    /// <returns>The plan; refused with rule <c>touched-since</c> where a later change touched the same slots.</returns>
    public static ChangePlan Plan(
        FactLedger ledger, Func<long, FleetGraph> graphAt, ChangeSetId change, string author, string reason, long nowMs)
    {
        var draft = new EditDraft(ledger, graphAt);
        var errors = new List<FileError>();
        Fact[] facts = [.. ledger.OfChange(change).Take(FactsMax + 1)];
        if (facts.Length > FactsMax)
        {
            errors.Add(new FileError("undo", 1, change.ToString(), "too-large", string.Create(
                CultureInfo.InvariantCulture, $"it is over {FactsMax} facts; take it back by a fleet file")));
            return EditOutcome.ToPlan(draft, author, reason, nowMs, errors);
        }

        foreach (var slot in facts.Select(fact => new Slot(fact.Subject, FactAspects.Of(fact.Value), fact.Key)).ToHashSet())
        {
            foreach (var fact in ledger.HistoryOf(slot.Subject))
            {
                var touched = fact.ToFact();
                var later = touched.RecordedBy.CompareTo(change) > 0 ? touched.RecordedBy
                    : touched.RetractedBy is { } by && by.CompareTo(change) > 0 ? by : default;
                if (fact.Aspect == slot.Aspect && fact.Key == slot.Key && later != default)
                {
                    errors.Add(new FileError("undo", 1, draft.Name(slot.Subject, nowMs), "touched-since",
                        $"{later} changed its {slot.Aspect.Name()} since; undo that one first"));
                    break;
                }
            }
        }

        if (errors.Count == 0)
        {
            foreach (var fact in facts)
            {
                if (fact.RecordedBy == change)
                {
                    draft.Set(SlotOf(fact), null, fact.Valid);
                }
            }

            foreach (var fact in facts)
            {
                if (fact.RetractedBy == change)
                {
                    draft.Set(SlotOf(fact), fact.Value, fact.Valid, fact.DeclaredBy);
                }
            }

            RefuseHanging(draft, facts, change, nowMs, errors);
            new EditCheck(draft, nowMs).Check((_, what, rule, hint) => errors.Add(new FileError("undo", 1, what, rule, hint)), steps: false);
        }

        return EditOutcome.ToPlan(draft, author, reason, nowMs, errors);
    }

    private static Slot SlotOf(Fact fact) => new(fact.Subject, FactAspects.Of(fact.Value), fact.Key);

    // What came later and hangs on a node that this change made would be lost with it.
    private static void RefuseHanging(EditDraft draft, Fact[] facts, ChangeSetId change, long nowMs, List<FileError> errors)
    {
        var graph = draft.GraphAt(nowMs);
        foreach (var fact in facts)
        {
            if (fact.RecordedBy != change || fact.Value is not NodeFact || draft.NodeAt((int)fact.Subject.Number, nowMs) is not null)
            {
                continue;
            }

            var node = (int)fact.Subject.Number;
            var hangs = graph.ChildrenOf(node).ToArray().Any(child => draft.NodeAt(child, nowMs) is { } there && there.Parent == node)
                || graph.Power.LoadsOf(node).ToArray().Any(load => Keeps(load, FactAspect.Feed))
                || graph.CooledBy(node).ToArray().Any(cooled => Keeps(cooled, FactAspect.Cool))
                || draft.AssetsIn(node, nowMs).Count > 0;
            if (hangs)
            {
                errors.Add(new FileError("undo", 1, graph.PathOf(node), "touched-since", "something that came later is in it, below it or fed by it; undo or move that first"));
            }

            bool Keeps(int other, FactAspect aspect) => draft.NodeAt(other, nowMs) is not null
                && draft.Of(new Slot(Subject.Node(other), aspect, node.ToString(CultureInfo.InvariantCulture))).At(nowMs) is not null;
        }
    }
}

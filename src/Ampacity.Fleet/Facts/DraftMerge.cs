namespace Ampacity.Fleet;

/// <summary>
/// Gathers drafts that build on one another into one, so that several files are one change set: facts that an earlier draft proposed
/// have negative ids until they are recorded, and one that a later draft takes back is never recorded.
/// </summary>
public sealed class DraftMerge(FactLedger ledger)
{
    private readonly List<FactId> _retract = [];
    private readonly Dictionary<FactId, Fact> _proposed = [];
    private long _nextProposed = -1;

    /// <summary>What is believed once all drafts so far are carried out.</summary>
    public FactLedger Ledger { get; private set; } = ledger;

    /// <summary>Adds a draft that was planned on <see cref="Ledger"/>.</summary>
    public void Add(ChangeDraft draft)
    {
        foreach (var id in draft.Retract)
        {
            if (!_proposed.Remove(id))
            {
                _retract.Add(id);
            }
        }

        foreach (var fact in draft.Record)
        {
            var id = new FactId(_nextProposed--);
            _proposed[id] = fact with { Id = id };
        }

        var gone = draft.Retract.ToHashSet();
        Ledger = Ledger with
        {
            Facts = [.. Ledger.Facts.Where(fact => !gone.Contains(fact.Id) && fact.Id.Number >= 0), .. _proposed.Values],
            NextNode = draft.NextNode,
            NextAsset = draft.NextAsset,
        };
    }

    /// <summary>All of it as one draft on the ledger it began with.</summary>
    public ChangeDraft ToDraft(string author, string reason) => new(
        Ledger.Revision,
        author,
        reason,
        _retract,
        [.. _proposed.Values.Select(fact => fact with { Id = default })],
        Ledger.NextNode,
        Ledger.NextAsset);
}

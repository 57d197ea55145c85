namespace Ampacity.Fleet;

/// <summary>What is believed once a draft is carried out on a ledger, before it is: what plans and the next graph read.</summary>
/// <remarks>Immutable, any thread. Costs memory in proportion to the draft's facts about nodes, not to the ledger.</remarks>
public sealed class FactsAfter
{
    private readonly FactLedger _ledger;
    private readonly ChangeDraft? _draft;
    private readonly HashSet<FactId> _retracted = [];
    private readonly Dictionary<int, List<int>> _recorded = [];

    /// <summary>The ledger as it is.</summary>
    public FactsAfter(FactLedger ledger) => _ledger = ledger;

    /// <summary>The ledger once a draft is carried out.</summary>
    public FactsAfter(FactLedger ledger, ChangeDraft draft)
        : this(ledger)
    {
        _draft = draft;
        foreach (var id in draft.Retract)
        {
            // Only what is about nodes is ever asked for.
            if (ledger[id].Subject is { Kind: SubjectKind.Node } subject)
            {
                _retracted.Add(id);
                _ = Rows((int)subject.Number);
            }
        }

        for (var index = 0; index < draft.Record.Count; index++)
        {
            if (draft.Record.Row(index).Subject is { Kind: SubjectKind.Node } subject)
            {
                Rows((int)subject.Number).Add(index);
            }
        }
    }

    /// <summary>First node ordinal not given yet.</summary>
    public int NextNode => _draft?.NextNode ?? _ledger.NextNode;

    /// <summary>Nodes about which the draft retracts or records something.</summary>
    public IReadOnlyCollection<int> ChangedNodes => _recorded.Keys;

    /// <summary>Gives key and value of every fact about a node that holds at an instant, in no order.</summary>
    public void VisitNode(int node, long atMs, Action<string, FactValue> visit)
    {
        foreach (var fact in _ledger.Of(Subject.Node(node)))
        {
            if (fact.Valid.Contains(atMs) && (_draft is null || !_retracted.Contains(fact.Id)))
            {
                visit(fact.Key, fact.Value);
            }
        }

        if (_draft is null || !_recorded.TryGetValue(node, out var rows))
        {
            return;
        }

        foreach (var index in rows)
        {
            var row = _draft.Record.Row(index);
            if (row.Valid.Contains(atMs))
            {
                visit(row.Key, row.ToValue());
            }
        }
    }

    private List<int> Rows(int node) => _recorded.TryGetValue(node, out var rows) ? rows : _recorded[node] = [];
}

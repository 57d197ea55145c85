using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>Names of what facts are about, also of what is gone by now.</summary>
/// <param name="ledger">What was recorded.</param>
/// <param name="view">What the reader may see: it says what bears which path now.</param>
public sealed class FactNames(FactLedger ledger, FleetView view)
{
    private readonly Dictionary<int, string> _gone = [];

    /// <summary>Path of a node; of one that is gone its last one.</summary>
    public string PathOf(int node)
    {
        if (view.Graph.NodeOf(node) is not null)
        {
            return view.Graph.PathOf(node);
        }

        if (!_gone.TryGetValue(node, out var path))
        {
            // Guards the walk: a node that was its own parent in a withdrawn fact.
            _gone[node] = FormattableString.Invariant($"node {node}");
            _gone[node] = path = LastPath(node);
        }

        return path;
    }

    /// <summary>Whether a node is a programme or an organisation, which has no place.</summary>
    public bool IsRegister(int node)
    {
        foreach (var fact in ledger.HistoryOf(Subject.Node(node)))
        {
            if (fact.Aspect == FactAspect.Node && fact.Value is NodeFact { Kind: var kind })
            {
                return kind.IsRegister();
            }
        }

        return false;
    }

    /// <summary>Path of a part within its rack.</summary>
    public string PartOf(StableKey key) => view.Graph.PartPathOf(key);

    /// <summary>What a fact is about: a path, or an asset with where it is.</summary>
    public string Of(Subject subject) => subject.Kind == SubjectKind.Node ? PathOf((int)subject.Number) : new AssetId(subject.Number).ToString();

    /// <summary>Where the asset of a fact is now, or where it last was; null for places and for what never was anywhere.</summary>
    public string? PlaceOf(Subject subject)
    {
        if (subject.Kind != SubjectKind.Asset)
        {
            return null;
        }

        StableKey? last = null;
        var fromMs = long.MinValue;
        foreach (var fact in ledger.Of(subject))
        {
            if (fact.Aspect == FactAspect.Placement && (last is null || fact.Valid.FromMs > fromMs))
            {
                (last, fromMs) = (fact.Place, fact.Valid.FromMs);
            }
        }

        return last is not { } place ? null : place.Part == 0 ? PathOf(place.Node) : $"{PathOf(place.Node)}/{PartOf(place)}";
    }

    /// <summary>What a value says.</summary>
    public string Says(FactValue value) => FactText.Of(value, PathOf, PartOf);

    private string LastPath(int node)
    {
        foreach (var fact in ledger.HistoryOf(Subject.Node(node)))
        {
            if (fact.Aspect == FactAspect.Node && fact.Value is NodeFact named)
            {
                return named.Parent >= 0 ? $"{PathOf(named.Parent)}/{named.Name}" : named.Name;
            }
        }

        return FormattableString.Invariant($"node {node}");
    }
}

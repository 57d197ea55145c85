using System.Collections.Concurrent;
using Ampacity.Fleet;
using Ampacity.Load;

namespace Ampacity.Benchmarks;

/// <summary>A made-up fleet, made once a process for each size.</summary>
internal sealed class BenchmarkFleet
{
    /// <summary>When its racks begin, UTC milliseconds.</summary>
    public const long BeginMs = 1_790_000_000_000;

    /// <summary>When its things have their serials.</summary>
    public const long NamedMs = BeginMs + 1;

    private static readonly ConcurrentDictionary<FleetSize, Lazy<BenchmarkFleet>> Made = [];

    private BenchmarkFleet(FleetSize size)
    {
        Catalogue = SkuCatalogue.Load(Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "catalogue"), "*.yaml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(file => (file, File.ReadAllText(file)))).OrThrow();
        var halls = size == FleetSize.Hall ? 1 : 257;
        Files = [.. Enumerable.Range(0, halls)
            .Select(hall => FleetFile.Parse($"{hall}.yaml", SyntheticFleet.HallText(hall), Catalogue).OrThrow())];
        var plan = ChangePlanner.Plan(FactLedger.Empty, FleetGraph.Empty, Files, "bench", "", BeginMs);
        var table = new FactTable();
        var placed = FleetGraphBuilder.After(
            FleetGraph.Empty, table.Ledger(default, 0, 1), plan.Draft, new ChangeSetId(1), BeginMs, Catalogue);
        var ledger = table.Append(plan.Draft, new ChangeSetId(1));
        Ledger = table.Append(SyntheticFleet.NamedDraft(placed, ledger, Catalogue, NamedMs), new ChangeSetId(2));
        Graph = FleetGraphBuilder.Build(Ledger, NamedMs, Catalogue);
        View = Graph.Within(PlaceScope.Whole);
    }

    public SkuCatalogue Catalogue { get; }

    /// <summary>What declares it.</summary>
    public DeclaredFile[] Files { get; }

    public FactLedger Ledger { get; }

    public FleetGraph Graph { get; }

    public FleetView View { get; }

    public static BenchmarkFleet Of(FleetSize size) => Made.GetOrAdd(size, made => new Lazy<BenchmarkFleet>(() => new BenchmarkFleet(made))).Value;

    /// <summary>The ordinal of a path that is there.</summary>
    public int Node(string path) => View.TryFind(path, out var key) ? key.Node : throw new InvalidOperationException($"Bug: no {path}");
}

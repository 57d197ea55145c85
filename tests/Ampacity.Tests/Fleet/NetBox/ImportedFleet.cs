using System.Text.Json.Nodes;
using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>An inventory into which a NetBox is imported day after day, without a server.</summary>
internal sealed class ImportedFleet
{
    private const long DayMs = 86_400_000;

    public SkuCatalogue Catalogue { get; set; } = SkuCatalogue.Empty;

    public FactLedger Ledger { get; private set; } = FactLedger.Empty;

    public FleetGraph Graph { get; private set; } = FleetGraph.Empty;

    public long NowMs { get; private set; } = OneRack.BeganMs;

    /// <summary>Plans an import without carrying it out.</summary>
    public (ChangePlan Plan, IReadOnlyList<ImportRemark> Remarks) Plan(Action<JsonObject>? change = null, Func<ImportOrigins, ImportOrigins>? with = null)
    {
        var read = NetBoxDeclaration.Of(NetBoxSample.Export(change), Catalogue).OrThrow();
        Catalogue = Catalogue.Add(read.Skus).OrThrow().Catalogue;
        return ChangePlanner.PlanImport(Ledger, Graph, read.Files, with?.Invoke(read.Import.Origins) ?? read.Import.Origins, "test", "", NowMs);
    }

    /// <summary>Imports, and a day passes.</summary>
    public (ChangePlan Plan, IReadOnlyList<ImportRemark> Remarks) Import(Action<JsonObject>? change = null, Func<ImportOrigins, ImportOrigins>? with = null)
    {
        var (plan, remarks) = Plan(change, with);
        Assert.Empty(plan.Errors);
        CarryOut(plan);
        return (plan, remarks);
    }

    /// <summary>Applies a fleet file, and a day passes.</summary>
    public void Apply(params string[] lines)
    {
        var file = FleetFile.Parse("own.yaml", string.Join('\n', lines), Catalogue).OrThrow();
        var plan = ChangePlanner.Plan(Ledger, Graph, [file], "test", "", NowMs);
        Assert.Empty(plan.Errors);
        CarryOut(plan);
    }

    /// <summary>Makes an edit, and a day passes.</summary>
    public void Edit(params FleetEdit[] edits)
    {
        var plan = EditPlanner.Plan(Ledger, _ => Graph, Catalogue, edits, "test", "", NowMs);
        Assert.Empty(plan.Errors);
        CarryOut(plan);
    }

    /// <summary>The node of a path; fails where there is none.</summary>
    public int Node(string path)
    {
        var node = Graph.FindPath(path);
        Assert.True(node >= 0, $"nothing is at {path}");
        return node;
    }

    /// <summary>The asset with a host name.</summary>
    public FleetAsset Asset(string hostname) => Assert.Single(All(), asset => asset[IdentifierKind.Hostname] == hostname);

    /// <summary>Path of the place of an asset.</summary>
    public string? PlaceOf(FleetAsset asset) => asset.Place is { } place ? Graph.PathOf(place) : null;

    private IEnumerable<FleetAsset> All()
    {
        for (var number = 1; number < Ledger.NextAsset; number++)
        {
            if (Graph.Assets.Find(new AssetId(number)) is { } asset)
            {
                yield return asset;
            }
        }
    }

    private void CarryOut(ChangePlan plan)
    {
        Ledger = Ledger.Table.Append(plan.Draft, new ChangeSetId(Ledger.Revision.Number + 1));
        NowMs += DayMs;
        Graph = FleetGraphBuilder.Build(Ledger, NowMs, Catalogue);
    }
}

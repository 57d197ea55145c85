using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet.Files;

/// <summary>What the import of a NetBox instance writes is read by the grammar as it is.</summary>
public sealed class ImportedFilesTests
{
    [Fact]
    public void Files_out_of_NetBox_apply_together_and_a_second_time_change_nothing()
    {
        var import = NetBoxSample.Import();
        var catalogue = SkuCatalogue.Load(import.SkuFiles.Select(file => (file.Name, file.Text))).OrThrow();
        DeclaredFile[] files = [.. import.FleetFiles.Select(file => FleetFile.Parse(file.Name, file.Text, catalogue).OrThrow())];
        Assert.NotEmpty(files);

        var ledger = FactLedger.Empty;
        var plan = ChangePlanner.Plan(ledger, FleetGraph.Empty, files, "test", "", OneRack.BeganMs);
        Assert.Empty(plan.Errors);
        ledger = ledger.Table.Append(plan.Draft, new ChangeSetId(1));
        var graph = FleetGraphBuilder.Build(ledger, OneRack.BeganMs, catalogue);
        Assert.Contains(graph.Within(PlaceScope.Whole).Nodes(), node => graph.KindOf(node) == NodeKind.Rack);
        var again = ChangePlanner.Plan(ledger, graph, files, "test", "", OneRack.BeganMs + 1);
        Assert.Empty(again.Errors);
        Assert.True(again.Draft.IsEmpty);

        // And back out again.
        var exported = FleetFileWriter.Write(graph.Within(PlaceScope.Whole), ledger, DeclaredFile.WholeFleet)!;
        Assert.Empty(exported.Omitted);
        var back = ChangePlanner.Plan(
            ledger, graph, [FleetFile.Parse(exported.Name, exported.Text, catalogue).OrThrow()], "test", "", OneRack.BeganMs + 1);
        Assert.Empty(back.Errors);
        Assert.True(back.Draft.IsEmpty);
    }
}

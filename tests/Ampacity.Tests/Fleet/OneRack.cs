using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>One rack of SKU revision 1 whose 18 compute trays alone are named, as a graph: for tests of everything that stands on one. The shipped example names all of its rack.</summary>
internal static class OneRack
{
    public const long BeganMs = 1_767_225_600_000;

    public static SkuCatalogue Catalogue { get; } = SkuCatalogue.Load(
        Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "catalogue"), "*.yaml", SearchOption.AllDirectories)
            .Select(file => (file, File.ReadAllText(file)))).OrThrow();

    public static string FileText { get; } = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "tests", "Ampacity.Tests", "Fleet", "rack-of-trays.yaml"));

    public static DeclaredFile Declared(Func<string, string>? edit = null) =>
        FleetFile.Parse("one-rack.yaml", edit is null ? FileText : edit(FileText), Catalogue).OrThrow();

    /// <summary>Carries a file out on a ledger, as the record would.</summary>
    public static (FactLedger Ledger, ChangePlan Plan) Apply(FactLedger ledger, DeclaredFile file, long nowMs)
    {
        var plan = ChangePlanner.Plan(ledger, FleetGraphBuilder.Build(ledger, nowMs, Catalogue), [file], "test", "", nowMs);
        return (ledger.Table.Append(plan.Draft, new ChangeSetId(ledger.Revision.Number + 1)), plan);
    }

    public static FactLedger Ledger() => Apply(FactLedger.Empty, Declared(), BeganMs).Ledger;

    public static FleetGraph Graph() => FleetGraphBuilder.Build(Ledger(), BeganMs, Catalogue);
}

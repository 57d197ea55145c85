using Ampacity.Fleet;

namespace Ampacity.Tests;

/// <summary>The repository's own example, as the pages see it: no reading has arrived.</summary>
internal static class ExampleRack
{
    /// <summary>Path of its only rack.</summary>
    public const string RackPath = "site/hall/r01/01";

    private static readonly Lazy<SkuCatalogue> ReadCatalogue = new(() => SkuCatalogue.Load(
        Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "catalogue"), "*.yaml", SearchOption.AllDirectories)
            .Select(file => (file, File.ReadAllText(file)))).OrThrow());

    /// <summary>The catalogue that ships.</summary>
    public static SkuCatalogue Catalogue => ReadCatalogue.Value;

    /// <summary>The example, with a part of its text replaced.</summary>
    public static FleetView View(string from = "racks: 1", string to = "racks: 1", PlaceScope? scope = null)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "examples", "one-rack.yaml"));
        Assert.Contains(from, text, StringComparison.Ordinal);

        // Room for the rows that tests make longer.
        text = text.Replace("size: [12 m, 8 m]", "size: [20 m, 8 m]", StringComparison.Ordinal);
        var file = FleetFile.Parse("one-rack.yaml", text.Replace(from, to, StringComparison.Ordinal), Catalogue).OrThrow();
        var ledger = OneRack.Apply(FactLedger.Empty, file, 0).Ledger;
        return FleetGraphBuilder.Build(ledger, 1, Catalogue).Within(scope ?? PlaceScope.Whole);
    }

    /// <summary>Ordinal of a node by its path.</summary>
    public static int Node(this FleetView view, string path) =>
        view.TryFind(path, out var key) ? key.Node : throw new InvalidOperationException($"no {path}");
}

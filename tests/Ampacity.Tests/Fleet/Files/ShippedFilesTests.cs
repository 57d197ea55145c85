using Ampacity.Fleet;

namespace Ampacity.Tests.Fleet.Files;

/// <summary>Every data file in the repository reads by the schema that is said to hold for it.</summary>
public sealed class ShippedFilesTests
{
    public static SkuCatalogue Catalogue { get; } = SkuCatalogue.Load(
        Files("catalogue", "*.yaml").Select(path => (Path.GetFileName(path), File.ReadAllText(path)))).OrThrow();

    public static TheoryData<string> MetricFiles =>
        [.. Files("metrics", "*.json").Select(path => Path.GetFileName(path)!)];

    [Fact]
    public void The_catalogue_loads_and_a_file_is_named_by_its_sku()
    {
        foreach (var sku in Catalogue.Skus)
        {
            // The first revision has the plain name; those after it say which they are, as a site's own files do.
            var product = sku.Revision.Id.Text.Split('/')[1];
            Assert.Equal(sku.Revision.Revision == 1 ? $"{product}.yaml" : FormattableString.Invariant($"{product}@{sku.Revision.Revision}.yaml"), sku.File);
        }

        Assert.True(Catalogue.Skus.Count() >= 60);
    }

    [Fact]
    public void The_one_rack_example_declares_one_rack_with_all_that_has_a_BMC_under_two_upses()
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "examples", "one-rack.yaml"));
        var file = FleetFile.Parse("one-rack.yaml", text, Catalogue).OrThrow();

        Assert.Equal(["site/hall"], file.Owns);
        var body = Assert.Single(file.Halls).Body;
        Assert.Equal("r01/01", Assert.Single(body.Racks).Path);
        Assert.Equal(["bw-1a", "bw-1b"], body.Racks[0].Terms.Feeds.Select(feed => feed.From));
        Assert.Equal(71, body.Assets.Length);
        Assert.Equal(71, body.Assets.Select(asset => asset.Identifier(IdentifierKind.Mac)).Distinct().Count());
        Assert.Equal(71, body.Assets.Select(asset => asset.Identifier(IdentifierKind.Serial)).Distinct().Count());
        Assert.All(body.Assets, asset => Assert.StartsWith("02:", asset.Identifier(IdentifierKind.Mac)));
        Assert.Equal("EXAMPLE-CT-0001", body.Assets[0].Identifier(IdentifierKind.Serial));
        Assert.Equal("05", body.Assets[0].PartPath);
        Assert.Equal(IdentifierKind.Hostname, Assert.Single(body.Bindings).AssetBy);
        Assert.True(text.Split('\n').Length < 80);

        var build = Catalogue.FindBuild(body.Racks[0].Sku.ToString()!)!;
        Assert.Equal((18, 36, 9, 8), (Named(SkuKind.ComputeTray), Named(SkuKind.Adapter), Named(SkuKind.SwitchTray), Named(SkuKind.PowerShelf)));
        Assert.Equal((18, 9, 8), (Count(build, SkuKind.ComputeTray), Count(build, SkuKind.SwitchTray), Count(build, SkuKind.PowerShelf)));
        // Either block alone carries the design load, and so does either busway.
        var design = Catalogue[body.Racks[0].Sku!.Value].DesignWatts!.Value;
        Assert.Equal(132_000, design.Value);
        foreach (var node in body.Power.Where(node => node.Kind is NodeKind.Ups or NodeKind.Busway))
        {
            Assert.True(node.Rating!.Limit > design, node.Name);
        }

        int Named(SkuKind kind) => body.Assets.Count(asset => build.Parts[asset.Part].SkuKind == kind);
        static int Count(RackBuild build, SkuKind kind) => build.Parts.Count(part => part.SkuKind == kind);
    }

    [Theory]
    [MemberData(nameof(MetricFiles))]
    public void A_metric_family_validates_is_named_by_its_file_and_prefers_each_source_once(string name)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "metrics", name));
        var family = DataFile.Read(name, text, FileSchema.Embedded("metric-family")).OrThrow().Root;

        Assert.Equal(Path.GetFileNameWithoutExtension(name), family["name"]!.Text);
        Assert.Equal(
            family["from"]!.Items.Select(source => source["source"]!.Text).Order(StringComparer.Ordinal),
            family["prefer"]!.Items.Select(source => source.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Binding_rules_of_the_example_validate_by_their_own_schema_too()
    {
        const string Text = """
            - {match: '{job="dcgm"}', asset: {by: uuid, from: UUID}, place: 'host:$Hostname/socket:$gpu'}
            - {match: '{job="dcgm"}', asset: {by: colour, from: UUID}}
            """;
        var error = Assert.Single(DataFile.Read("rules.yaml", Text, FileSchema.Embedded("binding")).Errors);
        Assert.Equal(("rules.yaml", 2, "[1].asset.by", "not-in-list"), (error.File, error.Line, error.Path, error.Rule));
    }

    private static IEnumerable<string> Files(string folder, string pattern) => Directory
        .EnumerateFiles(Path.Combine(RepositoryFolder.Root, folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}

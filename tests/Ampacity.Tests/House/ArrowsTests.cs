using System.Xml.Linq;

namespace Ampacity.Tests.House;

/// <summary>Which project may know which. The house, drawn, is ARCHITECTURE.md; this is what holds it.</summary>
public sealed class ArrowsTests
{
    private const string Golden = "tests/Ampacity.Tests/House/arrows.golden.txt";
    private const string Update = "AMPACITY_UPDATE_GOLDEN";

    // Level by level. A project of level 1 and up may also use Units.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Units"] = [],
        ["Samples"] = [],
        ["Redfish"] = [],
        ["Fleet"] = ["Units"],
        ["Tsdb"] = ["Samples", "Units"],
        ["PromQL"] = ["Samples", "Units"],
        ["Topology"] = ["Fleet", "Samples", "Units"],
        ["Records"] = ["Fleet", "Units"],
        ["Analysis"] = ["Fleet", "Samples", "Units"],
        ["Deployment"] = ["Fleet", "Units"],
        ["Sql"] = ["Samples", "Units"],
        ["Collect"] = ["Samples", "Redfish", "Fleet", "Units"],
        ["Simulator"] = ["Fleet", "Units"],
        ["Server"] =
        [
            "Units", "Samples", "Redfish", "Fleet", "Tsdb", "PromQL", "Topology", "Records", "Analysis", "Deployment", "Sql", "Collect",
        ],
        ["Cli"] = ["Server", "Simulator"],
    };

    [Fact]
    public void A_project_refers_only_to_projects_that_its_level_allows()
    {
        var wrong = new List<string>();
        foreach (var path in SourceTree.Paths("src", "*.csproj"))
        {
            var project = Short(path);
            if (!Allowed.TryGetValue(project, out var allowed))
            {
                wrong.Add($"{project} is in no level: say in {nameof(ArrowsTests)} and in ARCHITECTURE.md what it may know");
                continue;
            }

            wrong.AddRange(References(path, "ProjectReference").Select(Short).Except(allowed, StringComparer.Ordinal)
                .Select(target => $"{project} -> {target} is not allowed; it may know {string.Join(", ", allowed)}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void No_project_of_src_or_bench_refers_to_a_test_project()
    {
        foreach (var path in SourceTree.Paths("src", "*.csproj").Concat(SourceTree.Paths("bench", "*.csproj")))
        {
            Assert.DoesNotContain(References(path, "ProjectReference"), target => target.Contains("tests/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = SourceTree.Text("Ampacity.slnx");
        foreach (var path in Everything())
        {
            Assert.Contains($"\"{path}\"", solution);
        }
    }

    [Fact]
    public void A_package_of_src_does_not_leak_through_project_references()
    {
        // MudBlazor's components are used in Razor of the Server alone, and its static files must flow to the Cli that hosts it.
        string[] flows = ["MudBlazor"];
        foreach (var path in SourceTree.Paths("src", "*.csproj"))
        {
            foreach (var package in XDocument.Parse(SourceTree.Text(path)).Descendants("PackageReference"))
            {
                var name = package.Attribute("Include")!.Value;
                Assert.True(
                    flows.Contains(name, StringComparer.Ordinal) || package.Attribute("PrivateAssets")?.Value is "compile" or "all",
                    $"{path}: {name} needs PrivateAssets=\"compile\", or every project that refers to this one can use it");
            }
        }
    }

    [Fact]
    public void All_references_are_those_of_the_golden_file()
    {
        var now = string.Concat(Everything().Select(Describe));
        var path = Path.Combine(RepositoryFolder.Root, Golden);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(path, now);
            return;
        }

        var golden = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        var came = now.Split('\n').Except(golden.Split('\n'), StringComparer.Ordinal).Select(line => "+ " + line);
        var went = golden.Split('\n').Except(now.Split('\n'), StringComparer.Ordinal).Select(line => "- " + line);
        Assert.True(
            golden == now,
            $"Project or package references changed:\n{string.Join('\n', came.Concat(went))}\n"
            + $"If that is meant, run this test once with {Update}=1 and commit {Golden} with the reason.");
    }

    private static IEnumerable<string> Everything() =>
        new[] { "src", "tests", "bench" }.SelectMany(folder => SourceTree.Paths(folder, "*.csproj"));

    private static string Describe(string path)
    {
        var lines = References(path, "ProjectReference").Select(target => $"{Name(path)} -> {Name(target)}").Order(StringComparer.Ordinal)
            .Concat(References(path, "FrameworkReference").Select(name => $"{Name(path)} => framework {name}").Order(StringComparer.Ordinal))
            .Concat(References(path, "PackageReference").Select(name => $"{Name(path)} => package {name}").Order(StringComparer.Ordinal))
            .DefaultIfEmpty($"{Name(path)} refers to nothing");
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static IEnumerable<string> References(string path, string kind) => XDocument.Parse(SourceTree.Text(path)).Descendants(kind)
        .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);

    private static string Short(string path) => Name(path)["Ampacity.".Length..];
}

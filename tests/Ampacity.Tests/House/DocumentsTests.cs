using System.Text.RegularExpressions;

namespace Ampacity.Tests.House;

/// <summary>What documents name exists. Prose that nothing checks rots.</summary>
public sealed partial class DocumentsTests
{
    // Names of the trade, of protocols and of other programs that are written like types of ours.
    private static readonly HashSet<string> NotOurs = new(StringComparer.Ordinal)
    {
        "RedfishVersion", "DetectorState", "EnforcedEDPp", "TimeProvider",
    };

    private static readonly string[] Extensions = [".cs", ".csproj", ".md", ".json", ".yaml", ".txt", ".props", ".targets", ".slnx", ".razor", ".editorconfig"];

    public static TheoryData<string> Documents =>
        [.. new[] { "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md" }.Concat(SourceTree.Paths("docs", "*.md"))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_path_that_a_document_names_exists(string document)
    {
        var wrong = Quoted(document).Where(IsPath).Where(path => !Exists(path)).Distinct(StringComparer.Ordinal);

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_type_that_a_document_names_exists(string document)
    {
        var wrong = Quoted(document).Where(text => TypeOrMember().IsMatch(text) && !NotOurs.Contains(text) && !Known(text))
            .Distinct(StringComparer.Ordinal);

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_of_a_document_leads_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(RepositoryFolder.Root, document))!;
        var wrong = Link().Matches(SourceTree.Text(document)).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(folder, target)));

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_architecture_page_names_every_project()
    {
        var page = SourceTree.Text("ARCHITECTURE.md");

        var missing = SourceTree.Projects("src").Where(project => !Names(page, project)).ToArray();
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_shipped_family_is_in_the_page_of_families()
    {
        var page = SourceTree.Text("docs/operating/families.md");

        var missing = SourceTree.Paths("metrics", "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Where(family => !Names(page, family)).ToArray();
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_own_metric_is_in_the_serve_page()
    {
        var page = SourceTree.Text("docs/operating/serve.md");
        var written = OwnMetric().Matches(SourceTree.Text("src/Ampacity.Server/Health/SelfMetrics.cs")).Select(match => match.Groups[1].Value)
            .Order(StringComparer.Ordinal).ToArray();
        var named = OwnMetricInPage().Matches(page).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToArray();

        Assert.NotEmpty(written);
        Assert.Equal(written, named);
    }

    [Fact]
    public void Every_endpoint_is_in_the_note_on_rest()
    {
        var page = SourceTree.Text("docs/design/0009-rest-and-json.md");
        var mapped = SourceTree.Sources.Where(source => source.Project == "Ampacity.Server")
            .SelectMany(source => Route().Matches(source.Text))
            .Select(match => RouteConstraint().Replace(match.Groups[1].Value, "}").Replace("{**", "{", StringComparison.Ordinal))
            // The Prometheus API is mapped as a group below its prefix.
            .Select(route => route.StartsWith("/api/", StringComparison.Ordinal) || IsAtRoot(route) ? route : "/api/v1" + route)
            .Distinct(StringComparer.Ordinal).ToArray();
        var missing = mapped.Where(route => !Names(page, route)).ToArray();

        Assert.Contains("/api/fleet/v1/places/{path}", mapped);
        Assert.Contains("/api/v1/query_range", mapped);
        Assert.Empty(missing);
    }

    private static bool IsAtRoot(string route) => route is "/healthz" or "/readyz" or "/metrics" or "/docs" or "/v1/metrics" or "/sd/prometheus";

    private static bool Names(string page, string text) => page.Contains($"`{text}`", StringComparison.Ordinal);

    private static IEnumerable<string> Quoted(string document) =>
        Code().Matches(Fence().Replace(SourceTree.Text(document), "")).Select(match => match.Groups[1].Value);

    private static bool IsPath(string text) => PlainPath().IsMatch(text)
        && (text.EndsWith('/') || Extensions.Any(extension => text.EndsWith(extension, StringComparison.Ordinal))
            || text.StartsWith("src/", StringComparison.Ordinal) || text.StartsWith("tests/", StringComparison.Ordinal));

    private static bool Exists(string path) => path.StartsWith("artifacts/", StringComparison.Ordinal)
        || Path.Exists(Path.Combine(RepositoryFolder.Root, path));

    // `Watts` may be a type or a field; `PlaceRow.DrawWatts` is both; `TopologyReader` can only be a type. `AppendAsync` is a member,
    // `TlsRefused` one of an enumeration.
    private static bool Known(string text)
    {
        if (SourceTree.Projects("src").Contains(text, StringComparer.Ordinal) || SourceTree.EnumMembers.Contains(text))
        {
            return true;
        }

        var parts = text.Split('.');
        if (SourceTree.TypeNames.Contains(parts[0]))
        {
            return parts.Skip(1).All(SourceTree.Identifiers.Contains);
        }

        var isMember = parts[0].EndsWith("Async", StringComparison.Ordinal) || parts[0].Skip(1).All(char.IsAsciiLetterLower);
        return parts.Length == 1 && isMember && SourceTree.Identifiers.Contains(text);
    }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^[A-Za-z0-9_.][\w.\-]*(/[\w.\-]*)+$")]
    private static partial Regex PlainPath();

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)*$")]
    private static partial Regex TypeOrMember();

    [GeneratedRegex(@"\]\(([^)#\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("""(?:Gauge|Counter|Each)\("(ampacity_\w+)""")]
    private static partial Regex OwnMetric();

    [GeneratedRegex("`(ampacity_[a-z_]+)`")]
    private static partial Regex OwnMetricInPage();

    [GeneratedRegex("""Map(?:Get|Post|Put|Delete|Methods)\(\s*"(/[^"]*)""")]
    private static partial Regex Route();

    [GeneratedRegex(@":\w+\}")]
    private static partial Regex RouteConstraint();
}

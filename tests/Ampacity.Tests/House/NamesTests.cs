using System.Text.RegularExpressions;

namespace Ampacity.Tests.House;

/// <summary>Names that the compiler lets pass and people stumble over.</summary>
public sealed partial class NamesTests
{
    // Each says nothing of what a type is for; the list of places where such a name hides three jobs is long.
    private static readonly string[] BannedSuffixes = ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Base", "Impl", "Data", "Info"];

    [Fact]
    public void The_namespace_of_a_file_is_its_project()
    {
        var wrong = SourceTree.Sources
            .Where(source => source.Path.EndsWith(".cs", StringComparison.Ordinal) && !source.Path.Contains("/Migrations/", StringComparison.Ordinal))
            .Select(source => (source, Said: Namespace().Match(source.Text)))
            .Where(pair => pair.Said.Success
                ? pair.Said.Groups[1].Value != pair.source.Project
                : !pair.source.Path.EndsWith("/Program.cs", StringComparison.Ordinal))
            .Select(pair => $"{pair.source.Path}: {(pair.Said.Success ? pair.Said.Groups[1].Value : "no namespace")}, not {pair.source.Project}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void A_public_type_has_no_name_that_says_nothing()
    {
        var wrong = Declarations().Where(type => type.IsPublic && BannedSuffixes.Any(suffix => type.Name.EndsWith(suffix, StringComparison.Ordinal)))
            .Select(type => $"{type.Path}: {type.Name}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_type_bears_the_name_of_a_namespace_segment()
    {
        // Such a type shadows the namespace wherever both are in sight (CS0118, CS0426).
        var segments = SourceTree.Projects("src").SelectMany(project => project.Split('.'))
            .Concat(["Deployment", "Sql", "Ramp", "Api"]).ToHashSet(StringComparer.Ordinal);
        var wrong = Declarations().Where(type => segments.Contains(type.Name)).Select(type => $"{type.Path}: {type.Name}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void A_file_of_more_than_450_lines_is_split()
    {
        var wrong = SourceTree.Sources.Where(source => !source.Path.Contains("/Migrations/", StringComparison.Ordinal))
            .Select(source => (source.Path, Lines: source.Text.Count(character => character == '\n')))
            .Where(file => file.Lines > 450).Select(file => $"{file.Path}: {file.Lines} lines");

        Assert.Empty(wrong);
    }

    private static IEnumerable<(string Path, string Name, bool IsPublic)> Declarations() => SourceTree.Sources
        .SelectMany(source => SourceTree.TypeDeclaration().Matches(source.Text).Select(match => (
            source.Path, match.Groups["name"].Value, match.Groups["modifiers"].Value.Contains("public", StringComparison.Ordinal))));

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*[;{]?", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}

using System.Text.RegularExpressions;

namespace Ampacity.Tests.House;

/// <summary>The checkout as text: what the house rules are held against.</summary>
internal static partial class SourceTree
{
    private static readonly Lazy<IReadOnlyList<SourceFile>> Read = new(() => [.. Paths("src", "*.cs", "*.razor").Select(SourceFile.Of)]);

    private static readonly Lazy<IReadOnlySet<string>> Types = new(() => Sources
        .SelectMany(source => TypeDeclaration().Matches(source.Text)).Select(match => match.Groups["name"].Value)
        .ToHashSet(StringComparer.Ordinal));

    private static readonly Lazy<IReadOnlySet<string>> Words = new(() => Sources
        .SelectMany(source => Word().Matches(source.Text)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal));

    private static readonly Lazy<IReadOnlySet<string>> Members = new(() => Sources
        .SelectMany(source => EnumMember().Matches(source.Text)).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal));

    /// <summary>Every source file below src, generated ones left out.</summary>
    public static IReadOnlyList<SourceFile> Sources => Read.Value;

    /// <summary>Names of all types that src declares, at any level.</summary>
    public static IReadOnlySet<string> TypeNames => Types.Value;

    /// <summary>Names that stand alone on a line before a comma, as members of enumerations do.</summary>
    public static IReadOnlySet<string> EnumMembers => Members.Value;

    /// <summary>Every identifier that occurs in src.</summary>
    public static IReadOnlySet<string> Identifiers => Words.Value;

    /// <summary>Names of the projects below a folder.</summary>
    public static IEnumerable<string> Projects(string folder) =>
        Paths(folder, "*.csproj").Select(path => Path.GetFileNameWithoutExtension(path)!);

    /// <summary>Files below a folder of the checkout, relative to it, with slashes, in order.</summary>
    public static IEnumerable<string> Paths(string folder, params string[] patterns) => patterns
        .SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, folder), pattern, SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(RepositoryFolder.Root, path).Replace('\\', '/'))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    /// <summary>Text of a file of the checkout.</summary>
    public static string Text(string path) => File.ReadAllText(Path.Combine(RepositoryFolder.Root, path));

    /// <summary>Declarations of types: modifiers, then name.</summary>
    [GeneratedRegex(@"^\s*(?<modifiers>(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref)\s+)*)(?:class|struct|interface|enum|record\s+struct|record\s+class|record)\s+(?<name>[A-Z]\w*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    public static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^\s+([A-Z]\w*)(?:\s*=\s*[\w<| ]+)?,\s*$", RegexOptions.Multiline)]
    private static partial Regex EnumMember();

    [GeneratedRegex(@"\b[A-Za-z_]\w*\b")]
    private static partial Regex Word();
}

/// <summary>A source file: its path in the checkout, the project that it belongs to, and what it says.</summary>
internal sealed record SourceFile(string Path, string Project, string Text)
{
    public static SourceFile Of(string path) => new(path, path.Split('/')[1], SourceTree.Text(path));
}

using System.Reflection;
using System.Text.RegularExpressions;

namespace Ampacity.Tests;

/// <summary>The table of quirks names tests that exist.</summary>
public sealed partial class QuirkTableTests
{
    private const string Page = "docs/design/0025-redfish-quirks.md";

    [Fact]
    public void Every_quirk_names_a_test_and_every_test_that_is_named_exists()
    {
        var rows = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, Page)).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        Assert.True(rows.Count >= 40, $"{rows.Count} rows");
        var tests = typeof(QuirkTableTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttributes<FactAttribute>().Any()).Select(method => $"{method.DeclaringType!.Name}.{method.Name}").ToHashSet(StringComparer.Ordinal);

        Assert.All(rows, row => Assert.Matches(Named(), row));
        Assert.All(rows.SelectMany(row => Named().Matches(row)).Select(match => match.Value), name => Assert.Contains(name, tests));
    }

    [GeneratedRegex(@"\w+Tests\.\w+")]
    private static partial Regex Named();
}

namespace Ampacity.Tests;

/// <summary>Finds the checkout, and the real test data beside it where there is some.</summary>
internal static class RepositoryFolder
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Full path of a folder of real test data, or null: then the test is skipped with a clear word.</summary>
    public static string? TestData(string folder)
    {
        var data = Environment.GetEnvironmentVariable("AMPACITY_TEST_DATA") ?? Path.Combine(Root, "..", "shared", "data");
        var path = Path.GetFullPath(Path.Combine(data, folder));
        return Directory.Exists(path) ? path : null;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ampacity.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Ampacity.slnx above {AppContext.BaseDirectory}: run the tests from a checkout");
    }
}

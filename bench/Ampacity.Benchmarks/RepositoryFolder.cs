namespace Ampacity.Benchmarks;

/// <summary>The repository that the program was built in: benchmarks read its catalogue, and budgets are renewed in it.</summary>
internal static class RepositoryFolder
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ampacity.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Ampacity.slnx above {AppContext.BaseDirectory}: run the benchmarks where they were built, in the repository.");
    }
}

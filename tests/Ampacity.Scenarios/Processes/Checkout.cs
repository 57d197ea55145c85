namespace Ampacity.Scenarios;

/// <summary>The checkout under test, and the executable that was built from it.</summary>
internal static class Checkout
{
    /// <summary>Folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The built command: AMPACITY_EXE, else the one of this test run's own configuration.</summary>
    public static string Executable { get; } = FindExecutable();

    /// <summary>A port that is free on every address now.</summary>
    public static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
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

    private static string FindExecutable()
    {
        if (Environment.GetEnvironmentVariable("AMPACITY_EXE") is { Length: > 0 } named)
        {
            return named;
        }

        // artifacts/bin/Ampacity.Scenarios/<configuration>/ stands beside artifacts/bin/Ampacity.Cli/<configuration>/.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name;
        var built = Path.Combine(Root, "artifacts", "bin", "Ampacity.Cli", configuration, "ampacity");
        return File.Exists(built) ? built : throw new InvalidOperationException($"{built} is not built: run dotnet build, or set AMPACITY_EXE");
    }
}

namespace Ampacity.Scenarios;

/// <summary>The checkout under test, and the executable that was built from it.</summary>
internal static class Checkout
{
    private const int FirstPort = 20_000;
    private const int PortCount = 12_000;

    private static int _ports;

    /// <summary>Folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The built command: AMPACITY_EXE, else the one of this test run's own configuration.</summary>
    public static string Executable { get; } = FindExecutable();

    /// <summary>The built program of another project, in the configuration of this test run.</summary>
    public static string Built(string project) => BuiltFile(project, project);

    /// <summary>
    /// A port that is free on every address now, and that this run has not given before. Below the range that Linux takes for outgoing
    /// connections (from 32768 on): a port of that range can be gone before the process that is to listen on it has begun.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + ((Environment.ProcessId * 31 + Interlocked.Increment(ref _ports)) % PortCount);
            using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (System.Net.Sockets.SocketException error) when (error.SocketErrorCode == System.Net.Sockets.SocketError.AddressAlreadyInUse)
            {
                // Another process has it: the next one.
            }
        }
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

    private static string FindExecutable() =>
        Environment.GetEnvironmentVariable("AMPACITY_EXE") is { Length: > 0 } named ? named : BuiltFile("Ampacity.Cli", "ampacity");

    // artifacts/bin/Ampacity.Scenarios/<configuration>/ stands beside artifacts/bin/Ampacity.Cli/<configuration>/.
    private static string BuiltFile(string project, string file)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name;
        var built = Path.Combine(Root, "artifacts", "bin", project, configuration, file);
        return File.Exists(built) ? built : throw new InvalidOperationException($"{built} is not built: run dotnet build");
    }
}

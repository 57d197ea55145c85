namespace Ampacity.Fuzz;

/// <summary>A folder of this process, deleted at its end.</summary>
internal static class TemporaryFolder
{
    public static string Make(string prefix)
    {
        var folder = Directory.CreateTempSubdirectory(prefix).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}

using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>Files of data that people name one by one or by their folder.</summary>
internal static class FilesOf
{
    private static readonly string[] Patterns = ["*.yaml", "*.yml"];

    /// <summary>A file, or those of a folder. Their names begin below the folder: the library's own folder device-types/ means something in a name.</summary>
    public static IEnumerable<(string Name, string Path)> Expand(string path)
    {
        if (!Directory.Exists(path))
        {
            return [(path, path)];
        }

        (string Name, string Path)[] files;
        try
        {
            files = [.. Patterns.SelectMany(pattern => Directory.EnumerateFiles(path, pattern, SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal).Select(file => (Path.GetRelativePath(path, file), file))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be listed: {error.Message}", null);
        }

        return files.Length > 0 ? files : throw new RefusedException($"{path}: no file (*.yaml, *.yml) is in this folder or below it", null);
    }

    /// <summary>A file's text.</summary>
    public static string Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > DeviceTypeRequest.MaxFileBytes }
                ? throw new RefusedException($"{path}: over {DeviceTypeRequest.MaxFileBytes >> 20} MiB; no such file is that long", null)
                : File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"{path}: cannot be read: {error.Message}", null);
        }
    }
}

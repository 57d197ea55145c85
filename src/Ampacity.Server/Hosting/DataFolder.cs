namespace Ampacity.Server;

/// <summary>The data folder, opened by one process at a time: a lock file is held open for as long as this lives.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>Opens it, making it if it is not there.</summary>
    /// <exception cref="StartException">Another process holds it, or it cannot be made.</exception>
    public static DataFolder Open(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0', StringComparison.Ordinal))
        {
            throw new StartException("The data folder has no name: give one with --data, or leave --data and AMPACITY_DATA out.");
        }

        var path = System.IO.Path.GetFullPath(folder);
        if (File.Exists(path))
        {
            throw new StartException($"{path} is a file: name a folder with --data.");
        }

        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                // Keys and samples are nobody else's to read; an existing folder keeps the mode that its owner chose.
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var lockFile = new FileStream(
                System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(path, lockFile);
        }
        catch (IOException error)
        {
            throw new StartException(
                $"{path} is in use by another process, or cannot be opened ({error.Message}). "
                + "Speak to the server that holds it with --url, or name another folder with --data.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StartException($"{path} may not be written by this user: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}

using Ampacity.Fleet;

namespace Ampacity.Server;

/// <summary>
/// A site's own SKUs: files <c>vendor/product@1.yaml</c> in the folder <c>skus</c> of the data folder. A published revision never changes,
/// so a file is written once and never again.
/// </summary>
/// <remarks>Not for two threads at once: <see cref="CurrentFleet"/> writes under the lock of its changes.</remarks>
internal sealed class OwnSkus(string dataFolder)
{
    /// <summary>Folder within the data folder; a backup takes it along.</summary>
    public const string FolderName = "skus";

    private readonly string _folder = Path.Combine(dataFolder, FolderName);
    private readonly string _staging = Path.Combine(dataFolder, "spool");

    /// <summary>Name and text of every file.</summary>
    /// <exception cref="StartException">There are too many, or one cannot be read; says which.</exception>
    public IReadOnlyList<(string Name, string Text)> Read()
    {
        if (!Directory.Exists(_folder))
        {
            return [];
        }

        try
        {
            var files = new List<(string, string)>();
            foreach (var path in Directory.EnumerateFiles(_folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var name = $"{FolderName}/{Path.GetRelativePath(_folder, path).Replace('\\', '/')}";
                if (files.Count == SkuAddition.MaxFiles)
                {
                    throw new StartException($"{_folder} holds more than {SkuAddition.MaxFiles} SKU files; move those that no rack pins elsewhere.");
                }

                if (new FileInfo(path).Length > DataFile.MaxBytes)
                {
                    throw new StartException($"{name} in the data folder is over {DataFile.MaxBytes >> 20} MiB: no SKU file is; move it elsewhere.");
                }

                files.Add((name, File.ReadAllText(path)));
            }

            return files;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The own SKUs in {_folder} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Keeps files, each whole and on disk before it has its name. Those of an earlier, broken-off attempt are the same and stay.</summary>
    /// <exception cref="IOException">One cannot be written, or another text has its name; what was written before it stays, and is harmless.</exception>
    public void Write(IReadOnlyList<SkuFileText> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine([_folder, .. file.Path.Split('/')]);
            if (File.Exists(path))
            {
                if (File.ReadAllText(path) != file.Text)
                {
                    throw new IOException($"{FolderName}/{file.Path} is in the data folder already and says otherwise; start the server again, so that it reads what is there");
                }

                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(_staging);
            var partial = Path.Combine(_staging, Path.GetRandomFileName());
            using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(file.Text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: false);
        }
    }
}

namespace Ampacity.Tsdb;

/// <summary>One file of a store, open for copying.</summary>
/// <param name="path">Path within the store's folder, with forward slashes.</param>
/// <param name="content">Its content, at the beginning.</param>
/// <param name="bytes">How much of it belongs to the copy.</param>
public sealed class BackupPart(string path, Stream content, long bytes) : IDisposable
{
    /// <summary>Path within the store's folder, with forward slashes.</summary>
    public string Path { get; } = path;

    /// <summary>Its content, at the beginning; longer than <see cref="Bytes"/> where space was taken ahead.</summary>
    public Stream Content { get; } = content;

    /// <summary>How much of it belongs to the copy.</summary>
    public long Bytes { get; } = bytes;

    internal static BackupPart Open(string folder, string path, long? bytes)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new BackupPart(System.IO.Path.GetRelativePath(folder, path).Replace('\\', '/'), file, bytes ?? file.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();
}

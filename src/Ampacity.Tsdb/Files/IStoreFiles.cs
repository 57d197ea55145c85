namespace Ampacity.Tsdb;

/// <summary>
/// Every change that a store makes to its folder, and every read of samples: the disk, or a test's disk that fails, or that forgets at power loss
/// what was not fsynced.
/// </summary>
/// <remarks>
/// Any thread. Reading small files (cuts, a block's meta file) goes past it. What a change did to names (creating, renaming, deleting) lasts over power loss only after
/// <see cref="FlushFolder"/> of the folder that holds the name; what it did to bytes, only after <see cref="IStoreFile.Flush"/>.
/// Errors are <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
/// </remarks>
internal interface IStoreFiles
{
    /// <summary>Makes a file that must not exist, with its space taken and its length set; zeros until written.</summary>
    IStoreFile Create(string path, long length);

    /// <summary>Renames a file; one that has the new name is replaced in the same step.</summary>
    void Move(string from, string to);

    /// <summary>Renames a folder to a name that must be free.</summary>
    void MoveFolder(string from, string to);

    /// <summary>Deletes a file; one that is not there is no error.</summary>
    void Delete(string path);

    /// <summary>Makes a folder; its parent must be there, and one that is there already is no error.</summary>
    void CreateFolder(string path);

    /// <summary>Deletes a folder with everything in it; one that is not there is no error. Not one step: a crash may leave a part.</summary>
    void DeleteFolder(string path);

    /// <summary>Makes names created, renamed or deleted in a folder durable.</summary>
    void FlushFolder(string path);

    /// <summary>Opens a file of a journal or a block for reading.</summary>
    IStoreReader OpenRead(string path) => new DiskReader(path);
}

/// <summary>A file being read. Any thread.</summary>
internal interface IStoreReader : IDisposable
{
    /// <summary>Bytes of the file.</summary>
    long Length { get; }

    /// <summary>Reads from an offset; returns how many bytes it got, which may be fewer than asked, and 0 at the end alone.</summary>
    int Read(Span<byte> bytes, long offset);
}

/// <summary>A file being written; one thread at a time.</summary>
internal interface IStoreFile : IDisposable
{
    /// <summary>Writes all bytes at an offset; behind the end it makes the file longer.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes what was written durable.</summary>
    void Flush();

    /// <summary>Sets the length and makes it durable.</summary>
    void Truncate(long length);
}

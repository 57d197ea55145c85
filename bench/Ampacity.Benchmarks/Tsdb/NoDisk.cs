using Ampacity.Tsdb;

namespace Ampacity.Benchmarks;

/// <summary>
/// A disk that is done at once and keeps no byte: appending is measured up to the disk and back, since a real one would fill with 12 bytes
/// a sample at tens of millions a second.
/// </summary>
internal sealed class NoDisk : IStoreFiles
{
    private static readonly File Nothing = new();

    public IStoreFile Create(string path, long length) => Nothing;

    public void Move(string from, string to)
    {
    }

    public void MoveFolder(string from, string to)
    {
    }

    public void Delete(string path)
    {
    }

    // The store looks into it when it opens.
    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    public void DeleteFolder(string path)
    {
    }

    public void FlushFolder(string path)
    {
    }

    private sealed class File : IStoreFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
        }

        public void Flush()
        {
        }

        public void Truncate(long length)
        {
        }

        public void Dispose()
        {
        }
    }
}

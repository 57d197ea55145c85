using Ampacity.Tsdb;

namespace Ampacity.Fuzz;

/// <summary>The disk without fsync, which costs an input a millisecond and proves nothing.</summary>
internal sealed class UndurableFiles : IStoreFiles
{
    public IStoreFile Create(string path, long length) => new UndurableFile(DiskFiles.Instance.Create(path, length));

    public void Move(string from, string to) => DiskFiles.Instance.Move(from, to);

    public void MoveFolder(string from, string to) => DiskFiles.Instance.MoveFolder(from, to);

    public void Delete(string path) => DiskFiles.Instance.Delete(path);

    public void CreateFolder(string path) => DiskFiles.Instance.CreateFolder(path);

    public void DeleteFolder(string path) => DiskFiles.Instance.DeleteFolder(path);

    public void FlushFolder(string path)
    {
    }

    private sealed class UndurableFile(IStoreFile file) : IStoreFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(bytes, offset);

        public void Flush()
        {
        }

        public void Truncate(long length) => file.Truncate(length);

        public void Dispose() => file.Dispose();
    }
}

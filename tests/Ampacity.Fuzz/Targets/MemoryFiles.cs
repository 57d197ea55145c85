using Ampacity.Tsdb;

namespace Ampacity.Fuzz;

/// <summary>A disk with one file, which is kept in memory.</summary>
internal sealed class MemoryFiles : IStoreFiles, IDisposable
{
    private readonly MemoryStream _content = new();

    /// <summary>What was written.</summary>
    public byte[] Bytes => _content.ToArray();

    public IStoreFile Create(string path, long length) => new MemoryFile(_content);

    public void Move(string from, string to) => throw Only();

    public void MoveFolder(string from, string to) => throw Only();

    public void Delete(string path) => throw Only();

    public void CreateFolder(string path) => throw Only();

    public void DeleteFolder(string path) => throw Only();

    public void FlushFolder(string path) => throw Only();

    public void Dispose() => _content.Dispose();

    private static NotSupportedException Only() => new("it has one file and no names");

    private sealed class MemoryFile(MemoryStream content) : IStoreFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            content.Position = offset;
            content.Write(bytes);
        }

        public void Flush()
        {
        }

        public void Truncate(long length) => content.SetLength(length);

        public void Dispose()
        {
        }
    }
}

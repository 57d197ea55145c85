using Microsoft.Win32.SafeHandles;

namespace Ampacity.Tsdb;

/// <summary>A file of the disk, for reading.</summary>
internal sealed class DiskReader(string path) : IStoreReader
{
    private readonly SafeFileHandle _handle = File.OpenHandle(path);

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> bytes, long offset) => RandomAccess.Read(_handle, bytes, offset);

    public void Dispose() => _handle.Dispose();
}

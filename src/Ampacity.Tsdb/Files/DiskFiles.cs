using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ampacity.Tsdb;

/// <summary>The disk.</summary>
internal sealed partial class DiskFiles : IStoreFiles
{
    public static readonly DiskFiles Instance = new();

    public IStoreFile Create(string path, long length)
    {
        // Space is taken now, so that a full disk is found at a segment's begin; the length too, which halves an fsync (0.18 to 0.08 ms
        // for 4 KiB): no size change to journal.
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.None, length);
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return new DiskFile(handle);
    }

    public void Move(string from, string to) => File.Move(from, to, overwrite: true);

    public void MoveFolder(string from, string to) => Directory.Move(from, to);

    public void Delete(string path) => File.Delete(path);

    public void CreateFolder(string path)
    {
        // Parents would be made too, and nobody would fsync the folder that holds them.
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            throw new DirectoryNotFoundException($"the folder that is to hold {path} is not there");
        }

        Directory.CreateDirectory(path);
    }

    public void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    public void FlushFolder(string path)
    {
        // .NET opens no handle on a folder; Windows needs none.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Open(Encoding.UTF8.GetBytes(path + '\0'), 0);
        var failed = folder < 0 || Fsync(folder) != 0;
        var error = Marshal.GetLastPInvokeError();
        if (folder >= 0)
        {
            _ = Close(folder);
        }

        if (failed)
        {
            throw new IOException($"fsync of folder {path} failed: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);

    private sealed class DiskFile(SafeFileHandle handle) : IStoreFile
    {
        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Truncate(long length)
        {
            RandomAccess.SetLength(handle, length);
            RandomAccess.FlushToDisk(handle);
        }

        public void Dispose() => handle.Dispose();
    }
}

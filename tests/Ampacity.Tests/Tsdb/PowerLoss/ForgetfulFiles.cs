using Ampacity.Tsdb;

namespace Ampacity.Tests.Tsdb;

/// <summary>
/// A disk that loses power: after a number of changes every further one fails, and what no completed fsync covered may be kept, lost
/// or torn, each byte, length and name for itself.
/// </summary>
/// <remarks>
/// Changes are carried out for real, so that reads see them, and kept in a model beside it: for each file what is durable and what was written
/// since; for each folder the names that are durable and the changes of names since. <see cref="Recover"/> writes out one of the
/// states in which the disk may come back.
/// </remarks>
internal sealed class ForgetfulFiles(int changesUntilLoss) : IStoreFiles
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Folder> _folders = [];
    private int _untilLoss = changesUntilLoss;
    private int _changes;
    private (string Suffix, int Times, int Within) _near = ("", 0, 0);

    /// <summary>Changes that were asked for.</summary>
    public int Changes => _changes;

    /// <summary>Whether power is gone.</summary>
    public bool IsLost => _changes >= _untilLoss;

    /// <summary>Whether power was to go near a file, and that file was made.</summary>
    public bool IsNear { get; private set; }

    /// <summary>Power goes so many changes after the n-th file is made whose name ends so; or before, as it would otherwise.</summary>
    public void LoseNear(string suffix, int times, int within) => _near = (suffix, times, within);

    public IStoreFile Create(string path, long length)
    {
        lock (_lock)
        {
            Change();
            var real = DiskFiles.Instance.Create(path, length);
            var file = new ForgetfulFile(this, real, length);
            FolderOf(path).Names.Add(new NameChange(Path.GetFileName(path), file, null));
            if (_near.Times > 0 && path.EndsWith(_near.Suffix, StringComparison.Ordinal) && --_near.Times == 0)
            {
                IsNear = true;
                _untilLoss = Math.Min(_untilLoss, _changes + _near.Within);
            }

            return file;
        }
    }

    public void Move(string from, string to) => Rename(from, to, DiskFiles.Instance.Move);

    public void MoveFolder(string from, string to)
    {
        Rename(from, to, DiskFiles.Instance.MoveFolder);
        lock (_lock)
        {
            // Its content goes with it, whatever becomes of the names.
            foreach (var (path, folder) in _folders.Where(folder => folder.Key == from || folder.Key.StartsWith(from + "/", StringComparison.Ordinal)).ToArray())
            {
                _folders.Remove(path);
                _folders[string.Concat(to, path.AsSpan(from.Length))] = folder;
            }
        }
    }

    public void Delete(string path)
    {
        lock (_lock)
        {
            if (!File.Exists(path))
            {
                return;
            }

            Change();
            DiskFiles.Instance.Delete(path);
            FolderOf(path).Names.Add(new NameChange(Path.GetFileName(path), null, null));
        }
    }

    public void CreateFolder(string path)
    {
        lock (_lock)
        {
            if (Directory.Exists(path))
            {
                return;
            }

            Change();
            DiskFiles.Instance.CreateFolder(path);
            FolderOf(path).Names.Add(new NameChange(Path.GetFileName(path), _folders[path] = new Folder(), null));
        }
    }

    public void DeleteFolder(string path)
    {
        lock (_lock)
        {
            if (!Directory.Exists(path))
            {
                return;
            }

            Change();
            DiskFiles.Instance.DeleteFolder(path);
            FolderOf(path).Names.Add(new NameChange(Path.GetFileName(path), null, null));
        }
    }

    public void FlushFolder(string path)
    {
        lock (_lock)
        {
            Change();
            var folder = _folders.TryGetValue(path, out var known) ? known : _folders[path] = new Folder();
            folder.Flush();
        }
    }

    /// <summary>Writes a state in which the disk may come back under another folder.</summary>
    /// <param name="root">The folder that the store was in.</param>
    /// <param name="target">An empty folder.</param>
    /// <param name="random">Chooses what is kept, lost and torn.</param>
    public void Recover(string root, string target, Random random)
    {
        lock (_lock)
        {
            if (_folders.TryGetValue(root, out var folder))
            {
                folder.Recover(target, random);
            }
        }
    }

    internal void Change()
    {
        if (_changes++ >= _untilLoss)
        {
            throw new IOException("power is gone");
        }
    }

    internal Lock Gate => _lock;

    private void Rename(string from, string to, Action<string, string> rename)
    {
        lock (_lock)
        {
            Change();
            rename(from, to);
            var folder = FolderOf(from);
            folder.Names.Add(new NameChange(Path.GetFileName(to), folder.Find(Path.GetFileName(from)), Path.GetFileName(from)));
        }
    }

    private Folder FolderOf(string path)
    {
        var parent = Path.GetDirectoryName(path)!;
        return _folders.TryGetValue(parent, out var folder) ? folder : _folders[parent] = new Folder();
    }
}

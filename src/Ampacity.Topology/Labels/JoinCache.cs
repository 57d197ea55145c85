namespace Ampacity.Topology;

/// <summary>What a snapshot has worked out for selections, the ones used last, within a limit of bytes; it goes with the snapshot.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class JoinCache
{
    /// <summary>16 MiB a snapshot, guessed: 40 selections of 50,000 series, each grouped twice. A timeline keeps few snapshots.</summary>
    private const long MaxBytes = 16 << 20;

    private const int MaxEntries = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<object, LinkedListNode<(object Key, object Value, Func<long> Bytes)>> _byKey = [];
    private readonly LinkedList<(object Key, object Value, Func<long> Bytes)> _byUse = new();

    /// <summary>What stands under a key; made if nothing does. A key's parts are compared as they compare themselves.</summary>
    public T Get<T>(object key, Func<T> make, Func<T, long> bytesOf)
        where T : class
    {
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                return (T)node.Value.Value;
            }

            var made = make();
            _byKey.Add(key, _byUse.AddFirst((key, made, () => bytesOf(made))));
            Trim();
            return made;
        }
    }

    // What was made last stays, so that one query's work is not undone under it.
    private void Trim()
    {
        var bytes = _byUse.Sum(entry => entry.Bytes());
        while (_byUse.Count > 1 && (bytes > MaxBytes || _byUse.Count > MaxEntries))
        {
            var last = _byUse.Last!;
            bytes -= last.Value.Bytes();
            _byKey.Remove(last.Value.Key);
            _byUse.RemoveLast();
        }
    }
}

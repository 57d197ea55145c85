namespace Ampacity.Redfish;

/// <summary>
/// Entries of arrays that are known by name instead of by index: firmware adds and drops entries, and then a fan would go on as another one.
/// </summary>
public sealed partial class ResourceDecoder
{
    private const int MaxEntryNameBytes = 128;

    private Entry[] _entries = new Entry[64];
    private int _entryCount;

    private void AddEntry(int place, int firstLeaf)
    {
        if (_entryCount == _entries.Length)
        {
            Array.Resize(ref _entries, _entryCount * 2);
        }

        _entries[_entryCount++] = new Entry(place, firstLeaf, _leafCount);
    }

    private void NameEntries(int first, int afterName, ReadOnlySpan<byte> body)
    {
        for (var i = first; i < _entryCount; i++)
        {
            var name = TextOf(_places[_entries[i].Place].Name, body);
            if (name.IsEmpty || name.Length > MaxEntryNameBytes)
            {
                continue;
            }

            // Four supplies of one HPE are all called HpeServerPowerSupply.
            var isShared = false;
            for (var other = first; other < _entryCount && !isShared; other++)
            {
                isShared = other != i && TextOf(_places[_entries[other].Place].Name, body).SequenceEqual(name);
            }

            Rename(_entries[i], afterName, name, isShared ? TextOf(_places[_entries[i].Place].MemberId, body) : [], isShared);
        }

        _entryCount = first;
    }

    private void Rename(Entry entry, int afterName, ReadOnlySpan<byte> name, ReadOnlySpan<byte> id, bool isShared)
    {
        for (var i = entry.FirstLeaf; i < entry.EndLeaf; i++)
        {
            ref var leaf = ref _leaves[i];
            var old = _arena.AsSpan(leaf.PointerStart, leaf.PointerLength);
            var slash = old[(afterName + 1)..].IndexOf((byte)'/');
            if (slash < 0)
            {
                continue;
            }

            // A shared name without an id of its own keeps the index behind it.
            var tell = isShared ? id.IsEmpty ? old.Slice(afterName + 1, slash) : id : default;
            var rest = afterName + 1 + slash;
            var length = afterName + 1 + name.Length + (tell.IsEmpty ? 0 : 1 + tell.Length) + (leaf.PointerLength - rest);
            if (!Reserve(length))
            {
                _skipped++;
                continue;
            }

            var (start, at) = (_arenaUsed, _arenaUsed);
            Put(old[..(afterName + 1)], ref at, isWord: false);
            Put(name, ref at, isWord: true);
            if (!tell.IsEmpty)
            {
                Put(" "u8, ref at, isWord: false);
                Put(tell, ref at, isWord: true);
            }

            Put(old[rest..], ref at, isWord: false);
            _arenaUsed = at;
            (leaf.PointerStart, leaf.PointerLength) = (start, length);
        }
    }

    private void Put(ReadOnlySpan<byte> text, ref int at, bool isWord)
    {
        var into = _arena.AsSpan(at, text.Length);
        text.CopyTo(into);
        if (isWord)
        {
            into.Replace((byte)'/', (byte)'_');
            into.Replace((byte)'#', (byte)'_');
        }

        at += text.Length;
    }

    private readonly record struct Entry(int Place, int FirstLeaf, int EndLeaf);
}

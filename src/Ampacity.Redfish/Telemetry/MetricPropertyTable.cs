using System.Text;

namespace Ampacity.Redfish;

/// <summary>Where the newest property of a body stands in a table; one for each body that is read.</summary>
public struct PropertyCursor
{
    internal int Newest;

    /// <summary>At the begin of a body.</summary>
    public static PropertyCursor Begin => new() { Newest = -1 };
}

/// <summary>
/// Numbers for the values that BMCs of one kind give, so that a poll compares bytes instead of making strings. One table may serve every
/// BMC of one model and firmware: names are kept once.
/// </summary>
/// <remarks>
/// Any thread. Bodies list their values in the same order each time, so the next expected one is tried first: without a lock, and
/// without an allocation.
/// </remarks>
public sealed class MetricPropertyTable
{
    /// <summary>Most properties of one table; a GB300 tray has some 3,800.</summary>
    public const int MaxProperties = 65_536;

    /// <summary>Longest name in bytes; the longest captured one has under 200.</summary>
    public const int MaxNameBytes = 1_024;

    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], int> _indexes = new(Utf8Names.Comparer);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private Entry[] _entries = new Entry[64];
    private PropertyCursor _own = PropertyCursor.Begin;
    private int _count;
    private long _refused;

    /// <summary>An empty table.</summary>
    public MetricPropertyTable() => _lookup = _indexes.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Properties that got no number because the table is full or the name too long.</summary>
    public long RefusedCount => Interlocked.Read(ref _refused);

    /// <summary>The property with a number: the path of a sensor, or a path, # and a JSON pointer, or <c>id:</c> and a MetricId.</summary>
    public string NameOf(int index) => At(index).Name;

    /// <summary>What bodies said about a property beside its values; null while only reports named it. Another object when they say otherwise.</summary>
    public PropertyFacts? FactsOf(int index) => Volatile.Read(ref At(index).Facts);

    /// <summary>Starts a report: the next property is not expected to follow the newest one. For callers with one thread.</summary>
    internal void Rewind() => _own = PropertyCursor.Begin;

    /// <summary>As the other, with a cursor of the table's own. For callers with one thread.</summary>
    internal int Resolve(ReadOnlySpan<byte> name) => Resolve(ref _own, name, [], []);

    /// <summary>The number of the property whose name is these three after one another, made if new; -1 when refused.</summary>
    internal int Resolve(ref PropertyCursor cursor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        var entries = Volatile.Read(ref _entries);
        if (cursor.Newest >= 0 && Volatile.Read(ref entries[cursor.Newest].Following) is >= 0 and var expected)
        {
            // The array may be an older one, which ends before what another thread has added.
            var entry = expected < entries.Length ? entries[expected] : At(expected);
            if (Is(entry.Utf8, first, second, third))
            {
                return cursor.Newest = expected;
            }
        }

        return Find(ref cursor, first, second, third);
    }

    /// <summary>Keeps what a body says about a property, unless a better one said it.</summary>
    internal Entry At(int index) => Volatile.Read(ref _entries)[index];

    private static bool Is(byte[] name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third) =>
        name.Length == first.Length + second.Length + third.Length
        && name.AsSpan(0, first.Length).SequenceEqual(first)
        && name.AsSpan(first.Length, second.Length).SequenceEqual(second)
        && name.AsSpan(first.Length + second.Length).SequenceEqual(third);

    private int Find(ref PropertyCursor cursor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        var length = first.Length + second.Length + third.Length;
        if (length > MaxNameBytes)
        {
            Interlocked.Increment(ref _refused);
            return -1;
        }

        Span<byte> name = stackalloc byte[length];
        first.CopyTo(name);
        second.CopyTo(name[first.Length..]);
        third.CopyTo(name[(first.Length + second.Length)..]);
        lock (_gate)
        {
            if (!_lookup.TryGetValue(name, out var index))
            {
                if (_count == MaxProperties)
                {
                    Interlocked.Increment(ref _refused);
                    return -1;
                }

                index = _count;
                if (index == _entries.Length)
                {
                    var grown = new Entry[index * 2];
                    _entries.CopyTo(grown, 0);
                    Volatile.Write(ref _entries, grown);
                }

                var entry = new Entry(name.ToArray());
                _entries[index] = entry;
                _indexes.Add(entry.Utf8, index);
                Volatile.Write(ref _count, index + 1);
            }

            if (cursor.Newest >= 0)
            {
                Volatile.Write(ref _entries[cursor.Newest].Following, index);
            }

            return cursor.Newest = index;
        }
    }

    /// <summary>A property of the table.</summary>
    internal sealed class Entry(byte[] utf8)
    {
        public readonly byte[] Utf8 = utf8;
        public int Following = -1;
        public PropertyFacts? Facts;

        public string Name { get; } = Encoding.UTF8.GetString(utf8);
    }
}

/// <summary>Compares names as bytes, so that a span finds a key without becoming one.</summary>
internal sealed class Utf8Names : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly Utf8Names Comparer = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] name) => GetHashCode(name.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    // HashCode is seeded per process: a hostile BMC cannot prepare names that collide.
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}

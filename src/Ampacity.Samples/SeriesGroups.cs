namespace Ampacity.Samples;

/// <summary>Numbers keys in the order in which they first come; one label set a key, nothing a series.</summary>
/// <remarks>One thread at a time.</remarks>
public sealed class KeyNumbers
{
    private readonly Dictionary<LabelSet, int> _numbers = new(CanonicalComparer.Instance);
    private readonly Dictionary<LabelSet, int>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;
    private readonly List<LabelSet> _keys = [];

    /// <summary>No keys yet.</summary>
    public KeyNumbers() => _byBytes = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Keys so far.</summary>
    public int Count => _keys.Count;

    /// <summary>About what the keys take, bytes: 150 for each beside its labels (measured as the growth of the heap).</summary>
    public long Bytes { get; private set; }

    /// <summary>The key of a number.</summary>
    public LabelSet this[int number] => _keys[number];

    /// <summary>All keys, by number; a copy.</summary>
    public LabelSet[] ToArray() => [.. _keys];

    /// <summary>The number of a key in canonical form; made if new.</summary>
    public int Of(ReadOnlySpan<byte> canonical)
    {
        if (!_byBytes.TryGetValue(canonical, out var number))
        {
            number = _keys.Count;
            var key = LabelSet.FromCanonical(canonical);
            _numbers.Add(key, number);
            _keys.Add(key);
            Bytes += canonical.Length + 150;
        }

        return number;
    }
}

/// <summary>Which group each place of a <see cref="SeriesSelection"/> belongs to, and what the groups are called.</summary>
/// <remarks>Any thread; does not change.</remarks>
/// <param name="groupOf">The group of each place; may be longer than there are places.</param>
/// <param name="keys">Labels of each group.</param>
public sealed class SeriesGroups(int[] groupOf, LabelSet[] keys)
{
    // The newest match, since the same two are matched at each refresh of a page. The other groups are not kept alive by it.
    private Match? _match;

    /// <summary>Groups; some may have no series in scope.</summary>
    public int Count => keys.Length;

    /// <summary>The group of a place.</summary>
    public int this[int place] => groupOf[place];

    /// <summary>The group of each place.</summary>
    public ReadOnlySpan<int> GroupOf => groupOf;

    /// <summary>Labels of a group.</summary>
    public LabelSet KeyOf(int group) => keys[group];

    /// <summary>For each group the one of others that has the same labels; −1 where none has.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ReadOnlyMemory<int> MatchIn(SeriesGroups others, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (Volatile.Read(ref _match) is { } known && known.Others.TryGetTarget(out var same) && same == others)
        {
            return known.Numbers;
        }

        var numbers = Matched(others, cancellationToken);
        Volatile.Write(ref _match, new Match(new WeakReference<SeriesGroups>(others), numbers));
        return numbers;
    }

    private int[] Matched(SeriesGroups others, CancellationToken cancellationToken)
    {
        var byKey = new Dictionary<LabelSet, int>(others.Count, CanonicalComparer.Instance);
        for (var group = 0; group < others.Count; group++)
        {
            Look(group, cancellationToken);
            byKey.Add(others.KeyOf(group), group);
        }

        var numbers = new int[keys.Length];
        for (var group = 0; group < numbers.Length; group++)
        {
            Look(group, cancellationToken);
            numbers[group] = byKey.GetValueOrDefault(keys[group], -1);
        }

        return numbers;
    }

    private static void Look(int at, CancellationToken cancellationToken)
    {
        if ((at & 0xFFF) == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private sealed record Match(WeakReference<SeriesGroups> Others, int[] Numbers);
}

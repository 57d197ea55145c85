using Ampacity.Fleet;

namespace Ampacity.Topology;

/// <summary>
/// Where the readings of a gauge lie in a <see cref="LiveColumn{T}"/>: a slot each, those of a rack together and racks by ordinal, so that a roll-up walks
/// memory once, from one end to the other.
/// </summary>
/// <remarks>Immutable; any thread. 8 bytes a reading, 8 a rack.</remarks>
public sealed class LiveLayout
{
    private readonly int[] _racks;
    private readonly int[] _firstSlot;
    private readonly int[] _partOf;
    private readonly int[] _slotOf;

    private LiveLayout(int[] racks, int[] firstSlot, int[] partOf, int[] slotOf) =>
        (_racks, _firstSlot, _partOf, _slotOf) = (racks, firstSlot, partOf, slotOf);

    /// <summary>A layout of nothing.</summary>
    public static LiveLayout Empty { get; } = new([], [0], [], []);

    /// <summary>Readings.</summary>
    public int Slots => _partOf.Length;

    /// <summary>Node ordinals of the racks that have a reading, ascending.</summary>
    public ReadOnlySpan<int> Racks => _racks;

    /// <summary>The first slot of each rack, and behind them the number of slots.</summary>
    public ReadOnlySpan<int> FirstSlot => _firstSlot;

    /// <summary>The part of the rack's build that each slot reads, 0 for the rack itself.</summary>
    public ReadOnlySpan<int> PartOf => _partOf;

    /// <summary>Lays readings out.</summary>
    /// <param name="keys">The place of each reading; one whose node is below 0 has none, and no slot.</param>
    public static LiveLayout Of(ReadOnlySpan<StableKey> keys)
    {
        var order = new int[keys.Length];
        var sorted = keys.ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        // Among readings of one place any order will do, if only it is the same each time.
        Array.Sort(sorted, order);
        var unplaced = 0;
        while (unplaced < sorted.Length && sorted[unplaced].Node < 0)
        {
            unplaced++;
        }

        var (racks, first) = (new List<int>(), new List<int>());
        var partOf = new int[keys.Length - unplaced];
        var slotOf = new int[keys.Length];
        Array.Fill(slotOf, -1);
        for (var slot = 0; slot < partOf.Length; slot++)
        {
            var key = sorted[unplaced + slot];
            if (racks.Count == 0 || racks[^1] != key.Node)
            {
                racks.Add(key.Node);
                first.Add(slot);
            }

            partOf[slot] = key.Part;
            slotOf[order[unplaced + slot]] = slot;
        }

        return new LiveLayout([.. racks], [.. first, partOf.Length], partOf, slotOf);
    }

    /// <summary>The slot of a reading, by its place in the list that the layout was made of; −1 if it has none.</summary>
    public int SlotOf(int reading) => _slotOf[reading];

    /// <summary>The slots of a rack, by its node ordinal; an empty range if it has none.</summary>
    public Range SlotsOf(int rack) => Array.BinarySearch(_racks, rack) is var at and >= 0 ? _firstSlot[at].._firstSlot[at + 1] : default;

    /// <summary>The slots of parts <c>[fromPart, endPart)</c> of a rack.</summary>
    public Range SlotsOf(int rack, int fromPart, int endPart)
    {
        var slots = SlotsOf(rack);
        var (from, count) = slots.GetOffsetAndLength(Slots);
        var parts = _partOf.AsSpan(from, count);
        return (from + Before(parts, fromPart))..(from + Before(parts, endPart));
    }

    // How many of ascending parts are before one.
    private static int Before(ReadOnlySpan<int> parts, int part)
    {
        var (low, high) = (0, parts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = parts[middle] < part ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

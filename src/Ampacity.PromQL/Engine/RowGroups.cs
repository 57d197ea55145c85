using System.Collections;
using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>Numbers rows by a key made of their labels; rows of several blocks with equal keys get the same number.</summary>
internal sealed class RowGroups(LabelKeys keys)
{
    private readonly KeyNumbers _numbers = new();

    public int Count => _numbers.Count;

    public LabelSet KeyOf(int number) => _numbers[number];

    /// <summary>What was numbered so far, with the group of each row.</summary>
    public SeriesGroups ToGroups(int[] groupOfRow) => new(groupOfRow, _numbers.ToArray());

    /// <summary>The group of each row.</summary>
    public int[] Of(VectorBlock block)
    {
        var groups = new int[block.Count];
        for (var row = 0; row < groups.Length; row++)
        {
            groups[row] = _numbers.Of(keys.Of(block.Labels[row]));
        }

        return groups;
    }
}

/// <summary>Whether a group has a sample at a step; one bit each.</summary>
internal sealed class GroupPresence(int groups, int steps)
{
    private readonly BitArray?[] _bits = new BitArray?[groups];

    public void Mark(int group, ReadOnlySpan<double> cells)
    {
        var bits = _bits[group] ??= new BitArray(steps);
        for (var i = 0; i < cells.Length; i++)
        {
            if (!Absent.Is(cells[i]))
            {
                bits[i] = true;
            }
        }
    }

    public bool Has(int group, int step) => _bits[group]?[step] ?? false;

    /// <summary>Marks a step; false if it was marked.</summary>
    public bool Take(int group, int step)
    {
        var bits = _bits[group] ??= new BitArray(steps);
        var free = !bits[step];
        bits[step] = true;
        return free;
    }
}

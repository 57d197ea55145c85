using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>What meeting the one side of a join does to a row of the other. Any thread, each with a row of its own.</summary>
/// <param name="node">The operation.</param>
/// <param name="groups">Series of the many side by what they are matched by.</param>
/// <param name="one">The one side.</param>
/// <param name="match">For each of <paramref name="groups"/> that of the one side, or −1.</param>
/// <param name="apply">The operation on a value of the left and one of the right.</param>
internal sealed class JoinChange(BinaryOperation node, SeriesGroups groups, OneColumns one, ReadOnlyMemory<int> match, Func<double, double, double> apply) : RowChange
{
    private readonly bool _swapped = node.Matching!.Cardinality == MatchCardinality.OneToMany;

    // Which groups have met a row, where each may meet one alone.
    private readonly int[]? _taken = node.Matching!.Cardinality == MatchCardinality.OneToOne && !node.Operator.IsSet() ? new int[one.Groups.Count] : null;
    private bool _fails;

    /// <summary>Whether two rows met one group: who is right then, and what the result is called, has to be found by labels.</summary>
    public bool Fails => Volatile.Read(ref _fails);

    /// <summary>The group of the one side that a place meets; −1 where none.</summary>
    public int GroupOf(int place) => match.Span[groups[place]];

    public override bool Apply(int place, Span<double> cells)
    {
        var group = GroupOf(place);
        if (node.Operator.IsSet())
        {
            return Select(cells, group, keepsPresent: node.Operator == BinaryOperator.And);
        }

        if (group < 0)
        {
            return false;
        }

        var (met, left) = (false, false);
        var others = one.Row(group);
        for (var i = 0; i < cells.Length; i++)
        {
            if (Absent.Is(cells[i]) || Absent.Is(others[i]))
            {
                cells[i] = Absent.Value;
                continue;
            }

            met = true;
            cells[i] = _swapped ? apply(others[i], cells[i]) : apply(cells[i], others[i]);
            left |= !Absent.Is(cells[i]);
        }

        if (met && _taken is not null && Interlocked.Exchange(ref _taken[group], 1) != 0)
        {
            Volatile.Write(ref _fails, true);
        }

        return left;
    }

    private bool Select(Span<double> cells, int group, bool keepsPresent)
    {
        var left = false;
        for (var i = 0; i < cells.Length; i++)
        {
            var present = group >= 0 && !Absent.Is(one.Row(group)[i]);
            cells[i] = present == keepsPresent ? cells[i] : Absent.Value;
            left |= !Absent.Is(cells[i]);
        }

        return left;
    }
}

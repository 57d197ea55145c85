namespace Ampacity.Tsdb;

/// <summary>
/// Runs of a journal's series numbers that are known to be a whole group of the head, by their first number. A poll that is made of such runs goes into the
/// head without a look at each series: a compare of its numbers, and a copy of its values.
/// </summary>
/// <remarks>One thread. A run that turns out to be none any more is told by the head, and learned anew.</remarks>
internal sealed class ReplayedGroups(SampleHead head)
{
    private readonly List<(int Group, int[] Numbers)> _groups = [];
    private int[] _byFirst = [];

    /// <summary>Numbers mean other series from here on.</summary>
    public void Clear()
    {
        _groups.Clear();
        _byFirst = [];
    }

    /// <summary>Takes the whole groups at the begin of a poll; returns how many samples they were.</summary>
    public int Append(long timestampMs, ReadOnlySpan<int> numbers, ReadOnlySpan<double> values)
    {
        var at = 0;
        while (at < numbers.Length)
        {
            var known = unchecked((uint)numbers[at] < (uint)_byFirst.Length) ? _byFirst[numbers[at]] : 0;
            if (known == 0)
            {
                break;
            }

            var (group, members) = _groups[known - 1];
            if (!numbers[at..].StartsWith(members) || !head.TryAppendWhole(group, timestampMs, values.Slice(at, members.Length)))
            {
                break;
            }

            at += members.Length;
        }

        return at;
    }

    /// <summary>Remembers the whole groups among a poll that the head has taken one by one.</summary>
    /// <param name="numbers">The journal's.</param>
    /// <param name="series">The head's, of the same samples.</param>
    public void Learn(ReadOnlySpan<int> numbers, ReadOnlySpan<int> series)
    {
        for (var at = 0; at < series.Length;)
        {
            if (head.WholeGroupOf(series[at..], out var members) is var group and not 0)
            {
                Remember(group, numbers.Slice(at, members));
                at += members;
            }
            else
            {
                at++;
            }
        }
    }

    private void Remember(int group, ReadOnlySpan<int> numbers)
    {
        var first = numbers[0];
        if (first >= _byFirst.Length)
        {
            Array.Resize(ref _byFirst, Math.Max(first + 1, _byFirst.Length * 2));
        }

        if (_byFirst[first] is var known and not 0)
        {
            if (_groups[known - 1].Group != group || !numbers.SequenceEqual(_groups[known - 1].Numbers))
            {
                _groups[known - 1] = (group, numbers.ToArray());
            }

            return;
        }

        _groups.Add((group, numbers.ToArray()));
        _byFirst[first] = _groups.Count;
    }
}

namespace Ampacity.Fleet;

/// <summary>
/// What change sets did, from both sides: which facts each took back, and which of them touched a node. A change set of millions of facts
/// is one entry a node, so the changes of a hall are found without looking at what else they did.
/// </summary>
/// <remarks>One writer; any number of readers. Numbers are kept plus one where 0 is none.</remarks>
internal sealed class ChangeRows
{
    private readonly PagedInts _newestRetracted = new();
    private readonly PagedInts _previousRetracted = new();
    private readonly PagedInts _newestTouch = new();
    private readonly PagedInts _previousTouch = new();
    private readonly PagedInts _touchedBy = new();
    private int _touches;

    /// <summary>Notes that a change set took a fact back; once a fact.</summary>
    public void AddRetracted(int row, int change)
    {
        _previousRetracted[row] = _newestRetracted[change];
        _newestRetracted[change] = row + 1;
    }

    /// <summary>Rows that a change set took back, rising.</summary>
    public List<int> RetractedBy(int change)
    {
        var rows = new List<int>();
        for (var row = _newestRetracted[change]; row != 0; row = _previousRetracted[row - 1])
        {
            rows.Add(row - 1);
        }

        rows.Sort();
        return rows;
    }

    /// <summary>Notes that a change set said or took back something about a node, or about a thing that is or was in it.</summary>
    public void Touch(int node, int change)
    {
        // A change set of many facts about one node comes in one piece: looking at the last two entries keeps it at one.
        var newest = _newestTouch[node];
        if (newest != 0 && (_touchedBy[newest] == change || (_previousTouch[newest] is var before and not 0 && _touchedBy[before] == change)))
        {
            return;
        }

        // The entry is whole before it can be found.
        _touches++;
        _touchedBy[_touches] = change;
        _previousTouch[_touches] = newest;
        _newestTouch[node] = _touches;
    }

    /// <summary>Adds the numbers of change sets that touched a node, up to a revision.</summary>
    public void CollectTouching(int node, long revision, HashSet<int> changes)
    {
        for (var touch = _newestTouch[node]; touch != 0; touch = _previousTouch[touch])
        {
            if (_touchedBy[touch] is var change && change <= revision)
            {
                changes.Add(change);
            }
        }
    }
}

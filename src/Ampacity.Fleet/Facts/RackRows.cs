namespace Ampacity.Fleet;

/// <summary>
/// Which placements are in a rack, newest recorded first: those of parts and of the whole position in one chain, those of the whole
/// position in a second, since a list of racks asks for nothing else and a rack holds a hundred things.
/// </summary>
/// <remarks>One writer; any number of readers. Row numbers are kept plus one, so that 0 is none.</remarks>
internal sealed class RackRows
{
    private readonly PagedInts _newest = new();
    private readonly PagedInts _previous = new();
    private readonly PagedInts _newestWhole = new();
    private readonly PagedInts _previousWhole = new();
    private readonly PagedInts _stated = new();

    /// <summary>Whether any thing that ever was in a rack stated a lifecycle state of its own.</summary>
    public bool AnyStated { get; private set; }

    /// <summary>Adds a placement; the writer calls it once the row is whole.</summary>
    public void Add(int row, StableKey place)
    {
        _previous[row] = _newest[place.Node];
        _newest[place.Node] = row + 1;
        if (place.Part == 0)
        {
            _previousWhole[row] = _newestWhole[place.Node];
            _newestWhole[place.Node] = row + 1;
        }
    }

    /// <summary>Newest placement in a rack, or −1.</summary>
    public int Newest(int rack) => _newest[rack] - 1;

    /// <summary>The placement in the same rack before, or −1.</summary>
    public int Previous(int row) => _previous[row] - 1;

    /// <summary>Newest placement of a whole rack at a position, or −1.</summary>
    public int NewestWhole(int rack) => _newestWhole[rack] - 1;

    /// <summary>The placement of a whole rack before, or −1.</summary>
    public int PreviousWhole(int row) => _previousWhole[row] - 1;

    /// <summary>Notes that a thing that is or was in a rack states a lifecycle state of its own.</summary>
    public void Stated(int rack)
    {
        _stated[rack] = 1;
        AnyStated = true;
    }

    /// <summary>Whether a thing that is or ever was in a rack states, or stated, a lifecycle state of its own: all others need not be asked.</summary>
    public bool IsStated(int rack) => _stated[rack] != 0;
}

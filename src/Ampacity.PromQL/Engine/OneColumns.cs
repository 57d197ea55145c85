using Ampacity.Samples;

namespace Ampacity.PromQL;

/// <summary>
/// The side of a join that has at most one sample in each group at each step, as one row a group. Made by one thread, then read by any.
/// </summary>
/// <param name="groups">Its series by what they are matched by.</param>
/// <param name="steps">Steps of a row.</param>
internal sealed class OneColumns(SeriesGroups groups, int steps)
{
    private readonly double[] _cells = Filled(groups.Count * steps);
    private readonly int[] _placeOf = Nowhere(groups.Count);

    /// <summary>What a cell and a group take in memory, bytes.</summary>
    public const int CellBytes = sizeof(double);

    /// <summary>Its groups.</summary>
    public SeriesGroups Groups => groups;

    /// <summary>Whether a group has two samples at one step.</summary>
    public bool Repeats { get; private set; }

    /// <summary>Whether a group has two series, be it at different steps.</summary>
    public bool Alternates { get; private set; }

    /// <summary>The row of a group.</summary>
    public ReadOnlySpan<double> Row(int group) => _cells.AsSpan(group * steps, steps);

    /// <summary>Where the series of a group stands, the newest one if there are several; −1 where none has a sample.</summary>
    public int PlaceOf(int group) => _placeOf[group];

    /// <summary>Takes the row of a series.</summary>
    public void Add(int group, int place, ReadOnlySpan<double> cells)
    {
        var row = _cells.AsSpan(group * steps, steps);
        Alternates |= _placeOf[group] >= 0;
        _placeOf[group] = place;
        for (var i = 0; i < cells.Length; i++)
        {
            if (!Absent.Is(cells[i]))
            {
                Repeats |= !Absent.Is(row[i]);
                row[i] = cells[i];
            }
        }
    }

    private static double[] Filled(int count)
    {
        var cells = new double[count];
        Array.Fill(cells, Absent.Value);
        return cells;
    }

    private static int[] Nowhere(int count)
    {
        var places = new int[count];
        Array.Fill(places, -1);
        return places;
    }
}

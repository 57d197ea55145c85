namespace Ampacity.PromQL;

/// <summary>What is done to the values of a row. Any thread, each with a row of its own.</summary>
internal abstract class RowChange
{
    /// <summary>Changes the cells of the row of a place; false when the row is to be left out.</summary>
    public abstract bool Apply(int place, Span<double> cells);
}

/// <summary>What is done to each value by itself.</summary>
/// <param name="map">Of a value and its step; gives <see cref="Absent.Value"/> to take the value away.</param>
/// <param name="dropsName">Whether rows that have lost all their values are left out here, as they are where names are dropped.</param>
internal sealed class ValueChange(Func<double, int, double> map, bool dropsName) : RowChange
{
    public override bool Apply(int place, Span<double> cells)
    {
        var left = false;
        for (var i = 0; i < cells.Length; i++)
        {
            if (!Absent.Is(cells[i]))
            {
                cells[i] = map(cells[i], i);
                left |= !Absent.Is(cells[i]);
            }
        }

        return left || !dropsName;
    }
}

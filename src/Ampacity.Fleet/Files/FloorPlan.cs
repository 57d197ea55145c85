using Ampacity.Units;

namespace Ampacity.Fleet;

/// <summary>
/// Where racks stand on a hall's floor: none outside it, no two on one another. Racks are put into a grid of cells, so that each is
/// compared with those near it only; one that overlaps is told and left out, so that a cell never fills up.
/// </summary>
internal sealed class FloorPlan(BodyReading body)
{
    /// <summary>Depth of a rack where neither its SKU nor its frame says it (the usual depth of accelerator racks).</summary>
    public const double UsualDepthMeters = 1.2;

    // Half a millimetre forgives what files round.
    private const double ToleranceMeters = 0.0005;
    private const double CellMeters = 2;

    private readonly Dictionary<(int, int), List<Box>> _cells = [];
    private readonly List<Box> _boxes = [];
    private readonly Dictionary<RackTerms, double?> _widths = new(ReferenceEqualityComparer.Instance);

    /// <summary>Notes a rack, and refuses a row whose pitch is too small for it.</summary>
    /// <param name="index">Index of the rack.</param>
    /// <param name="rack">The rack.</param>
    /// <param name="at">Where it is said.</param>
    /// <param name="row">Its row; a named rack stands for itself.</param>
    /// <param name="stamped">Whether its row's pitch has put it there.</param>
    public void Place(int index, DeclaredRack rack, DataNode at, PlannedRow row, bool stamped)
    {
        var width = WidthOf(rack.Terms);
        if (stamped && rack.BoundTo < 0 && row.Pitch is { } pitch && width is { } wide && index >= 0 && rack.Name != RowSection.RackName(row.RackCount))
        {
            var taken = wide + (row.Sidecar is { } sidecar && body.Catalogue[sidecar].Width is { } beside ? beside.Value : 0);
            if (taken > pitch.Value + ToleranceMeters)
            {
                body.Errors.Add(at, "racks-overlap", FormattableString.Invariant(
                    $"{rack.Path} takes {new Meters(taken)} and the next one begins after {pitch}; widen the pitch or give the wide rack a row of its own"));
            }
        }

        if (rack is { X: { } x, Y: { } y } && width is { } w)
        {
            var depth = rack.Terms.Frame?.DepthMeters ?? UsualDepthMeters;
            var (alongX, alongY) = row.AlongY ? (depth, w) : (w, depth);
            _boxes.Add(new(rack.Path, at, stamped ? row : null, x.Value, y.Value, x.Value + alongX, y.Value + alongY));
        }
    }

    /// <summary>Width on the floor, m; null where nobody says it.</summary>
    public double? WidthOf(RackTerms terms)
    {
        if (!_widths.TryGetValue(terms, out var width))
        {
            width = terms.Frame?.WidthMeters ?? (terms.Sku is { } sku ? body.Catalogue[sku].Width?.Value : null);
            _widths.Add(terms, width);
        }

        return width;
    }

    /// <summary>Checks all racks once they are known.</summary>
    /// <param name="width">Floor along x; null if not stated.</param>
    /// <param name="depth">Floor along y; null if not stated.</param>
    public void Check(Meters? width, Meters? depth)
    {
        foreach (var box in _boxes)
        {
            if (box.Right > width?.Value + ToleranceMeters || box.Back > depth?.Value + ToleranceMeters)
            {
                body.Errors.Add(box.At, "outside-hall", FormattableString.Invariant(
                    $"{box.Path} reaches to [{new Meters(box.Right)}, {new Meters(box.Back)}] and the floor to [{width}, {depth}]; move it in, or correct the floor"));
                continue;
            }

            if (Neighbour(box) is { } other)
            {
                body.Errors.Add(box.At, "racks-overlap", FormattableString.Invariant(
                    $"{box.Path} stands on {other.Path}, which takes [{new Meters(other.Left)}, {new Meters(other.Front)}] to [{new Meters(other.Right)}, {new Meters(other.Back)}]; move one of them"));
                continue;
            }

            foreach (var cell in CellsOf(box))
            {
                (_cells.TryGetValue(cell, out var boxes) ? boxes : _cells[cell] = []).Add(box);
            }
        }
    }

    private Box? Neighbour(Box box)
    {
        foreach (var cell in CellsOf(box))
        {
            foreach (var other in _cells.GetValueOrDefault(cell) ?? [])
            {
                // What one row stamps was measured against its pitch.
                if ((box.Row is null || box.Row != other.Row)
                    && box.Left + ToleranceMeters < other.Right && other.Left + ToleranceMeters < box.Right
                    && box.Front + ToleranceMeters < other.Back && other.Front + ToleranceMeters < box.Back)
                {
                    return other;
                }
            }
        }

        return null;
    }

    private static IEnumerable<(int, int)> CellsOf(Box box)
    {
        for (var x = Cell(box.Left); x <= Cell(box.Right); x++)
        {
            for (var y = Cell(box.Front); y <= Cell(box.Back); y++)
            {
                yield return (x, y);
            }
        }
    }

    private static int Cell(double meters) => (int)Math.Clamp(Math.Floor(meters / CellMeters), -1e9, 1e9);

    private sealed record Box(string Path, DataNode At, PlannedRow? Row, double Left, double Front, double Right, double Back);
}

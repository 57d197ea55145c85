namespace Ampacity.Cli;

/// <summary>
/// Fits a table into a width: columns of the least priority are dropped until the rest fits; what then is still too wide is cut in the
/// middle, since paths differ at both ends. Pure.
/// </summary>
internal static class TableFit
{
    /// <summary>Width where nobody says one: what people still read side by side.</summary>
    public const int UsualWidth = 80;

    /// <summary>Columns of characters between two columns of a table.</summary>
    public const int Gap = 2;

    private const int CellMin = 12;

    /// <summary>Which columns stay, in order, and how wide each is.</summary>
    /// <param name="widths">Widest cell of each column, heading included.</param>
    /// <param name="priority">Of each column: 0 never goes, the highest goes first.</param>
    /// <param name="width">Width to fit into.</param>
    public static (int[] Columns, int[] Widths) Fit(IReadOnlyList<int> widths, IReadOnlyList<int> priority, int width)
    {
        var columns = Enumerable.Range(0, widths.Count).ToList();
        while (Total(columns, widths) > width && columns.Where(column => priority[column] > 0).ToArray() is { Length: > 0 } less)
        {
            columns.Remove(less.MaxBy(column => (priority[column], column)));
        }

        int[] fitted = [.. columns.Select(column => widths[column])];
        while (fitted.Sum() + (Gap * (fitted.Length - 1)) > width)
        {
            var widest = Array.IndexOf(fitted, fitted.Max());
            if (fitted[widest] <= CellMin)
            {
                break;
            }

            fitted[widest]--;
        }

        return ([.. columns], fitted);
    }

    /// <summary>A cell cut to a width, the middle left out.</summary>
    public static string Cut(string cell, int width)
    {
        if (cell.Length <= width)
        {
            return cell;
        }

        var tail = (width - 1) * 2 / 3;
        return cell[..(width - 1 - tail)] + "…" + cell[^tail..];
    }

    /// <summary>A text in lines that fit a width, broken at blanks; what has none is broken where the line ends.</summary>
    public static IEnumerable<string> Wrap(string text, int width, int indent)
    {
        var margin = "";
        while (margin.Length + text.Length > width)
        {
            var room = width - margin.Length;
            var blank = text.LastIndexOf(' ', room);
            var end = blank > room / 3 ? blank : room;
            yield return margin + text[..end];
            text = text[end..].TrimStart();
            margin = new string(' ', Math.Min(indent, width / 2));
        }

        yield return margin + text;
    }

    private static int Total(List<int> columns, IReadOnlyList<int> widths) => columns.Sum(column => widths[column]) + (Gap * (columns.Count - 1));
}

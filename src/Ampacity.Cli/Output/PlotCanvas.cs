namespace Ampacity.Cli;

/// <summary>
/// A field of characters to draw lines of dots on. A character holds <c>dotsWide × dotsHigh</c> dots: 2 × 4 in braille, 1 × 1 where a letter marks each series. What is drawn last
/// has the character. One thread.
/// </summary>
internal sealed class PlotCanvas
{
    private const char BrailleBlank = '\u2800';
    private const string Marks = "abcdefgh";

    private readonly int _columns;
    private readonly int _dotsWide;
    private readonly int _dotsHigh;
    private readonly byte[] _dots;
    private readonly sbyte[] _series;

    public PlotCanvas(int columns, int rows, int dotsWide, int dotsHigh)
    {
        (_columns, _dotsWide, _dotsHigh) = (columns, dotsWide, dotsHigh);
        _dots = new byte[columns * rows];
        _series = new sbyte[columns * rows];
        Array.Fill(_series, (sbyte)-1);
        DotsAcross = columns * dotsWide;
        DotsDown = rows * dotsHigh;
    }

    /// <summary>Dots in a line.</summary>
    public int DotsAcross { get; }

    /// <summary>Dots in a column.</summary>
    public int DotsDown { get; }

    /// <summary>The letter of a series where there are no colours.</summary>
    public static char Mark(int series) => Marks[series % Marks.Length];

    /// <summary>One dot; outside the field it is left out.</summary>
    public void Dot(int x, int y, int series)
    {
        if (x < 0 || y < 0 || x >= DotsAcross || y >= DotsDown)
        {
            return;
        }

        var cell = (y / _dotsHigh * _columns) + (x / _dotsWide);
        // Unicode braille: bits 0–2 are the left column's upper three dots, 3–5 the right column's, 6 and 7 the lowest row.
        var (right, low) = (x % _dotsWide, y % _dotsHigh);
        _dots[cell] |= (byte)(low == 3 ? 1 << (6 + right) : 1 << (low + (3 * right)));
        _series[cell] = (sbyte)series;
    }

    /// <summary>A straight line of dots (Bresenham).</summary>
    public void Line(int x0, int y0, int x1, int y1, int series)
    {
        var (dx, dy) = (Math.Abs(x1 - x0), -Math.Abs(y1 - y0));
        var (stepX, stepY) = (x0 < x1 ? 1 : -1, y0 < y1 ? 1 : -1);
        var error = dx + dy;
        while (true)
        {
            Dot(x0, y0, series);
            if (x0 == x1 && y0 == y1)
            {
                return;
            }

            var twice = 2 * error;
            if (twice >= dy)
            {
                error += dy;
                x0 += stepX;
            }

            if (twice <= dx)
            {
                error += dx;
                y0 += stepY;
            }
        }
    }

    /// <summary>A row of characters, in runs of one series; blanks at its end are left out.</summary>
    public IEnumerable<PlotText> Row(int row)
    {
        var from = row * _columns;
        var end = from + _columns;
        while (end > from && _dots[end - 1] == 0)
        {
            end--;
        }

        for (var begin = from; begin < end;)
        {
            var next = begin;
            while (next < end && _series[next] == _series[begin])
            {
                next++;
            }

            yield return new PlotText(string.Create(next - begin, (this, begin), static (text, at) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = at.Item1.Character(at.begin + i);
                }
            }), _series[begin]);
            begin = next;
        }
    }

    private char Character(int cell) => _dots[cell] == 0 ? ' ' : _dotsWide == 1 ? Mark(_series[cell]) : (char)(BrailleBlank + _dots[cell]);
}

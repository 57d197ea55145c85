using System.Globalization;

namespace Ampacity.Cli;

/// <summary>Says on a terminal which list of a NetBox is read and how far; nothing when standard error is a file.</summary>
internal sealed class NetBoxProgressBar
{
    private const int Width = 24;
    private readonly bool _shown;
    private int _drawn;

    private NetBoxProgressBar(bool shown) => _shown = shown;

    public static NetBoxProgressBar Show() => new(!Console.IsErrorRedirected);

    public void Tell(string list, int objects, long? of)
    {
        if (!_shown)
        {
            return;
        }

        var line = Line(list, objects, of);
        Console.Error.Write('\r' + line.PadRight(_drawn));
        _drawn = line.Length;
    }

    /// <summary>Leaves the line, so that what comes next stands below it.</summary>
    public void End()
    {
        if (_drawn > 0)
        {
            Console.Error.WriteLine();
        }
    }

    /// <summary>The bar's text; a list of unknown length has no bar.</summary>
    public static string Line(string list, int objects, long? of)
    {
        var done = of is > 0 and var all ? Math.Clamp(objects * (long)Width / all, 0, Width) : 0;
        return of is null
            ? string.Create(CultureInfo.InvariantCulture, $"{list,-20} {objects:N0}")
            : string.Create(CultureInfo.InvariantCulture, $"{list,-20} [{new string('#', (int)done).PadRight(Width, '.')}] {objects:N0} of {of:N0}");
    }
}

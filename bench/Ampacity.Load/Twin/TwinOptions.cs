using System.Globalization;

namespace Ampacity.Load;

/// <summary>How a run of <c>twin</c> goes.</summary>
/// <param name="Folder">Where the data folder and the fleet files are made; deleted in the end.</param>
/// <param name="Racks">Racks of 72 accelerators.</param>
/// <param name="Metrics">Metrics of each accelerator.</param>
/// <param name="Ticks">Samples of each series before the first query, 10 s apart.</param>
/// <param name="Rate">Samples a second that are written beside the second round of queries.</param>
/// <param name="Repeat">How often each query is asked.</param>
/// <param name="Program">The command under test.</param>
internal sealed record TwinOptions(string Folder, int Racks, int Metrics, int Ticks, int Rate, int Repeat, string Program)
{
    public const string Usage = "twin <folder> [--racks N] [--metrics N] [--ticks N] [--rate samples/s] [--repeat N] [--program <ampacity>]";

    // What is looked at 15 s ago reaches 5 minutes back, all of it behind the change set that binds; and nothing may be ten minutes ahead.
    private const int MinTicks = 33;
    private const int MaxTicks = 55;

    /// <summary>Reads the arguments behind the verb; null when they are wrong.</summary>
    public static TwinOptions? Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length % 2 == 0)
        {
            return null;
        }

        var options = new TwinOptions(Path.GetFullPath(arguments[0]), 700, 20, 36, 1_000_000, 60, KillOptions.BuiltProgram());
        for (var at = 1; at < arguments.Length; at += 2)
        {
            var number = int.TryParse(arguments[at + 1], CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : 0;
            var next = arguments[at] switch
            {
                "--racks" when number is > 0 and <= 3000 => options with { Racks = number },
                "--metrics" when number is > 0 and <= 100 => options with { Metrics = number },
                "--ticks" when number is >= MinTicks and <= MaxTicks => options with { Ticks = number },
                "--rate" when number > 0 => options with { Rate = number },
                "--repeat" when number > 0 => options with { Repeat = number },
                "--program" => options with { Program = Path.GetFullPath(arguments[at + 1]) },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options;
    }
}

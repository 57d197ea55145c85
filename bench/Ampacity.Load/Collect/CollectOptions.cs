using System.Globalization;

namespace Ampacity.Load;

/// <summary>How a run of collection goes.</summary>
/// <param name="Folder">Where the data folder and the fleet file are made; must be empty or not there.</param>
/// <param name="Racks">Racks of 71 BMCs, 1 to 250.</param>
/// <param name="Minutes">How long is read after the survey.</param>
/// <param name="Latency">What the simulator is told: <c>0</c> or <c>measured</c>.</param>
/// <param name="Interval">Seconds from poll to poll.</param>
/// <param name="Port">Port of the simulated BMCs.</param>
/// <param name="Everything">Whether full reports are read.</param>
/// <param name="Tls">Whether the BMCs are served over TLS.</param>
/// <param name="Program">The command under test.</param>
internal sealed record CollectOptions(string Folder, int Racks, double Minutes, string Latency, int Interval, int Port, bool Everything, bool Tls, string Program)
{
    public const string Usage =
        "collect <folder> [--racks 14] [--minutes 2] [--latency 0|measured] [--interval 60] [--port 21900] [--everything true] [--tls true] [--program <ampacity>]   (simulator and server beside one another)";

    /// <summary>Reads the arguments after the verb; null when they are wrong.</summary>
    public static CollectOptions? Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments.IsEmpty || arguments.Length % 2 == 0)
        {
            return null;
        }

        var culture = CultureInfo.InvariantCulture;
        var options = new CollectOptions(Path.GetFullPath(arguments[0]), 14, 2, "0", 60, 21_900, false, false, KillOptions.BuiltProgram());
        for (var at = 1; at < arguments.Length; at += 2)
        {
            var text = arguments[at + 1];
            var changed = arguments[at] switch
            {
                "--racks" when int.TryParse(text, culture, out var racks) && racks is >= 1 and <= 250 => options with { Racks = racks },
                "--minutes" when double.TryParse(text, culture, out var minutes) && minutes >= 0 => options with { Minutes = minutes },
                "--latency" when text is "0" or "measured" => options with { Latency = text },
                "--interval" when int.TryParse(text, culture, out var interval) && interval is >= 1 and <= 3_600 => options with { Interval = interval },
                "--port" when int.TryParse(text, culture, out var port) && port is >= 1_024 and <= 65_535 => options with { Port = port },
                "--everything" when bool.TryParse(text, out var everything) => options with { Everything = everything },
                "--tls" when bool.TryParse(text, out var tls) => options with { Tls = tls },
                "--program" => options with { Program = Path.GetFullPath(text) },
                _ => null,
            };
            if (changed is null)
            {
                return null;
            }

            options = changed;
        }

        return options;
    }
}

using System.Globalization;

namespace Ampacity.Load;

/// <summary>What a soak does.</summary>
/// <param name="Folder">Where the data folder is made; deleted when nothing was found, else kept.</param>
/// <param name="Seconds">How long BMCs are read, from the end of their discovery on.</param>
/// <param name="Seed">Of the faults and of the simulated values; printed.</param>
/// <param name="Port">Port of every simulated BMC.</param>
/// <param name="PollInterval">Seconds of the server's <c>--poll-interval</c>: the first step of its back-off.</param>
/// <param name="Program">The command under test.</param>
internal sealed record SoakOptions(string Folder, double Seconds, int Seed, int Port, double PollInterval, string Program)
{
    public const string Usage =
        "soak --seconds S --data <folder> [--seed N] [--port 8000] [--poll-interval S] [--program <ampacity>]   (71 BMCs of a rack with faults; in the repository)";

    /// <summary>Faults begin this long after the discovery: everything has been read once.</summary>
    public double FaultsFrom => Seconds >= 600 ? 120 : 20;

    /// <summary>Faults have ended this long before the end: every BMC has come back by itself.</summary>
    public double FaultsUntil => Seconds - (Seconds >= 1_200 ? 400 : 35);

    /// <summary>Shortest and longest fault, seconds.</summary>
    public (double Least, double Most) FaultSeconds => Seconds >= 1_200 ? (20, 240) : (20, 30);

    /// <summary>Faults of each kind in a round of 150 s: a short run has one round.</summary>
    public int FaultsOfKind => Seconds >= 1_200 ? 1 : 3;

    /// <summary>Memory is judged after this long: caches are full, the head has been sealed a few times, code is compiled.</summary>
    public double WarmUp => Math.Clamp(Seconds / 4, 45, 1_800);

    /// <summary>
    /// By how much the median of the last window may be above that of the first. Below half an hour the windows are so short that compilation and
    /// the filling of the head are seen: only what grows without bounds shows.
    /// </summary>
    public double MostGrowth => Seconds >= 3_600 ? 0.10 : 0.5;

    /// <summary>Seconds of samples in a block of the server: so short that the head is full and sealed many times.</summary>
    public double BlockSpan => Seconds >= 1_200 ? 300 : 20;

    /// <summary>Reads the arguments after the verb; null when they are wrong.</summary>
    public static SoakOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var culture = CultureInfo.InvariantCulture;
        var options = new SoakOptions("", 120, Environment.TickCount, 8000, 10, KillOptions.BuiltProgram());
        for (var at = 0; at + 1 < arguments.Length; at += 2)
        {
            var text = arguments[at + 1];
            options = arguments[at] switch
            {
                "--seconds" when double.TryParse(text, culture, out var seconds) && seconds is >= 100 and <= 1e6 => options with { Seconds = seconds },
                "--data" => options with { Folder = Path.GetFullPath(text) },
                "--seed" when int.TryParse(text, culture, out var seed) => options with { Seed = seed },
                "--port" when int.TryParse(text, culture, out var port) && port is > 0 and < 65_536 => options with { Port = port },
                "--poll-interval" when double.TryParse(text, culture, out var interval) && interval is >= 1 and <= 30 => options with { PollInterval = interval },
                "--program" => options with { Program = Path.GetFullPath(text) },
                _ => options with { Folder = "", Seconds = 0 },
            };
        }

        return arguments.Length % 2 == 0 && options.Folder.Length > 0 && options.Seconds > 0 ? options : null;
    }
}

/// <summary>A soak found what must not be, or could not begin.</summary>
internal sealed class SoakException(string message) : Exception(message);

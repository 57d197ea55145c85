using System.Globalization;

namespace Ampacity.Load;

/// <summary>How a run of kills goes.</summary>
/// <param name="Count">Kills in all.</param>
/// <param name="Seconds">Longest that a server lives under load before its kill.</param>
/// <param name="Folder">Where the data folders are made; each is deleted when it was found whole.</param>
/// <param name="Seed">Of every choice; printed.</param>
/// <param name="Lanes">Servers beside one another, each with a data folder of its own.</param>
/// <param name="WithinSeconds">The run ends early after this long.</param>
/// <param name="Program">The command under test.</param>
internal sealed record KillOptions(int Count, double Seconds, string Folder, int Seed, int Lanes, double WithinSeconds, string Program)
{
    public const string Usage = "kills --count N --seconds S --data <folder> [--seed N] [--lanes N] [--within seconds] [--program <ampacity>]";

    /// <summary>Reads the arguments behind the verb; null when they are wrong.</summary>
    public static KillOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var culture = CultureInfo.InvariantCulture;
        var options = new KillOptions(50, 1, "", Environment.TickCount, 1, double.MaxValue, BuiltProgram());
        for (var at = 0; at + 1 < arguments.Length; at += 2)
        {
            var text = arguments[at + 1];
            options = arguments[at] switch
            {
                "--count" when int.TryParse(text, culture, out var count) && count > 0 => options with { Count = count },
                "--seconds" when double.TryParse(text, culture, out var seconds) && seconds > 0 => options with { Seconds = seconds },
                "--data" => options with { Folder = Path.GetFullPath(text) },
                "--seed" when int.TryParse(text, culture, out var seed) => options with { Seed = seed },
                "--lanes" when int.TryParse(text, culture, out var lanes) && lanes > 0 => options with { Lanes = lanes },
                "--within" when double.TryParse(text, culture, out var within) && within > 0 => options with { WithinSeconds = within },
                "--program" => options with { Program = Path.GetFullPath(text) },
                _ => options with { Folder = "", Count = 0 },
            };
        }

        return arguments.Length % 2 == 0 && options.Folder.Length > 0 && options.Count > 0 ? options : null;
    }

    /// <summary>The command that was built beside this program: artifacts/bin/Ampacity.Cli/(configuration)/ beside artifacts/bin/Ampacity.Load/(configuration)/.</summary>
    public static string BuiltProgram()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.FullName, "Ampacity.Cli", own.Name, "ampacity");
    }
}

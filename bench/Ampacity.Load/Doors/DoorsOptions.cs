using System.Globalization;

namespace Ampacity.Load;

/// <summary>What a run of forwarding or scraping makes.</summary>
/// <param name="Folder">For queues and the store; must be empty or not there.</param>
/// <param name="Series">Series in all.</param>
/// <param name="Rounds">Samples of each.</param>
/// <param name="Targets">Pages that they are spread over (scrape).</param>
/// <param name="Protocol">Version of remote write (forward).</param>
/// <param name="Batch">Samples of one append (forward).</param>
internal sealed record DoorsOptions(string Folder, int Series, int Rounds, int Targets, int Protocol, int Batch)
{
    public const string Usage =
        "forward <folder> [--series 100000] [--rounds 30] [--protocol 1|2] [--batch 5000] | scrape <folder> [--series 100000] [--targets 100] [--rounds 30]   (CPU seconds per million samples)";

    /// <summary>Reads the arguments after the verb; null when they are wrong.</summary>
    public static DoorsOptions? Parse(ReadOnlySpan<string> args)
    {
        if (args.IsEmpty || args.Length % 2 == 0)
        {
            return null;
        }

        var options = new DoorsOptions(args[0], 100_000, 30, 100, 1, 5_000);
        for (var i = 1; i < args.Length; i += 2)
        {
            if (!int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value == 0)
            {
                return null;
            }

            var changed = args[i] switch
            {
                "--series" => options with { Series = value },
                "--rounds" => options with { Rounds = value },
                "--targets" => options with { Targets = value },
                "--protocol" => options with { Protocol = value },
                "--batch" => options with { Batch = value },
                _ => null,
            };
            if (changed is null)
            {
                return null;
            }

            options = changed;
        }

        return options.Protocol <= 2 && options.Targets <= options.Series ? options : null;
    }
}

using System.Globalization;

namespace Ampacity.Load;

/// <summary>What a run with churn makes.</summary>
/// <param name="Folder">The store's folder; must be empty or not there.</param>
/// <param name="Series">Series at a time, in multiples of 20: the metrics of an accelerator.</param>
/// <param name="ChurnPercent">Per cent of the series that are replaced by new ones every minute.</param>
/// <param name="Minutes">Minutes of simulated time.</param>
/// <param name="IntervalSeconds">Seconds between two polls of an accelerator, a divisor of 60.</param>
/// <param name="Every">Minutes from one line to the next.</param>
internal sealed record ChurnOptions(string Folder, int Series, double ChurnPercent, int Minutes, int IntervalSeconds, int Every)
{
    public const string Usage =
        "churn <folder> [--series 100000] [--churn 1] [--minutes 240] [--interval 15] [--every 10]   (series that end and leave memory, as fast as the machine can)";

    /// <summary>Reads the arguments after the verb; null when they are wrong.</summary>
    public static ChurnOptions? Parse(ReadOnlySpan<string> args)
    {
        if (args.IsEmpty || args.Length % 2 == 0)
        {
            return null;
        }

        var options = new ChurnOptions(args[0], 100_000, 1, 240, 15, 10);
        for (var i = 1; i < args.Length; i += 2)
        {
            if (!double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var value) || !(value >= 0))
            {
                return null;
            }

            var changed = args[i] switch
            {
                "--series" => options with { Series = (int)value / 20 * 20 },
                "--churn" => options with { ChurnPercent = value },
                "--minutes" => options with { Minutes = (int)value },
                "--interval" => options with { IntervalSeconds = (int)value },
                "--every" => options with { Every = (int)value },
                _ => null,
            };
            if (changed is null)
            {
                return null;
            }

            options = changed;
        }

        return options.Series >= 20 && options.IntervalSeconds is > 0 and <= 60 && 60 % options.IntervalSeconds == 0 && options.Every > 0 && options.ChurnPercent <= 100
            ? options
            : null;
    }
}

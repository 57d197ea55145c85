using System.Globalization;

namespace Ampacity.Load;

/// <summary>What a run over days makes.</summary>
/// <param name="Folder">The store's folder; must be empty or not there.</param>
/// <param name="Days">Days of simulated time.</param>
/// <param name="Series">Series at a time, in multiples of 20: the metrics of an accelerator.</param>
/// <param name="IntervalSeconds">Seconds between two polls of an accelerator, a divisor of 60.</param>
/// <param name="ChurnPercent">Per cent of the series that are replaced by new ones every minute.</param>
/// <param name="RetentionDays">Days for which samples are kept; tiers answer before.</param>
internal sealed record DaysOptions(string Folder, double Days, int Series, int IntervalSeconds, double ChurnPercent, double RetentionDays)
{
    public const string Usage =
        "days <folder> [--days 30] [--series 1440] [--interval 10] [--churn 0] [--retention 7]   (a store through hours of simulated time, and reads of it)";

    /// <summary>Reads the arguments after the verb; null when they are wrong.</summary>
    public static DaysOptions? Parse(ReadOnlySpan<string> args)
    {
        if (args.IsEmpty || args.Length % 2 == 0)
        {
            return null;
        }

        var options = new DaysOptions(args[0], 30, 1440, 10, 0, 7);
        for (var i = 1; i < args.Length; i += 2)
        {
            if (!double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var value) || !(value >= 0))
            {
                return null;
            }

            var changed = args[i] switch
            {
                "--days" => options with { Days = value },
                "--series" => options with { Series = (int)value / 20 * 20 },
                "--interval" => options with { IntervalSeconds = (int)value },
                "--churn" => options with { ChurnPercent = value },
                "--retention" => options with { RetentionDays = value },
                _ => null,
            };
            if (changed is null)
            {
                return null;
            }

            options = changed;
        }

        return options.Series >= 20 && options.IntervalSeconds is > 0 and <= 60 && 60 % options.IntervalSeconds == 0 && options.RetentionDays > 0 ? options : null;
    }
}

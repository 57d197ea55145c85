using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary>For when a query is asked: one instant, or a range with its step.</summary>
/// <param name="FromMs">Begin, UTC milliseconds; null for one instant.</param>
/// <param name="ThroughMs">The instant or the end; null for the server's now.</param>
/// <param name="StepMs">Milliseconds between points; 0 for one instant.</param>
internal sealed record QueryTimes(long? FromMs, long? ThroughMs, long StepMs)
{
    /// <summary>What a plot shows when nobody says: an hour.</summary>
    private const long UsualSpanMs = 3_600_000;

    /// <summary>Points of a series when nobody says how many: 15 s apart in an hour.</summary>
    public const int UsualPoints = 240;

    /// <summary>Whether it is a range.</summary>
    public bool IsRange => FromMs is not null;

    /// <summary>Reads what the command line says.</summary>
    /// <param name="at"><c>--at</c>.</param>
    /// <param name="from"><c>--from</c>.</param>
    /// <param name="to"><c>--to</c>.</param>
    /// <param name="step"><c>--step</c>.</param>
    /// <param name="plotColumns">Points that a plot can show side by side; null where there is no plot.</param>
    /// <param name="nowMs">Now, UTC milliseconds.</param>
    /// <exception cref="RefusedException">They do not go together, or one cannot be read.</exception>
    public static QueryTimes Read(string? at, string? from, string? to, string? step, int? plotColumns, long nowMs)
    {
        if (at is not null && (from is not null || to is not null))
        {
            throw Wrong("--at is one instant, --from and --to are a range: give one or the other.");
        }

        if (from is null && to is not null)
        {
            throw Wrong("--to needs a begin: add --from, such as --from -1h.");
        }

        if (from is null && plotColumns is null)
        {
            return step is null
                ? new QueryTimes(null, at is null ? null : WhenText.Instant("--at", at, nowMs), 0)
                : throw Wrong("--step is of a range: add --from, such as --from -1h.");
        }

        var throughMs = (to ?? at) is { } last ? WhenText.Instant(to is null ? "--at" : "--to", last, nowMs) : nowMs;
        var fromMs = from is null ? throughMs - UsualSpanMs : WhenText.Instant("--from", from, nowMs);
        if (fromMs >= throughMs)
        {
            throw Wrong($"--from is {Screen.Time(fromMs)} and the end {Screen.Time(throughMs)}: a range ends after it begins.");
        }

        var stepMs = step is null ? AxisTicks.RoundTime((throughMs - fromMs) / (plotColumns ?? UsualPoints)) : WhenText.Length("--step", step);
        return new QueryTimes(IsExact(from) ? fromMs : fromMs / stepMs * stepMs, IsExact(to ?? at) ? throughMs : throughMs / stepMs * stepMs, stepMs);
    }

    // What is said relative to now may move to a multiple of the step, so that asking again gives the same points; what is said exactly stays.
    private static bool IsExact(string? text) => text is not null && !text.StartsWith("now", StringComparison.Ordinal) && text[0] is not ('-' or '+');

    private static RefusedException Wrong(string message) => new(message, null) { Code = CommandRun.Usage };
}

namespace Ampacity.PromQL;

/// <summary>What a function takes and gives.</summary>
/// <param name="Name">As written.</param>
/// <param name="Returns">What it gives.</param>
/// <param name="Parameters">What it takes, the optional ones last.</param>
/// <param name="OptionalCount">How many of the last parameters may be left out.</param>
/// <param name="IsVariadic">Whether the last parameter may come more than once.</param>
public sealed record FunctionSignature(
    string Name, ExpressionKind Returns, IReadOnlyList<ExpressionKind> Parameters, int OptionalCount, bool IsVariadic)
{
    internal FunctionBody Body { get; init; } = new SpecialFunction();
}

/// <summary>How the engine evaluates a function.</summary>
internal abstract record FunctionBody;

/// <summary>The engine has code of its own for it, by name.</summary>
internal sealed record SpecialFunction : FunctionBody;

/// <summary>Each value by itself; the name is dropped.</summary>
internal sealed record ValueFunction(ValueMapping Map) : FunctionBody;

/// <summary>Of a window of samples.</summary>
/// <param name="Map">Gives <see cref="Absent.Value"/> for no result.</param>
/// <param name="KeepsName">Whether the result is still a sample of the metric.</param>
/// <param name="IsCounter">Whether it only makes sense of counters.</param>
internal sealed record WindowFunction(WindowMapping Map, bool KeepsName = false, bool IsCounter = false) : FunctionBody;

/// <summary>Of the calendar, UTC, of values that are seconds since 1970.</summary>
internal sealed record CalendarFunction(Func<DateTime, double> Map) : FunctionBody;

internal delegate double ValueMapping(double value, ReadOnlySpan<double> arguments);

internal delegate double WindowMapping(in SampleWindow window);

/// <summary>The samples of one series in <c>(FromMs, ThroughMs]</c>, without stale markers; at least one.</summary>
internal readonly ref struct SampleWindow(
    ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, long fromMs, long throughMs, long stepMs, ReadOnlySpan<double> arguments)
{
    public ReadOnlySpan<long> TimestampsMs { get; } = timestampsMs;

    public ReadOnlySpan<double> Values { get; } = values;

    public long FromMs { get; } = fromMs;

    public long ThroughMs { get; } = throughMs;

    /// <summary>The step evaluated; differs from <see cref="ThroughMs"/> with offset and @.</summary>
    public long StepMs { get; } = stepMs;

    /// <summary>The scalar arguments at this step, in order.</summary>
    public ReadOnlySpan<double> Arguments { get; } = arguments;
}

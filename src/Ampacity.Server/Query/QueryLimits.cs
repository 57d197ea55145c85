using Ampacity.Samples;

namespace Ampacity.Server;

/// <summary>What one query over HTTP may cost.</summary>
/// <param name="Budget">Series and samples, in all its selectors.</param>
/// <param name="Timeout">Time; a request may ask for less.</param>
public sealed record QueryLimits(ReadBudget Budget, TimeSpan Timeout)
{
    /// <summary>As Prometheus, 2 minutes; <see cref="ReadBudget.Default"/>.</summary>
    public static readonly QueryLimits Default = new(ReadBudget.Default, TimeSpan.FromMinutes(2));
}

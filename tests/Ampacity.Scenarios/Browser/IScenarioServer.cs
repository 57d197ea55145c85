namespace Ampacity.Scenarios;

/// <summary>A running server that serves the example rack with live readings.</summary>
internal interface IScenarioServer
{
    /// <summary>Where it listens.</summary>
    string Url { get; }
}

/// <summary>A server that somebody else started, named by the environment.</summary>
internal sealed record NamedServer(string Url) : IScenarioServer
{
    /// <summary>The variable that names it.</summary>
    public const string Variable = "AMPACITY_SCENARIO_URL";

    /// <summary>The server that the environment names, or null.</summary>
    public static NamedServer? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } url ? new NamedServer(url.TrimEnd('/')) : null;
}

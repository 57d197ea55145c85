namespace Ampacity.Server;

/// <summary>A parameter of a query request is missing or wrong: <c>bad_data</c>, status 400.</summary>
internal sealed class QueryRefusedException(string message) : Exception(message)
{
    public static QueryRefusedException Parameter(string name, string problem) => new($"invalid parameter \"{name}\": {problem}");
}

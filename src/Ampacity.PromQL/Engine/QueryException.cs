namespace Ampacity.PromQL;

/// <summary>A well-formed query cannot be evaluated over the data there is, or costs more than it may; the message says why.</summary>
public sealed class QueryException(string message) : Exception(message);

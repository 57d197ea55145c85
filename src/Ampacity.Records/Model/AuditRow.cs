namespace Ampacity.Records;

/// <summary>One act of a person or program, kept for good.</summary>
/// <param name="Id">In order of the acts, from 1.</param>
/// <param name="AtMs">When, UTC milliseconds.</param>
/// <param name="Who">Person or program.</param>
/// <param name="Verb">What was done, one word.</param>
/// <param name="What">To what; never holds a secret.</param>
public sealed record AuditRow(long Id, long AtMs, string Who, string Verb, string What);

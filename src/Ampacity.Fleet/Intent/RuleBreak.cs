namespace Ampacity.Fleet;

/// <summary>A rule that a draft would break against what holds; whoever writes the draft says in which line of what it was asked for.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Rule">Short stable name of the rule, such as <c>lifecycle-step</c>.</param>
/// <param name="Hint">What is wrong and what to do instead.</param>
public sealed record RuleBreak(Subject Subject, string Rule, string Hint);

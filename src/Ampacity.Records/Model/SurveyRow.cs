namespace Ampacity.Records;

/// <summary>A survey as it was kept.</summary>
/// <param name="Id">In order of saving, from 1; 0 before it is saved.</param>
/// <param name="BeganMs">When the sweep began, UTC milliseconds.</param>
/// <param name="EndedMs">When it ended, UTC milliseconds.</param>
/// <param name="Author">Who looked.</param>
/// <param name="Json">What was seen and the errors met, in the writer's own JSON; at most <see cref="JsonCharsMax"/> characters.</param>
public sealed record SurveyRow(long Id, long BeganMs, long EndedMs, string Author, string Json)
{
    /// <summary>Longest survey that is kept: half of what one SQLite value holds at two bytes a character.</summary>
    public const int JsonCharsMax = 250_000_000;
}

/// <summary>A survey without what it saw, for lists.</summary>
/// <param name="Id">In order of saving, from 1.</param>
/// <param name="BeganMs">When the sweep began, UTC milliseconds.</param>
/// <param name="EndedMs">When it ended, UTC milliseconds.</param>
/// <param name="Author">Who looked.</param>
public sealed record SurveyHeading(long Id, long BeganMs, long EndedMs, string Author);

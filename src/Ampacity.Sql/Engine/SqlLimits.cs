namespace Ampacity.Sql;

/// <summary>What one statement may cost.</summary>
public sealed record SqlLimits
{
    /// <summary>Memory that DuckDB may take for a statement, bytes; 512 MiB by default. Nothing is spilled to disk.</summary>
    public long MaxMemoryBytes { get; init; } = 512L << 20;

    /// <summary>How long a statement may take, its wait for a turn included; a minute by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Threads of a statement; all cores by default.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Statements that run at one time; further ones wait for their turn. Two, so that one long statement does not keep everybody waiting.</summary>
    public int AtOnce { get; init; } = 2;

    /// <summary>Most rows that an answer may have, whatever is asked for. A million of a few columns is about what <see cref="MaxAnswerBytes"/> holds.</summary>
    public int MaxRows { get; init; } = 1_000_000;

    /// <summary>Most bytes of an answer; it is made whole before it is sent, so that an error is never the end of half an answer.</summary>
    public int MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>Most characters of a statement, as of a PromQL expression.</summary>
    public int MaxStatementChars { get; init; } = 65_536;
}

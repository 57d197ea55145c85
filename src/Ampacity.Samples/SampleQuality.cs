namespace Ampacity.Samples;

/// <summary>How far a sample may be believed. One byte on disk and in columns.</summary>
public enum SampleQuality : byte
{
    /// <summary>As the source said it, in time and in range.</summary>
    Good = 0,

    /// <summary>Unit or meaning was inferred from a rule, not stated by the source.</summary>
    Inferred = 1,

    /// <summary>The source said itself, or its age shows, that the value is old.</summary>
    Stale = 2,

    /// <summary>The source was asked and had no value. Not zero, not stale.</summary>
    Absent = 3,

    /// <summary>Outside the range that the family declares; kept as evidence.</summary>
    OutOfRange = 4,
}

/// <summary>A set of qualities.</summary>
[Flags]
public enum SampleQualities
{
    /// <summary>None at all.</summary>
    None = 0,

    /// <summary><see cref="SampleQuality.Good"/>.</summary>
    Good = 1 << SampleQuality.Good,

    /// <summary><see cref="SampleQuality.Inferred"/>.</summary>
    Inferred = 1 << SampleQuality.Inferred,

    /// <summary><see cref="SampleQuality.Stale"/>.</summary>
    Stale = 1 << SampleQuality.Stale,

    /// <summary><see cref="SampleQuality.Absent"/>.</summary>
    Absent = 1 << SampleQuality.Absent,

    /// <summary><see cref="SampleQuality.OutOfRange"/>.</summary>
    OutOfRange = 1 << SampleQuality.OutOfRange,

    /// <summary>What a query sees unless it asks for <c>__quality__</c>.</summary>
    Believed = Good | Inferred,

    /// <summary>Every quality.</summary>
    Any = Good | Inferred | Stale | Absent | OutOfRange,
}

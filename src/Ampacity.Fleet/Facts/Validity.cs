namespace Ampacity.Fleet;

/// <summary>When a fact holds in the world: half-open, UTC milliseconds. Not when it was recorded: that is its change set.</summary>
/// <param name="FromMs">First instant at which it holds.</param>
/// <param name="ToMs">First instant at which it no longer holds; <see cref="Open"/> while it goes on.</param>
public readonly record struct Validity(long FromMs, long ToMs)
{
    /// <summary>The end of what has no end yet.</summary>
    public const long Open = long.MaxValue;

    /// <summary>From an instant on, without end.</summary>
    public static Validity Since(long fromMs) => new(fromMs, Open);

    /// <summary>Whether it holds at an instant.</summary>
    public bool Contains(long atMs) => FromMs <= atMs && atMs < ToMs;

    /// <summary>Whether it has no end yet.</summary>
    public bool IsOpen => ToMs == Open;
}

using System.CommandLine;

namespace Ampacity.Cli;

/// <summary>The two times of a question about the inventory.</summary>
internal static class TimeOptions
{
    /// <summary>Options of their own for one command.</summary>
    public static (Option<string?> AsOf, Option<string?> KnownAt) Make() => (
        new Option<string?>("--as-of") { Description = "As it was then: RFC 3339, such as 2026-11-23T12:00:00Z, or seconds since 1970.", HelpName = "time" },
        new Option<string?>("--known-at") { Description = "As it was recorded by then.", HelpName = "time" });
}

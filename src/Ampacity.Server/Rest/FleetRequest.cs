using Ampacity.Fleet;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>The fleet that a request asks about: as of when, known when, within which scope.</summary>
internal static class FleetRequest
{
    /// <summary>Narrows what a caller sees: paths separated by commas. It never widens what its login allows.</summary>
    public const string ScopeHeader = "X-Ampacity-Scope";

    public static PlaceScope ScopeOf(HttpContext context)
    {
        var narrowed = context.Request.Headers[ScopeHeader].ToString();
        return narrowed.Length == 0
            ? PlaceScope.Whole
            : PlaceScope.Subtrees(narrowed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>Whether the request asks about now: only then do present readings belong in the answer.</summary>
    public static bool IsNow(HttpContext context) =>
        context.Request.Query["asOf"].Count == 0 && context.Request.Query["knownAt"].Count == 0;

    /// <summary>Reads <c>asOf</c> and <c>knownAt</c>, and gives the view or the error to answer with.</summary>
    public static async Task<(FleetView? View, IResult? Error)> ViewAsync(HttpContext context, CurrentFleet fleet)
    {
        if (!TryTime(context, "asOf", out var asOfMs) || !TryTime(context, "knownAt", out var knownAtMs))
        {
            return (null, Problems.BadRequest("asOf and knownAt are RFC 3339 times, such as 2026-11-23T12:00:00Z, or seconds since 1970."));
        }

        var graph = await fleet.GraphAsync(asOfMs, knownAtMs, context.RequestAborted);
        return (graph.Within(ScopeOf(context)), null);
    }

    private static bool TryTime(HttpContext context, string name, out long? atMs)
    {
        atMs = null;
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0)
        {
            return true;
        }

        var read = TimeText.TryParse(text, out var parsed);
        atMs = parsed;
        return read;
    }
}

using Ampacity.Fleet;
using Ampacity.Topology;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>The fleet that a request asks about: as of when, known when, within which scope.</summary>
internal static class FleetRequest
{
    /// <summary>
    /// Narrows what a caller sees: paths separated by commas, or <c>tenant:</c> and names of tenants. It never widens what its login allows.
    /// </summary>
    public const string ScopeHeader = "X-Ampacity-Scope";

    public static PlaceScope ScopeOf(HttpContext context) => ScopeOf(context.Request.Headers[ScopeHeader].ToString());

    /// <summary>The scope that a header's text says.</summary>
    public static PlaceScope ScopeOf(string narrowed)
    {
        if (narrowed.Length == 0)
        {
            return PlaceScope.Whole;
        }

        const string tenant = "tenant:";
        return narrowed.StartsWith(tenant, StringComparison.Ordinal)
            ? PlaceScope.Tenants(Parts(narrowed[tenant.Length..]))
            : PlaceScope.Subtrees(Parts(narrowed));

        static string[] Parts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>The answer where a request is narrowed to a scope and what it asks for is not; null where it sees the whole fleet.</summary>
    public static IResult? RefuseNarrowed(HttpContext context, string why) =>
        ScopeOf(context) is PlaceScope.WholeFleet ? null : Problems.Forbidden($"{why} Ask without {ScopeHeader}.");

    /// <summary>The newest frame where a request asks about now; null with <c>asOf</c> or <c>knownAt</c>, since what is drawn now was not drawn then.</summary>
    public static LiveFrame? FrameFor(HttpContext context, LiveFleet live) =>
        context.Request.Query.ContainsKey("asOf") || context.Request.Query.ContainsKey("knownAt") ? null : live.Frame;

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

    public static bool TryTime(HttpContext context, string name, out long? atMs)
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

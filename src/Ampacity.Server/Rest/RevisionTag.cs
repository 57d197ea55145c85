using Ampacity.Fleet;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>
/// The ETag of an answer about the inventory: <c>W/"change_12"</c>, the newest change set in it. What makes two answers of one revision
/// differ stands behind a dot: another instant, newer readings. <c>If-Match</c> on a write looks only before the dot.
/// </summary>
internal static class RevisionTag
{
    /// <summary>The tag of an answer.</summary>
    /// <param name="revision">Newest change set in it.</param>
    /// <param name="spanFromMs">Beginning of the span that it describes, where time alone could change the answer; else null.</param>
    /// <param name="frameMs">Instant of the readings in it; null without readings.</param>
    public static string Of(ChangeSetId revision, long? spanFromMs, long? frameMs) =>
        $"W/\"{revision}{(spanFromMs is { } from ? FormattableString.Invariant($".t{from}") : "")}{(frameMs is { } frame ? FormattableString.Invariant($".f{frame}") : "")}\"";

    /// <summary>Sets the tag, and says whether the asker has this answer already.</summary>
    public static bool IsKnown(HttpContext context, string tag)
    {
        context.Response.Headers.ETag = tag;
        context.Response.Headers.Vary = FleetRequest.ScopeHeader;
        foreach (var line in context.Request.Headers.IfNoneMatch)
        {
            if (line is not null && line.Split(',', StringSplitOptions.TrimEntries).Any(known => known == "*" || Plain(known) == Plain(tag)))
            {
                return true;
            }
        }

        return false;
    }

    private static string Plain(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>
/// Keeps pages of other sites out. There is no login: whoever reaches the loopback address is served, and a browser on this machine reaches it
/// for every page that it shows. Such a page could ask under a name that it lets resolve to 127.0.0.1 (DNS rebinding), and would then read all;
/// or send what changes something without reading the answer. Programs send no such names and no <c>Sec-Fetch-Site</c>, so none is refused.
/// </summary>
internal static class LocalCallers
{
    /// <summary>Refuses with 421 a name that is not ours, and with 403 what a page of another site wants changed.</summary>
    /// <param name="app">The server.</param>
    /// <param name="names">Names beside this machine's own under which it is asked, such as that of a proxy with a login before it.</param>
    public static void UseLocalCallersOnly(this WebApplication app, IReadOnlyCollection<string> names) => app.Use((context, next) =>
    {
        var host = context.Request.Host.Host;
        if (!IsOurs(host, names))
        {
            return Results.Problem(
                $"This server is asked as localhost or 127.0.0.1, not as {FleetQuestion.Short(host)}. If that is the name of a proxy with a login before it: ampacity serve --host-name {FleetQuestion.Short(host)}.",
                statusCode: StatusCodes.Status421MisdirectedRequest, title: "Not a name of this server").ExecuteAsync(context);
        }

        var changes = !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method));
        return changes && context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
            ? Results.Problem(
                "A page of another site asks this server to change something: only pages of its own and programs may.",
                statusCode: StatusCodes.Status403Forbidden, title: "Not a page of this server").ExecuteAsync(context)
            : next(context);
    });

    /// <summary>Whether a server answers under a name: an address of this machine, localhost, or one of <paramref name="names"/>; none is said by HTTP/1.0 alone.</summary>
    internal static bool IsOurs(string host, IReadOnlyCollection<string> names) =>
        host.Length == 0
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
        || names.Contains(host, StringComparer.OrdinalIgnoreCase);
}

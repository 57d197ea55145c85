using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Ampacity.Server;

/// <summary>Answers HEAD wherever GET is answered, as RFC 9110 asks: status and headers of the GET, and no body. Probes of proxies and monitors send it.</summary>
internal static class HeadRequests
{
    /// <summary>Lets every endpoint of GET answer HEAD too; before the routes are looked up.</summary>
    public static void UseHeadOfGet(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        // For routes alone: Kestrel remembers what was asked, and sends no body whatever an endpoint writes.
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
        }
    });
}

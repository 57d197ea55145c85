using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;

namespace Ampacity.Server;

/// <summary>Registers the web pages. They need <see cref="CurrentFleet"/> and <see cref="LiveFleet"/>.</summary>
public static class UiRegistration
{
    /// <summary>What a page of ours may load: nothing from another host; styles inline because MudBlazor writes its palette so.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self' ws: wss:; base-uri 'self'; form-action 'self'; object-src 'none'; frame-ancestors 'none'";

    /// <summary>Adds what the pages are made with.</summary>
    public static IServiceCollection AddUi(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<FleetFiguresMemo>().AddSingleton<ChangeSetMemo>();
        return services;
    }

    /// <summary>Serves the pages at <c>/</c> with their styles and scripts. Every page carries <see cref="ContentSecurityPolicy"/>.</summary>
    public static WebApplication MapUi(this WebApplication app)
    {
        app.Use(AddHeadersAsync);
        app.UseAntiforgery();
        var manifest = Path.Combine(AppContext.BaseDirectory, $"{app.Environment.ApplicationName}.staticwebassets.endpoints.json");
        if (File.Exists(manifest))
        {
            app.MapStaticAssets(manifest);
        }
        else
        {
            app.Logger.LogWarning("{Manifest} is missing, so pages come without styles and scripts: run the built or published folder", manifest);
        }

        // Our own policy names who may frame a page; the component's would be a second header beside it.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    private static Task AddHeadersAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            if (context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
            {
                context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                context.Response.Headers["Referrer-Policy"] = "same-origin";
            }

            return Task.CompletedTask;
        });
        return next(context);
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>Composes and starts a server: the one place that knows every capability.</summary>
public static class ServerHost
{
    /// <summary>Opens the data folder and listens.</summary>
    public static async Task<RunningServer> StartAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "ampacity", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(settings.Url);
        builder.Logging.ClearProviders();
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        var app = builder.Build();
        await app.StartAsync(cancellationToken);
        return new RunningServer(app, app.Urls.First());
    }
}

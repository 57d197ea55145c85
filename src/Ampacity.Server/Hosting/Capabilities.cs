using Ampacity.Collect;
using Ampacity.PromQL;
using Ampacity.Redfish;
using Ampacity.Samples;
using Ampacity.Sql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Scalar.AspNetCore;

namespace Ampacity.Server;

/// <summary>Every capability of the server, registered and mapped: one line each.</summary>
internal static class Capabilities
{
    public static void AddCapabilities(
        this IServiceCollection services, ServerSettings settings, string dataFolder, PlatformProfiles profiles)
    {
        services.ConfigureHttpJsonOptions(json => RestJson.Apply(json.SerializerOptions));
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.SayWhatNext).AddExceptionHandler<RequestFailures>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            // Else the assembly's name and 1.0.0, which no release ever was.
            document.Info.Title = "Ampacity";
            document.Info.Version = typeof(Capabilities).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
            return Task.CompletedTask;
        }));
        services.AddDataProtection().SetApplicationName("ampacity")
            .PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(dataFolder, "keys")));
        services.AddSingleton<IQueryScope, FleetQueryScope>();
        services.AddSingleton(provider => new QueryEngine(
            provider.GetRequiredService<ISeriesReader>(), new QueryEngineOptions { MaxMemoryBytes = (long)settings.QueryMaxMemoryMiB << 20 }));
        services.AddSingleton(new QueryLimits(
            new ReadBudget(settings.QueryMaxSeries, settings.QueryMaxSamples), TimeSpan.FromSeconds(settings.QueryTimeoutSeconds)));
        services.AddSingleton(provider => new SqlEngine(
            new SqlLimits { MaxMemoryBytes = (long)settings.SqlMaxMemoryMiB << 20, Timeout = TimeSpan.FromSeconds(settings.SqlTimeoutSeconds) }, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FleetTables>();
        services.AddReceivers();
        services.AddSingleton(profiles);
        services.AddSingleton<Surveys>().AddSingleton<DriftBook>().AddSingleton<SurveyRunner>().AddSingleton<BmcCollection>().AddSingleton<EventLedger>();
        services.AddSingleton<BmcGates>().AddSingleton<PushListener>().AddSingleton<BmcRewalks>();
        services.AddSingleton<NetBoxImports>();
        services.AddSingleton(new FileSpool(Path.Combine(dataFolder, "spool")));
        services.AddUi();
        services.AddSingleton<WarmStart>().AddSingleton<LiveFleet>().AddSingleton<LiveStream>().AddSingleton<SelfMetrics>().AddSingleton<BmcAccounts>();
        if (settings.Collects)
        {
            services.AddHostedService(provider => provider.GetRequiredService<EventLedger>());
            services.AddHostedService(provider => provider.GetRequiredService<PushListener>());
            services.AddHostedService(provider => provider.GetRequiredService<BmcRewalks>());
            services.AddHostedService(provider => provider.GetRequiredService<BmcCollection>());
            services.AddHostedService<ErrorCodeWatch>();
            services.AddHostedService<RollUpRecorder>();
            services.AddHostedService<StoreTroubles>();
            services.AddHostedService(provider => provider.GetRequiredService<SampleForwarding>());
            services.AddHostedService(provider => provider.GetRequiredService<ScrapeService>());
            services.AddHostedService(provider => provider.GetRequiredService<WarmStart>());
        }
    }

    public static void MapCapabilities(this WebApplication app, string dataFolder, IReadOnlyCollection<string> hostNames)
    {
        app.UseLocalCallersOnly(hostNames);
        app.UseHeadOfGet();
        app.UseRouting();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = RequestFailures.StatusOf });
        app.UseStatusCodePages();
        app.MapUi();
        app.MapPlaces();
        app.MapChanges();
        app.MapImports();
        app.MapDeviceTypes();
        app.MapNetBox();
        app.MapSkuImport();
        app.MapExports();
        app.MapPower();
        app.MapLive();
        app.MapPowerQuestions();
        app.MapCooling();
        app.MapCounts();
        app.MapSearch();
        app.MapHistory();
        app.MapElevation();
        app.MapAssets();
        app.MapSkus();
        app.MapProgrammes();
        app.MapFabric();
        app.MapCredentials();
        app.MapSurveys();
        app.MapEvents();
        app.MapDrift();
        app.MapBmcs();
        app.MapBringUp();
        app.MapBindings();
        app.MapQuery();
        app.MapServiceDiscovery();
        app.MapSql();
        app.MapTop();
        app.MapReceivers();
        app.MapStorage();
        app.MapBackup(dataFolder);
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", scalar => scalar.DisableDefaultFonts());
    }
}

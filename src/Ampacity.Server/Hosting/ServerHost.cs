using Ampacity.Collect;
using Ampacity.Records;
using Ampacity.Samples;
using Ampacity.Topology;
using Ampacity.Tsdb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ampacity.Server;

/// <summary>Composes and starts a server: the one place that knows every capability.</summary>
public static class ServerHost
{
    /// <summary>Folder of the sample store within the data folder.</summary>
    internal const string SamplesFolder = "samples";

    /// <summary>Opens the data folder, replays what was acknowledged, and listens.</summary>
    /// <param name="settings">Every setting.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="StartException">The folder is in use, the port is taken, or a shipped file is wrong; says what to do.</exception>
    public static async Task<RunningServer> StartAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        KeepThreadsForRequests();
        var beside = StoreAddress.Read(settings.Store, settings.StoreHeadersFile);
        var receivers = ForwardSettings.Read(settings);
        var jobs = ScrapeService.ReadJobs(settings.ScrapeFile, out var passedOver);
        var owned = new OwnedStack();
        try
        {
            var folder = owned.Own(DataFolder.Open(settings.DataFolder));

            // The journal takes longest to read, so it is read beside everything else.
            var opening = owned.OwnOpening(OpenAsync(() => SampleStore.OpenAsync(
                Keep(Path.Combine(folder.Path, SamplesFolder), settings),
                time,
                cancellationToken)));
            var known = CheckedTextsFile.Read(folder.Path);
            var families = ShippedData.ReadFamilies(settings.ShippedFolder, known);
            var profiles = ShippedData.ReadProfiles(settings.ShippedFolder, known);
            var own = new OwnSkus(folder.Path);
            var catalogue = ShippedData.ReadCatalogue(settings.ShippedFolder, own.Read(), known);
            var records = owned.Own(await OpenAsync(() => FactStore.OpenAsync(RecordLocation.FromEnvironment(folder.Path), time, cancellationToken)));
            var fleet = owned.Own(await OpenAsync(() => CurrentFleet.OpenAsync(records, catalogue, own, time, cancellationToken)));

            var builder = WebApplication.CreateBuilder(new WebApplicationOptions
            {
                ApplicationName = "ampacity",
                ContentRootPath = AppContext.BaseDirectory,
            });
            builder.WebHost.UseUrls(settings.Url);
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;

                // A little over the largest body that any endpoint reads, so that the endpoint says why it refuses.
                kestrel.Limits.MaxRequestBodySize = 33 << 20;
            });
            StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
            ConfigureLogging(builder.Logging, settings);
            var services = builder.Services;
            services.AddSingleton(settings).AddSingleton(time).AddSingleton(records).AddSingleton(fleet).AddSingleton(families);
            SampleStore? samples = null;
            services.AddSingleton(_ => samples ?? throw new InvalidOperationException("Bug: somebody asks for the sample store before it is open"));
            services.AddSingleton(provider => new SampleForwarding(
                settings.Collects ? receivers : [], folder.Path, fleet, provider.GetRequiredService<SampleStore>(),
                SampleForwarding.Describing(provider.GetRequiredService<SampleIntake>().Metadata, families), time, provider.GetRequiredService<ILogger<SampleForwarding>>()));
            services.AddSingleton(provider => provider.GetRequiredService<SampleForwarding>().Writer);
            services.AddSingleton(provider => new ScrapeService(
                jobs, fleet, provider.GetRequiredService<ExpositionReceiver>(), provider.GetRequiredService<ISeriesWriter>(), time, provider.GetRequiredService<ILogger<ScrapeService>>()));
            if (beside is not null)
            {
                services.AddSingleton(_ => new RemoteSeriesReader(beside, time));
            }

            services.AddSingleton(provider => new StoredSeries(provider.GetRequiredService<SampleStore>(), provider.GetService<RemoteSeriesReader>()));
            services.AddSingleton(provider => new TopologyReader(provider.GetRequiredService<StoredSeries>().Reader, families, () => fleet.Timeline));
            services.AddSingleton<ISeriesReader>(provider => provider.GetRequiredService<TopologyReader>());
            services.AddCapabilities(settings, folder.Path, profiles);
            var app = builder.Build();
            app.MapCapabilities(folder.Path, settings.HostNames);
            CheckedTextsFile.Keep(folder.Path, known, app.Logger);
            samples = await opening;
            SayWhatOpeningFound(app.Logger, samples.OpenReport);
            if (passedOver.Count > 0)
            {
                app.Logger.LogWarning("Scraping: {File} also says {Sections}, which is not about scraping and is passed over", settings.ScrapeFile, string.Join(", ", passedOver));
            }

            foreach (var shadowed in catalogue.Shadowed)
            {
                app.Logger.LogWarning("SKUs: {Sku} is in the data folder and ships with this release too; the data folder's counts", shadowed);
            }

            await ListenAsync(app, settings, cancellationToken);
            return new RunningServer(app, app.Urls.First(), owned);
        }
        catch
        {
            await owned.DisposeAsync();
            throw;
        }
    }

    // A shorter span is sealed sooner after its end, in proportion: 5 minutes and 1 of our clock are for an hour, and the most there is.
    private static SampleStoreOptions Keep(string folder, ServerSettings settings) => new()
    {
        Folder = folder,
        Retention = TimeSpan.FromHours(settings.RetentionHours),
        MinuteRetention = TimeSpan.FromHours(settings.MinuteRetentionHours),
        HourRetention = TimeSpan.FromHours(settings.HourRetentionHours),
        BlockSpan = TimeSpan.FromSeconds(settings.BlockSpanSeconds),
        SealLag = TimeSpan.FromSeconds(Math.Min(300, settings.BlockSpanSeconds / 12)),
        SealPause = TimeSpan.FromSeconds(Math.Min(60, settings.BlockSpanSeconds / 60)),
        JournalSegmentBytes = settings.JournalSegmentKiB << 10,
        JournalPackPause = TimeSpan.FromSeconds(settings.JournalPackPauseSeconds),
    };

    // Two long queries on two cores would take all threads of the pool, which adds one each half second: meanwhile nobody else is answered.
    private static void KeepThreadsForRequests()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + 8), ports);
    }

    private static void SayWhatOpeningFound(ILogger log, OpenReport report)
    {
        // Damage and lost samples are told to whoever starts the server, whatever they asked to see.
        var level = report.CutAt is not null || report.SetAside.Count > 0 || report.BlocksSetAside.Count > 0 || report.SamplesWithoutSeries > 0 ? LogLevel.Warning : LogLevel.Information;
        foreach (var line in report.Lines())
        {
            log.Log(level, "Samples: {Line}", line);
        }
    }

    private static void ConfigureLogging(ILoggingBuilder logging, ServerSettings settings)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(settings.Verbose ? LogLevel.Information : LogLevel.Warning);

        // It warns that its keys are not encrypted: they lie in the data folder, which only this user may enter.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // A failed start is told once, as a sentence; our own loops log what happens in them.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Ampacity", settings.Verbose ? LogLevel.Debug : LogLevel.Warning);
    }

    private static async Task ListenAsync(WebApplication app, ServerSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            await app.DisposeAsync();
            throw new StartException(
                $"{settings.Url} cannot be listened on: {(error.InnerException ?? error).Message.TrimEnd('.')}. End what holds it, or choose another with --listen.",
                error);
        }
    }

    // What a store says of its folder is for people, and already says what to do.
    private static async Task<T> OpenAsync<T>(Func<Task<T>> open)
    {
        try
        {
            return await open();
        }
        catch (Exception error) when (error is SeriesStoreException or RecordStoreException)
        {
            throw new StartException(error.Message, error);
        }
    }
}

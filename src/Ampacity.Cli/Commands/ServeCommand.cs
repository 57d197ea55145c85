using System.CommandLine;
using Ampacity.Server;

namespace Ampacity.Cli;

/// <summary><c>serve</c>: the server, until it is told to stop.</summary>
internal static class ServeCommand
{
    /// <summary>What <c>--listen</c> takes, said where something else was given.</summary>
    public const string NotLoopback = "--listen takes a loopback address such as http://127.0.0.1:7480: there is no login yet, so nothing else is safe.";

    private static readonly ServerSettings Defaults = new();

    public static Command Make()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "Loopback address to listen on; port 0 lets the machine choose.",
            HelpName = "address",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AMPACITY_LISTEN") ?? ServerSettings.DefaultUrl,
        };
        var hostNames = new Option<string[]>("--host-name")
        {
            Description = "Name under which a proxy with TLS and login on this machine asks; without it only localhost and loopback addresses are answered.",
            HelpName = "name",
            DefaultValueFactory = _ => (Environment.GetEnvironmentVariable("AMPACITY_HOST_NAME") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        };
        var poll = new Option<double>("--poll-interval")
        {
            Description = "Least seconds between two readings of a BMC, 1 to 3600; its read plan says how much more for each of its reads.",
            DefaultValueFactory = _ => 10,
        };
        var everything = new Option<bool>("--read-everything")
        {
            Description = "Read every value of a BMC that has a family, not the default families alone. From the next survey on.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AMPACITY_READ_EVERYTHING") is "1" or "true",
        };
        var retention = Limit("--retention", "AMPACITY_RETENTION", 720, "Hours for which samples are kept, 0.1 to 876000; 720 are 30 days.");
        var minutes = Limit(
            "--retention-minute", "AMPACITY_RETENTION_MINUTE", 2160, "Hours for which the 1-minute tier is kept, 0 to 876000; 2160 are 90 days, 0 makes none.");
        var hours = Limit(
            "--retention-hour", "AMPACITY_RETENTION_HOUR", 43_824, "Hours for which the 1-hour tier is kept, 0 to 876000; 43824 are 5 years, 0 makes none.");
        var blockSpan = new Option<double>("--block-span")
        {
            Description = "Seconds of samples in a block, 1 to 86400: less memory and a shorter journal, but more and larger files.",
            DefaultValueFactory = _ => 3600,
        };
        var journalSegment = new Option<int>("--journal-segment")
        {
            Description = "KiB of a segment of the journal, 4 to 1048576.",
            DefaultValueFactory = _ => Defaults.JournalSegmentKiB,
        };
        var packPause = new Option<double>("--journal-pack-pause")
        {
            Description = "Seconds that a segment is complete before it is packed with others, 0 to 3600.",
            DefaultValueFactory = _ => Defaults.JournalPackPauseSeconds,
        };
        var querySeries = Limit("--query-max-series", "AMPACITY_QUERY_MAX_SERIES", Defaults.QueryMaxSeries, "Series that one query may read, 1 to 100000000.");
        var querySamples = Limit("--query-max-samples", "AMPACITY_QUERY_MAX_SAMPLES", Defaults.QueryMaxSamples, "Samples that one query may read, 1 to 1e12.");
        var queryMemory = Limit("--query-max-memory", "AMPACITY_QUERY_MAX_MEMORY", Defaults.QueryMaxMemoryMiB, "MiB of columns that one query may make, 1 to 1000000.");
        var queryTimeout = Limit("--query-timeout", "AMPACITY_QUERY_TIMEOUT", Defaults.QueryTimeoutSeconds, "Seconds that one query may take, 0.1 to 86400.");
        var sqlTimeout = Limit("--sql-timeout", "AMPACITY_SQL_TIMEOUT", Defaults.SqlTimeoutSeconds, "Seconds that one SQL statement may take, 0.1 to 86400.");
        var sqlMemory = Limit("--sql-max-memory", "AMPACITY_SQL_MAX_MEMORY", Defaults.SqlMaxMemoryMiB, "MiB that one SQL statement may take, 16 to 1000000.");
        sqlTimeout.Within(0.1, 86_400);
        sqlMemory.Within(16, 1_000_000);
        querySeries.Within(1, 100_000_000);
        querySamples.Within(1, 1e12);
        queryMemory.Within(1, 1_000_000);
        queryTimeout.Within(0.1, 86_400);
        var store = Named("--store", "AMPACITY_STORE", "prometheus=address", "Read the series of a store that you have, by the API of a Prometheus, instead of taking samples.");
        var storeHeaders = Named("--store-headers", "AMPACITY_STORE_HEADERS", "file", "File with headers of every request to it, such as Authorization, one a line.");
        var scrape = Named("--scrape", "AMPACITY_SCRAPE", "file", "Scrape what the scrape_configs of a prometheus.yml say, and targets of the inventory.");
        var config = Named("--config", "AMPACITY_CONFIG", "file", "Settings file; ampacity.yaml in the data folder if it is there.");
        var forward = Named("--forward", "AMPACITY_FORWARD", "address", "Send samples on to a remote-write receiver.");
        var forwardHeaders = Named("--forward-headers", "AMPACITY_FORWARD_HEADERS", "file", "File with headers of every request to it, one a line.");
        var bmcPush = Named("--bmc-push", "AMPACITY_BMC_PUSH", "address", "Address of this machine at which BMCs may push events, such as http://10.0.0.5:7481; nothing else is served there.");
        var bmcStreams = Limit("--bmc-streams", "AMPACITY_BMC_STREAMS", Defaults.BmcStreams, "Event streams of BMCs open at one time, 0 to 20000.");
        bmcStreams.Within(0, 20_000);
        var verbose = new Option<bool>("--verbose") { Description = "Log requests and readings to standard error." };
        poll.Within(1, 3600);
        retention.Within(0.1, 876_000);
        minutes.Within(0, 876_000);
        hours.Within(0, 876_000);
        blockSpan.Within(1, 86_400);
        journalSegment.Within(4, 1 << 20);
        packPause.Within(0, 3600);
        listen.Validators.Add(result =>
        {
            if (!IsLoopback(result.GetValue(listen)))
            {
                result.AddError(NotLoopback);
            }
        });
        var command = new Command(
            "serve", "Serve the fleet until stopped: take samples, read BMCs, answer pages, REST and PromQL.\n\nExample:  ampacity serve --data /var/lib/ampacity")
        {
            listen, hostNames, poll, everything, retention, minutes, hours, blockSpan, journalSegment, packPause, querySeries, querySamples, queryMemory, queryTimeout, sqlTimeout, sqlMemory,
            store, storeHeaders, scrape, config, forward, forwardHeaders, bmcPush, bmcStreams, verbose,
        };
        command.TakesNot(CommonOptions.Url, CommonOptions.Json);
        command.SetAction(async (arguments, cancel) =>
        {
            var settings = new ServerSettings
            {
                Url = arguments.GetValue(listen)!,
                HostNames = arguments.GetValue(hostNames) ?? [],
                DataFolder = arguments.GetValue(CommonOptions.Data) ?? new ServerSettings().DataFolder,
                PollIntervalSeconds = arguments.GetValue(poll),
                ReadsEverything = arguments.GetValue(everything),
                RetentionHours = arguments.GetValue(retention),
                MinuteRetentionHours = arguments.GetValue(minutes),
                HourRetentionHours = arguments.GetValue(hours),
                BlockSpanSeconds = arguments.GetValue(blockSpan),
                JournalSegmentKiB = arguments.GetValue(journalSegment),
                JournalPackPauseSeconds = arguments.GetValue(packPause),
                QueryMaxSeries = (int)arguments.GetValue(querySeries),
                QueryMaxSamples = (long)arguments.GetValue(querySamples),
                QueryMaxMemoryMiB = (int)arguments.GetValue(queryMemory),
                QueryTimeoutSeconds = arguments.GetValue(queryTimeout),
                SqlTimeoutSeconds = arguments.GetValue(sqlTimeout),
                SqlMaxMemoryMiB = (int)arguments.GetValue(sqlMemory),
                Store = Said(arguments.GetValue(store)),
                StoreHeadersFile = Said(arguments.GetValue(storeHeaders)),
                ScrapeFile = Said(arguments.GetValue(scrape)),
                ConfigFile = Said(arguments.GetValue(config)),
                ForwardUrl = Said(arguments.GetValue(forward)),
                ForwardHeadersFile = Said(arguments.GetValue(forwardHeaders)),
                BmcPush = Said(arguments.GetValue(bmcPush)),
                BmcStreams = (int)arguments.GetValue(bmcStreams),
                Verbose = arguments.GetValue(verbose),
            };
            await using var server = await ServerHost.StartAsync(settings, cancel);
            Screen.Line($"Ampacity serves {Path.GetFullPath(settings.DataFolder)} at {server.Url}");
            await server.WaitForShutdownAsync(cancel);
            return CommandRun.Done;
        });
        return command;
    }

    /// <summary>Whether a server may listen on an address: this machine alone, http, no path.</summary>
    public static bool IsLoopback(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme == "http" && url.IsLoopback && url.PathAndQuery == "/";

    private static Option<string?> Named(string name, string variable, string takes, string description) => new(name)
    {
        Description = description,
        HelpName = takes,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable),
    };

    private static string? Said(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // A default that is no number is out of every range, so the flag's own check says what is wrong.
    private static Option<double> Limit(string name, string variable, double otherwise, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text ? otherwise
            : double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : double.NaN,
    };
}

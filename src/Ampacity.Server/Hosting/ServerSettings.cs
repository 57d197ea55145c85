using Ampacity.Collect;
using Ampacity.Samples;

namespace Ampacity.Server;

/// <summary>Every setting of a server, with its default; the command's flags fill it (docs/operating/serve.md).</summary>
public sealed record ServerSettings
{
    /// <summary>The default address: loopback only.</summary>
    public const string DefaultUrl = "http://127.0.0.1:7480";

    /// <summary>Where it listens. Port 0 lets the machine choose.</summary>
    public string Url { get; init; } = DefaultUrl;

    /// <summary>Names beside those of this machine under which it answers, such as that of a proxy with a login before it; none by default.</summary>
    public IReadOnlyCollection<string> HostNames { get; init; } = [];

    /// <summary>The data folder; made if it is not there. One process at a time.</summary>
    public string DataFolder { get; init; } = "ampacity-data";

    /// <summary>The folder that holds catalogue/, metrics/, profiles/ and schemas/.</summary>
    public string ShippedFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>How often BMCs are read, seconds.</summary>
    public double PollIntervalSeconds { get; init; } = 10;

    /// <summary>
    /// Whether every value of a BMC that has a family is read and kept, counters of ports and engines too, and not the default families alone. A plan
    /// is made by a survey, so this counts from the next survey on.
    /// </summary>
    public bool ReadsEverything { get; init; }

    /// <summary>Address of this machine at which BMCs push events, <c>http://10.0.0.5:7481</c>; a listener of its own. Null: nothing is pushed.</summary>
    public string? BmcPush { get; init; }

    /// <summary>Event streams of BMCs open at one time; 2,000 by default, 0 opens none.</summary>
    public int BmcStreams { get; init; } = 2_000;

    /// <summary>How soon and how often BMCs that have changed are walked again; tests do not wait that long.</summary>
    internal RewalkLimits Rewalks { get; init; } = new();

    /// <summary>How often node roll-ups are recorded, seconds.</summary>
    public double RollUpIntervalSeconds { get; init; } = 10;

    /// <summary>How long samples are kept, hours; 30 days by default.</summary>
    public double RetentionHours { get; init; } = 720;

    /// <summary>How long the 1-minute tier is kept, hours; 90 days by default. 0: none is made.</summary>
    public double MinuteRetentionHours { get; init; } = 2160;

    /// <summary>How long the 1-hour tier is kept, hours; 5 years by default. 0: none is made.</summary>
    public double HourRetentionHours { get; init; } = 43_824;

    /// <summary>Time that a block of samples covers, seconds; 1 to 86,400, an hour by default.</summary>
    public double BlockSpanSeconds { get; init; } = 3600;

    /// <summary>Size of a segment of the journal, KiB; 4 to 1,048,576, 64 MiB by default.</summary>
    public int JournalSegmentKiB { get; init; } = 64 << 10;

    /// <summary>How long a segment is complete before it is packed with others, seconds by our clock; 0 to 3600, 2 minutes by default.</summary>
    public double JournalPackPauseSeconds { get; init; } = 120;

    /// <summary>Most series that one query may read, in all its selectors; 2 million by default.</summary>
    public int QueryMaxSeries { get; init; } = ReadBudget.Default.MaxSeries;

    /// <summary>Most samples that one query may read, in all its selectors; 200 million by default.</summary>
    public long QueryMaxSamples { get; init; } = ReadBudget.Default.MaxSamples;

    /// <summary>Most memory for the columns that one query makes, MiB; 2048 by default.</summary>
    public int QueryMaxMemoryMiB { get; init; } = 2048;

    /// <summary>How long a query may take, seconds, and the most that a request's <c>timeout</c> may ask for; 120 by default, as in Prometheus.</summary>
    public double QueryTimeoutSeconds { get; init; } = 120;

    /// <summary>How long an SQL statement may take, seconds; 60 by default.</summary>
    public double SqlTimeoutSeconds { get; init; } = 60;

    /// <summary>Most memory that DuckDB may take for one SQL statement, MiB; 512 by default. Two run at one time.</summary>
    public int SqlMaxMemoryMiB { get; init; } = 512;

    /// <summary>A store that somebody else runs, read beside our own: <c>prometheus=http://127.0.0.1:9090</c>. Null: none.</summary>
    public string? Store { get; init; }

    /// <summary>File with headers of every request to <see cref="Store"/>, one a line. Null: none.</summary>
    public string? StoreHeadersFile { get; init; }

    /// <summary>The settings file; null: <c>ampacity.yaml</c> in the data folder, if it is there.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>A remote-write receiver that samples are sent on to; null: those of the settings file alone.</summary>
    public string? ForwardUrl { get; init; }

    /// <summary>File with headers of every request to <see cref="ForwardUrl"/>, one a line. Null: none.</summary>
    public string? ForwardHeadersFile { get; init; }

    /// <summary>A <c>prometheus.yml</c> whose scraping part says what to scrape; null: nothing is.</summary>
    public string? ScrapeFile { get; init; }

    /// <summary>Whether this process reads BMCs and records roll-ups; a command that opens a data folder only to answer does not.</summary>
    public bool Collects { get; init; } = true;

    /// <summary>Whether requests are logged to standard error.</summary>
    public bool Verbose { get; init; }
}

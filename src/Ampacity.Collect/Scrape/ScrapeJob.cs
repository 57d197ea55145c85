namespace Ampacity.Collect;

/// <summary>One entry of <c>scrape_configs</c>: what to scrape, how often, and within which limits. Defaults are Prometheus'.</summary>
public sealed record ScrapeJob
{
    /// <summary>Its name, and the label <c>job</c> unless a target says another.</summary>
    public required string Name { get; init; }

    /// <summary>Between two scrapes of a target.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest time for one; not above <see cref="Interval"/>.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Path of the page.</summary>
    public string MetricsPath { get; init; } = "/metrics";

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>Parameters of the request.</summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; init; } = [];

    /// <summary>Further headers of the request.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Whether a label of the page stands where the target has one of that name; else it becomes <c>exported_…</c>.</summary>
    public bool HonorLabels { get; init; }

    /// <summary>Whether the page's own times stand; else every sample has the scrape's.</summary>
    public bool HonorTimestamps { get; init; } = true;

    /// <summary>How pages are reached.</summary>
    public ScrapeConnection Connection { get; init; } = new();

    /// <summary>Most bytes of a page, after decompression; 64 MiB where Prometheus has no limit.</summary>
    public int BodyBytes { get; init; } = 64 << 20;

    /// <summary>Most samples of a page after relabelling; 0: no limit of its own.</summary>
    public int SampleLimit { get; init; }

    /// <summary>Most labels of a series; 0: no limit of its own.</summary>
    public int LabelLimit { get; init; }

    /// <summary>Most bytes of a label's name; 0: no limit of its own.</summary>
    public int LabelNameBytes { get; init; }

    /// <summary>Most bytes of a label's value; 0: no limit of its own.</summary>
    public int LabelValueBytes { get; init; }

    /// <summary>Most targets; beyond it none is scraped. 0: no limit of its own.</summary>
    public int TargetLimit { get; init; }

    /// <summary>Targets that are written down.</summary>
    public IReadOnlyList<FoundTarget> Static { get; init; } = [];

    /// <summary>Files of targets: a path whose last part may hold <c>*</c>.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Lists of targets that other programs answer.</summary>
    public IReadOnlyList<HttpTargets> Http { get; init; } = [];

    /// <summary>Targets of the inventory; what they are the server knows.</summary>
    public IReadOnlyList<InventoryTargets> Inventory { get; init; } = [];

    /// <summary>Rules for targets.</summary>
    public IReadOnlyList<RelabelRule> Relabel { get; init; } = [];

    /// <summary>Rules for series.</summary>
    public IReadOnlyList<RelabelRule> MetricRelabel { get; init; } = [];
}

/// <summary>A target as it is discovered.</summary>
/// <param name="Address"><c>host:port</c>.</param>
/// <param name="Labels">Labels of its group, and <c>__meta_…</c>.</param>
public sealed record FoundTarget(string Address, IReadOnlyList<(string Name, string Value)> Labels);

/// <summary>Targets that the inventory lists, as <c>/sd/prometheus</c> does (docs/operating/service-discovery.md).</summary>
/// <param name="Under">Path of a place; null for all.</param>
/// <param name="Kinds">What they are; empty for all.</param>
/// <param name="Port">Port of the exporter; 0 for none.</param>
/// <param name="Line">Line of the file that says so.</param>
public sealed record InventoryTargets(string? Under, IReadOnlyList<string> Kinds, int Port, int Line);

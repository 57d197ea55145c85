using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>
/// Reads the scraping part of a <c>prometheus.yml</c>: <c>global</c> and <c>scrape_configs</c> with static, file and HTTP discovery, relabelling,
/// and <c>inventory_sd_configs</c>, which is ours. What it does not know there is refused with line and reason; the other sections are not about scraping
/// and passed over.
/// </summary>
public sealed class PrometheusFile
{
    private static readonly FileSchema AnyMap = FileSchema.FromJson("""{"type": "object"}""");

    private static readonly string[] Elsewhere = ["alerting", "rule_files", "remote_write", "remote_read", "storage", "tracing", "otlp", "runtime"];

    // What a job of Prometheus may say and has no meaning here: native histograms are not read, and the log says what a scrape failed of.
    private static readonly string[] WithoutMeaning =
    [
        "native_histogram_bucket_limit", "native_histogram_min_bucket_factor", "scrape_native_histograms", "scrape_classic_histograms", "always_scrape_classic_histograms",
        "convert_classic_histograms_to_nhcb", "keep_dropped_targets", "scrape_failure_log_file", "enable_http2", "metric_name_escaping_scheme",
    ];

    private readonly SectionReader _read;

    private PrometheusFile(string name) => _read = new SectionReader(name);

    /// <summary>Reads a file's text.</summary>
    /// <param name="path">The file, to which relative paths in it are relative.</param>
    /// <param name="text">What it says.</param>
    /// <param name="passedOver">Sections that are not about scraping.</param>
    /// <returns>The jobs, or every error with its line.</returns>
    public static (IReadOnlyList<ScrapeJob> Jobs, IReadOnlyList<FileError> Errors) Read(string path, string text, out IReadOnlyList<string> passedOver)
    {
        var read = DataFile.Read(path, text, AnyMap);
        passedOver = [];
        if (read.Value is not { } file)
        {
            return ([], read.Errors);
        }

        var reader = new PrometheusFile(path);
        var jobs = reader.Root(file.Root);
        passedOver = [.. file.Root.Members.Keys.Where(key => Elsewhere.Contains(key, StringComparer.Ordinal))];
        return reader._read.Errors.Count > 0 ? ([], reader._read.Errors) : (jobs, []);
    }

    private List<ScrapeJob> Root(DataNode root)
    {
        _read.Know(root, ["global", "scrape_configs", .. Elsewhere]);
        var defaults = new ScrapeJob { Name = "" };
        if (root["global"] is { } global)
        {
            _read.Know(global, ["scrape_interval", "scrape_timeout", "evaluation_interval", "external_labels", "query_log_file", "body_size_limit", "sample_limit", "label_limit", "label_name_length_limit", "label_value_length_limit", "target_limit"]);
            defaults = Limits(global, defaults with { Interval = _read.Duration(global["scrape_interval"], defaults.Interval) });
            defaults = defaults with { Timeout = _read.Duration(global["scrape_timeout"], defaults.Timeout < defaults.Interval ? defaults.Timeout : defaults.Interval) };
        }

        var jobs = new List<ScrapeJob>();
        foreach (var node in root["scrape_configs"]?.Items ?? [])
        {
            if (Job(node, defaults) is { } job)
            {
                if (jobs.Exists(other => other.Name == job.Name))
                {
                    _read.Wrong(node, "duplicate-job", $"two jobs are called {job.Name}; call them differently");
                }

                jobs.Add(job);
            }
        }

        return jobs;
    }

    private ScrapeJob? Job(DataNode node, ScrapeJob defaults)
    {
        _read.Know(node, [
            "job_name", "scrape_interval", "scrape_timeout", "metrics_path", "scheme", "params", "honor_labels", "honor_timestamps", "static_configs", "file_sd_configs",
            "inventory_sd_configs", "relabel_configs", "metric_relabel_configs", "body_size_limit", "sample_limit", "label_limit", "label_name_length_limit",
            "label_value_length_limit", "target_limit", "enable_compression", "track_timestamps_staleness", "http_sd_configs", .. ConnectionSection.Keys, .. WithoutMeaning]);
        if (node["job_name"] is not { Text.Length: > 0 } name)
        {
            _read.Wrong(node, "no-job-name", "a job has a job_name");
            return null;
        }

        var interval = _read.Duration(node["scrape_interval"], defaults.Interval);
        var timeout = _read.Duration(node["scrape_timeout"], defaults.Timeout < interval ? defaults.Timeout : interval);
        if (timeout > interval || interval < TimeSpan.FromMilliseconds(100))
        {
            _read.Wrong(node["scrape_timeout"] ?? node, "timeout-over-interval", "scrape_timeout is at most scrape_interval, and that at least 100ms");
        }

        foreach (var (key, only, reason) in new[]
        {
            ("enable_compression", "true", "pages are always asked for as gzip"),
            ("track_timestamps_staleness", "false", "a series with times of its own ends only with its target"),
        })
        {
            if (node[key] is { } said && said.Text != only)
            {
                _read.Wrong(said, "not-here", $"{key} can only be {only}: {reason}");
            }
        }

        var job = Limits(node, defaults with
        {
            Name = name.Text,
            Interval = interval,
            Timeout = timeout,
            MetricsPath = node["metrics_path"]?.Text ?? defaults.MetricsPath,
            Scheme = node["scheme"]?.Text ?? defaults.Scheme,
            HonorLabels = _read.Flag(node["honor_labels"], false),
            HonorTimestamps = _read.Flag(node["honor_timestamps"], true),
            Parameters = [.. (node["params"]?.Members ?? new Dictionary<string, DataNode>()).SelectMany(pair => pair.Value.Items.Select(item => (pair.Key, item.Text)))],
            Headers = ConnectionSection.Headers(_read, node),
            Connection = ConnectionSection.Read(_read, node),
            Static = [.. (node["static_configs"]?.Items ?? []).SelectMany(group => Group(this, group))],
            Files = [.. (node["file_sd_configs"]?.Items ?? []).SelectMany(Files)],
            Http = [.. (node["http_sd_configs"]?.Items ?? []).Select(Http).OfType<HttpTargets>()],
            Inventory = [.. (node["inventory_sd_configs"]?.Items ?? []).Select(Inventory)],
            Relabel = [.. (node["relabel_configs"]?.Items ?? []).Select(Rule).OfType<RelabelRule>()],
            MetricRelabel = [.. (node["metric_relabel_configs"]?.Items ?? []).Select(Rule).OfType<RelabelRule>()],
        });
        if (job.Scheme is not ("http" or "https"))
        {
            _read.Wrong(node["scheme"]!, "scheme", "scheme is http or https");
        }

        return job;
    }

    /// <summary>Reads a group of targets, in a job or in a file of targets.</summary>
    private static IEnumerable<FoundTarget> Group(PrometheusFile reader, DataNode group, params (string Name, string Value)[] more)
    {
        reader._read.Know(group, ["targets", "labels"]);
        (string, string)[] labels = [.. (group["labels"]?.Members ?? new Dictionary<string, DataNode>()).Select(pair => (pair.Key, pair.Value.Text)), .. more];
        foreach (var (name, _) in labels)
        {
            if (!RelabelRule.IsLabelName(name))
            {
                reader._read.Wrong(group, "label-name", $"{name} is no name of a label");
            }
        }

        return [.. (group["targets"]?.Items ?? []).Select(target => new FoundTarget(target.Text, labels))];
    }

    /// <summary>Reads a file of targets, JSON or YAML, as <c>file_sd_configs</c> names them.</summary>
    /// <returns>The targets, or every error with its line.</returns>
    public static (IReadOnlyList<FoundTarget> Targets, IReadOnlyList<FileError> Errors) ReadTargets(string path, string text) => ReadTargets(path, text, ("__meta_filepath", path));

    /// <summary>Reads a list of targets from anywhere.</summary>
    /// <param name="path">What it is called in errors.</param>
    /// <param name="text">What it says.</param>
    /// <param name="more">A label that each target gets.</param>
    internal static (IReadOnlyList<FoundTarget> Targets, IReadOnlyList<FileError> Errors) ReadTargets(string path, string text, (string Name, string Value) more)
    {
        var read = DataFile.Read(path, text, FileSchema.FromJson("""{"type": "array"}"""));
        if (read.Value is not { } file)
        {
            return ([], read.Errors);
        }

        var reader = new PrometheusFile(path);
        FoundTarget[] targets = [.. file.Root.Items.SelectMany(group => Group(reader, group, more))];
        return reader._read.Errors.Count > 0 ? ([], reader._read.Errors) : (targets, []);
    }

    private IEnumerable<string> Files(DataNode node)
    {
        _read.Know(node, ["files", "refresh_interval"]);
        foreach (var file in node["files"]?.Items ?? [])
        {
            var isKnown = Path.GetExtension(file.Text) is ".json" or ".yml" or ".yaml";
            if (!isKnown || Path.GetDirectoryName(file.Text)?.Contains('*', StringComparison.Ordinal) == true)
            {
                _read.Wrong(file, "file-pattern", "a file of targets ends in .json, .yml or .yaml, and only its last part may hold *");
            }

            yield return _read.PathOf(file);
        }
    }

    private HttpTargets? Http(DataNode node)
    {
        _read.Know(node, ["url", "refresh_interval", .. ConnectionSection.Keys, "enable_http2"]);
        var connection = ConnectionSection.Read(_read, node);
        var refresh = _read.Duration(node["refresh_interval"], TimeSpan.FromMinutes(1));
        if (node["url"] is { } url && Uri.TryCreate(url.Text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0)
        {
            return new HttpTargets(address, refresh, connection);
        }

        _read.Wrong(node["url"] ?? node, "url", "http_sd_configs needs a url, http or https, without a password in it (basic_auth has one)");
        return null;
    }

    private InventoryTargets Inventory(DataNode node)
    {
        _read.Know(node, ["under", "kind", "port"]);
        var kinds = node["kind"] is { Kind: DataKind.List } list ? list.Items.Select(item => item.Text) : node["kind"] is { } one ? [one.Text] : [];
        return new InventoryTargets(node["under"]?.Text, [.. kinds], _read.Count(node["port"], 0, 65_535), node.Line);
    }

    private RelabelRule? Rule(DataNode node)
    {
        _read.Know(node, ["source_labels", "separator", "target_label", "regex", "modulus", "replacement", "action"]);
        var text = node["action"]?.Text ?? "replace";
        if (!Enum.TryParse<RelabelAction>(text, ignoreCase: true, out var action) || !char.IsAsciiLetter(text[0]))
        {
            _read.Wrong(node["action"]!, "action", $"{text} is no action; these are: {string.Join(", ", Enum.GetNames<RelabelAction>().Select(name => name.ToLowerInvariant()))}");
            return null;
        }

        var target = node["target_label"]?.Text ?? "";
        var needsTarget = action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (needsTarget && target.Length == 0)
        {
            _read.Wrong(node, "no-target-label", $"{text} needs a target_label");
            return null;
        }

        var modulus = _read.Count(node["modulus"], 0, int.MaxValue);
        if (action == RelabelAction.HashMod && modulus == 0)
        {
            _read.Wrong(node, "no-modulus", "hashmod needs a modulus above zero");
            return null;
        }

        try
        {
            return new RelabelRule(
                action, [.. (node["source_labels"]?.Items ?? []).Select(item => item.Text)], Written(node, "separator", ";"), Written(node, "regex", "(.*)"), (ulong)modulus, target,
                Written(node, "replacement", "$1"));
        }
        catch (ArgumentException error)
        {
            _read.Wrong(node["regex"] ?? node, "regex", error.Message);
            return null;
        }
    }

    // An empty text is one: separator: '' joins without anything between.
    private static string Written(DataNode node, string key, string unsaid) => node.Members.TryGetValue(key, out var value) ? value.Text : unsaid;

    private ScrapeJob Limits(DataNode node, ScrapeJob job) => job with
    {
        BodyBytes = _read.Bytes(node["body_size_limit"], job.BodyBytes),
        SampleLimit = _read.Count(node["sample_limit"], job.SampleLimit, int.MaxValue),
        LabelLimit = _read.Count(node["label_limit"], job.LabelLimit, int.MaxValue),
        LabelNameBytes = _read.Count(node["label_name_length_limit"], job.LabelNameBytes, int.MaxValue),
        LabelValueBytes = _read.Count(node["label_value_length_limit"], job.LabelValueBytes, int.MaxValue),
        TargetLimit = _read.Count(node["target_limit"], job.TargetLimit, int.MaxValue),
    };
}

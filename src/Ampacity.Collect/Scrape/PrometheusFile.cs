using System.Globalization;
using Ampacity.Fleet;

namespace Ampacity.Collect;

/// <summary>
/// Reads the scraping part of a <c>prometheus.yml</c>: <c>global</c> and <c>scrape_configs</c> with static and file discovery, relabelling, and
/// <c>inventory_sd_configs</c>, which is ours. What it does not know there is refused with line and reason; the other sections are not about scraping
/// and passed over.
/// </summary>
public sealed class PrometheusFile
{
    private static readonly FileSchema AnyMap = FileSchema.FromJson("""{"type": "object"}""");

    private static readonly string[] Elsewhere = ["alerting", "rule_files", "remote_write", "remote_read", "storage", "tracing", "otlp", "runtime"];

    private readonly string _name;
    private readonly List<FileError> _errors = [];
    private readonly string _folder;

    private PrometheusFile(string name) => (_name, _folder) = (name, Path.GetDirectoryName(Path.GetFullPath(name)) ?? "");

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
        return reader._errors.Count > 0 ? ([], reader._errors) : (jobs, []);
    }

    private List<ScrapeJob> Root(DataNode root)
    {
        Know(root, ["global", "scrape_configs", .. Elsewhere]);
        var defaults = new ScrapeJob { Name = "" };
        if (root["global"] is { } global)
        {
            Know(global, ["scrape_interval", "scrape_timeout", "evaluation_interval", "external_labels", "query_log_file", "body_size_limit", "sample_limit", "label_limit", "label_name_length_limit", "label_value_length_limit", "target_limit"]);
            defaults = Limits(global, defaults with { Interval = Duration(global["scrape_interval"], defaults.Interval) });
            defaults = defaults with { Timeout = Duration(global["scrape_timeout"], defaults.Timeout < defaults.Interval ? defaults.Timeout : defaults.Interval) };
        }

        var jobs = new List<ScrapeJob>();
        foreach (var node in root["scrape_configs"]?.Items ?? [])
        {
            if (Job(node, defaults) is { } job)
            {
                if (jobs.Exists(other => other.Name == job.Name))
                {
                    Wrong(node, "duplicate-job", $"two jobs are called {job.Name}; call them differently");
                }

                jobs.Add(job);
            }
        }

        return jobs;
    }

    private ScrapeJob? Job(DataNode node, ScrapeJob defaults)
    {
        Know(node, [
            "job_name", "scrape_interval", "scrape_timeout", "metrics_path", "scheme", "params", "honor_labels", "honor_timestamps", "static_configs", "file_sd_configs",
            "inventory_sd_configs", "relabel_configs", "metric_relabel_configs", "body_size_limit", "sample_limit", "label_limit", "label_name_length_limit",
            "label_value_length_limit", "target_limit", "basic_auth", "authorization", "tls_config", "follow_redirects", "enable_http2", "enable_compression"]);
        if (node["job_name"] is not { Text.Length: > 0 } name)
        {
            Wrong(node, "no-job-name", "a job has a job_name");
            return null;
        }

        var interval = Duration(node["scrape_interval"], defaults.Interval);
        var timeout = Duration(node["scrape_timeout"], defaults.Timeout < interval ? defaults.Timeout : interval);
        if (timeout > interval || interval < TimeSpan.FromMilliseconds(100))
        {
            Wrong(node["scrape_timeout"] ?? node, "timeout-over-interval", "scrape_timeout is at most scrape_interval, and that at least 100ms");
        }

        foreach (var (key, reason) in new[] { ("follow_redirects", "redirects are always followed"), ("enable_compression", "pages are always asked for as gzip") })
        {
            if (node[key] is { Text: not "true" } other)
            {
                Wrong(other, "not-here", $"{key} can only be true: {reason}");
            }
        }

        var job = Limits(node, defaults with
        {
            Name = name.Text,
            Interval = interval,
            Timeout = timeout,
            MetricsPath = node["metrics_path"]?.Text ?? defaults.MetricsPath,
            Scheme = node["scheme"]?.Text ?? defaults.Scheme,
            HonorLabels = Flag(node["honor_labels"], false),
            HonorTimestamps = Flag(node["honor_timestamps"], true),
            Parameters = [.. (node["params"]?.Members ?? new Dictionary<string, DataNode>()).SelectMany(pair => pair.Value.Items.Select(item => (pair.Key, item.Text)))],
            Headers = Credentials(node),
            SkipsVerification = Tls(node["tls_config"]),
            Static = [.. (node["static_configs"]?.Items ?? []).SelectMany(group => Group(this, group))],
            Files = [.. (node["file_sd_configs"]?.Items ?? []).SelectMany(Files)],
            Inventory = [.. (node["inventory_sd_configs"]?.Items ?? []).Select(Inventory)],
            Relabel = [.. (node["relabel_configs"]?.Items ?? []).Select(Rule).OfType<RelabelRule>()],
            MetricRelabel = [.. (node["metric_relabel_configs"]?.Items ?? []).Select(Rule).OfType<RelabelRule>()],
        });
        if (job.Scheme is not ("http" or "https"))
        {
            Wrong(node["scheme"]!, "scheme", "scheme is http or https");
        }

        return job;
    }

    /// <summary>Reads a group of targets, in a job or in a file of targets.</summary>
    private static IEnumerable<FoundTarget> Group(PrometheusFile reader, DataNode group, params (string Name, string Value)[] more)
    {
        reader.Know(group, ["targets", "labels"]);
        (string, string)[] labels = [.. (group["labels"]?.Members ?? new Dictionary<string, DataNode>()).Select(pair => (pair.Key, pair.Value.Text)), .. more];
        foreach (var (name, _) in labels)
        {
            if (!RelabelRule.IsLabelName(name))
            {
                reader.Wrong(group, "label-name", $"{name} is no name of a label");
            }
        }

        return [.. (group["targets"]?.Items ?? []).Select(target => new FoundTarget(target.Text, labels))];
    }

    /// <summary>Reads a file of targets, JSON or YAML, as <c>file_sd_configs</c> names them.</summary>
    /// <returns>The targets, or every error with its line.</returns>
    public static (IReadOnlyList<FoundTarget> Targets, IReadOnlyList<FileError> Errors) ReadTargets(string path, string text)
    {
        var read = DataFile.Read(path, text, FileSchema.FromJson("""{"type": "array"}"""));
        if (read.Value is not { } file)
        {
            return ([], read.Errors);
        }

        var reader = new PrometheusFile(path);
        FoundTarget[] targets = [.. file.Root.Items.SelectMany(group => Group(reader, group, ("__meta_filepath", path)))];
        return reader._errors.Count > 0 ? ([], reader._errors) : (targets, []);
    }

    private IEnumerable<string> Files(DataNode node)
    {
        Know(node, ["files", "refresh_interval"]);
        foreach (var file in node["files"]?.Items ?? [])
        {
            var isKnown = Path.GetExtension(file.Text) is ".json" or ".yml" or ".yaml";
            if (!isKnown || Path.GetDirectoryName(file.Text)?.Contains('*', StringComparison.Ordinal) == true)
            {
                Wrong(file, "file-pattern", "a file of targets ends in .json, .yml or .yaml, and only its last part may hold *");
            }

            yield return Path.Combine(_folder, file.Text);
        }
    }

    private InventoryTargets Inventory(DataNode node)
    {
        Know(node, ["under", "kind", "port"]);
        var kinds = node["kind"] is { Kind: DataKind.List } list ? list.Items.Select(item => item.Text) : node["kind"] is { } one ? [one.Text] : [];
        return new InventoryTargets(node["under"]?.Text, [.. kinds], Count(node["port"], 0, 65_535), node.Line);
    }

    private RelabelRule? Rule(DataNode node)
    {
        Know(node, ["source_labels", "separator", "target_label", "regex", "modulus", "replacement", "action"]);
        var text = node["action"]?.Text ?? "replace";
        if (!Enum.TryParse<RelabelAction>(text, ignoreCase: true, out var action) || !char.IsAsciiLetter(text[0]))
        {
            Wrong(node["action"]!, "action", $"{text} is no action; these are: {string.Join(", ", Enum.GetNames<RelabelAction>().Select(name => name.ToLowerInvariant()))}");
            return null;
        }

        var target = node["target_label"]?.Text ?? "";
        var needsTarget = action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase or RelabelAction.Uppercase or RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (needsTarget && target.Length == 0)
        {
            Wrong(node, "no-target-label", $"{text} needs a target_label");
            return null;
        }

        var modulus = Count(node["modulus"], 0, int.MaxValue);
        if (action == RelabelAction.HashMod && modulus == 0)
        {
            Wrong(node, "no-modulus", "hashmod needs a modulus above zero");
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
            Wrong(node["regex"] ?? node, "regex", error.Message);
            return null;
        }
    }

    // An empty text is one: separator: '' joins without anything between.
    private static string Written(DataNode node, string key, string unsaid) => node.Members.TryGetValue(key, out var value) ? value.Text : unsaid;

    private List<(string, string)> Credentials(DataNode node)
    {
        var headers = new List<(string, string)>();
        if (node["basic_auth"] is { } basic)
        {
            Know(basic, ["username", "password", "password_file"]);
            var password = basic["password_file"] is { } file ? Secret(file) : basic["password"]?.Text ?? "";
            headers.Add(("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{basic["username"]?.Text}:{password}"))));
        }

        if (node["authorization"] is { } authorization)
        {
            Know(authorization, ["type", "credentials", "credentials_file"]);
            headers.Add(("Authorization", $"{authorization["type"]?.Text ?? "Bearer"} {(authorization["credentials_file"] is { } file ? Secret(file) : authorization["credentials"]?.Text ?? "")}"));
        }

        if (headers.Count > 1)
        {
            Wrong(node, "two-logins", "basic_auth or authorization, not both");
        }

        return headers;
    }

    private string Secret(DataNode file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(_folder, file.Text)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Wrong(file, "unreadable", error.Message);
            return "";
        }
    }

    private bool Tls(DataNode? node)
    {
        if (node is null)
        {
            return false;
        }

        Know(node, ["insecure_skip_verify"]);
        return Flag(node["insecure_skip_verify"], false);
    }

    private ScrapeJob Limits(DataNode node, ScrapeJob job) => job with
    {
        BodyBytes = Bytes(node["body_size_limit"], job.BodyBytes),
        SampleLimit = Count(node["sample_limit"], job.SampleLimit, int.MaxValue),
        LabelLimit = Count(node["label_limit"], job.LabelLimit, int.MaxValue),
        LabelNameBytes = Count(node["label_name_length_limit"], job.LabelNameBytes, int.MaxValue),
        LabelValueBytes = Count(node["label_value_length_limit"], job.LabelValueBytes, int.MaxValue),
        TargetLimit = Count(node["target_limit"], job.TargetLimit, int.MaxValue),
    };

    private void Know(DataNode node, string[] keys)
    {
        foreach (var (key, value) in node.Members)
        {
            if (!keys.Contains(key, StringComparer.Ordinal))
            {
                _errors.Add(new FileError(_name, value.KeyLine, value.Path, "unknown-key", key.EndsWith("_sd_configs", StringComparison.Ordinal)
                    ? $"{key} is not read here; there are static_configs, file_sd_configs and inventory_sd_configs"
                    : $"{key} is not understood here; these are: {string.Join(", ", keys)}"));
            }
        }
    }

    private TimeSpan Duration(DataNode? node, TimeSpan unsaid)
    {
        if (node is null)
        {
            return unsaid;
        }

        if (GoDuration.TryParse(node.Text, out var span) && span > TimeSpan.Zero)
        {
            return span;
        }

        Wrong(node, "duration", $"{node.Text} is no duration; write one such as 15s or 1m30s");
        return unsaid;
    }

    private bool Flag(DataNode? node, bool unsaid)
    {
        if (node is { Kind: not DataKind.Truth })
        {
            Wrong(node, "truth", "true or false");
        }

        return node is null ? unsaid : node.Text == "true";
    }

    private int Count(DataNode? node, int unsaid, int most)
    {
        if (node is null)
        {
            return unsaid;
        }

        if (int.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= most)
        {
            return count;
        }

        Wrong(node, "count", $"a whole number from 0 to {most}");
        return unsaid;
    }

    private int Bytes(DataNode? node, int unsaid)
    {
        if (node is null)
        {
            return unsaid;
        }

        var digits = node.Text.TakeWhile(char.IsAsciiDigit).Count();
        var factor = node.Text[digits..].ToUpperInvariant() switch { "" or "B" => 1L, "KB" or "KIB" => 1L << 10, "MB" or "MIB" => 1L << 20, "GB" or "GIB" => 1L << 30, _ => 0 };
        if (digits is > 0 and < 10 && factor > 0 && long.Parse(node.Text.AsSpan(0, digits), CultureInfo.InvariantCulture) * factor is > 0 and <= 1 << 30 and var bytes)
        {
            return (int)bytes;
        }

        Wrong(node, "bytes", "a size of at most 1GB, such as 10MB");
        return unsaid;
    }

    private void Wrong(DataNode node, string rule, string hint)
    {
        if (_errors.Count < DataFile.MaxErrors)
        {
            _errors.Add(new FileError(_name, node.Line, node.Path, rule, hint));
        }
    }
}

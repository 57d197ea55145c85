using System.Globalization;
using Ampacity.Samples;

namespace Ampacity.Collect;

/// <summary>A target after relabelling: where its page is and which labels its series get.</summary>
/// <param name="Job">How it is scraped.</param>
/// <param name="Url">Its page, parameters included.</param>
/// <param name="Labels">What its series get.</param>
/// <param name="Discovered">What was known before relabelling.</param>
public sealed record ScrapeTarget(ScrapeJob Job, Uri Url, LabelSet Labels, IReadOnlyList<(string Name, string Value)> Discovered)
{
    /// <summary>Between two scrapes: the job's, unless a rule set <c>__scrape_interval__</c>.</summary>
    public TimeSpan Interval { get; private init; } = Job.Interval;

    /// <summary>Longest time for one: the job's, unless a rule set <c>__scrape_timeout__</c>.</summary>
    public TimeSpan Timeout { get; private init; } = Job.Timeout;

    /// <summary>Why it is not asked although it is a target, and counts as down; null: it is asked.</summary>
    public string? Refusal { get; init; }

    /// <summary>Two targets with one key are one: the page, how often, and the labels decide, as in Prometheus.</summary>
    public string Key => $"{Job.Name} {Url} {Seconds(Interval)} {Seconds(Timeout)} {Labels} {Refusal}";

    /// <summary>Makes a target of what was discovered, as Prometheus does (scrape/target.go, PopulateLabels).</summary>
    /// <returns>Null where a rule drops it.</returns>
    /// <exception cref="FormatException">What comes out is no target; says why.</exception>
    public static ScrapeTarget? Make(ScrapeJob job, FoundTarget found)
    {
        var labels = Before(job, found);
        (string, string)[] discovered = [.. labels.Select(label => (label.Key, label.Value))];
        if (!RelabelRule.Apply(job.Relabel, labels))
        {
            return null;
        }

        var address = labels.GetValueOrDefault("__address__", "");
        var scheme = labels.GetValueOrDefault("__scheme__", "");
        if (address.Length == 0 || address.Contains('/', StringComparison.Ordinal) || address.Contains('@', StringComparison.Ordinal) || scheme is not ("http" or "https"))
        {
            throw new FormatException($"job {job.Name}: '{scheme}://{address}' is no target: an address is a host and a port, a scheme http or https");
        }

        var path = labels.GetValueOrDefault("__metrics_path__", "");
        var text = $"{scheme}://{address}{(path.StartsWith('/') ? "" : "/")}{path}{Query(job, labels)}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            throw new FormatException($"job {job.Name}: {text} is no address");
        }

        var (interval, timeout) = (Duration(job, labels, "__scrape_interval__"), Duration(job, labels, "__scrape_timeout__"));
        if (timeout > interval)
        {
            throw new FormatException($"job {job.Name}: {text}: a timeout of {Seconds(timeout)} is over the interval of {Seconds(interval)}");
        }

        labels.TryAdd("instance", address);
        (string, string)[] visible = [.. labels.Where(label => !label.Key.StartsWith("__", StringComparison.Ordinal)).Select(label => (label.Key, label.Value))];
        return new ScrapeTarget(job, url, LabelSet.Of(visible), discovered) { Interval = interval, Timeout = timeout };
    }

    /// <summary>What is known of a target before relabelling: what was discovered, and what the job says.</summary>
    public static SortedDictionary<string, string> Before(ScrapeJob job, FoundTarget found)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(found);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in found.Labels)
        {
            labels[name] = value;
        }

        labels["__address__"] = found.Address;
        foreach (var (name, value) in new[]
        {
            ("job", job.Name), ("__scheme__", job.Scheme), ("__metrics_path__", job.MetricsPath),
            ("__scrape_interval__", Seconds(job.Interval)), ("__scrape_timeout__", Seconds(job.Timeout)),
        })
        {
            labels.TryAdd(name, value);
        }

        foreach (var (name, value) in job.Parameters.DistinctBy(parameter => parameter.Name))
        {
            labels["__param_" + name] = value;
        }

        return labels;
    }

    private static TimeSpan Duration(ScrapeJob job, SortedDictionary<string, string> labels, string name) =>
        GoDuration.TryParse(labels.GetValueOrDefault(name, ""), out var span) && span >= TimeSpan.FromMilliseconds(100) ? span
            : throw new FormatException($"job {job.Name}: {name} is '{labels.GetValueOrDefault(name, "")}', not a duration of at least 100ms");

    // The first of a parameter's values may have been relabelled; the others stay.
    private static string Query(ScrapeJob job, SortedDictionary<string, string> labels)
    {
        const string prefix = "__param_";
        var firsts = labels.Where(label => label.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(label => (Name: label.Key[prefix.Length..], label.Value));
        var others = job.Parameters.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).SelectMany(group => group.Skip(1));
        var query = string.Join('&', firsts.Concat(others).Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
        return query.Length == 0 ? "" : "?" + query;
    }

    private static string Seconds(TimeSpan span) => span.Milliseconds == 0
        ? span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + "s" : span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms";
}

/// <summary>How a target does.</summary>
/// <param name="Target">Which.</param>
/// <param name="IsUp">Whether the newest scrape succeeded; null before the first.</param>
/// <param name="LastError">Why it failed, or what of the page was refused; empty when all is well.</param>
/// <param name="LastScrapeMs">When it was, UTC milliseconds; 0 before the first.</param>
/// <param name="LastDuration">How long it took.</param>
/// <param name="SeriesCount">Series that the newest page had.</param>
public sealed record ScrapeState(ScrapeTarget Target, bool? IsUp, string LastError, long LastScrapeMs, TimeSpan LastDuration, int SeriesCount);

/// <summary>A page cannot be taken: the target's fault, and its scrape counts as failed.</summary>
internal sealed class ScrapeFailedException(string message, Exception? inner = null) : Exception(message, inner);

using System.Globalization;
using System.Text.Json;
using Ampacity.PromQL;
using Ampacity.Samples;

namespace Ampacity.Server;

/// <summary>What <c>/api/v1/status/</c> says of the server, in Prometheus' shapes.</summary>
internal static class ServerStatus
{
    /// <summary>
    /// The Prometheus whose API and PromQL are answered. Clients choose by it what they may ask (Grafana: label values by <c>match[]</c>), so it stands where
    /// Prometheus' own version would; ours is the revision.
    /// </summary>
    private const string PrometheusVersion = "3.5.0";

    // As Prometheus' page of statistics; more on demand.
    private const int DefaultStatisticsRows = 10;

    private const int MaxStatisticsRows = 10_000;

    public static ValueTask<QueryAnswer> BuildAsync(QueryRequest request, CancellationToken cancellationToken) => QueryAnswer.Of(json =>
    {
        var own = typeof(ServerStatus).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        json.WriteString("application"u8, "ampacity"u8);
        json.WriteString("version"u8, PrometheusVersion);
        json.WriteString("revision"u8, $"ampacity {own}");
        foreach (var name in (string[])["branch", "buildUser", "buildDate", "goVersion"])
        {
            json.WriteString(name, "");
        }
    });

    public static ValueTask<QueryAnswer> FlagsAsync(QueryRequest request, CancellationToken cancellationToken) => QueryAnswer.Of(json =>
    {
        // Only what means here what it means there; the rest of our settings is in docs/operating/serve.md.
        var settings = request.Settings;
        json.WriteString("query.lookback-delta"u8, DurationText.Format((long)new QueryEngineOptions().LookbackDelta.TotalMilliseconds));
        json.WriteString("query.max-samples"u8, request.Limits.Budget.MaxSamples.ToString(CultureInfo.InvariantCulture));
        json.WriteString("query.timeout"u8, DurationText.Format((long)request.Limits.Timeout.TotalMilliseconds));
        json.WriteString("storage.tsdb.retention.time"u8, DurationText.Format((long)(settings.RetentionHours * 3_600_000)));
        json.WriteString("web.enable-remote-write-receiver"u8, "true"u8);
    });

    // There is no such file; these are its two figures that mean something here.
    public static ValueTask<QueryAnswer> ConfigAsync(QueryRequest request, CancellationToken cancellationToken) => QueryAnswer.Of(json =>
    {
        var settings = request.Settings;
        json.WriteString("yaml"u8, $"""
            global:
              scrape_interval: {DurationText.Format((long)(settings.PollIntervalSeconds * 1000))}
              evaluation_interval: {DurationText.Format((long)(settings.RollUpIntervalSeconds * 1000))}

            """);
    });

    // Without the folder and the machine's name: they are not for everybody who may ask.
    public static ValueTask<QueryAnswer> RuntimeAsync(QueryRequest request, CancellationToken cancellationToken) => QueryAnswer.Of(json =>
    {
        var started = System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString("startTime"u8, started);
        json.WriteString("CWD"u8, ""u8);
        json.WriteString("hostname"u8, ""u8);
        json.WriteString("serverTime"u8, DateTimeOffset.FromUnixTimeMilliseconds(request.NowMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteBoolean("reloadConfigSuccess"u8, true);
        json.WriteString("lastConfigTime"u8, started);
        json.WriteNumber("corruptionCount"u8, request.Store?.Statistics.BlocksSetAside.Count ?? 0);
        json.WriteNumber("goroutineCount"u8, ThreadPool.ThreadCount);
        json.WriteNumber("GOMAXPROCS"u8, Environment.ProcessorCount);
        json.WriteNumber("GOMEMLIMIT"u8, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        json.WriteString("GOGC"u8, ""u8);
        json.WriteString("GODEBUG"u8, ""u8);
        json.WriteString("storageRetention"u8, DurationText.Format((long)(request.Settings.RetentionHours * 3_600_000)));
    });

    /// <summary>Counts of the series that the caller may see, by stored labels, as they stand in the store's table.</summary>
    public static async ValueTask<QueryAnswer> TsdbAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var limit = request.Parameters.Count("limit");
        if (limit is < 1 or > MaxStatisticsRows)
        {
            throw QueryRefusedException.Parameter("limit", $"must be from 1 to {MaxStatisticsRows}");
        }

        var rows = limit ?? DefaultStatisticsRows;
        var table = new SeriesTable();
        var query = new SeriesQuery([], -1, request.NowMs, request.Scope) { Shape = ReadShape.Labels, Budget = request.Limits.Budget };
        await foreach (var batch in request.Stored.ReadAsync(query, cancellationToken))
        {
            foreach (var labels in batch.Labels)
            {
                table.Add(labels);
            }
        }

        return new QueryAnswer(
            json =>
            {
                json.WriteStartObject();
                json.WriteStartObject("headStats"u8);
                json.WriteNumber("numSeries"u8, table.Count);
                json.WriteNumber("numLabelPairs"u8, table.Pairs.Count);
                json.WriteEndObject();
                Write(json, "seriesCountByMetricName"u8, table.Pairs.Where(pair => pair.Key.Name == LabelSet.MetricName).Select(pair => (pair.Key.Value, pair.Value)), rows);
                Write(json, "labelValueCountByLabelName"u8, table.Pairs.GroupBy(pair => pair.Key.Name, StringComparer.Ordinal).Select(group => (group.Key, group.LongCount())), rows);
                Write(json, "memoryInBytesByLabelName"u8, table.Bytes.Select(one => (one.Key, one.Value)), rows);
                Write(json, "seriesCountByLabelValuePair"u8, table.Pairs.Select(pair => ($"{pair.Key.Name}={pair.Key.Value}", pair.Value)), rows);
                json.WriteEndObject();
                return ValueTask.CompletedTask;
            }, [], []);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<(string Name, long Value)> counts, int limit)
    {
        json.WriteStartArray(name);
        foreach (var (text, value) in counts.OrderByDescending(one => one.Value).ThenBy(one => one.Name, StringComparer.Ordinal).Take(limit))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, text);
            json.WriteNumber("value"u8, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Series by label: how many have each pair, and how many bytes the values of a name are over all series.</summary>
    private sealed class SeriesTable
    {
        public Dictionary<(string Name, string Value), long> Pairs { get; } = [];

        public Dictionary<string, long> Bytes { get; } = new(StringComparer.Ordinal);

        public long Count { get; private set; }

        public void Add(LabelSet labels)
        {
            Count++;
            foreach (var label in labels)
            {
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(Pairs, (label.Name, label.Value), out _)++;
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(Bytes, label.Name, out _) += label.ValueBytes.Length;
            }
        }
    }
}

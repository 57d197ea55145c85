using System.Text.Json.Nodes;

namespace Ampacity.Simulator;

/// <summary>One value of a metric report.</summary>
/// <param name="Property">What it is: a resource's path with a pointer, or a sensor's path.</param>
/// <param name="Value">The value as the report writes it, in quotes.</param>
internal readonly record struct ReportedValue(string Property, JsonNode Value);

/// <summary>Metric reports and their definitions, in the dialect of NVIDIA and AMD: the newest value with a time each.</summary>
internal sealed class TelemetryTree(TreeBuilder tree, bool nvidia)
{
    private const string Service = $"{TreeBuilder.Root}/TelemetryService";

    private readonly List<string> _reports = [];

    /// <summary>A sensor's value as reports write it.</summary>
    public ReportedValue Sensor(string path) => new(path, tree.Quoted(tree.Sensors[path]));

    public ReportedValue Value(string property, Reading reading, int decimals = 6) => new(property, tree.Quoted(reading, decimals));

    public ReportedValue Word(string property, Wording wording) => new(property, tree.Text(wording));

    /// <summary>A report of values; its definition names them without wildcards.</summary>
    public void Add(string id, IReadOnlyList<ReportedValue> values, double seconds = 1)
    {
        var definition = $"{Service}/MetricReportDefinitions/{id}";
        tree.Add(definition, "#MetricReportDefinition.v1_4_3.MetricReportDefinition", new JsonObject
        {
            ["MetricReportDefinitionType"] = "Periodic",
            ["MetricReportDefinitionEnabled"] = true,
            ["ReportUpdates"] = "Overwrite",
            ["ReportActions"] = new JsonArray("LogToMetricReportsCollection"),
            ["Schedule"] = new JsonObject { ["RecurrenceInterval"] = FormattableString.Invariant($"PT{seconds:0.###}S") },
            ["MetricReport"] = TreeBuilder.Link($"{Service}/MetricReports/{id}"),
            ["MetricProperties"] = new JsonArray([.. values.Select(value => (JsonNode)JsonValue.Create(value.Property)!)]),
            ["Status"] = TreeBuilder.Ok,
        });
        var rows = new JsonArray();
        foreach (var value in values)
        {
            var row = new JsonObject { ["MetricProperty"] = value.Property, ["MetricValue"] = value.Value, ["Timestamp"] = tree.Time() };
            if (nvidia)
            {
                row["Oem"] = new JsonObject
                {
                    ["Nvidia"] = new JsonObject { ["@odata.type"] = "#NvidiaMetricReport.v1_0_0.NvidiaMetricReport", ["MetricValueStale"] = tree.Stale() },
                };
            }

            rows.Add((JsonNode)row);
        }

        tree.Add($"{Service}/MetricReports/{id}", "#MetricReport.v1_4_2.MetricReport", new JsonObject
        {
            ["MetricReportDefinition"] = TreeBuilder.Link(definition),
            ["Timestamp"] = tree.Time(),
            ["MetricValues"] = rows,
        });
        _reports.Add(id);
    }

    /// <summary>The service itself, with its collections; call it after the last report.</summary>
    public void Finish(string minimumInterval)
    {
        tree.AddCollection($"{Service}/MetricReports", "MetricReport", _reports.Select(id => $"{Service}/MetricReports/{id}"));
        tree.AddCollection($"{Service}/MetricReportDefinitions", "MetricReportDefinition", _reports.Select(id => $"{Service}/MetricReportDefinitions/{id}"));
        tree.Add(Service, "#TelemetryService.v1_3_1.TelemetryService", new JsonObject
        {
            ["Name"] = "Telemetry Service",
            ["ServiceEnabled"] = true,
            ["MaxReports"] = 10,
            ["MinCollectionInterval"] = minimumInterval,
            ["MetricReports"] = TreeBuilder.Link($"{Service}/MetricReports"),
            ["MetricReportDefinitions"] = TreeBuilder.Link($"{Service}/MetricReportDefinitions"),
            ["Status"] = TreeBuilder.Ok,
        });
    }
}

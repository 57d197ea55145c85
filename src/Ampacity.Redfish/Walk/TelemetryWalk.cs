namespace Ampacity.Redfish;

/// <summary>Metric reports and their definitions: which there are, what they hold, what reading them costs.</summary>
internal sealed class TelemetryWalk(WalkTools tools)
{
    private readonly ResourceWalk _walk = tools.Walk;
    private readonly WalkedHardware _found = tools.Found;
    private Dictionary<string, WalkedSensor>? _sensors;

    public async Task RunAsync(ResourceReader service, CancellationToken cancellationToken)
    {
        if (service.Link("MetricReportDefinitions") is { } definitions)
        {
            _found.ReportDefinitions.AddRange(await _walk.MembersAsync(definitions, cancellationToken));
        }

        if (service.Link("MetricReports") is not { } reports)
        {
            return;
        }

        // Never by $expand: reports of one service are up to megabytes together, and HPE's hold a day each.
        _found.Reports.AddRange(await _walk.MembersAsync(reports, cancellationToken));
        var wanted = tools.Profile.Reports.Count > 0 && !tools.Rules.EveryReport
            ? _found.Reports.Where(report => tools.Profile.Reports.Contains(report, StringComparer.OrdinalIgnoreCase))
            : _found.Reports.OrderBy(PreferenceOf).Take(_walk.Limits.Reports);
        foreach (var report in wanted)
        {
            if (await _walk.ReadAsync(report, cancellationToken) is { } body)
            {
                _found.Sources.Add(new PlanSource(report, PlanForm.Report, _walk.BytesOf(report), ValuesOf(body), PreferenceOf(report)));
            }
        }
    }

    // The profile's order; without one, a report of everything after the specific ones.
    private int PreferenceOf(string report)
    {
        var place = tools.Profile.Reports.ToList().FindIndex(named => named.Equals(report, StringComparison.OrdinalIgnoreCase));
        return place >= 0 ? place
            : WalkTools.LastSegment(report) is var name && (name.Equals("All", StringComparison.OrdinalIgnoreCase) || name.StartsWith("All_", StringComparison.OrdinalIgnoreCase)) ? 1_000
            : 500;
    }

    private List<PlanValue> ValuesOf(ResourceReader report)
    {
        var values = new List<PlanValue>();
        var seen = new HashSet<string>(ResourcePaths.Comparer);
        foreach (var value in report.Has("MetricValues") ? report.Objects("MetricValues", 100_000) : [])
        {
            // A history names one property many times; the newest is what a poll takes.
            if (value.Text("MetricProperty") is { Length: > 0 } property && seen.Add(property) && ClassOf(property) is { } kind)
            {
                values.Add(new PlanValue(SensorWalk.KeyOf(property), kind));
            }
        }

        return values;
    }

    private PlanClass? ClassOf(string property)
    {
        var path = SensorWalk.KeyOf(property);
        _sensors ??= _found.Sensors.DistinctBy(sensor => sensor.Uri, ResourcePaths.Comparer).ToDictionary(sensor => sensor.Uri, ResourcePaths.Comparer);
        return _sensors.TryGetValue(path, out var known) && known.IsRead ? tools.Meaning.ClassOf(known) : tools.Meaning.ClassOf(path, null);
    }
}

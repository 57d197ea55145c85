using System.Globalization;
using System.Text.Json;
using Ampacity.Collect;
using Ampacity.Fleet;
using Ampacity.PromQL;
using Ampacity.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Ampacity.Server;

/// <summary><c>/api/v1/targets</c>: what is scraped and how it does, in Prometheus' shape. A narrowed caller is told of targets whose series are its own.</summary>
internal static class TargetListing
{
    public static ValueTask<QueryAnswer> TargetsAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        RuleListing.OneOf(request, "state", "active", "dropped", "any");
        var state = request.Parameters.Text("state");
        var wantsActive = state is null or "" or "any" or "active";
        var scope = FleetRequest.ScopeOf(request.Http);
        var scrapes = request.Http.RequestServices.GetService<ScrapeService>();
        var active = wantsActive && scrapes is not null ? Seen(request, scope, scrapes.States) : [];

        // What a rule drops has no series, so nobody but the whole fleet may be told of it.
        var dropped = state is not "active" && scrapes is not null && scope is PlaceScope.WholeFleet ? scrapes.Dropped : [];
        return QueryAnswer.Of(json =>
        {
            json.WriteStartArray("activeTargets"u8);
            foreach (var one in active.OrderBy(one => one.Target.Key, StringComparer.Ordinal))
            {
                Write(json, one);
            }

            json.WriteEndArray();
            json.WriteStartArray("droppedTargets"u8);
            foreach (var (_, labels) in dropped)
            {
                json.WriteStartObject();
                WriteLabels(json, "discoveredLabels"u8, labels);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("droppedTargetCounts"u8);
            foreach (var job in dropped.GroupBy(one => one.Job.Name, StringComparer.Ordinal))
            {
                json.WriteNumber(job.Key, job.Count());
            }

            json.WriteEndObject();
        });
    }

    private static ScrapeState[] Seen(QueryRequest request, PlaceScope scope, IReadOnlyList<ScrapeState> states)
    {
        if (scope is PlaceScope.WholeFleet)
        {
            return [.. states];
        }

        var fleet = request.Http.RequestServices.GetRequiredService<CurrentFleet>();
        var snapshot = fleet.Timeline.At(fleet.NowMs);
        var view = snapshot.Graph.Within(scope);
        return [.. states.Where(state => snapshot.Binder.Bind(UpOf(state.Target)) is { } bound && view.Sees(bound.Place.Node))];
    }

    private static LabelSet UpOf(ScrapeTarget target)
    {
        var labels = new LabelSetBuilder().Add(LabelSet.MetricName, "up");
        foreach (var label in target.Labels)
        {
            labels.Add(label.NameBytes, label.ValueBytes);
        }

        return labels.Build();
    }

    private static void Write(Utf8JsonWriter json, ScrapeState one)
    {
        var (target, job) = (one.Target, one.Target.Job);
        json.WriteStartObject();
        WriteLabels(json, "discoveredLabels"u8, target.Discovered);
        json.WriteStartObject("labels"u8);
        foreach (var label in target.Labels)
        {
            json.WriteString(label.NameBytes, label.ValueBytes);
        }

        json.WriteEndObject();
        json.WriteString("scrapePool"u8, job.Name);
        json.WriteString("scrapeUrl"u8, target.Url.AbsoluteUri);
        json.WriteString("globalUrl"u8, target.Url.AbsoluteUri);
        json.WriteString("lastError"u8, one.LastError);
        json.WriteString("lastScrape"u8, one.LastScrapeMs == 0 ? "0001-01-01T00:00:00Z"
            : DateTimeOffset.FromUnixTimeMilliseconds(one.LastScrapeMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("lastScrapeDuration"u8, one.LastDuration.TotalSeconds);
        json.WriteString("health"u8, one.IsUp switch { true => "up", false => "down", null => "unknown" });
        json.WriteString("scrapeInterval"u8, DurationText.Format((long)job.Interval.TotalMilliseconds));
        json.WriteString("scrapeTimeout"u8, DurationText.Format((long)job.Timeout.TotalMilliseconds));
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<(string Name, string Value)> labels)
    {
        json.WriteStartObject(name);
        foreach (var (label, value) in labels.DistinctBy(label => label.Name))
        {
            json.WriteString(label, value);
        }

        json.WriteEndObject();
    }
}

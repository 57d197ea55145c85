using Ampacity.Samples;
using Ampacity.Topology;

namespace Ampacity.Server;

/// <summary>
/// Type, help and unit: of canonical families, and of raw ones what their senders said last; what nobody described is left out. A caller whose scope is narrowed is
/// told of those raw families only of which it sees a series.
/// </summary>
internal static class MetadataListing
{
    // What a family's series are called beside its own name.
    private static readonly string[] Suffixes = ["", "_total", "_bucket", "_sum", "_count", "_created", "_info", "_max", "_min"];

    public static async ValueTask<QueryAnswer> MetadataAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var wanted = request.Parameters.Text("metric");
        var limit = request.Parameters.Count("limit") ?? int.MaxValue;
        var perMetric = request.Parameters.Count("limit_per_metric") is { } most and > 0 ? most : int.MaxValue;
        var seen = await SeenAsync(request, cancellationToken);
        var families = request.Families.Select(family => (family.Name, Kind: family.Kind == FamilyKind.Counter ? "counter" : "gauge", Help: family.Meaning, family.Unit))
            .Concat(request.RawFamilies.Where(family => seen is null || Suffixes.Any(suffix => seen.Contains(family.Key + suffix)))
                .Select(family => (Name: family.Key, Kind: family.Value.KindName, family.Value.Help, family.Value.Unit)))
            .Where(family => string.IsNullOrEmpty(wanted) || family.Name == wanted)
            .GroupBy(family => family.Name, StringComparer.Ordinal)
            .OrderBy(family => family.Key, StringComparer.Ordinal)
            .Take(limit);
        return new QueryAnswer(
            json =>
            {
                json.WriteStartObject();
                foreach (var family in families)
                {
                    json.WriteStartArray(family.Key);
                    foreach (var (_, kind, help, unit) in family.Take(perMetric))
                    {
                        json.WriteStartObject();
                        json.WriteString("type"u8, kind);
                        json.WriteString("help"u8, help);
                        json.WriteString("unit"u8, unit);
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
                return ValueTask.CompletedTask;
            }, [], []);
    }

    // Null: everything is.
    private static async ValueTask<HashSet<string>?> SeenAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        if (request.Scope.IsWhole)
        {
            return null;
        }

        var query = new SeriesQuery([], -1, request.NowMs, request.Scope) { Shape = ReadShape.Labels, Budget = request.Limits.Budget };
        return [.. await request.Stored.ReadLabelValuesAsync(LabelSet.MetricName, query, cancellationToken)];
    }
}

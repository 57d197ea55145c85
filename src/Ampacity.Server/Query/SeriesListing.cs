using System.Text.Json;
using Ampacity.Samples;

namespace Ampacity.Server;

/// <summary>What series, label names and label values there are.</summary>
internal static class SeriesListing
{
    public static async ValueTask<QueryAnswer> SeriesAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var matches = request.Parameters.Matches();
        if (matches.Count == 0)
        {
            throw new QueryRefusedException("no match[] parameter provided");
        }

        var limit = request.Parameters.Limit();
        var found = new HashSet<LabelSet>();
        foreach (var query in Queries(request, matches))
        {
            await foreach (var batch in request.Reader.ReadAsync(query with { Shape = ReadShape.Labels }, cancellationToken))
            {
                foreach (var labels in batch.Labels)
                {
                    found.Add(labels);
                }
            }
        }

        return Answer([.. found], limit, PrometheusJson.WriteLabels);
    }

    public static ValueTask<QueryAnswer> LabelNamesAsync(QueryRequest request, CancellationToken cancellationToken) =>
        TextsAsync(request, query => request.Reader.ReadLabelNamesAsync(query, cancellationToken));

    public static ValueTask<QueryAnswer> LabelValuesAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var name = request.Http.Request.RouteValues["name"] as string ?? "";
        return name.Length is > 0 and <= 1024
            ? TextsAsync(request, query => request.Reader.ReadLabelValuesAsync(name, query, cancellationToken))
            : throw new QueryRefusedException($"invalid label name: {(name.Length == 0 ? "\"\"" : "over 1024 characters")}");
    }

    private static async ValueTask<QueryAnswer> TextsAsync(QueryRequest request, Func<SeriesQuery, ValueTask<IReadOnlyList<string>>> readAsync)
    {
        var limit = request.Parameters.Limit();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var query in Queries(request, request.Parameters.Matches()))
        {
            found.UnionWith(await readAsync(query));
        }

        return Answer([.. found], limit, static (json, text) => json.WriteStringValue(text));
    }

    private static IEnumerable<SeriesQuery> Queries(QueryRequest request, IReadOnlyList<IReadOnlyList<Matcher>> matches)
    {
        var startMs = request.Parameters.TimeMs("start", 0);
        var endMs = request.Parameters.TimeMs("end", request.NowMs);
        if (endMs < startMs)
        {
            throw QueryRefusedException.Parameter("end", "end timestamp must not be before start time");
        }

        // The API's begin is inclusive, a read's is not.
        var scope = request.Scope;
        return (matches.Count == 0 ? [[]] : matches).Select(matchers => new SeriesQuery(matchers, startMs - 1, endMs, scope) { Budget = request.Limits.Budget });
    }

    private static QueryAnswer Answer<T>(IReadOnlyList<T> found, int limit, Action<Utf8JsonWriter, T> write)
    {
        var count = limit > 0 ? Math.Min(limit, found.Count) : found.Count;
        return new QueryAnswer(
            async json =>
            {
                json.WriteStartArray();
                for (var i = 0; i < count; i++)
                {
                    write(json, found[i]);
                    if (json.BytesPending > 65_536)
                    {
                        await json.FlushAsync();
                    }
                }

                json.WriteEndArray();
            },
            count < found.Count ? [QueryAnswer.Truncated] : [],
            []);
    }
}

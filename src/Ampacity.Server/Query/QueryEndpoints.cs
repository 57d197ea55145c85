using Ampacity.PromQL;
using Ampacity.Samples;
using Ampacity.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary>The querying part of the Prometheus HTTP API.</summary>
public static class QueryEndpoints
{
    // Prometheus' own limit: more points than any screen has.
    private const int MaxSteps = 11_000;

    private static readonly string[] GetAndPost = ["GET", "POST"];

    /// <summary>
    /// Maps <c>/api/v1/</c> query, query_range, series, labels, label/{name}/values, metadata and status/buildinfo. Needs
    /// <see cref="ISeriesReader"/>, <see cref="QueryEngine"/>, <see cref="IQueryScope"/> and <see cref="TimeProvider"/> in the
    /// services, and takes metadata of families from <see cref="FamilyCatalogue"/>, of raw ones from the intake, if they are there.
    /// </summary>
    public static IEndpointRouteBuilder MapQuery(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("Prometheus");
        api.MapMethods("/query", GetAndPost, context => QueryRequest.RunAsync(context, InstantAsync)).DisableAntiforgery();
        api.MapMethods("/query_range", GetAndPost, context => QueryRequest.RunAsync(context, RangeAsync)).DisableAntiforgery();
        api.MapMethods("/series", GetAndPost, context => QueryRequest.RunAsync(context, SeriesListing.SeriesAsync)).DisableAntiforgery();
        api.MapMethods("/labels", GetAndPost, context => QueryRequest.RunAsync(context, SeriesListing.LabelNamesAsync)).DisableAntiforgery();
        api.MapGet("/label/{name}/values", context => QueryRequest.RunAsync(context, SeriesListing.LabelValuesAsync));
        api.MapGet("/metadata", context => QueryRequest.RunAsync(context, MetadataAsync));
        api.MapGet("/status/buildinfo", context => QueryRequest.RunAsync(context, BuildAsync));
        return routes;
    }

    private static async ValueTask<QueryAnswer> InstantAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var timeMs = request.Parameters.TimeMs("time", request.NowMs);
        var limit = request.Parameters.Limit();
        var (_, text) = request.Parameters.Expression();
        var result = await request.Engine.EvaluateInstantAsync(text, timeMs, request.QueryContext(), cancellationToken);
        return Answer(result, limit, cancellationToken);
    }

    private static async ValueTask<QueryAnswer> RangeAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var startMs = request.Parameters.TimeMs("start");
        var endMs = request.Parameters.TimeMs("end");
        if (endMs < startMs)
        {
            throw QueryRefusedException.Parameter("end", "end timestamp must not be before start time");
        }

        var stepMs = request.Parameters.DurationMs("step") ?? throw QueryRefusedException.Parameter("step", "cannot parse \"\" to a valid duration");
        if (stepMs <= 0)
        {
            throw QueryRefusedException.Parameter("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }

        if ((endMs - startMs) / stepMs > MaxSteps)
        {
            throw new QueryRefusedException("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        }

        var limit = request.Parameters.Limit();
        var (expression, text) = request.Parameters.Expression();
        if (expression.Kind is not (ExpressionKind.Scalar or ExpressionKind.InstantVector))
        {
            throw QueryRefusedException.Parameter("query", "invalid expression type for range query, must be Scalar or instant Vector");
        }

        var result = await request.Engine.EvaluateRangeAsync(text, startMs, endMs, stepMs, request.QueryContext(), cancellationToken);
        return Answer(result, limit, cancellationToken);
    }

    private static QueryAnswer Answer(QueryResult result, int limit, CancellationToken cancellationToken) => new(
        json => PrometheusJson.WriteResultAsync(json, result, limit, cancellationToken),
        limit > 0 && result.Labels.Count > limit && result.Kind is QueryResultKind.Vector or QueryResultKind.Matrix
            ? [.. result.Warnings, QueryAnswer.Truncated]
            : result.Warnings,
        result.Infos);

    // Of canonical families, and of raw ones what their senders said last; what nobody described is left out.
    private static ValueTask<QueryAnswer> MetadataAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var wanted = request.Parameters.Text("metric");
        var limit = request.Parameters.Limit();
        var families = request.Families.Select(family => (family.Name, Kind: family.Kind == FamilyKind.Counter ? "counter" : "gauge", Help: family.Meaning, family.Unit))
            .Concat(request.RawFamilies.Select(family => (Name: family.Key, Kind: family.Value.KindName, family.Value.Help, family.Value.Unit)))
            .Where(family => string.IsNullOrEmpty(wanted) || family.Name == wanted)
            .GroupBy(family => family.Name, StringComparer.Ordinal)
            .OrderBy(family => family.Key, StringComparer.Ordinal)
            .Take(limit > 0 ? limit : int.MaxValue);
        return ValueTask.FromResult(new QueryAnswer(
            json =>
            {
                json.WriteStartObject();
                foreach (var family in families)
                {
                    json.WriteStartArray(family.Key);
                    foreach (var (_, kind, help, unit) in family)
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
            }, [], []));
    }

    private static ValueTask<QueryAnswer> BuildAsync(QueryRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new QueryAnswer(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("application"u8, "ampacity"u8);
                json.WriteString("version"u8, typeof(QueryEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");
                foreach (var name in (string[])["revision", "branch", "buildUser", "buildDate", "goVersion"])
                {
                    json.WriteString(name, "");
                }

                json.WriteEndObject();
                return ValueTask.CompletedTask;
            }, [], []));
}

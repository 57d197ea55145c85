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
    /// Maps below <c>/api/v1/</c> what asks (query, query_range, series, labels, label/{name}/values, metadata, format_query), what is scraped (targets), what is empty here (rules,
    /// alerts, query_exemplars) and status (buildinfo, runtimeinfo, flags, config, tsdb). Needs
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
        api.MapGet("/metadata", context => QueryRequest.RunAsync(context, MetadataListing.MetadataAsync));
        api.MapMethods("/query_exemplars", GetAndPost, context => QueryRequest.RunAsync(context, RuleListing.ExemplarsAsync)).DisableAntiforgery();
        api.MapMethods("/format_query", GetAndPost, context => QueryRequest.RunAsync(context, RuleListing.FormatAsync)).DisableAntiforgery();
        api.MapGet("/rules", context => QueryRequest.RunAsync(context, RuleListing.RulesAsync));
        api.MapGet("/alerts", context => QueryRequest.RunAsync(context, RuleListing.AlertsAsync));
        api.MapGet("/alertmanagers", context => QueryRequest.RunAsync(context, RuleListing.AlertmanagersAsync));
        api.MapGet("/targets", context => QueryRequest.RunAsync(context, TargetListing.TargetsAsync));
        api.MapGet("/status/buildinfo", context => QueryRequest.RunAsync(context, ServerStatus.BuildAsync));
        api.MapGet("/status/runtimeinfo", context => QueryRequest.RunAsync(context, ServerStatus.RuntimeAsync));
        api.MapGet("/status/flags", context => QueryRequest.RunAsync(context, ServerStatus.FlagsAsync));
        api.MapGet("/status/config", context => QueryRequest.RunAsync(context, ServerStatus.ConfigAsync));
        api.MapGet("/status/tsdb", context => QueryRequest.RunAsync(context, ServerStatus.TsdbAsync));
        return routes;
    }

    private static async ValueTask<QueryAnswer> InstantAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var timeMs = request.Parameters.TimeMs("time", request.NowMs);
        var limit = request.Parameters.Limit();
        var (_, text) = request.Parameters.Expression();
        var measured = request.Measure();
        var result = await request.Engine.EvaluateInstantAsync(text, timeMs, request.QueryContext(), cancellationToken);
        return Answer(request, result, limit, measured(), cancellationToken);
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

        var measured = request.Measure();
        var result = await request.Engine.EvaluateRangeAsync(text, startMs, endMs, stepMs, request.QueryContext(), cancellationToken);
        return Answer(request, result, limit, measured(), cancellationToken);
    }

    private static QueryAnswer Answer(QueryRequest request, QueryResult result, int limit, double seconds, CancellationToken cancellationToken) => new(
        json => PrometheusJson.WriteResultAsync(
            json, result, limit, string.IsNullOrEmpty(request.Parameters.Text("stats")) ? null : seconds, cancellationToken),
        limit > 0 && result.Labels.Count > limit && result.Kind is QueryResultKind.Vector or QueryResultKind.Matrix
            ? [.. result.Warnings, QueryAnswer.Truncated]
            : result.Warnings,
        result.Infos);
}

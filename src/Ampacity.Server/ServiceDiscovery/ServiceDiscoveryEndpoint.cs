using System.Globalization;
using System.Text.Json;
using Ampacity.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary>
/// <c>GET /sd/prometheus</c>: the things of the inventory that have a host name, as <c>http_sd_configs</c> of a Prometheus reads them, one
/// group a target, with the labels of its place. Targets follow what is recorded: a moved tray has its new place at the next refresh.
/// </summary>
internal static class ServiceDiscoveryEndpoint
{
    /// <summary>
    /// Most targets of one answer; guessed: about 1.2 kB each, and a Prometheus holds an answer whole. A site of 77,000 racks asks by
    /// <c>under</c>, hall by hall.
    /// </summary>
    private const int MaxTargets = 200_000;

    private static readonly string[] Parameters =
        ["under", "kind", "sku", "vendor", "state", "programme", "tenant", "operator", "owner", "tag", "name", "port", "job", "scheme", "path"];

    public static void MapServiceDiscovery(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/sd/prometheus", ListAsync).WithName("ServiceDiscovery").WithTags("Prometheus")
            .WithSummary("Targets of the inventory for http_sd_configs: things with a host name, with the labels of their places")
            .Produces<TargetGroup[]>().Produces(304).ProducesProblem(400).ProducesProblem(404);

    // The parameters are read by the question, which also refuses those that are unknown; they stand here for the description.
    private static async Task<IResult> ListAsync(
        HttpContext context, CurrentFleet fleet, string? under = null, string? kind = null, string? sku = null, string? vendor = null,
        string? state = null, string? programme = null, string? tenant = null, string? @operator = null, string? owner = null, string? tag = null,
        string? name = null, string? port = null, string? job = null, string? scheme = null, string? path = null)
    {
        _ = (under, kind, sku, vendor, state, programme, tenant, @operator, owner, tag, name, port, job, scheme, path);
        var (question, error) = await FleetQuestion.ReadAsync(context, fleet, null, Parameters);
        return error ?? FleetQuestion.Answer(() => List(question!, fleet));
    }

    private static TargetAnswer List(FleetQuestion question, CurrentFleet fleet)
    {
        var said = Said(question);
        var port = question.Text("port") is null ? 0 : question.Number("port", 0, 1, 65_535);
        var filter = TargetFilter.Read(question);
        var targets = FleetTargets.Of(question.View, fleet.Catalogue, filter).Take(MaxTargets + 1).ToArray();
        if (targets.Length > MaxTargets)
        {
            throw new QuestionException(string.Create(
                CultureInfo.InvariantCulture, $"these are more than {MaxTargets:N0} targets: ask for a part, such as under=site/hall or kind=tray."));
        }

        var snapshot = fleet.Timeline.At(question.AtMs);
        var labels = new TargetLabels(
            question.View, ReferenceEquals(snapshot.Graph, question.Graph) ? snapshot.Labels : new PlaceLabels(question.Graph));
        return new TargetAnswer(targets, labels, port, said);
    }

    // What the request says for all targets: the job, and how the exporter is asked.
    private static List<(string Name, string Value)> Said(FleetQuestion question)
    {
        var said = new List<(string, string)>();
        if (question.Text("job") is { } job)
        {
            said.Add(("job", job.Length <= 256 ? job : throw new QuestionException("job is at most 256 characters.")));
        }

        if (question.Text("scheme") is { } scheme)
        {
            said.Add(("__scheme__", scheme is "http" or "https" ? scheme : throw new QuestionException($"scheme is http or https, not '{FleetQuestion.Short(scheme)}'.")));
        }

        if (question.Text("path") is { } path)
        {
            said.Add(("__metrics_path__", path[0] == '/' && path.Length <= 512
                ? path : throw new QuestionException($"path begins with a slash and is at most 512 characters, not '{FleetQuestion.Short(path)}'.")));
        }

        return said;
    }

    /// <summary>Targets as they are found, so that an answer of a hundred megabytes is never in memory.</summary>
    private sealed class TargetAnswer(FleetTarget[] targets, TargetLabels labels, int port, List<(string Name, string Value)> said) : IResult
    {
        private const int FlushBytes = 65_536;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var (response, aborted) = (httpContext.Response, httpContext.RequestAborted);

            // Prometheus takes the answer only if it is called exactly this, with or without a charset.
            response.ContentType = "application/json; charset=utf-8";
            await using var json = new Utf8JsonWriter(response.BodyWriter);
            json.WriteStartArray();
            foreach (var target in targets)
            {
                json.WriteStartObject();
                json.WriteStartArray("targets"u8);
                json.WriteStringValue(port == 0 ? target.Host : string.Create(CultureInfo.InvariantCulture, $"{target.Host}:{port}"));
                json.WriteEndArray();
                json.WriteStartObject("labels"u8);
                foreach (var (name, value) in said)
                {
                    json.WriteString(name, value);
                }

                foreach (var (name, value) in labels.Of(target))
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
                json.WriteEndObject();
                if (json.BytesPending > FlushBytes)
                {
                    await json.FlushAsync(aborted);
                }
            }

            json.WriteEndArray();
            await json.FlushAsync(aborted);
        }
    }
}

/// <summary>A group of targets as Prometheus reads it.</summary>
/// <param name="Targets">Addresses, <c>host:port</c>.</param>
/// <param name="Labels">What is known of them.</param>
public sealed record TargetGroup(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels);

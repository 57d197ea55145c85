using Ampacity.Fleet;
using Ampacity.Samples;
using Ampacity.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ampacity.Server;

/// <summary><c>/api/fleet/v1/bindings</c>: which rules put series where, which series no rule places, and why one is where it is.</summary>
internal static class BindingEndpoints
{
    private const int LimitMax = 10_000;
    private const int WhyMax = 100;

    public static void MapBindings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/fleet/v1/bindings", ListAsync).WithName("ListBindings").WithTags("bindings")
            .WithSummary("Binding rules in the order in which they are tried, and how many series of the last hour each decides about")
            .Produces<Page<BindingRow>>().ProducesProblem(400).ProducesProblem(422);
        routes.MapGet("/api/fleet/v1/bindings/unbound", UnboundAsync).WithName("ListUnbound").WithTags("bindings")
            .WithSummary("Series of the last hour that no rule places, by target; of the whole fleet only, for they are nobody's")
            .Produces<Page<UnboundRow>>().ProducesProblem(400).ProducesProblem(422);
        routes.MapGet("/api/fleet/v1/bindings/why", WhyAsync).WithName("ExplainBinding").WithTags("bindings")
            .WithSummary("Why series are where they are: the rule that matched, those before it and where they failed, and the labels that are added")
            .Produces<Page<WhyRow>>().ProducesProblem(400).ProducesProblem(422);
    }

    private static Task<IResult> ListAsync(
        HttpContext context, CurrentFleet fleet, StoredSeries stored, IQueryScope scopes, QueryLimits limits, FamilyCatalogue families, string? asOf = null)
    {
        _ = asOf;
        return AskAsync(context, fleet, limits, [], async question =>
        {
            var survey = await SurveyAsync(question, stored, scopes, limits, families, groupsMax: 0);
            var rows = new List<BindingRow>();
            foreach (var (rule, number) in question.Snapshot.Binder.Rules.Select((rule, number) => (rule, number)))
            {
                if (question.View.Sees(rule.DeclaredAt))
                {
                    rows.Add(BindingRow.From(question.Snapshot.Graph, rule, survey.OfRule[number]));
                }
            }

            return Results.Ok(new Page<BindingRow>(rows, null, question.AtMs, question.Snapshot.Graph.Revision.ToString()));
        });
    }

    private static Task<IResult> UnboundAsync(
        HttpContext context, CurrentFleet fleet, StoredSeries stored, IQueryScope scopes, QueryLimits limits, FamilyCatalogue families, string? limit = null, string? asOf = null)
    {
        _ = (limit, asOf);
        return AskAsync(context, fleet, limits, ["limit"], async question =>
        {
            var most = question.Number("limit", 100, LimitMax);
            var survey = await SurveyAsync(question, stored, scopes, limits, families, BindingSurvey.GroupsMax);
            return Results.Ok(new Page<UnboundRow>([.. survey.Unbound().Take(most)], null, question.AtMs, question.Snapshot.Graph.Revision.ToString()));
        });
    }

    private static Task<IResult> WhyAsync(
        HttpContext context, CurrentFleet fleet, StoredSeries stored, IQueryScope scopes, QueryLimits limits, FamilyCatalogue families,
        string? series = null, string? limit = null, string? asOf = null)
    {
        _ = (limit, asOf);
        return AskAsync(context, fleet, limits, ["series", "limit"], async question =>
        {
            var most = question.Number("limit", 5, WhyMax);
            IReadOnlyList<Matcher> matchers;
            try
            {
                matchers = SelectorText.Parse(series ?? "");
            }
            catch (FormatException error)
            {
                throw new QuestionException($"series is a selector such as {{job=\"dcgm\",instance=\"10.0.0.1:9400\"}}: {error.Message}");
            }

            var scope = await scopes.ScopeOfAsync(context, question.Stop);
            var rows = new List<WhyRow>();
            foreach (var (selection, source, family) in BindingSurvey.Selections(matchers, families))
            {
                await foreach (var batch in stored.Reader.ReadAsync(question.Read(selection, scope, limits), question.Stop))
                {
                    for (var i = 0; i < batch.SeriesCount && rows.Count < most; i++)
                    {
                        rows.Add(WhyRow.From(question.Snapshot, question.View, batch.Labels[i], family, source));
                    }

                    if (rows.Count == most)
                    {
                        break;
                    }
                }
            }

            return Results.Ok(new Page<WhyRow>(rows, null, question.AtMs, question.Snapshot.Graph.Revision.ToString()));
        });
    }

    private static async Task<BindingSurvey> SurveyAsync(
        Question question, StoredSeries stored, IQueryScope scopes, QueryLimits limits, FamilyCatalogue families, int groupsMax)
    {
        var scope = await scopes.ScopeOfAsync(question.Context, question.Stop);
        var survey = new BindingSurvey(question.Snapshot, families, groupsMax);
        await foreach (var batch in stored.Reader.ReadAsync(question.Read([], scope, limits), question.Stop))
        {
            survey.Add(batch);
        }

        return survey;
    }

    private static async Task<IResult> AskAsync(HttpContext context, CurrentFleet fleet, QueryLimits limits, string[] known, Func<Question, Task<IResult>> answer)
    {
        if (FleetQuestion.RefuseUnknown(context, [.. known, "asOf"]) is { } unknown)
        {
            return unknown;
        }

        if (!FleetRequest.TryTime(context, "asOf", out var asOfMs))
        {
            return Problems.BadRequest("asOf is an RFC 3339 time, such as 2026-11-23T12:00:00Z, or seconds since 1970.");
        }

        // It walks every series of the store: no longer than a query may.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        stop.CancelAfter(limits.Timeout);
        var atMs = asOfMs ?? fleet.NowMs;
        var snapshot = fleet.Timeline.At(atMs);
        var question = new Question(context, snapshot, snapshot.Graph.Within(FleetRequest.ScopeOf(context)), atMs, stop.Token);
        try
        {
            return await answer(question);
        }
        catch (QuestionException error)
        {
            return Problems.BadRequest(error.Message);
        }
        catch (ReadBudgetException error)
        {
            return Results.Problem($"{error.Message} Ask by series what is where: /api/fleet/v1/bindings/why.", statusCode: StatusCodes.Status422UnprocessableEntity, title: "Too many series");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Problems.Unavailable($"The series could not be walked within {limits.Timeout.TotalSeconds:0} s; ask again when less is going on, or raise --query-timeout.");
        }
    }

    /// <summary>What is asked, and the fleet that it is asked of.</summary>
    private sealed record Question(HttpContext Context, TopologySnapshot Snapshot, FleetView View, long AtMs, CancellationToken Stop)
    {
        private const long WindowMs = 3_600_000; // Of what has a sample in it; longer than any scrape interval.

        public int Number(string name, int unsaid, int most) => Context.Request.Query[name].ToString() is not { Length: > 0 } text ? unsaid
            : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
            : throw new QuestionException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is a whole number from 1 to {most:N0}, not '{FleetQuestion.Short(text)}'."));

        public SeriesQuery Read(IReadOnlyList<Matcher> matchers, SeriesScope scope, QueryLimits limits) =>
            new(matchers, AtMs - WindowMs, AtMs, scope) { Shape = ReadShape.Labels, Qualities = SampleQualities.Any, Budget = limits.Budget };
    }
}

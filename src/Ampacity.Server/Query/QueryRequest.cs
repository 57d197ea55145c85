using System.Text.Json;
using Ampacity.Collect;
using Ampacity.PromQL;
using Ampacity.Samples;
using Ampacity.Topology;
using Ampacity.Tsdb;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ampacity.Server;

/// <summary>An answer's data and what to say about it.</summary>
internal sealed record QueryAnswer(Func<Utf8JsonWriter, ValueTask> WriteData, IReadOnlyList<string> Warnings, IReadOnlyList<string> Infos)
{
    public const string Truncated = "results truncated due to limit";

    /// <summary>An answer that is one object; <paramref name="write"/> writes what is in it.</summary>
    public static ValueTask<QueryAnswer> Of(Action<Utf8JsonWriter> write) => ValueTask.FromResult(new QueryAnswer(
        json =>
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
            return ValueTask.CompletedTask;
        }, [], []));
}

/// <summary>One request of the Prometheus API: who asks, what, and how it ends.</summary>
internal sealed class QueryRequest(HttpContext context, QueryParameters parameters, SeriesScope scope)
{
    // nginx's "client closed request", which Prometheus uses too.
    private const int ClientClosedRequest = 499;

    public HttpContext Http => context;

    public QueryParameters Parameters => parameters;

    public QueryEngine Engine => context.RequestServices.GetRequiredService<QueryEngine>();

    public ISeriesReader Reader => context.RequestServices.GetRequiredService<ISeriesReader>();

    /// <summary>Series by stored labels, before anything is joined to them.</summary>
    public ISeriesReader Stored => context.RequestServices.GetService<StoredSeries>()?.Reader ?? (ISeriesReader?)Store ?? Reader;

    /// <summary>Our own store; null where series come from elsewhere alone.</summary>
    public SampleStore? Store => context.RequestServices.GetService<SampleStore>();

    public ServerSettings Settings => context.RequestServices.GetService<ServerSettings>() ?? new ServerSettings();

    public SeriesScope Scope => scope;

    /// <summary>What the query may cost.</summary>
    public QueryLimits Limits => context.RequestServices.GetService<QueryLimits>() ?? QueryLimits.Default;

    public IEnumerable<MetricFamily> Families => context.RequestServices.GetService<FamilyCatalogue>()?.All ?? [];

    /// <summary>What senders said of raw metrics; null where nothing comes in.</summary>
    public IEnumerable<KeyValuePair<string, MetricDescription>> RawFamilies =>
        context.RequestServices.GetService<SampleIntake>()?.Metadata.Families ?? [];

    /// <summary>Starts to measure; what comes back says how many seconds it has been.</summary>
    public Func<double> Measure()
    {
        var clock = Clock(context);
        var begin = clock.GetTimestamp();
        return () => clock.GetElapsedTime(begin).TotalSeconds;
    }

    public long NowMs => Clock(context).GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task RunAsync(HttpContext context, Func<QueryRequest, CancellationToken, ValueTask<QueryAnswer>> answerAsync)
    {
        var aborted = context.RequestAborted;
        try
        {
            var parameters = await QueryParameters.ReadAsync(context.Request, aborted);
            var scope = await context.RequestServices.GetRequiredService<IQueryScope>().ScopeOfAsync(context, aborted);
            var request = new QueryRequest(context, parameters, scope);
            using var timeout = new CancellationTokenSource(request.Timeout(), Clock(context));
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, aborted);
            var answer = await answerAsync(request, either.Token);
            context.Response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(context.Response.BodyWriter, PrometheusJson.Options);
            await PrometheusJson.WriteSuccessAsync(json, answer.WriteData, answer.Warnings, answer.Infos);
            await json.FlushAsync(aborted);
        }
        catch (Exception error) when (!context.Response.HasStarted && Refusal(error, aborted) is { } refusal)
        {
            await RefuseAsync(context, refusal);
        }
    }

    /// <exception cref="QueryRefusedException">The lookback is not above zero.</exception>
    public QueryContext QueryContext()
    {
        var lookbackMs = Parameters.DurationMs("lookback_delta");
        return lookbackMs <= 0
            ? throw QueryRefusedException.Parameter("lookback_delta", "must be above zero")
            : new QueryContext(Scope)
            {
                Budget = Limits.Budget,
                LookbackDelta = lookbackMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,

                // Ours: topology labels of one instant for every sample, instead of each sample's own.
                AsOfMs = Http.Request.Query.ContainsKey("asOf") ? Parameters.TimeMs("asOf") : null,
            };
    }

    private static TimeProvider Clock(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>();

    private TimeSpan Timeout()
    {
        var timeoutMs = Parameters.DurationMs("timeout");
        return timeoutMs is null ? Limits.Timeout
            : timeoutMs > 0 ? TimeSpan.FromMilliseconds(Math.Min(timeoutMs.Value, Limits.Timeout.TotalMilliseconds))
            : throw QueryRefusedException.Parameter("timeout", "must be above zero");
    }

    private static (int Status, string Type, string Message)? Refusal(Exception error, CancellationToken aborted) => error switch
    {
        QueryRefusedException => (StatusCodes.Status400BadRequest, "bad_data", error.Message),
        PromQLSyntaxException => (StatusCodes.Status400BadRequest, "bad_data", error.Message),
        QueryException or ReadBudgetException => (StatusCodes.Status422UnprocessableEntity, "execution", error.Message),
        SeriesStoreException => (StatusCodes.Status500InternalServerError, "internal", error.Message),
        OperationCanceledException when aborted.IsCancellationRequested => (ClientClosedRequest, "canceled", "query was canceled in expression evaluation"),
        OperationCanceledException => (StatusCodes.Status503ServiceUnavailable, "timeout", "query timed out in expression evaluation"),
        _ => null,
    };

    private static async Task RefuseAsync(HttpContext context, (int Status, string Type, string Message) refusal)
    {
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, PrometheusJson.Options);
        PrometheusJson.WriteError(json, refusal.Type, refusal.Message);
        await json.FlushAsync(CancellationToken.None);
    }
}

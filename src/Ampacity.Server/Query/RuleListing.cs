using Ampacity.PromQL;

namespace Ampacity.Server;

/// <summary>
/// What a Prometheus has and this server does not: rules, alerts, exemplars. Clients probe for them, and an empty answer in the right shape
/// tells them that there is nothing.
/// </summary>
internal static class RuleListing
{
    // Parameters are read all the same, so that a request that Prometheus would refuse is refused.
    public static ValueTask<QueryAnswer> RulesAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        OneOf(request, "type", "alert", "record");
        _ = request.Parameters.Matches();
        return QueryAnswer.Of(json =>
        {
            json.WriteStartArray("groups"u8);
            json.WriteEndArray();
        });
    }

    public static ValueTask<QueryAnswer> AlertsAsync(QueryRequest request, CancellationToken cancellationToken) => QueryAnswer.Of(json =>
    {
        json.WriteStartArray("alerts"u8);
        json.WriteEndArray();
    });

    public static ValueTask<QueryAnswer> AlertmanagersAsync(QueryRequest request, CancellationToken cancellationToken) => QueryAnswer.Of(json =>
    {
        foreach (var name in (string[])["activeAlertmanagers", "droppedAlertmanagers"])
        {
            json.WriteStartArray(name);
            json.WriteEndArray();
        }
    });

    public static ValueTask<QueryAnswer> ExemplarsAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var startMs = request.Parameters.TimeMs("start", 0);
        if (request.Parameters.TimeMs("end", request.NowMs) < startMs)
        {
            throw QueryRefusedException.Parameter("end", "end timestamp must not be before start timestamp");
        }

        _ = request.Parameters.Expression();
        return ValueTask.FromResult(new QueryAnswer(
            json =>
            {
                json.WriteStartArray();
                json.WriteEndArray();
                return ValueTask.CompletedTask;
            }, [], []));
    }

    public static ValueTask<QueryAnswer> FormatAsync(QueryRequest request, CancellationToken cancellationToken)
    {
        var text = ExpressionText.Format(request.Parameters.Expression().Expression);
        return ValueTask.FromResult(new QueryAnswer(
            json =>
            {
                json.WriteStringValue(text);
                return ValueTask.CompletedTask;
            }, [], []));
    }

    /// <summary>Refuses a parameter that says something else.</summary>
    public static void OneOf(QueryRequest request, string name, params string[] allowed)
    {
        var text = request.Parameters.Text(name);
        if (!string.IsNullOrEmpty(text) && !allowed.Contains(text, StringComparer.Ordinal))
        {
            throw QueryRefusedException.Parameter(name, $"not supported value \"{QueryParameters.Shown(text)}\", use {string.Join(" or ", allowed)}");
        }
    }
}
